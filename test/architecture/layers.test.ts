// The house as a table: which folder may import what. The first matching rule of a file holds.
import { builtinModules } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

interface Rule {
  readonly of: RegExp;
  /** Project files it may import, by path from the root; its own folder is always allowed. */
  readonly own: RegExp;
  readonly files?: RegExp;
  readonly typesOnly?: RegExp;
  /** Packages it may import; `node:` stands for all built-ins. */
  readonly packages: readonly string[];
}

const RULES: readonly Rule[] = [
  { of: /^preload\/contract\//, own: /^preload\/contract\//, packages: ['zod'] },
  { of: /^preload\/rpc\//, own: /^preload\/rpc\//, files: /^preload\/contract\//, packages: ['zod'] },
  { of: /^preload\//, own: /^preload\//, packages: ['electron'] },
  { of: /^assets\/locales\//, own: /^assets\/locales\//, files: /^preload\/contract\/((errors|locale|domain)\.ts$|agent\/)/, packages: [] },
  { of: /^renderer\//, own: /^renderer\//, files: /^(preload\/(contract|rpc)|assets)\//, packages: ['react', 'react-dom', 'react-aria-components', '@tanstack/react-virtual', 'lucide-react', '@xyflow/react', 'zod'] },
  { of: /^main\/lib\//, own: /^main\/lib\//, files: /^preload\/contract\//, packages: ['node:'] },
  { of: /^main\/engines\/agent\//, own: /^main\/engines\/agent\//, files: /^(main\/lib|preload\/contract)\//, packages: ['node:', 'zod', '@platformatic/kafka', 'mqtt-packet', 'amqplib', '@nats-io/transport-node', '@nats-io/jetstream', '@redis/client', 'jsonata', '@marcbachmann/cel-js', 'yaml'] },
  { of: /^main\/engines\/(\w+)\//, own: /^main\/engines\/$1\//, files: /^(main\/lib|preload\/contract)\//, packages: ['node:', 'zod', 'ssh2', 'hash-wasm', 'chokidar'] },
  { of: /^main\/store\//, own: /^main\/store\//, files: /^(main\/lib|preload\/contract)\//, typesOnly: /^main\/engines\//, packages: ['node:', 'better-sqlite3', 'zod'] },
  { of: /^main\/services\//, own: /^main\/services\//, files: /^(main\/(engines|store|lib)|preload\/contract|assets\/locales)\//, typesOnly: /^main\/app\/host\.ts$/, packages: ['node:', 'zod'] },
  { of: /^main\/app\//, own: /^main\/app\//, files: /^(main\/(services|engines|store|lib)|preload\/(contract|rpc)|assets\/locales)\//, packages: ['node:', 'zod'] },
  { of: /^main\/hosts\/electron\//, own: /^main\/hosts\/electron\//, files: /^(main\/(app|lib)|main\/hosts\/shared|preload\/(contract|rpc)|assets)\//, packages: ['node:', 'electron', 'zod'] },
  { of: /^main\/hosts\/browser\//, own: /^main\/hosts\/browser\//, files: /^(main\/(app|lib)|main\/hosts\/shared|preload\/(contract|rpc)|assets)\//, packages: ['node:', 'ws', 'zod'] },
  { of: /^main\/hosts\/cli\//, own: /^main\/hosts\/cli\//, files: /^(main\/(app|services|engines|lib)|main\/hosts\/shared|preload\/contract|assets)\//, packages: ['node:', 'zod'] },
  { of: /^main\/hosts\/shared\//, own: /^main\/hosts\/shared\//, files: /^(main\/(app|lib)|preload\/(contract|rpc)|assets)\//, packages: ['node:', 'zod', 'ws'] },
  { of: /^main\/\w+\.ts$/, own: /^main\/\w+\.ts$/, files: /^main\/(hosts|app)\//, packages: ['node:'] },
];

/** Words an engine must not speak, beside its imports. */
const FORBIDDEN_IN_ENGINES = [/\bprocess\.exit\b/, /\bconsole\.\w+\(/];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): { readonly name: string; readonly typeOnly: boolean }[] {
  const tree = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: { name: string; typeOnly: boolean }[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      const typeOnly = ts.isImportDeclaration(node) ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword : node.isTypeOnly;
      found.push({ name: node.moduleSpecifier.text, typeOnly });
    } else if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText(tree) === 'require') && node.arguments[0] && ts.isStringLiteral(node.arguments[0])) {
      found.push({ name: node.arguments[0].text, typeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function breachesOf(file: string): string[] {
  const rule = RULES.find((candidate) => candidate.of.test(file));
  if (!rule) return [`${file}: no rule of the house covers this folder`];
  const match = rule.of.exec(file);
  const own = new RegExp(rule.own.source.replace('$1', match?.[1] ?? ''));
  const breaches: string[] = [];
  for (const { name, typeOnly } of importsOf(file)) {
    if (name.startsWith('.')) {
      const target = relative(root, resolve(root, dirname(file), name.replace(/\?.*$/, '')));
      const allowed = own.test(target) || rule.files?.test(target) === true || (typeOnly && rule.typesOnly?.test(target) === true);
      if (!allowed) breaches.push(`${file} imports ${target}`);
      continue;
    }
    const builtin = name.startsWith('node:') || builtinModules.includes(name);
    const allowed = builtin ? rule.packages.includes('node:') : rule.packages.some((pkg) => name === pkg || name.startsWith(`${pkg}/`));
    if (!allowed) breaches.push(`${file} imports ${name}`);
  }
  return breaches;
}

/** Import circles of values (type imports make none), as a list of paths. */
function circles(files: readonly string[]): string[] {
  const edges = new Map(files.map((file) => [file, importsOf(file).filter((i) => i.name.startsWith('.') && !i.typeOnly).map((i) => relative(root, resolve(root, dirname(file), i.name)))]));
  const state = new Map<string, 'open' | 'closed'>();
  const found: string[] = [];
  const walk = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'closed') return;
    if (state.get(file) === 'open') { found.push([...trail.slice(trail.indexOf(file)), file].join(' -> ')); return; }
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) if (edges.has(next)) walk(next, [...trail, file]);
    state.set(file, 'closed');
  };
  for (const file of files) walk(file, []);
  return found;
}

const files = ['main', 'preload', 'renderer', 'assets'].flatMap(sources);

describe('the house', () => {
  it('no file imports what its layer may not know', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(breachesOf)).toEqual([]);
  });

  it('engines neither exit the process nor write to the console', () => {
    const breaches = files.filter((file) => file.startsWith('main/engines/')).flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return FORBIDDEN_IN_ENGINES.filter((word) => word.test(text)).map((word) => `${file}: ${word.source}`);
    });
    expect(breaches).toEqual([]);
  });

  it('imports go in no circles', () => {
    expect(circles(files)).toEqual([]);
  });

  it('the checker itself sees a breach', () => {
    expect(importsOf('test/architecture/layers.test.ts').map((i) => i.name)).toContain('typescript');
    expect(RULES.find((rule) => rule.of.test('main/engines/sync/x.ts'))?.packages).not.toContain('electron');
  });
});
