/** A gateway in memory: it keeps a real log, answers honestly, and lies where a test tells it to. No sockets, no disk. */
import { randomBytes } from 'node:crypto';
import {
  createSigner,
  formatVerifierKey,
  KEY_TYPE,
  ProofTable,
  signCheckpoint,
  type Signer,
  TileTree,
} from '../../audit/index.ts';
import type { Connect, FrameSocket, SocketListener } from '../../node/index.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import {
  type Deliver,
  type Delivery,
  type DirectoryRecord,
  type Entry,
  EntrySchema,
  type Envelope,
  type Frame,
  FrameSchema,
  type HandoverStatement,
  HandoverStatementSchema,
  type LoggedEntry,
  type SubmitOutcome,
} from '../../protocol/generated/schema.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { testKey } from '../audit/support.ts';

export type FrameBody = Frame['frame'];
export type Received<K extends FrameBody['kind']> = Extract<FrameBody, { kind: K }>['value'];

export const signer: Signer<typeof KEY_TYPE.ED25519> = createSigner('gateway.test/log', KEY_TYPE.ED25519, testKey(11));
export const logKey = formatVerifierKey(signer);

/** One shard of a log, which can be forked. */
export class FakeLog {
  readonly entries: Uint8Array[] = [];
  readonly signer: typeof signer;
  /** Number of entry 0. */
  readonly firstNumber: number;
  now: () => number = Date.now;
  private readonly tiles = new Map<string, Uint8Array>();
  readonly tree = new TileTree((level, number) => this.tiles.get(`${level}/${number}`)!);

  constructor(entries: readonly Uint8Array[] = [], by = signer, firstNumber = 0) {
    this.signer = by;
    this.firstNumber = firstNumber;
    for (const entry of entries) this.appendBytes(entry);
  }

  append(event: Entry['event'], atMs = this.now()): number {
    return this.appendBytes(encode(EntrySchema, { blind: new Uint8Array(randomBytes(16)), atMs, event }));
  }

  appendBytes(entry: Uint8Array): number {
    for (const { level, number, hashes } of this.tree.append([leafHash(entry)])) {
      this.tiles.set(`${level}/${number}`, hashes);
    }
    this.tree.stored();
    return this.entries.push(entry) - 1;
  }

  checkpoint(by = this.signer): Uint8Array {
    return signCheckpoint({ origin: by.name, size: this.tree.size, root: this.tree.root() }, by);
  }

  /** @param checkpoint for an entry of a shard that has ended */
  logged(index: number, table: ProofTable, checkpoint: Uint8Array = new Uint8Array(0)): LoggedEntry {
    return { index, entry: this.entries[index]!, path: table.add(this.tree.inclusionPath(index)), checkpoint };
  }
}

/** One connection of the node. */
export class FakeConnection implements FrameSocket {
  private readonly gateway: FakeGateway;
  private readonly listener: SocketListener;
  isOpen = true;

  constructor(gateway: FakeGateway, listener: SocketListener) {
    this.gateway = gateway;
    this.listener = listener;
    queueMicrotask(() => listener.opened());
  }

  send(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    const { frame } = decode(FrameSchema, bytes.slice(), 'open');
    this.gateway.received.push(frame);
    queueMicrotask(() => this.gateway.handle(frame, this));
  }

  close(): void {
    this.drop();
  }

  terminate(): void {
    this.drop();
  }

  /** The gateway's side goes away. */
  drop(error = new LiaisonError('UNAVAILABLE', 'dropped')): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    queueMicrotask(() => this.listener.closed(error));
  }

  answer(frame: FrameBody): void {
    if (this.isOpen) this.listener.message(encode(FrameSchema, { frame }));
  }
}

