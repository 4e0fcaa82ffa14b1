// One MQTT connection, 5 or 3.1.1 (OASIS MQTT 5.0; mqtt-packet makes and reads the packets). What is received is acknowledged when its owner says so, not before,
// so that the broker keeps what is not committed. Opened anew by its owner after a loss.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { generate, parser, type IConnackPacket, type IPublishPacket, type Packet, type QoS } from 'mqtt-packet';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { within } from '../../../../lib/async.ts';
import { Room } from '../../channels/room.ts';
import type { ClientTlsOptions } from '../client-tls.ts';

export interface MqttOptions {
  /** For errors. */
  readonly component: string;
  /** mqtt://host:1883 or mqtts://host:8883. */
  readonly url: URL;
  readonly version: 4 | 5;
  readonly clientId: string;
  /** False: the broker keeps subscriptions and what it has for us while we are away. */
  readonly clean: boolean;
  readonly userName: string | null;
  readonly password: string | null;
  readonly keepAliveS: number;
  readonly tls: ClientTlsOptions;
  /** Messages of QoS 1 and 2 that the broker may send before they are acknowledged. */
  readonly window: number;
  readonly timeoutMs: number;
  readonly onMessage: (message: IPublishPacket) => void;
  /** Once, when it is over; null after `close`. */
  readonly onEnd: (error: SluiceError | null) => void;
}

/** What a broker may send in one packet: 256 MiB is MQTT's own limit, and a part of it is enough. */
const PACKET_LIMIT = 32 * 2 ** 20;
/** Out at once towards a broker that names no bound. */
const MOST_OUT = 1000;
const CLOSE_MS = 2000;
const SESSION_EXPIRY_S = 7 * 24 * 3600;

/** Why a broker refused to let us in (CONNACK of 5 and of 3.1.1). */
const REFUSED: Readonly<Record<number, string>> = {
  1: 'the broker does not speak this protocol version', 2: 'the client id was refused', 3: 'the broker is unavailable', 4: 'wrong user name or password', 5: 'not authorized',
  0x84: 'the broker does not speak this protocol version', 0x85: 'the client id was refused', 0x86: 'wrong user name or password', 0x87: 'not authorized', 0x88: 'the broker is unavailable', 0x8a: 'banned', 0x97: 'a quota is exceeded',
};
const LOGIN = new Set([4, 5, 0x86, 0x87]);

interface Awaited { readonly resolve: (packet: Packet) => void; readonly reject: (error: Error) => void }

export class MqttConnection {
  private readonly options: MqttOptions;
  private readonly socket: Socket;
  private readonly waiting = new Map<string, Awaited>();
  private nextId = 1;
  /** Messages of QoS 1 and 2 that the broker takes before it has acknowledged any (its Receive Maximum). */
  private slots = new Room(1);
  private ended = false;
  private ping: NodeJS.Timeout | null = null;
  private heard = performance.now();

  private constructor(options: MqttOptions, socket: Socket) {
    this.options = options;
    this.socket = socket;
  }

