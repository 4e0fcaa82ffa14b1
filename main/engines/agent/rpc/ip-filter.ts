// Who may connect, by rules `allow|deny:ip|name:pattern`: the first that fits decides, and who fits none may (AvroSource, Netty's PatternRule).
import { reverse } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

interface Rule { readonly allow: boolean; readonly by: 'ip' | 'name'; readonly pattern: RegExp; readonly localhost: boolean }

/** Null when `text` is no list of rules; `*` and `?` stand for any characters and for one. */
export function parseIpFilter(text: string): IpFilter | null {
  const rules: Rule[] = [];
  for (const word of text.split(',')) {
    const [, verb, by, pattern] = /^(allow|deny):(ip|name):(.+)$/.exec(word.trim()) ?? [];
    if (verb === undefined || by === undefined || pattern === undefined) return null;
    const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
    rules.push({ allow: verb === 'allow', by: by as 'ip' | 'name', pattern: new RegExp(`^${source}$`), localhost: by === 'name' && pattern === 'localhost' });
  }
  return new IpFilter(rules);
}

export class IpFilter {
  private readonly rules: readonly Rule[];

  constructor(rules: readonly Rule[]) { this.rules = rules; }

  /** Names are looked up backwards, where a rule asks for one. */
  async allows(address: string): Promise<boolean> {
    let names: readonly string[] | null = null;
    for (const { allow, by, pattern, localhost } of this.rules) {
      if (by === 'ip' && pattern.test(address)) return allow;
      if (by !== 'name') continue;
      if (localhost && isOwn(address)) return allow;
      names ??= await reverse(address).catch(() => []);
      if (names.some((name) => pattern.test(name))) return allow;
    }
    return true;
  }
}

function isOwn(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || Object.values(networkInterfaces()).some((list) => list?.some((own) => own.address === address));
}
