// Types of the agent: kafka, jms, mqtt, nats, amqp, redis-stream. Keys and defaults as Flume 1.11 has them in its code.
import type { ComponentSpec } from '../keys.ts';

export const QUEUES_SPECS: readonly ComponentSpec[] = [];
