// ${java:...}: what JavaPlatformStringLookup tells of a Java machine, told of this one.
import { arch, availableParallelism, release, type } from 'node:os';

export function javaLookups(): Readonly<Record<string, string>> {
  const { node, v8 } = process.versions;
  return {
    version: `Node.js version ${node}`, runtime: `Node.js (build ${node})`, vm: `V8 (build ${v8})`, os: `${type()} ${release()}, architecture: ${arch()}`,
    hardware: `processors: ${availableParallelism()}, architecture: ${arch()}`, locale: `default locale: ${Intl.DateTimeFormat().resolvedOptions().locale}, platform encoding: UTF-8`,
  };
}
