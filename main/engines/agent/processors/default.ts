// One sink, and nobody to fall back on (DefaultSinkProcessor).
import { DEFAULT_PROCESSOR } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { processor } from '../components/factory.ts';

export const defaultProcessor = processor(DEFAULT_PROCESSOR, (_values, { name, sinks }) => {
  const [only, ...others] = sinks;
  if (!only || others.length > 0) throw SluiceError.of('AGENT_KEY', { component: name, key: 'type', value: 'default', reason: 'a default processor has exactly one sink' });
  return {
    start: () => only.sink.start(),
    stop: () => only.sink.stop(),
    process: (channel, signal) => only.sink.process(channel, signal),
  };
});
