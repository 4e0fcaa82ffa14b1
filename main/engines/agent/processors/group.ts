// What the processors of several sinks have in common: all start and stop together. A sink that fails says so itself.
import type { Component, NamedSink } from '../parts.ts';

export function groupLife(sinks: readonly NamedSink[]): Component {
  return {
    start: async () => { for (const { sink } of sinks) await sink.start(); },
    stop: async () => { for (const { sink } of sinks) await sink.stop(); },
  };
}