export class FakeGateway {
  log = new FakeLog();
  /** Shards that have ended, oldest first. */
  readonly closed: FakeLog[] = [];
  capabilities: string[] = [];
  readonly received: FrameBody[] = [];
  connections: FakeConnection[] = [];
  readonly directory = new Map<string, DirectoryRecord>();
  /** Number of each accepted header's entry, by its digest. */
  readonly accepted = new Map<string, number>();
  /** Takes a frame out of the usual way when it returns true. */
  intercept: (frame: FrameBody, connection: FakeConnection) => boolean = () => false;
  /** Refuses an envelope instead of accepting it. */
  refuse: (envelope: Envelope) => ErrorCode | undefined = () => undefined;
  /** Refuses every connection. */
  connectError: LiaisonError | undefined;

  constructor() {
    this.log.append({ kind: 'tick', value: {} });
  }

  readonly connect: Connect = (listener) => {
    const error = this.connectError;
    if (error) {
      queueMicrotask(() => listener.closed(error));
      return { send: () => undefined, close: () => undefined, terminate: () => undefined };
    }
    const connection = new FakeConnection(this, listener);
    this.connections.push(connection);
    return connection;
  };

  get connection(): FakeConnection {
    return this.connections.at(-1)!;
  }

  /** What the node has sent of one kind. */
  of<K extends FrameBody['kind']>(kind: K): Received<K>[] {
    return this.received.filter((frame) => frame.kind === kind).map((frame) => frame.value as Received<K>);
  }

  handle(frame: FrameBody, connection: FakeConnection): void {
    if (this.intercept(frame, connection)) return;
    switch (frame.kind) {
      case 'hello':
        connection.answer({ kind: 'welcome', value: this.welcome(frame.value.checkpoint) });
        return;
      case 'submit':
        this.submit(frame.value, connection);
        return;
      case 'handover':
        this.handover(frame.value, connection);
        return;
      case 'directoryGet': {
        const { request, mailboxes } = frame.value;
        const records = mailboxes.flatMap((name) => this.directory.get(name) ?? []);
        const unknown = mailboxes.filter((name) => !this.directory.has(name));
        connection.answer({ kind: 'directory', value: { request, version: 1, records, unknown, more: false } });
        return;
      }
      case 'proofGet':
        this.proofs(frame.value, connection);
        return;
      case 'ping':
        connection.answer({ kind: 'pong', value: { nonce: frame.value.nonce, nowMs: Date.now() } });
        return;
      default:
    }
  }

  welcome(checkpoint: Uint8Array): Received<'welcome'> {
    return {
      version: 1,
      session: new Uint8Array(16),
      limits: { frameBytesMax: 4 << 20, submitMessagesMax: 1024, submitBytesInFlightMax: 8 << 20 },
      checkpoint: this.log.checkpoint(),
      ...this.extension(checkpoint),
      nowMs: Date.now(),
      capabilities: this.capabilities,
      firstNumber: this.log.firstNumber,
    };
  }

  private extension(checkpoint: Uint8Array): Pick<Received<'welcome'>, 'consistency' | 'shards'> {
    const [origin = '', size = '0'] = Buffer.from(checkpoint).toString('utf8').split('\n');
    const at = this.closed.findIndex(({ signer: { name } }) => name === origin);
    if (checkpoint.length > 0 && at < 0) return { consistency: this.consistency(checkpoint), shards: [] };
    const shards = this.closed.slice(Math.max(at, 0)).map((log, i) => ({
      finalCheckpoint: log.checkpoint(),
      consistency: i === 0 && at >= 0 && Number(size) < log.tree.size ? log.tree.consistencyPath(Number(size)) : [],
      close: log.entries.at(-1)!,
      path: log.tree.inclusionPath(log.tree.size - 1),
    }));
    return { consistency: [], shards };
  }

  /** Ends the shard and begins the next one, which has the key of this seed. */
  roll(nextOrigin: string, seed: number): Signer<typeof KEY_TYPE.ED25519> {
    const next = createSigner(nextOrigin, KEY_TYPE.ED25519, testKey(seed));
    this.log.append({ kind: 'shardClose', value: { nextOrigin, nextVerifierKey: formatVerifierKey(next) } });
    this.closed.push(this.log);
    const { now, firstNumber, tree } = this.log;
    this.log = new FakeLog([], next, firstNumber + tree.size);
    this.log.now = now;
    this.log.append({ kind: 'tick', value: {} });
    return next;
  }

