// GET /commands/changes?zxid=Z, an addition of ours: every change after Z as a line of JSON, first from the logs, then as it happens.
import type { NodeChange } from '../history/node-change.ts';
import { showSession, showZxid } from '../zxid.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CommandAnswer } from './admin-command.ts';
import type { NodeView } from './node-view.ts';

/** Data is text where it is UTF-8, else base64 under `data64`; a line of `error` ends a feed that the logs cannot go on with. */
export function changes(view: NodeView, query: URLSearchParams): CommandAnswer {
  const zxid = Number(query.get('zxid') ?? 0);
  if (!Number.isSafeInteger(zxid) || zxid < 0) return { status: 400, data: [['error', 'zxid is a number such as 0x100000002']] };
  return { lines: (signal) => lines(view.changesAfter(zxid, signal)) };
}

async function* lines(feed: AsyncIterable<readonly NodeChange[]>): AsyncGenerator<string, void, undefined> {
  try {
    for await (const changed of feed) yield changed.map((change) => `${JSON.stringify(fieldsOf(change))}\n`).join('');
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
  }
}

function fieldsOf({ zxid, time, session, kind, path, data, version, acl, ephemeral }: NodeChange): object {
  return {
    zxid: showZxid(zxid), time, session: showSession(session), kind, ...(path === '' ? {} : { path }), ...(version < 0 ? {} : { version }), ...(ephemeral ? { ephemeral } : {}),
    ...dataOf(data), ...(acl === null ? {} : { acl: acl.map(({ perms, id }) => ({ perms, scheme: id.scheme, id: id.id })) }),
  };
}

function dataOf(data: Buffer | null): { readonly data?: string; readonly data64?: string } {
  if (data === null) return {};
  const text = data.toString('utf8');
  return Buffer.from(text).equals(data) ? { data: text } : { data64: data.toString('base64') };
}
