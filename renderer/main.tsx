// The first file of the window.
import '../preload/rpc/no-eval.ts';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { Backend } from './data/backend.ts';
import { connect, listenForPort } from './data/connect.ts';

listenForPort();
// A file dropped beside a target must not navigate the window away.
for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());

const root = document.getElementById('root');
if (root) createRoot(root).render(<App backend={new Backend(connect)} />);
