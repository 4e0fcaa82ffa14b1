// A flat folder as an asar archive: a pickled JSON header with sizes and offsets, then the files one after another.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export function packAsar(folder: string): Buffer {
  const files: Record<string, { size: number; offset: string }> = {};
  const contents: Buffer[] = [];
  let offset = 0;
  for (const name of readdirSync(folder).sort()) {
    const content = readFileSync(join(folder, name));
    files[name] = { size: content.length, offset: String(offset) };
    offset += content.length;
    contents.push(content);
  }
  const json = Buffer.from(JSON.stringify({ files }));
  const padded = Math.ceil(json.length / 4) * 4;
  const header = Buffer.alloc(16 + padded);
  [4, 8 + padded, 4 + padded, json.length].forEach((value, index) => header.writeUInt32LE(value, index * 4));
  json.copy(header, 16);
  return Buffer.concat([header, ...contents]);
}
