// The metrics as Prometheus reads them, in the names of ZooKeeper's PrometheusMetricsProvider: gauges, counters, and summaries with their median.
import { listenHttp, type HttpListener } from './http-listener.ts';
import { Double, monitorValues } from './monitor-values.ts';
import type { NodeView } from './node-view.ts';

/** The whole text, exposition format 0.0.4. */
export function prometheusText(view: NodeView): string {
  const { counters, summaries } = view.metrics;
  const lines: string[] = [];
  const one = (name: string, type: 'gauge' | 'counter', value: number): void => { lines.push(`# HELP ${name} ${name}`, `# TYPE ${name} ${type}`, `${name} ${value}`); };
  for (const [name, value] of monitorValues(view)) {
    const ofSummary = /^(avg|min|max|cnt|sum)_/.test(name) && Object.hasOwn(summaries, name.slice(4));
    if (typeof value === 'string' || Object.hasOwn(counters, name) || ofSummary) continue;
    one(name, 'gauge', value instanceof Double ? value.value : value);
  }
  for (const [name, value] of Object.entries(counters)) one(name, 'counter', value);
  for (const [name, summary] of Object.entries(summaries)) {
    lines.push(`# HELP ${name} ${name}`, `# TYPE ${name} summary`, `${name}{quantile="0.5"} ${summary.median}`, `${name}_count ${summary.count}`, `${name}_sum ${summary.sum}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Serves GET /metrics at metricsProvider.httpHost:httpPort. Throws COORD_PORT. */
export function startPrometheus(view: NodeView, host: string, port: number): Promise<HttpListener> {
  return listenHttp(host, port, (request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    if (path !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(path === '/metrics' ? 405 : 404, { 'Content-Length': 0 });
      response.end();
    } else {
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(prometheusText(view));
    }
    return Promise.resolve();
  });
}
