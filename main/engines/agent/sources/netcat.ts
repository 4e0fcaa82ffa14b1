// Lines over TCP, each answered (NetcatSource).
import { NETCAT_SOURCE } from '../../../../preload/contract/agent/specs/basic.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { source, type SourceContext } from '../components/factory.ts';
import { knownCharset } from '../deserializers/make-deserializer.ts';
import { Event } from '../event/event.ts';
import type { Charset } from '../text/charset.ts';
import { LineSplitter } from './net/line-splitter.ts';
import { TcpListener, type Connection } from './net/tcp-listener.ts';
import { isTemporary } from './offer.ts';

const WIDEST = 4;

interface Lines {
  readonly charset: Charset;
  /** Characters, with the line's end. */
  readonly most: number;
  readonly ack: boolean;
}

export const netcatSource = source(NETCAT_SOURCE, (values, context) => {
  const lines: Lines = { charset: knownCharset(context.name, 'encoding', values.encoding), most: values['max-line-length'], ack: values['ack-every-event'] };
  const listener = new TcpListener(context, { host: values.bind, port: values.port, tls: null, serve: (connection) => serve(connection, lines, context) });
  return {
    start: () => listener.start(),
    stop: () => listener.stop(),
    get port() { return listener.port; },
  };
});

async function serve(connection: Connection, { charset, most, ack }: Lines, context: SourceContext): Promise<void> {
  const splitter = new LineSplitter(charset);
  const tooLong = (bytes: Buffer): boolean => bytes.length / WIDEST >= most || (bytes.length >= most && charset.decode(bytes).length >= most);
  for await (const piece of connection.pieces) {
    splitter.add(piece);
    for (;;) {
      const { bodies, oversized } = linesOf(splitter, charset, tooLong, context.processor.most);
      if (bodies.length > 0) {
        const replies = await deliver(bodies, ack, context);
        if (replies !== '') await connection.write(charset.encode(replies));
      }
      if (oversized) {
        context.counters.EventReadFail += 1;
        context.say.problem(SluiceError.of('AGENT_CLIENT', { component: context.name, client: connection.client, reason: `a line of more than ${most - 1} characters` }));
        await connection.write(charset.encode(`FAILED: Event exceeds the maximum length (${most} chars, including newline)\n`));
        return;
      }
      if (bodies.length === 0) break;
    }
  }
}

/** Whole lines that are there, and whether one that is too long follows them. */
function linesOf(splitter: LineSplitter, charset: Charset, tooLong: (bytes: Buffer) => boolean, most: number): { readonly bodies: readonly Event[]; readonly oversized: boolean } {
  const bodies: Event[] = [];
  while (bodies.length < most) {
    const line = splitter.next();
    if (line === null) return { bodies, oversized: splitter.pending > 0 && tooLong(splitter.peek()) };
    if (tooLong(line)) return { bodies, oversized: true };
    bodies.push(Event.of(null, charset.name === 'UTF-8' ? line : Buffer.from(charset.decode(line))));
  }
  return { bodies, oversized: false };
}

/** The answers, one a line. Lines that came together go together; when they are refused, each for itself. */
async function deliver(events: readonly Event[], ack: boolean, { processor, counters, say }: SourceContext): Promise<string> {
  counters.EventReceivedCount += events.length;
  try {
    await processor.process(events);
    counters.EventAcceptedCount += events.length;
    return ack ? 'OK\n'.repeat(events.length) : '';
  } catch (error) {
    if (events.length === 1) return refusal(error);
  }
  let replies = '';
  for (const event of events) {
    try {
      await processor.process([event]);
      counters.EventAcceptedCount += 1;
      if (ack) replies += 'OK\n';
    } catch (error) {
      replies += refusal(error);
    }
  }
  return replies;

  function refusal(error: unknown): string {
    counters.ChannelWriteFail += 1;
    const problem = error instanceof SluiceError ? error : null;
    if (!problem) throw error;
    say.problem(problem);
    return `FAILED: ${isTemporary(problem) ? 'the channel takes no more now' : 'the event cannot be taken'} (${problem.code})\n`;
  }
}
