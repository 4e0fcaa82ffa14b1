// The window over the fake backend: ?rows=N&theme=dark&language=zh-CN&empty=1. Bundled by fake-site.ts, never by the product.
/// <reference types="vite/client" />
import '../../../preload/rpc/no-eval.ts';
import { createRoot } from 'react-dom/client';
import { contract } from '../../../preload/contract/index.ts';
import { createClient } from '../../../preload/rpc/client.ts';
import { memoryWires } from '../../../preload/rpc/memory-wire.ts';
import { serve } from '../../../preload/rpc/server.ts';
import { App } from '../../../renderer/app/app.tsx';
import { Backend } from '../../../renderer/data/backend.ts';
import { fakeBackend } from './fake-backend.ts';

const asked = new URLSearchParams(location.search);
const [here, there] = memoryWires();
serve(contract, fakeBackend(Number(asked.get('rows') ?? 1253), { theme: asked.get('theme') === 'dark' ? 'dark' : 'light', language: asked.get('language') === 'zh-CN' ? 'zh-CN' : 'en' }, asked.has('empty')), there);
const api = createClient(contract, here);
const root = document.getElementById('root');
if (root) createRoot(root).render(<App backend={new Backend(() => Promise.resolve({ api, closed: api.closed }))} />);
