// `sluice coordination mirror`: a subtree of one ensemble kept alike in another until Ctrl+C, or handed over.
import { openClient } from '../../engines/coordination/client/client.ts';
import { Mirror, type MirrorStatus } from '../../engines/coordination/trees/mirror.ts';
import { showZxid } from '../../engines/coordination/zxid.ts';
import { onAbort } from '../../lib/async.ts';
import { clientOptions } from './coordination-client.ts';
import { parseWords } from './coordination-args.ts';
import type { Terminal } from './terminal.ts';
import { EXIT } from './exit-codes.ts';
import { words } from './words.ts';

const texts = words.coordination;
const MIRROR = 'mirror FROM TO PATH [--keep] [--cut-over] [--auth SCHEME:AUTH] [--json]';

/** With --cut-over it ends once both sides were equal and the target is its own; what differs is COORD_MIRROR. */
export async function mirror(rest: readonly string[], { out, err, signal }: Terminal): Promise<number> {
  const args = parseWords(rest, { values: ['auth', 'timeout'], switches: ['keep', 'cut-over', 'json'], words: [3, 3], usage: MIRROR });
  const path = args.word(2);
  const ends = [args.word(0), args.word(1)].map((connect) => ({ connect, path, client: openClient(clientOptions(connect, args, MIRROR)) }));
  const [from, to] = ends as [(typeof ends)[number], (typeof ends)[number]];
  const json = args.has('json');
  const cut = Promise.withResolvers<void>();
  let cutting = false;
  let shown = '';
  const show = (status: MirrorStatus): void => {
    if (status.state === 'following' && status.zxid >= 0 && args.has('cut-over') && !cutting) {
      cutting = true;
      work.cutOver().then(({ nodes, zxid, sequences }) => {
        out.line(json ? JSON.stringify({ handedOver: true, path, nodes, zxid: showZxid(zxid), sequences }) : texts.handedOver({ path, nodes, to: to.connect }));
        cut.resolve();
      }, (error: unknown) => { cut.reject(error); work.stop(); });
    }
    const line = json ? JSON.stringify({ ...status, zxid: showZxid(status.zxid), lagMs: Math.round(status.lagMs), problem: status.problem?.toInfo() ?? null }) : texts.mirrorLine({ state: texts.mirrorState[status.state], created: status.created, updated: status.updated, deleted: status.deleted, conflicts: status.conflicts, zxid: showZxid(status.zxid) });
    if (line !== shown) err.line(shown = line);
  };
  const work = new Mirror({ from, to, rule: args.has('keep') ? 'keep' : 'overwrite', onChange: show });
  const undo = onAbort(signal, () => { work.stop(); });
  try {
    await Promise.all(ends.map(({ client }) => client.exists('/'))); // waits for a server no longer than its patience
    const run = work.run();
    await (args.has('cut-over') ? Promise.all([run, Promise.race([cut.promise, run])]) : run);
    return signal.aborted ? EXIT.SIGNAL : EXIT.OK;
  } finally {
    undo();
    cut.promise.catch(() => undefined);
    await Promise.all(ends.map(({ client }) => client.close()));
  }
}
