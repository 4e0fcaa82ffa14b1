// A process that has an engine and is then killed by the test. Arguments: the engine's file, the data folder.
import { childLauncher } from '../../../../../main/hosts/shared/child-launcher.ts';
import { engineClient } from '../../../../../main/app/supervise/engine-client.ts';
import { toyContract } from './toy-contract.ts';

const [engines = '', dataDir = ''] = process.argv.slice(2);
const engine = childLauncher({ engines, dataDir }).launch('sync');
const { pid } = await engineClient(toyContract, engine.wire, 'toy').ping({});
process.send?.(pid);
