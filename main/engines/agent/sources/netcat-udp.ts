// One event a datagram, up to its first line end (NetcatUdpSource).
import { NETCAT_UDP_SOURCE } from '../../../../preload/contract/agent/specs/basic.ts';
import { source } from '../components/factory.ts';
import { Event } from '../event/event.ts';
import { UdpListener } from './net/udp-listener.ts';

const LINE_FEED = 0x0a;

export const netcatUdpSource = source(NETCAT_UDP_SOURCE, ({ bind, port, remoteAddress }, context) => {
  const listener = new UdpListener(context, {
    host: bind, port,
    parse: (datagram, from) => {
      const end = datagram.indexOf(LINE_FEED);
      const body = end < 0 ? datagram : datagram.subarray(0, end);
      return Event.of(remoteAddress === null ? null : new Map([[remoteAddress, `/${from.address}:${from.port}`]]), body);
    },
  });
  return {
    start: () => listener.start(),
    stop: () => listener.stop(),
    get port() { return listener.port; },
  };
});
