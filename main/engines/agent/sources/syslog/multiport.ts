// Syslog over TCP on several ports, in batches, each port with a character set of its own (MultiportSyslogTCPSource).
import { MULTIPORT_SYSLOG_TCP_SOURCE } from '../../../../../preload/contract/agent/specs/basic.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { source } from '../../components/factory.ts';
import { below } from '../../config/agent-config.ts';
import { knownCharset } from '../../deserializers/make-deserializer.ts';
import { Event } from '../../event/event.ts';
import { BadText, type Charset } from '../../text/charset.ts';
import { serverTls } from '../../tls/tls-options.ts';
import { LineSplitter } from '../net/line-splitter.ts';
import { TcpListener, type Connection } from '../net/tcp-listener.ts';
import { offer } from '../offer.ts';
import { ClientHeaders, withHeaders } from './client-headers.ts';
import { keepFieldsOf, type KeepFields } from './keep-fields.ts';
import { STATUS } from './messages.ts';
import { parseSyslog } from './parser.ts';

/** Lines end with a single byte, whatever the character set. */
const BYTES = { unit: 1, bigEndian: true } as const;

export const multiportSyslogTcpSource = source(MULTIPORT_SYSLOG_TCP_SOURCE, async (values, context) => {
  const { name, properties, ports: { clock } } = context;
  const ports = values.ports.map((word) => {
    const port = /^\d{1,5}$/.test(word) ? Number(word) : NaN;
    if (!(port <= 65_535)) throw SluiceError.of('AGENT_KEY', { component: name, key: 'ports', value: word, reason: 'a number from 0 to 65535 is wanted' });
    return port;
  });
  if (ports.length === 0) throw SluiceError.of('AGENT_KEY', { component: name, key: 'ports', value: '', reason: 'at least one is wanted' });
  const standard = knownCharset(name, 'charset.default', values['charset.default']);
  const charsets = new Map([...below(properties, 'charset.port.')].map(([port, { value }]) => [Number(port), knownCharset(name, `charset.port.${port}`, value)]));
  const keep = keepFieldsOf(values.keepFields);
  const clients = new ClientHeaders(values);
  const stopping = new AbortController();
  const tls = await serverTls(values, context);

  const serve = async (connection: Connection): Promise<void> => {
    const charset = charsets.get(connection.localPort) ?? standard;
    const client = await clients.of(connection.address);
    const more = values.portHeader === null ? client : [[values.portHeader, String(connection.localPort)] as const, ...(client ?? [])];
    const lines = new LineSplitter(BYTES);
    for await (const piece of connection.pieces) {
      lines.add(piece);
      for (;;) {
        const events: Event[] = [];
        while (events.length < values.batchSize) {
          const line = nextLine(lines, values.eventSize);
          if (line === null) break;
          if (line.bytes.length === 0) { context.counters.EventReadFail += 1; continue; }
          const event = eventOf(line.bytes, line.cut, charset, keep, clock.now());
          if (event.headers.get(STATUS) === 'Invalid') context.counters.EventReadFail += 1;
          events.push(withHeaders(event, more));
        }
        if (events.length === 0) break;
        if (!(await offer(events, context, stopping.signal))) return;
      }
    }
  };
  const listeners = ports.map((port) => new TcpListener(context, { host: values.host, port, tls, serve }));
  return {
    start: async () => {
      try {
        for (const listener of listeners) await listener.start();
      } catch (error) {
        for (const listener of listeners) await listener.stop();
        throw error;
      }
    },
    stop: async () => {
      setTimeout(() => { stopping.abort(); }, 3000).unref();
      await Promise.all(listeners.map((listener) => listener.stop()));
      stopping.abort();
    },
    get localPorts() { return listeners.map((listener) => listener.port); },
  };
});

/** A line, or as much of one as an event may have. */
function nextLine(lines: LineSplitter, most: number): { readonly bytes: Buffer; readonly cut: boolean } | null {
  const feed = lines.feed();
  if (feed >= 0 && feed < most) return { bytes: lines.next() as Buffer, cut: false };
  return lines.pending >= most ? { bytes: lines.take(most), cut: true } : null;
}

function eventOf(bytes: Buffer, cut: boolean, charset: Charset, keep: KeepFields, now: number): Event {
  const invalid = (): Event => Event.of(new Map([[STATUS, 'Invalid']]), bytes);
  let text: string;
  try {
    text = charset.decode(bytes, 'FAIL');
  } catch (error) {
    if (error instanceof BadText) return invalid();
    throw error;
  }
  const message = parseSyslog(text, keep, now);
  if (!message) return invalid();
  const headers = cut ? new Map([...message.headers, [STATUS, 'Incomplete']]) : message.headers;
  return Event.of(headers, charset.encode(message.data));
}
