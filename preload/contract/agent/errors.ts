// Errors of the agent: stable code -> names of its parameters, and whether a retry can help. `component` is a name as in "a1.sources.r1".

export const AGENT_ERRORS = {
  // configuration
  AGENT_CONFIG: { params: ['file', 'line', 'reason'], retry: false },
  AGENT_CONFIG_SOURCE: { params: ['source', 'reason'], retry: true },
  AGENT_NO_AGENT: { params: ['name', 'file', 'defined'], retry: false },
  AGENT_NOTHING_RUNS: { params: ['agent', 'file'], retry: false },
  AGENT_UNKNOWN_TYPE: { params: ['component', 'type', 'nearest'], retry: false },
  AGENT_LEFT_OUT: { params: ['component', 'type', 'instead'], retry: false },
  AGENT_KEY: { params: ['component', 'key', 'value', 'reason'], retry: false },
  AGENT_FILTER: { params: ['filter', 'key', 'reason'], retry: false },
  AGENT_TEST: { params: ['file', 'line', 'reason'], retry: false },
  // channels and transactions
  AGENT_CHANNEL_FULL: { params: ['channel', 'capacity'], retry: true },
  AGENT_BATCH_TOO_LARGE: { params: ['channel', 'events', 'capacity'], retry: false },
  AGENT_EVENT_TOO_LARGE: { params: ['component', 'size', 'limit'], retry: false },
  AGENT_CHANNEL_LOCKED: { params: ['dir', 'holder'], retry: true },
  AGENT_CHANNEL_CORRUPT: { params: ['file', 'offset', 'reason'], retry: false },
  AGENT_CHANNEL_FORMAT: { params: ['dir', 'reason'], retry: false },
  AGENT_CHANNEL_KEY: { params: ['dir', 'key', 'reason'], retry: false },
  AGENT_CHANNEL_STOPPED: { params: ['channel'], retry: true },
  AGENT_DISK: { params: ['file', 'reason'], retry: true },
  AGENT_DISK_FULL: { params: ['dir', 'free', 'needed'], retry: true },
  // wires
  AGENT_PORT: { params: ['component', 'address', 'port', 'reason'], retry: true },
  AGENT_CLIENT: { params: ['component', 'client', 'reason'], retry: false },
  AGENT_CONNECT: { params: ['component', 'target', 'reason'], retry: true },
  AGENT_DELIVERY: { params: ['component', 'target', 'reason'], retry: true },
  AGENT_REJECTED: { params: ['component', 'target', 'reason'], retry: false },
  AGENT_AUTH: { params: ['component', 'target', 'reason'], retry: false },
  AGENT_TLS: { params: ['component', 'peer', 'reason'], retry: false },
  AGENT_STORE: { params: ['file', 'reason'], retry: false },
  AGENT_COMPRESSION: { params: ['component', 'peer', 'reason'], retry: false },
  AGENT_NOT_HERE: { params: ['component', 'what'], retry: false },
  // sources that read files and programs
  AGENT_READ: { params: ['component', 'file', 'reason'], retry: true },
  AGENT_DECODE: { params: ['component', 'file', 'position', 'reason'], retry: false },
  AGENT_FILE_CHANGED: { params: ['component', 'file', 'reason'], retry: false },
  AGENT_PLACE: { params: ['component', 'place', 'reason'], retry: false },
  AGENT_COMMAND: { params: ['component', 'command', 'reason'], retry: true },
  // between them
  AGENT_TRANSFORM: { params: ['component', 'reason'], retry: false },
  AGENT_HEADER: { params: ['component', 'header', 'reason'], retry: false },
} as const;
