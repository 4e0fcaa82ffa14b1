// What makes the types of preload/contract/agent/specs/basic.ts.
import type { Family } from './family.ts';

export const BASIC: Family = {
  sources: {
    exec: async () => (await import('../sources/exec.ts')).execSource,
    http: async () => (await import('../sources/http/source.ts')).httpSource,
    multiport_syslogtcp: async () => (await import('../sources/syslog/multiport.ts')).multiportSyslogTcpSource,
    netcat: async () => (await import('../sources/netcat.ts')).netcatSource,
    netcatudp: async () => (await import('../sources/netcat-udp.ts')).netcatUdpSource,
    'org.apache.flume.source.StressSource': async () => (await import('../sources/stress.ts')).stressSource,
    syslogtcp: async () => (await import('../sources/syslog/tcp.ts')).syslogTcpSource,
    syslogudp: async () => (await import('../sources/syslog/udp.ts')).syslogUdpSource,
    seq: async () => (await import('../sources/seq.ts')).seqSource,
  },
  sinks: {
    file_roll: async () => (await import('../sinks/file-roll/sink.ts')).fileRollSink,
    http: async () => (await import('../sinks/http/sink.ts')).httpSink,
    irc: async () => (await import('../sinks/irc/sink.ts')).ircSink,
    logger: async () => (await import('../sinks/logger.ts')).loggerSink,
    null: async () => (await import('../sinks/null.ts')).nullSink,
  },
};
