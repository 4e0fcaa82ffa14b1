// A process that tries to open a file channel and tells what came of it.
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { makeChannel } from './channels.ts';

const { channel } = await makeChannel('file', JSON.parse(process.argv[2] as string) as Record<string, string>);
const answer = await channel.start().then(() => null, (error: unknown) => (error instanceof SluiceError ? error.toInfo() : String(error)));
process.send?.(answer ?? 'started');
