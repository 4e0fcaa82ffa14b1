// Bundles the fake page and serves it on loopback under the product's own content security policy.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { CONTENT_SECURITY_POLICY } from '../../../main/hosts/shared/csp.ts';

export interface FakeSite { readonly url: string; close(): Promise<void> }

export async function startFakeSite(): Promise<FakeSite> {
  const bundle = await build({ entryPoints: [resolve(import.meta.dirname, 'fake-page.tsx')], bundle: true, write: false, outdir: '/out', format: 'esm', jsx: 'automatic', minify: true, loader: { '.module.css': 'local-css' }, define: { 'process.env.NODE_ENV': '"production"' }, target: 'chrome114' });
  const html = (await readFile(resolve(import.meta.dirname, '../../../renderer/index.html'), 'utf8')).replace('./main.tsx', '/fake-page.js').replace(/<link rel="icon".*\n/, '').replace('</head>', '<link rel="stylesheet" href="/fake-page.css" /></head>');
  const files = new Map(bundle.outputFiles.map((file) => [`/${file.path.split('/').at(-1) ?? ''}`, file.contents]));
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const found = files.get(path);
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    if (found) response.writeHead(200, { 'content-type': path.endsWith('.css') ? 'text/css' : 'text/javascript' }).end(found);
    else if (path === '/') response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => new Promise((done) => { server.closeAllConnections(); server.close(() => done()); }) };
}
