// Says each event in a channel of IRC (IRCSink). Ours: events leave the channel when the server has shown that it dealt with what was said before.
import { IRC_SINK } from '../../../../../preload/contract/agent/specs/basic.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { sink } from '../../components/factory.ts';
import { patternOf } from '../../interceptors/pattern.ts';
import { deliverBatch } from '../deliver.ts';
import { IrcClient, IrcRefusal } from './client.ts';

const BATCH = 20;

export const ircSink = sink(IRC_SINK, (values, { name, counters }) => {
  const split = values.splitlines ? patternOf(name, 'splitchars', values.splitchars).finds : null;
  const target = `${values.hostname}:${values.port}`;
  const options = { host: values.hostname, port: values.port, nick: values.nick, user: values.user ?? values.nick, realName: values.name ?? values.nick, password: values.password, channel: `#${values.chan}` };
  let client: IrcClient | null = null;

  const drop = (): void => {
    if (client === null) return;
    client.close();
    client = null;
    counters.ConnectionClosedCount += 1;
  };
  return {
    start: async () => {},
    stop: async () => { drop(); },
    process: (channel, signal) => deliverBatch(channel, BATCH, counters, signal, async (events) => {
      try {
        if (client === null) {
          client = await IrcClient.join(options, signal);
          counters.ConnectionCreatedCount += 1;
        }
        await client.say(events.flatMap(({ body }) => (split === null ? [body.toString('utf8')] : body.toString('utf8').split(split))));
      } catch (error) {
        if (client === null) counters.ConnectionFailedCount += 1;
        drop();
        if (error instanceof SluiceError) throw error;
        throw SluiceError.of(error instanceof IrcRefusal ? 'AGENT_REJECTED' : 'AGENT_CONNECT', { component: name, target, reason: (error as Error).message }, error);
      }
    }),
  };
});