  /** Resolves once the broker let us in. AGENT_CONNECT, AGENT_AUTH, AGENT_TLS. */
  static async open(options: MqttOptions): Promise<MqttConnection> {
    const { url, tls, version } = options;
    const secure = url.protocol === 'mqtts:' || url.protocol === 'ssl:' || url.protocol === 'tls:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port) || (secure ? 8883 : 1883);
    const socket = secure ? connectTls({ host, port, servername: host, ...tls }) : connectTcp({ host, port });
    const connection = new MqttConnection(options, socket);
    socket.setNoDelay(true);
    const packets = parser({ protocolVersion: version });
    packets.on('packet', (packet) => { connection.receive(packet); });
    packets.on('error', (error: Error) => { connection.fail(`what the broker sends is no MQTT: ${error.message}`); });
    let size = 0;
    socket.on('data', (chunk) => {
      connection.heard = performance.now();
      size = packets.parse(chunk);
      if (size > PACKET_LIMIT) connection.fail(`a packet of more than ${PACKET_LIMIT} bytes`);
    });
    socket.on('error', (error) => { connection.fail(error.message, secure && !('syscall' in error)); });
    socket.on('close', () => { connection.fail('the broker closed the connection'); });
    const answer = connection.wait('connack', options.timeoutMs);
    socket.once(secure ? 'secureConnect' : 'connect', () => { connection.send(connection.hello()); });
    const { returnCode, reasonCode, properties } = (await answer) as IConnackPacket;
    const code = reasonCode ?? returnCode ?? 0;
    if (code !== 0) {
      const reason = REFUSED[code] ?? `refused with code ${code}`;
      void connection.close();
      throw SluiceError.of(LOGIN.has(code) ? 'AGENT_AUTH' : 'AGENT_CONNECT', { component: options.component, target: connection.target, reason });
    }
    connection.slots = new Room(properties?.receiveMaximum ?? MOST_OUT);
    connection.ping = setInterval(() => { connection.beat(); }, options.keepAliveS * 500).unref();
    return connection;
  }

  private get target(): string { return this.options.url.host; }

  private hello(): Packet {
    const { version, clientId, clean, keepAliveS, userName, password, window } = this.options;
    return {
      cmd: 'connect', protocolId: 'MQTT', protocolVersion: version, clientId, clean, keepalive: keepAliveS,
      ...(userName === null ? {} : { username: userName }), ...(password === null ? {} : { password: Buffer.from(password) }),
      ...(version === 5 ? { properties: { receiveMaximum: Math.min(window, 65_535), maximumPacketSize: PACKET_LIMIT, sessionExpiryInterval: clean ? 0 : SESSION_EXPIRY_S } } : {}),
    };
  }

  /** AGENT_REJECTED when the broker does not grant one of them. */
  async subscribe(topics: readonly string[], qos: QoS): Promise<void> {
    const messageId = this.id();
    this.send({ cmd: 'subscribe', messageId, subscriptions: topics.map((topic) => ({ topic, qos })) });
    const answer = (await this.wait(`suback ${messageId}`, this.options.timeoutMs)) as { readonly granted: readonly (number | object)[] };
    const refused = topics.filter((_topic, i) => Number(answer.granted[i]) >= 0x80);
    if (refused.length > 0) throw SluiceError.of('AGENT_REJECTED', { component: this.options.component, target: this.target, reason: `the broker refuses the subscription to ${refused.join(', ')}` });
  }

  /** Resolves when the broker has it for good: sent for QoS 0, acknowledged for 1, complete for 2. AGENT_REJECTED for a topic or message it will not have. */
  async publish(message: { readonly topic: string; readonly payload: Buffer; readonly qos: QoS; readonly retain: boolean; readonly userProperties?: Record<string, string> }): Promise<void> {
    const { qos } = message;
    const { userProperties, ...rest } = message;
    const properties = this.options.version === 5 && userProperties ? { properties: { userProperties } } : {};
    if (qos === 0) {
      await this.sent({ cmd: 'publish', dup: false, ...rest, ...properties });
      return;
    }
    if (!(await this.slots.take(1, this.options.timeoutMs))) throw this.problem(`nothing was acknowledged within ${this.options.timeoutMs} ms`);
    try {
      const messageId = this.id();
      const taken = this.wait(`${qos === 1 ? 'puback' : 'pubrec'} ${messageId}`, this.options.timeoutMs);
      await this.sent({ cmd: 'publish', dup: false, messageId, ...rest, ...properties });
      this.check((await taken) as { readonly reasonCode?: number }, message.topic);
      if (qos === 1) return;
      const complete = this.wait(`pubcomp ${messageId}`, this.options.timeoutMs);
      this.send({ cmd: 'pubrel', messageId, reasonCode: 0 });
      await complete;
    } finally {
      this.slots.give(1);
    }
  }

