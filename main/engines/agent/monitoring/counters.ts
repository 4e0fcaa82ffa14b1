// What components count, in Flume's own names (SourceCounter, ChannelCounter, SinkCounter; /metrics). Plain numbers: whoever looks takes differences.

export interface SourceCounters {
  AppendReceivedCount: number; AppendAcceptedCount: number;
  AppendBatchReceivedCount: number; AppendBatchAcceptedCount: number;
  EventReceivedCount: number; EventAcceptedCount: number;
  OpenConnectionCount: number;
  EventReadFail: number; GenericProcessingFail: number; ChannelWriteFail: number;
  StartTime: number; StopTime: number;
  /** Of the type alone: KafkaEventGetTimer ... */
  readonly more: Record<string, number>;
}

export interface ChannelCounters {
  EventPutAttemptCount: number; EventPutSuccessCount: number;
  EventTakeAttemptCount: number; EventTakeSuccessCount: number;
  StartTime: number; StopTime: number;
  readonly more: Record<string, number>;
}

export interface SinkCounters {
  ConnectionCreatedCount: number; ConnectionClosedCount: number; ConnectionFailedCount: number;
  BatchEmptyCount: number; BatchUnderflowCount: number; BatchCompleteCount: number;
  EventDrainAttemptCount: number; EventDrainSuccessCount: number;
  EventWriteFail: number; ChannelReadFail: number;
  StartTime: number; StopTime: number;
  readonly more: Record<string, number>;
}

export const sourceCounters = (): SourceCounters => ({
  AppendReceivedCount: 0, AppendAcceptedCount: 0, AppendBatchReceivedCount: 0, AppendBatchAcceptedCount: 0, EventReceivedCount: 0, EventAcceptedCount: 0,
  OpenConnectionCount: 0, EventReadFail: 0, GenericProcessingFail: 0, ChannelWriteFail: 0, StartTime: 0, StopTime: 0, more: {},
});

export const channelCounters = (): ChannelCounters => ({
  EventPutAttemptCount: 0, EventPutSuccessCount: 0, EventTakeAttemptCount: 0, EventTakeSuccessCount: 0, StartTime: 0, StopTime: 0, more: {},
});

export const sinkCounters = (): SinkCounters => ({
  ConnectionCreatedCount: 0, ConnectionClosedCount: 0, ConnectionFailedCount: 0, BatchEmptyCount: 0, BatchUnderflowCount: 0, BatchCompleteCount: 0,
  EventDrainAttemptCount: 0, EventDrainSuccessCount: 0, EventWriteFail: 0, ChannelReadFail: 0, StartTime: 0, StopTime: 0, more: {},
});
