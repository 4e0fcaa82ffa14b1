import { expect, test } from 'vitest';
import { rpcHelp as en } from '../../../assets/locales/en/agent-help/rpc.ts';
import { rpcHelp as zh } from '../../../assets/locales/zh-CN/agent-help/rpc.ts';
import { RPC_SPECS } from '../../../preload/contract/agent/specs/rpc.ts';

test('R60 every type and key of the RPC family is explained in both languages, and nothing else is', () => {
  const wanted = Object.fromEntries(RPC_SPECS.map((spec) => [`${spec.kind} ${spec.type}`, Object.keys(spec.keys).sort()]));
  for (const help of [en, zh]) expect(Object.fromEntries(Object.entries(help).map(([name, { keys }]) => [name, Object.keys(keys).sort()]))).toEqual(wanted);
});