  /** What a gateway does with its sessions then. */
  sendAway(): void {
    const { number: code, message: text } = new LiaisonError('SHUTTING_DOWN');
    const { connection } = this;
    connection.answer({ kind: 'goAway', value: { code, text, retryAfterMs: 0 } });
    connection.drop();
  }

  /** An entry with its proof, whatever shard it is in. */
  logged(number: number, table: ProofTable): LoggedEntry {
    const ended = this.closed.findLast((log) => log.firstNumber <= number);
    if (!ended || number >= this.log.firstNumber) return this.log.logged(number - this.log.firstNumber, table);
    return ended.logged(number - ended.firstNumber, table, ended.checkpoint());
  }

  consistency(checkpoint: Uint8Array): Uint8Array[] {
    const size = Number(Buffer.from(checkpoint).toString('utf8').split('\n')[1] ?? 0);
    return size === 0 || size >= this.log.tree.size ? [] : this.log.tree.consistencyPath(size);
  }

  submit({ request, envelopes }: Received<'submit'>, connection: FakeConnection): void {
    const results = envelopes.map((envelope) => this.accept(envelope));
    const table = new ProofTable();
    const outcomes = results.map(({ messageId, index, code }): SubmitOutcome => {
      if (index !== undefined) return { messageId, outcome: { kind: 'accepted', value: this.logged(index, table) } };
      const error = new LiaisonError(code!);
      const value = { code: error.number, text: error.message, retry: error.retry, logged: undefined };
      return { messageId, outcome: { kind: 'refused', value } };
    });
    const value = { request, checkpoint: this.log.checkpoint(), hashes: table.hashes, outcomes };
    connection.answer({ kind: 'submitResult', value });
  }

  private accept(envelope: Envelope): { messageId: Uint8Array; index?: number; code?: ErrorCode } {
    const { routing, digest, recipients } = parseHeader(envelope.header);
    const { messageId } = routing;
    const code = this.refuse(envelope);
    if (code) return { messageId, code };
    const known = Buffer.from(digest).toString('hex');
    const index =
      this.accepted.get(known) ??
      this.log.firstNumber +
        this.log.append({
          kind: 'submissionAcceptance',
          value: {
            header: envelope.header,
            signature: envelope.signature,
            path: envelope.path,
            numbers: recipients.map(() => 1),
            contentBytes: envelope.content.length,
          },
        });
    this.accepted.set(known, index);
    return { messageId, index };
  }

  private handover({ request, statements }: Received<'handover'>, connection: FakeConnection): void {
    const items = statements.map((bytes) => {
      const { messageId } = decode(HandoverStatementSchema, bytes, 'signed');
      return { messageId, code: 0, index: 7, text: '', retry: false };
    });
    connection.answer({ kind: 'handoverResult', value: { request, items } });
  }

  proofs({ request, checkpoint }: Received<'proofGet'>, connection: FakeConnection, entries: number[] = []): void {
    const table = new ProofTable();
    const logged = entries.map((number) => this.logged(number, table));
    const value = {
      request,
      checkpoint: this.log.checkpoint(),
      hashes: table.hashes,
      entries: logged,
      consistency: checkpoint.length > 0 ? this.consistency(checkpoint) : [],
      unknown: [],
      remaining: [],
    };
    connection.answer({ kind: 'proofs', value });
  }

  deliver(...deliveries: Delivery[]): void {
    const value: Deliver = { checkpoint: this.log.checkpoint(), hashes: [], deliveries };
    this.connection.answer({ kind: 'deliver', value });
  }

  /** Statements of all Handover frames, in order. */
  statements(): HandoverStatement[] {
    return this.of('handover').flatMap(({ statements }) =>
      statements.map((bytes) => decode(HandoverStatementSchema, bytes, 'signed')),
    );
  }
}
