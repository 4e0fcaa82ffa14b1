// `sluice agent validate`: what is wrong or unwise in a configuration, one line each; the components are made, and not started.
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { validate as validateConfiguration } from '../../engines/agent/config/validate.ts';
import { checkCreation } from '../../engines/agent/runner/check-creation.ts';
import { parseAgentWords } from './agent-args.ts';
import { loadOptions, openConfiguration } from './agent-config.ts';
import { writeLints } from './agent-lints.ts';
import { agentPorts, common, coordination, stateDirOf } from './agent-ports.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { errorText, words } from './words.ts';

const texts = words.agent;
const USAGE = 'validate [--name NAME] --conf-file FILE... [--strict] [--json]';

/** Exit code 1 when a component would not run, 2 when there is no such agent. Without --name every agent of the file is looked at. */
export async function validate(rest: readonly string[], terminal: Terminal): Promise<number> {
  const given = parseAgentWords(rest, USAGE);
  const { out, err } = terminal;
  if (given.help) { out.line(texts.help); return EXIT.OK; }
  // files may also stand there as plain words
  const args = { ...given, files: [...given.files, ...given.words] };
  const provider = openConfiguration(args, () => {}, coordination);
  if (provider === null) { err.line(`sluice: ${texts.noConfiguration}`); return EXIT.SYNTAX; }
  try {
    const { lints, refusals, sound } = await validateConfiguration({
      ...loadOptions(args, await provider.read()), name: args.name,
      tryToMake: async (config) => (await checkCreation(config, { ...agentPorts(stateDirOf(args, config.name), () => {}, terminal), ...common(args.properties) }))
        .map(({ component: { kind, name }, error }) => ({ component: `${config.name}.${kind}s.${name}`, node: `${kind} ${name}`, error: toErrorInfo(error) })),
    });
    writeLints(lints, out, args.json);
    for (const { component, error, node } of refusals) out.line(args.json ? JSON.stringify({ type: 'refusal', component, node, error }) : texts.refusedLine({ component, error: errorText(error) }));
    if (sound && lints.length === 0 && !args.json) out.line(texts.validateClean({ file: provider.place }));
    if (lints.some(({ code }) => code === 'AGENT_NOT_THERE')) return EXIT.PROTOCOL;
    return sound ? EXIT.OK : EXIT.SYNTAX;
  } finally {
    await provider.close();
  }
}
