// Syslog over TCP, one message a line (SyslogTcpSource). A sender is not read while the channels take no more.
import { SYSLOG_TCP_SOURCE } from '../../../../../preload/contract/agent/specs/basic.ts';
import { source } from '../../components/factory.ts';
import { serverTls } from '../../tls/tls-options.ts';
import { TcpListener } from '../net/tcp-listener.ts';
import { offer } from '../offer.ts';
import { ClientHeaders, withHeaders } from './client-headers.ts';
import { customFormat, USUAL_FORMATS } from './formats.ts';
import { keepFieldsOf } from './keep-fields.ts';
import { Messages, type MessageOptions } from './messages.ts';

export const syslogTcpSource = source(SYSLOG_TCP_SOURCE, async (values, context) => {
  const custom = customFormat(context.name, context.properties);
  const options: MessageOptions = { eventSize: values.eventSize, keep: keepFieldsOf(values.keepFields), formats: custom ? [custom, ...USUAL_FORMATS] : USUAL_FORMATS, now: () => context.ports.clock.now() };
  const clients = new ClientHeaders(values);
  const stopping = new AbortController();
  const listener = new TcpListener(context, {
    host: values.host, port: values.port, tls: await serverTls(values, context),
    serve: async (connection) => {
      const messages = new Messages(options);
      const more = await clients.of(connection.address);
      for await (const piece of connection.pieces) {
        const events = messages.add(piece);
        if (events.length > 0 && !(await offer(more === null ? events : events.map((event) => withHeaders(event, more)), context, stopping.signal))) return;
      }
    },
  });
  return {
    start: () => listener.start(),
    stop: async () => {
      setTimeout(() => { stopping.abort(); }, 3000).unref();
      await listener.stop();
      stopping.abort();
    },
    get port() { return listener.port; },
  };
});
