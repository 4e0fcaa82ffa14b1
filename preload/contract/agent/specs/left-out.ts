// Types of Flume that cannot run here: their service is gone, or they are plug-ins of the Java machine.
import type { LeftOut } from '../keys.ts';

export const LEFT_OUT: readonly LeftOut[] = [
  { kind: 'source', type: 'org.apache.flume.source.twitter.TwitterSource', classes: [], instead: ['http', 'exec'], reason: 'deadService' },
  { kind: 'sink', type: 'elasticsearch', classes: ['org.apache.flume.sink.elasticsearch.ElasticSearchSink'], instead: ['http'], reason: 'jvmPlugin' },
  { kind: 'sink', type: 'morphline_solr', classes: ['org.apache.flume.sink.solr.morphline.MorphlineSolrSink'], instead: ['http'], reason: 'jvmPlugin' },
  { kind: 'sink', type: 'hive', classes: ['org.apache.flume.sink.hive.HiveSink'], instead: ['hdfs'], reason: 'jvmPlugin' },
  { kind: 'sink', type: 'org.apache.flume.sink.kite.DatasetSink', classes: [], instead: ['hdfs'], reason: 'jvmPlugin' },
  { kind: 'sink', type: 'org.apache.kudu.flume.sink.KuduSink', classes: [], instead: ['hdfs'], reason: 'jvmPlugin' },
  { kind: 'sink', type: 'hbase', classes: ['org.apache.flume.sink.hbase.HBaseSink'], instead: ['hbase2'], reason: 'jvmPlugin' },
  { kind: 'sink', type: 'asynchbase', classes: ['org.apache.flume.sink.hbase.AsyncHBaseSink'], instead: ['hbase2'], reason: 'jvmPlugin' },
  { kind: 'interceptor', type: 'org.apache.flume.sink.solr.morphline.MorphlineInterceptor$Builder', classes: [], instead: ['jsonata', 'search_replace'], reason: 'jvmPlugin' },
  { kind: 'configfilter', type: 'hadoop', classes: ['org.apache.flume.configfilter.HadoopCredentialStoreConfigFilter'], instead: ['vault', 'external'], reason: 'jvmPlugin' },
];
