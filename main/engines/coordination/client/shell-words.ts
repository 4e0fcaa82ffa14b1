// A command line of zkCli: words with quotes, and options anywhere among them, as its option parser takes them.

export class ShellUsageError extends Error {
  override readonly name = 'ShellUsageError';
}

/** Words by spaces; a word that begins with a quote ends with the same one (ARGS_PATTERN of ZooKeeperMain). */
export function shellWords(line: string): string[] {
  return [...line.matchAll(/\s*([^"']\S*|"[^"]*"|'[^']*')\s*/g)].map(([, word = '']) => (/^(['"]).*\1$/s.test(word) && word.length > 1 ? word.slice(1, -1) : word));
}

export interface ShellArguments {
  /** What is no option, without the command itself. */
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

/** `flags` and `values`: names of options without and with an argument. Short flags may stand together (-sR). ShellUsageError for others. */
export function shellArguments(words: readonly string[], flags: readonly string[], values: readonly string[] = []): ShellArguments {
  const found = { words: [] as string[], flags: new Set<string>(), values: new Map<string, string>() };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (!/^-\D/.test(word)) { found.words.push(word); continue; }
    const name = word.replace(/^--?/, '');
    const [key = '', inline] = name.split(/=(.*)/s);
    if (flags.includes(name)) found.flags.add(name);
    else if (values.includes(key)) {
      const value = inline ?? words[++at];
      if (value === undefined) throw new ShellUsageError(`Missing argument for option: ${key}`);
      found.values.set(key, value);
    } else if ([...name].every((letter) => flags.includes(letter))) for (const letter of name) found.flags.add(letter);
    else if (values.includes(name[0] ?? '') && name.length > 1) found.values.set(name[0] as string, name.slice(1));
    else throw new ShellUsageError(`Unrecognized option: ${word}`);
  }
  return found;
}
