// The short names that Flume 1.11 itself knows; every other type is the name of a class to it (SourceType, SinkType, ChannelType ... of flume-ng-configuration and flume-ng-core).
import type { ComponentSpec } from '../../../../preload/contract/agent/keys.ts';

const ALIASES: Readonly<Record<ComponentSpec['kind'], readonly string[]>> = {
  source: ['seq', 'netcat', 'exec', 'avro', 'syslogtcp', 'multiport_syslogtcp', 'syslogudp', 'spooldir', 'http', 'thrift', 'jms', 'taildir', 'netcatudp'],
  channel: ['file', 'memory', 'jdbc', 'spillablememory'],
  sink: ['null', 'logger', 'file_roll', 'hdfs', 'irc', 'avro', 'thrift', 'elasticsearch', 'hbase', 'asynchbase', 'hbase2', 'morphline_solr', 'hive', 'http'],
  interceptor: ['timestamp', 'host', 'static', 'regex_filter', 'regex_extractor', 'remove_header', 'search_replace'],
  selector: ['replicating', 'multiplexing', 'load_balancing'],
  processor: ['failover', 'default', 'load_balance'],
  serializer: ['text', 'header_and_text', 'avro_event'],
  deserializer: ['line', 'avro'],
  configfilter: ['env', 'hadoop', 'external'],
};

/** Whether Flume takes this name for that type. */
export function isFlumeName(spec: Pick<ComponentSpec, 'kind' | 'ours'>, name: string): boolean {
  return spec.ours !== true && (ALIASES[spec.kind].includes(name.toLowerCase()) || name.includes('.'));
}
