// The file myid: the number that makes this server one of the server.N lines.
import type { Lints } from './lint.ts';
import type { QuorumConfig } from './node-config.ts';

const FIX = 'Write the number of this server’s server.N line into the file, nothing else.';

/**
 * The number in the first line of `text` (QuorumPeerConfig.setupMyId); null when there is none, with a lint if one is needed.
 * @param text null when the file is not there.
 */
export function readMyId(text: string | null, file: string, needs: { readonly quorum: QuorumConfig | null; readonly distributed: boolean; readonly extendedTypes: boolean }, lints: Lints): number | null {
  if (text === null) {
    if (needs.distributed) lints.myid(file, { what: 'the file is missing', why: 'An ensemble tells its servers apart by it.', fix: FIX });
    return null;
  }
  const line = text.split(/\r\n|\n|\r/, 1)[0] as string;
  const id = /^[+-]?\d{1,15}$/.test(line) ? Number(line) : Number.NaN;
  const most = needs.extendedTypes ? 254 : 255;
  if (Number.isNaN(id)) {
    const shown = line.length > 40 ? `${line.slice(0, 40)}…` : line;
    lints.myid(file, { what: `"${shown}" is not a number`, why: 'The first line must hold the number alone, without blanks.', fix: FIX });
    return null;
  }
  if (id < 0 || id > most) {
    lints.myid(file, { what: `${id} is not between 0 and ${most}`, why: needs.extendedTypes ? 'With extendedTypesEnabled the number 255 marks TTL nodes.' : 'It is the first byte of the session ids that the server gives out.', fix: `Choose a number up to ${most}, here and in the server.N line.` });
    return null;
  }
  if (needs.distributed && needs.quorum && !needs.quorum.servers.has(id)) {
    const listed = [...needs.quorum.servers.keys()].sort((a, b) => a - b).map((sid) => `server.${sid}`).join(', ');
    lints.myid(file, { what: `there is no server.${id} line`, why: `The configuration lists ${listed}.`, fix: 'Correct the number, or add the line on all servers.' });
    return null;
  }
  return id;
}
