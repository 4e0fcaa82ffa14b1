// All that the app behind the window can be asked.
import type { Client } from '../../preload/contract/define.ts';
import type { SluiceContract } from '../../preload/contract/index.ts';

export type Api = Client<SluiceContract>;
