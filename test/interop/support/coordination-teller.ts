// Runs requests on a server and writes down all that came back, with what must differ between two servers masked: times, session
// ids, passwords; zxids are told as distances, so that two servers must spend them alike.
import { CREATE, OP } from '../../../main/engines/coordination/op-codes.ts';
import { JuteReader } from '../../../main/engines/coordination/jute/reader.ts';
import * as jute from '../../../main/engines/coordination/jute/records.ts';
import { JuteWriter } from '../../../main/engines/coordination/jute/writer.ts';
import { RawClient, type ConnectOptions, type Reply } from './raw-client.ts';

export interface AclEntry {
  readonly perms: number;
  readonly id: { readonly scheme: string; readonly id: string };
}

export const acl = (perms: number, scheme: string, id: string): AclEntry => ({ perms, id: { scheme, id } });
export const OPEN: readonly AclEntry[] = [acl(31, 'world', 'anyone')];

type AnyRecord = { read(reader: JuteReader): unknown };

const REPLIES: Readonly<Record<number, AnyRecord>> = {
  [OP.create]: jute.PathResponse, [OP.create2]: jute.Create2Response, [OP.createContainer]: jute.Create2Response, [OP.createTTL]: jute.Create2Response,
  [OP.exists]: jute.StatResponse, [OP.getData]: jute.GetDataResponse, [OP.setData]: jute.StatResponse, [OP.getACL]: jute.GetACLResponse,
  [OP.setACL]: jute.StatResponse, [OP.getChildren]: jute.GetChildrenResponse, [OP.getChildren2]: jute.GetChildren2Response, [OP.sync]: jute.PathResponse,
  [OP.getEphemerals]: jute.GetEphemeralsResponse, [OP.getAllChildrenNumber]: jute.GetAllChildrenNumberResponse, [OP.addWatch]: jute.ErrorResponse,
  [OP.whoAmI]: jute.WhoAmIResponse, [OP.reconfig]: jute.GetDataResponse,
};

const nameOf = (type: number): string => Object.entries(OP).find(([, code]) => code === type)?.[0] ?? String(type);
const bytes = (data: string | Buffer | null): Buffer | null => (typeof data === 'string' ? Buffer.from(data) : data);

/** The bodies of requests, by name; what is not given is what a plain client sends. */
export const body = {
  create: (path: string, data: string | Buffer | null = '', flags: number = CREATE.persistent, list: readonly AclEntry[] = OPEN): Buffer => jute.CreateRequest.encode({ path, data: bytes(data), acl: [...list], flags }),
  createTTL: (path: string, ttl: number, flags: number = CREATE.ttl, data = '', list: readonly AclEntry[] = OPEN): Buffer => jute.CreateTTLRequest.encode({ path, data: bytes(data), acl: [...list], flags, ttl }),
  path: (path: string): Buffer => jute.PathRequest.encode({ path }),
  watch: (path: string, watch = false): Buffer => jute.PathWatchRequest.encode({ path, watch }),
  version: (path: string, version = -1): Buffer => jute.PathVersionRequest.encode({ path, version }),
  setData: (path: string, data: string | Buffer | null = '', version = -1): Buffer => jute.SetDataRequest.encode({ path, data: bytes(data), version }),
  setACL: (path: string, list: readonly AclEntry[] = OPEN, version = -1): Buffer => jute.SetACLRequest.encode({ path, acl: [...list], version }),
  typed: (path: string, type: number): Buffer => jute.WatchTypeRequest.encode({ path, type }),
  addWatch: (path: string, mode: number): Buffer => jute.AddWatchRequest.encode({ path, mode }),
  auth: (scheme: string, auth: string): Buffer => jute.AuthPacket.encode({ type: 0, scheme, auth: Buffer.from(auth) }),
  setWatches: (relativeZxid: number, lists: { data?: string[]; exist?: string[]; child?: string[] }): Buffer =>
    jute.SetWatches.encode({ relativeZxid, dataWatches: lists.data ?? [], existWatches: lists.exist ?? [], childWatches: lists.child ?? [] }),
  setWatches2: (relativeZxid: number, lists: { data?: string[]; exist?: string[]; child?: string[]; persistent?: string[]; recursive?: string[] }): Buffer =>
    jute.SetWatches2.encode({
      relativeZxid, dataWatches: lists.data ?? [], existWatches: lists.exist ?? [], childWatches: lists.child ?? [],
      persistentWatches: lists.persistent ?? [], persistentRecursiveWatches: lists.recursive ?? [],
    }),
  multi: (parts: readonly (readonly [type: number, body: Buffer])[]): Buffer => {
    const writer = new JuteWriter();
    for (const [type, part] of parts) { jute.MultiHeader.write(writer, { type, done: false, err: -1 }); writer.raw(part); }
    jute.MultiHeader.write(writer, { type: -1, done: true, err: -1 });
    return writer.take();
  },
} as const;