  /** What is committed need not be sent again. */
  acknowledge({ qos, messageId }: IPublishPacket): void {
    if (qos > 0 && messageId !== undefined) this.send(qos === 1 ? { cmd: 'puback', messageId, reasonCode: 0 } : { cmd: 'pubrec', messageId, reasonCode: 0 });
  }

  /** Resolves when the broker has taken all that was acknowledged, or after 2 s. */
  async close(): Promise<void> {
    if (this.ended) return;
    const gone = new Promise<void>((resolve) => { this.socket.once('close', () => { resolve(); }); });
    this.send({ cmd: 'disconnect', reasonCode: 0 });
    this.end(null);
    this.socket.end();
    await within(gone, CLOSE_MS, () => new Error('late')).catch(() => { this.socket.destroy(); });
  }

  private receive(packet: Packet): void {
    switch (packet.cmd) {
      case 'publish': this.options.onMessage(packet); return;
      case 'pubrel': this.send({ cmd: 'pubcomp', messageId: packet.messageId as number, reasonCode: 0 }); return;
      case 'connack': this.settle('connack', packet); return;
      case 'suback': case 'puback': case 'pubrec': case 'pubcomp': this.settle(`${packet.cmd} ${packet.messageId}`, packet); return;
      case 'disconnect': this.fail(`the broker ended the connection (${packet.properties?.reasonString ?? `code ${packet.reasonCode ?? 0}`})`); return;
      default:
    }
  }

  private check({ reasonCode = 0 }: { readonly reasonCode?: number }, topic: string): void {
    if (reasonCode >= 0x80) throw SluiceError.of('AGENT_REJECTED', { component: this.options.component, target: `${this.target} ${topic}`, reason: REFUSED[reasonCode] ?? `the broker refuses it with code ${reasonCode}` });
  }

  private beat(): void {
    if (performance.now() - this.heard > this.options.keepAliveS * 1500) this.fail('the broker does not answer');
    else this.send({ cmd: 'pingreq' });
  }

  private id(): number {
    const id = this.nextId;
    this.nextId = id === 65_535 ? 1 : id + 1;
    return id;
  }

  private send(packet: Packet): void {
    if (!this.socket.destroyed) this.socket.write(generate(packet, { protocolVersion: this.options.version }));
  }

  /** Waits while the socket is full. */
  private sent(packet: Packet): Promise<void> {
    const bytes = generate(packet, { protocolVersion: this.options.version });
    return new Promise((resolve, reject) => { this.socket.write(bytes, (error) => { if (error) reject(this.problem(error.message)); else resolve(); }); });
  }

  private wait(key: string, ms: number): Promise<Packet> {
    const answer = new Promise<Packet>((resolve, reject) => {
      const timer = setTimeout(() => { this.fail(`no ${key.split(' ')[0]} within ${ms} ms`); }, ms);
      this.waiting.set(key, { resolve: (packet) => { clearTimeout(timer); resolve(packet); }, reject: (error) => { clearTimeout(timer); reject(error); } });
    });
    answer.catch(() => {}); // its owner may be gone before it is looked at
    return answer;
  }

  private settle(key: string, packet: Packet): void {
    this.waiting.get(key)?.resolve(packet);
    this.waiting.delete(key);
  }

  private problem(reason: string, tls = false): SluiceError {
    const { component } = this.options;
    return tls ? SluiceError.of('AGENT_TLS', { component, peer: this.target, reason }) : SluiceError.of('AGENT_CONNECT', { component, target: this.target, reason });
  }

  private fail(reason: string, tls = false): void {
    if (this.ended) return;
    this.end(this.problem(reason, tls));
    this.socket.destroy();
  }

  private end(error: SluiceError | null): void {
    if (this.ended) return;
    this.ended = true;
    if (this.ping) clearInterval(this.ping);
    const over = error ?? this.problem('the connection was closed');
    for (const { reject } of this.waiting.values()) reject(over);
    this.waiting.clear();
    this.options.onEnd(error);
  }
}
