// A Wire carries frames between two ends, in order, whole, or closes. It knows nothing of what they mean.

export interface Wire {
  /** Queues a frame; never throws. A frame sent after `close` is dropped. Uint8Arrays inside survive. */
  send(frame: unknown): void;
  /** One listener; frames that came before it was set are delivered to it. */
  onFrame(listener: (frame: unknown) => void): void;
  /** Called once, whichever side closed or broke; `reason` is for a log. */
  onClose(listener: (reason: string) => void): void;
  close(reason: string): void;
}
