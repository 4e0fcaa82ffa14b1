// RabbitMQ: AMQP 0-9-1 and STOMP. Its start takes seconds: one for a test file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './ask.ts';
import type { PeerDefinition } from './definition.ts';

export type RabbitMqOptions = Readonly<Record<never, never>>;
export interface RabbitMqInfo { readonly url: string; readonly port: number; readonly stompPort: number; readonly pid: number }

/** Asks for another version of the protocol than a client would: it begins with Connection.Start all the same. */
const HEADER = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');

const STOMP = 'CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0';

export const rabbitmq: PeerDefinition<RabbitMqOptions, RabbitMqInfo> = {
  packages: ['rabbitmq-server'],
  start: async (context) => {
    const port = await context.port();
    const [dist, epmd, stompPort] = [await context.freePort(), await context.freePort(), await context.freePort()];
    const { dir } = context;
    writeFileSync(join(dir, 'rabbitmq.conf'), [
      `listeners.tcp.1 = 127.0.0.1:${port}`, `stomp.listeners.tcp.1 = 127.0.0.1:${stompPort}`, 'default_user = guest', 'default_pass = guest', 'default_permissions.configure = .*', 'default_permissions.read = .*', 'default_permissions.write = .*',
      'disk_free_limit.absolute = 50MB', 'log.console = true', 'log.file = false', '',
    ].join('\n'));
    writeFileSync(join(dir, 'enabled_plugins'), '[rabbitmq_stomp].');
    // the first program is the peer itself; it needs an epmd of its own, or Erlang would leave a common one running
    context.spawn('epmd', ['-address', '127.0.0.1', '-port', String(epmd)]);
    context.spawn('/usr/lib/rabbitmq/bin/rabbitmq-server', [], {
      ...process.env, RUNNING_UNDER_SYSTEMD: 'true', HOME: dir, ERL_EPMD_PORT: String(epmd), ERL_EPMD_ADDRESS: '127.0.0.1', RABBITMQ_NODENAME: 'peer@localhost', RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'), RABBITMQ_MNESIA_BASE: join(dir, 'data'), RABBITMQ_LOG_BASE: dir, RABBITMQ_LOGS: '-', RABBITMQ_PID_FILE: join(dir, 'pid'),
      RABBITMQ_DIST_PORT: String(dist), RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, 'advanced.config'), RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
    });
    await context.until('rabbitmq', async () => (await ask(port, HEADER, (answer) => answer.length >= 11)).subarray(7, 11).equals(Buffer.from([0, 10, 0, 10])));
    await context.until('rabbitmq over STOMP', async () => (await ask(stompPort, STOMP, (answer) => answer.includes('CONNECTED'))).includes('CONNECTED'));
    return { url: `amqp://guest:guest@127.0.0.1:${port}`, port, stompPort, pid: Number(readFileSync(join(dir, 'pid'), 'utf8')) };
  },
};
