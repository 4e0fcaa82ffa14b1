// The form of the file list that options and handshake together decide.
import type { ListForm } from '../flist/flags.ts';
import { COMPAT, type Agreed } from './handshake.ts';
import type { TransferOptions } from './options.ts';

export function listForm(options: TransferOptions, agreed: Pick<Agreed, 'protocol' | 'compat'>, digestLength: number): ListForm {
  return {
    protocol: agreed.protocol,
    varintFlags: (agreed.compat & COMPAT.VARINT_FLIST_FLAGS) !== 0,
    id0Names: (agreed.compat & COMPAT.ID0_NAMES) !== 0,
    links: options.links, devices: options.devices, specials: options.specials,
    owner: options.owner, group: options.group, numericIds: options.numericIds,
    digestLength: options.checksum ? digestLength : 0,
  };
}
