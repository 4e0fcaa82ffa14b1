// Serves the figures over HTTP: /metrics as Flume does (HTTPMetricsServer), the same for Prometheus under /metrics/prometheus or when it asks for its own form.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { AgentStatus } from '../runner/status.ts';
import { flumeMetrics } from './flume-metrics.ts';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus.ts';

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface MetricsOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** All addresses unless given, as Flume. */
  readonly host?: string;
}

const CONNECTIONS = 64;
const FRONT = 'For Flume metrics please click <a href = "./metrics"> here</a>.';

/** Rejects with AGENT_PORT when the port cannot be had. */
export function startMetricsServer(agent: string, status: () => AgentStatus, { port, host = '0.0.0.0' }: MetricsOptions): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => { answer(request, response, status); });
  server.maxConnections = CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => { reject(SluiceError.of('AGENT_PORT', { component: `${agent}.monitoring`, address: host, port, reason: error.message }, error)); });
    server.listen(port, host, () => {
      server.on('error', () => {}); // of accepting: the next one is tried
      server.unref();
      resolve({ port: (server.address() as AddressInfo).port, close: () => closed(server) });
    });
  });
}

function answer(request: IncomingMessage, response: ServerResponse, status: () => AgentStatus): void {
  request.resume();
  if (request.method === 'TRACE' || request.method === 'OPTIONS') { say(response, 403, 'text/html', ''); return; }
  const path = (request.url ?? '/').split('?')[0];
  if (path === '/') say(response, 200, 'text/html;charset=utf-8', FRONT);
  else if (path === '/metrics/prometheus' || (path === '/metrics' && wantsPrometheus(request))) say(response, 200, PROMETHEUS_TYPE, prometheusText(status()));
  else if (path?.toLowerCase() === '/metrics') say(response, 200, 'application/json;charset=utf-8', JSON.stringify(flumeMetrics(status())));
  else say(response, 404, 'text/html', '');
}

/** What Prometheus and its agents ask for; a browser and curl do not. */
const wantsPrometheus = ({ headers: { accept = '' } }: IncomingMessage): boolean => /openmetrics-text|text\/plain;\s*version=/.test(accept);

function say(response: ServerResponse, code: number, type: string, text: string): void {
  response.writeHead(code, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => { resolve(); });
    server.closeAllConnections();
  });
}