/** One server under test, and what was seen of it. */
export class Teller {
  readonly lines: string[] = [];
  readonly port: number;
  readonly #clients = new Map<string, RawClient>();
  readonly #sessions = new Map<bigint, string>();
  readonly #passwords = new Map<bigint, Buffer>();
  #base = 0;

  constructor(port: number) {
    this.port = port;
  }

  say(line: string): void {
    this.lines.push(line);
  }

  /** A client by name; told are its session's timeout and the size of the reply. */
  async open(name: string, options: ConnectOptions = {}): Promise<RawClient> {
    const client = new RawClient(this.port);
    this.#clients.set(name, client);
    const session = await client.greet(options);
    if (!session) this.say(`${name}: closed without a word`);
    else {
      if (session.id !== 0n && !this.#sessions.has(session.id)) this.#sessions.set(session.id, `session ${this.#sessions.size + 1}`);
      if (session.id !== 0n) this.#passwords.set(session.id, session.passwd);
      const zeros = session.passwd.equals(Buffer.alloc(session.passwd.length));
      this.say(`${name}: ${this.#sessions.get(session.id) ?? session.id}, ${session.timeout} ms, password of ${session.passwd.length}${zeros ? ' zeros' : ''}, ${session.size} bytes`);
    }
    return client;
  }

  client(name: string): RawClient {
    const client = this.#clients.get(name);
    if (!client) throw new Error(`no client is called ${name}`);
    return client;
  }

  /** Distances of zxids are told from this one on. */
  base(zxid: number): void {
    this.#base = zxid;
  }

  zxid(zxid: number): string {
    return zxid >= this.#base && this.#base > 0 ? `+${zxid - this.#base}` : zxid > 0 ? 'before' : String(zxid);
  }

  #mask(value: unknown, key = ''): unknown {
    if (Buffer.isBuffer(value)) return `${value.length}:${value.toString('latin1').replace(/(server\.\d=[\d.]+):\d+:\d+/g, '$1:port:port')}`;
    if (typeof value === 'bigint') return this.#sessions.get(value) ?? `0x${BigInt.asUintN(64, value).toString(16)}`;
    if (typeof value === 'number' && /^[cmp]zxid$/.test(key)) return this.zxid(value);
    if (typeof value === 'number' && /^[cm]time$/.test(key)) return value === 0 ? 0 : 'time';
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#mask(item));
      // their order is that of the server's hash table: told as a set
      return key === 'children' || key === 'ephemerals' ? items.sort() : key === 'clientInfo' ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
    }
    if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#mask(item, name)]));
    return value;
  }

  #results(reader: JuteReader): unknown[] {
    const results: unknown[] = [];
    for (;;) {
      const header = jute.MultiHeader.read(reader);
      if (header.done) { results.push(['end', header.type, header.err]); return results; }
      if (header.type === OP.error) results.push(['error', header.err, reader.int()]);
      else results.push([nameOf(header.type), header.err, this.#mask(REPLIES[header.type]?.read(reader) ?? null)]);
    }
  }

  /** A reply in words. */
  told(type: number, reply: Reply | null): string {
    if (!reply) return 'connection closed';
    let text = `xid ${reply.xid} zxid ${this.zxid(reply.zxid)} err ${reply.err}`;
    const reader = new JuteReader(reply.body);
    if (reader.left > 0 && (reply.err === 0 || type === OP.multi || type === OP.multiRead)) {
      const record = REPLIES[type];
      if (type === OP.multi || type === OP.multiRead) text += ` ${JSON.stringify(this.#results(reader))}`;
      else if (record) text += ` ${JSON.stringify(this.#mask(record.read(reader)))}`;
    }
    if (reader.left > 0) text += ` and ${reader.left} bytes: ${reader.rest().toString('hex')}`;
    return text;
  }

  /** One request of a client; its reply (or that the connection was closed) is told, and handed back. */
  async ask(name: string, type: number, request: Buffer = Buffer.alloc(0), note = '', xid?: number): Promise<Reply | null> {
    const reply = await this.client(name).request(type, request, xid);
    this.say(`${name} ${nameOf(type)} ${note}: ${this.told(type, reply)}`);
    return reply;
  }

  /** Every event that came to a client, in their order; a ping first makes sure that all that were under way are here. */
  async events(name: string): Promise<void> {
    const client = this.client(name);
    await client.request(OP.ping, undefined, -2);
    for (const event of client.events.splice(0)) this.say(`${name} got xid ${event.xid} zxid ${this.zxid(event.zxid)} err ${event.err} ${JSON.stringify(jute.WatcherEvent.decode(event.body))}`);
  }

  /** Closes every session there was, those without a connection too: none may expire into what is told next. */
  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.cut()));
    this.#clients.clear();
    for (const [sessionId, passwd] of this.#passwords) {
      const client = new RawClient(this.port);
      if ((await client.greet({ sessionId, passwd }))?.timeout) await client.close();
      await client.cut();
    }
  }
}
