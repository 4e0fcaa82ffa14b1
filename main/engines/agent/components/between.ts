// What makes the types of preload/contract/agent/specs/between.ts.
import type { Family } from './family.ts';

export const BETWEEN: Family = {
  interceptors: {
    timestamp: async () => (await import('../interceptors/headers.ts')).timestampInterceptor,
    host: async () => (await import('../interceptors/headers.ts')).hostInterceptor,
    static: async () => (await import('../interceptors/headers.ts')).staticInterceptor,
    remove_header: async () => (await import('../interceptors/headers.ts')).removeHeaderInterceptor,
    search_replace: async () => (await import('../interceptors/search-replace.ts')).searchReplaceInterceptor,
    regex_filter: async () => (await import('../interceptors/regex-filter.ts')).regexFilterInterceptor,
    regex_extractor: async () => (await import('../interceptors/regex-extractor.ts')).regexExtractorInterceptor,
    jsonata: async () => (await import('../interceptors/expression.ts')).jsonataInterceptor,
    cel: async () => (await import('../interceptors/expression.ts')).celInterceptor,
    'org.apache.flume.sink.solr.morphline.UUIDInterceptor$Builder': async () => (await import('../interceptors/headers.ts')).uuidInterceptor,
  },
  selectors: {
    replicating: async () => (await import('../selectors/replicating.ts')).replicatingSelector,
    multiplexing: async () => (await import('../selectors/multiplexing.ts')).multiplexingSelector,
    load_balancing: async () => (await import('../selectors/load-balancing.ts')).loadBalancingSelector,
  },
  processors: {
    default: async () => (await import('../processors/default.ts')).defaultProcessor,
    failover: async () => (await import('../processors/failover.ts')).failoverProcessor,
    load_balance: async () => (await import('../processors/load-balance.ts')).loadBalanceProcessor,
  },
};
