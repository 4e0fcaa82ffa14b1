// The JAAS file of SASL (`java.security.auth.login.config`): sections with one login module and options; we read users of DIGEST-MD5 from it.

export interface JaasSection {
  readonly module: string;
  readonly options: ReadonlyMap<string, string>;
}

/** Sections by name; null when the text is no JAAS configuration. */
export function parseJaas(text: string): ReadonlyMap<string, JaasSection> | null {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*|^\s*#[^\n]*/gm, (found) => (found.startsWith('"') ? found : ' '));
  const sections = new Map<string, JaasSection>();
  const section = /\s*([\w.-]+)\s*\{([^{}]*)\}\s*;/gy;
  let end = 0;
  for (let found = section.exec(bare); found !== null; found = section.exec(bare)) {
    end = section.lastIndex;
    const [, name = '', body = ''] = found;
    const module = /^\s*([\w.$]+)\s+(required|requisite|sufficient|optional)\b/i.exec(body);
    if (!module) return null;
    const options = new Map<string, string>();
    for (const [, key = '', quoted, plain] of body.slice(module[0].length).matchAll(/([\w.@/-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/g)) {
      options.set(key, quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
    }
    sections.set(name, { module: module[1] as string, options });
  }
  return bare.slice(end).trim() === '' && sections.size > 0 ? sections : null;
}

/** `user_NAME="password"` of a server's section. */
export function usersOf(section: JaasSection | undefined): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const [key, value] of section?.options ?? []) if (key.startsWith('user_')) users.set(key.slice('user_'.length), value);
  return users;
}
