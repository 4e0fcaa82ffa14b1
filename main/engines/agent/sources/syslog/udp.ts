// Syslog over UDP, one message a datagram (SyslogUDPSource).
import { SYSLOG_UDP_SOURCE } from '../../../../../preload/contract/agent/specs/basic.ts';
import { source } from '../../components/factory.ts';
import { UdpListener } from '../net/udp-listener.ts';
import { ClientHeaders, withHeaders } from './client-headers.ts';
import { customFormat, USUAL_FORMATS } from './formats.ts';
import { keepFieldsOf } from './keep-fields.ts';
import { Messages } from './messages.ts';

/** Of a datagram (RFC 5426). */
const MOST = 65_536;

export const syslogUdpSource = source(SYSLOG_UDP_SOURCE, (values, context) => {
  const custom = customFormat(context.name, context.properties);
  const messages = new Messages({ eventSize: MOST, keep: keepFieldsOf(values.keepFields), formats: custom ? [custom, ...USUAL_FORMATS] : USUAL_FORMATS, now: () => context.ports.clock.now() });
  const clients = new ClientHeaders(values);
  const listener = new UdpListener(context, {
    host: values.host, port: values.port,
    parse: async (datagram, from) => {
      const event = messages.whole(datagram);
      return event && withHeaders(event, await clients.of(from.address));
    },
  });
  return {
    start: () => listener.start(),
    stop: () => listener.stop(),
    get port() { return listener.port; },
  };
});
