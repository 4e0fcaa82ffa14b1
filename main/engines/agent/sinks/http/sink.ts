// Each event by a POST; what its status means for the event is the configuration's to say (HttpSink).
import { HTTP_SINK } from '../../../../../preload/contract/agent/specs/basic.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { sink } from '../../components/factory.ts';
import { below, type Properties } from '../../config/agent-config.ts';
import { Poster } from './post.ts';

/** By a status ("503") or its hundred ("5XX"); the exact one counts first. */
export function statusFlag(properties: Properties, prefix: string, status: number, otherwise: boolean): boolean {
  const flags = below(properties, prefix);
  const property = flags.get(String(status)) ?? flags.get(`${String(status)[0]}XX`);
  return property === undefined ? otherwise : property.value.trim().toLowerCase() === 'true';
}

export const httpSink = sink(HTTP_SINK, (values, { name, properties, counters, say, deadLetters }) => {
  const endpoint = URL.canParse(values.endpoint) ? new URL(values.endpoint) : null;
  if (endpoint === null || !/^https?:$/.test(endpoint.protocol)) throw SluiceError.of('AGENT_KEY', { component: name, key: 'endpoint', value: values.endpoint, reason: 'an address with http:// or https:// is wanted' });
  const poster = new Poster({ endpoint, headers: { 'Content-Type': values.contentTypeHeader, Accept: values.acceptHeader }, connectMs: values.connectTimeout, answerMs: values.requestTimeout });
  if (statusFlag(properties, 'rollback.', 200, values.defaultRollback)) say.note('status 200 is rolled back, so that every event is sent again and again: set rollback.2XX = false, backoff.2XX = false');

  return {
    start: async () => {},
    stop: async () => { poster.close(); },
    process: async (channel, signal) => {
      const transaction = channel.begin();
      transaction.begin();
      try {
        const [event] = await transaction.take(1, signal);
        if (!event || event.bodySize === 0) { // an empty body is not sent
          await transaction.commit();
          if (!event) counters.BatchEmptyCount += 1;
          return 'backoff';
        }
        counters.EventDrainAttemptCount += 1;
        let status: number;
        try {
          status = await poster.post(event.body, signal);
        } catch (error) {
          await transaction.rollback();
          if (signal.aborted) return 'backoff';
          counters.EventWriteFail += 1;
          counters.ConnectionFailedCount += 1;
          throw SluiceError.of('AGENT_CONNECT', { component: name, target: endpoint.origin, reason: (error as Error).message }, error);
        }
        const rollback = statusFlag(properties, 'rollback.', status, values.defaultRollback);
        if (rollback) await transaction.rollback();
        else {
          if (status >= 400 && deadLetters) await deadLetters.add([{ event, reason: `HTTP status ${status} of ${endpoint.origin}` }]);
          await transaction.commit();
        }
        if (statusFlag(properties, 'incrementMetrics.', status, values.defaultIncrementMetrics)) counters.EventDrainSuccessCount += 1;
        if (status >= 400) say.problem(SluiceError.of(rollback ? 'AGENT_DELIVERY' : 'AGENT_REJECTED', { component: name, target: endpoint.origin, reason: `HTTP status ${status}` }));
        return statusFlag(properties, 'backoff.', status, values.defaultBackoff) ? 'backoff' : 'ready';
      } catch (error) {
        if (transaction.state === 'open') await transaction.rollback();
        throw error;
      } finally {
        transaction.close();
      }
    },
  };
});
