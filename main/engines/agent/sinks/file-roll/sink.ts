// Files in a folder, a new one after a time (RollingFileSink). Ours: a batch is on disk before its events leave the channel, and what was rolled back is not in the file.
import { join } from 'node:path';
import { FILE_ROLL_SINK } from '../../../../../preload/contract/agent/specs/basic.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import { sink } from '../../components/factory.ts';
import { below } from '../../config/agent-config.ts';
import { newSerializer } from '../../serializers/make-serializer.ts';
import { deliverBatch } from '../deliver.ts';
import { seriesNames, timeNames } from './names.ts';
import { RolledFile } from './rolled-file.ts';
import { WrittenPlace } from './written-place.ts';

export const fileRollSink = sink(FILE_ROLL_SINK, (values, { name, agent, ports, counters, properties, say }) => {
  const { disk, clock } = ports;
  const dir = values['sink.directory'];
  const serializer = newSerializer(name, values['sink.serializer'], below(properties, 'sink.serializer.'), ports);
  const parts = { prefix: values['sink.pathManager.prefix'], extension: values['sink.pathManager.extension'], now: () => clock.now() };
  const names = /ROLLTIME|RollTimePathManager/.test(values['sink.pathManager']) ? timeNames(parts) : seriesNames(parts);
  const rollMs = values['sink.rollInterval'] * 1000;
  const short = name.slice(name.lastIndexOf('.') + 1);
  const place = new WrittenPlace(disk, join(ports.stateDir, 'places', `${short}.file`), `${agent}.${short}`, say.note);
  let file: RolledFile | null = null;
  let rollAt = Infinity;

  const diskError = (path: string, error: unknown): unknown => (error instanceof SluiceError ? error : SluiceError.of('AGENT_DISK', { file: path, reason: codeOf(error) }, error));
  const close = async (): Promise<void> => {
    if (file === null) return;
    await file.close();
    counters.ConnectionClosedCount += 1;
    file = null;
  };
  const roll = async (): Promise<void> => {
    const now = clock.monotonic();
    if (now < rollAt) return;
    rollAt += Math.ceil((now - rollAt + 1) / rollMs) * rollMs;
    if (file !== null) say.note(`rolled ${file.path}`);
    await close();
  };

  return {
    start: async () => {
      await disk.makeDir(dir).catch((error: unknown) => { throw diskError(dir, error); });
      if (rollMs > 0) rollAt = clock.monotonic() + rollMs;
    },
    stop: close,
    process: async (channel, signal) => {
      await roll();
      await place.recover(channel).catch((error: unknown) => { throw diskError(dir, error); });
      let appended: RolledFile | null = null;
      return deliverBatch(channel, values['sink.batchSize'], counters, signal, async (events) => {
        if (file === null) {
          try {
            const made = await RolledFile.create(disk, dir, names, serializer());
            if (channel.durable) await place.begins(made.path);
            file = made;
            counters.ConnectionCreatedCount += 1;
          } catch (error) {
            counters.ConnectionFailedCount += 1;
            throw diskError(dir, error);
          }
        }
        const { path } = file;
        await file.append(events).catch((error: unknown) => { throw diskError(path, error); });
        appended = file;
      }, () => (appended && channel.durable ? place.mark(appended.path, appended.length) : null)).catch((error: unknown) => {
        appended?.undo();
        throw error;
      });
    },
  };
});
