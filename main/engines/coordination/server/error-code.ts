// What a client is told of whatever went wrong with its request.
import { JuteError } from '../jute/reader.ts';
import { KEEPER_ERROR, KeeperError } from '../keeper-errors.ts';

/** A bug is told to `onBug`, and to the client as a MarshallingError, as real servers do: one request must not end the node. */
export function errorCode(error: unknown, onBug: (bug: unknown) => void): number {
  if (error instanceof KeeperError) return error.code;
  if (!(error instanceof JuteError)) onBug(error);
  return KEEPER_ERROR.MarshallingError;
}
