/**
 * A client process that keeps many idle sessions open and opens them again when they are lost, as the SDK does:
 * exponential back-off with full jitter. It answers pings and does nothing else.
 */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { WebSocket, type ClientOptions } from 'ws';
import { backoffMs } from '../../../node/session/machine.ts';
import { decode, encode } from '../../../protocol/codec.ts';
import { FrameSchema, type Frame } from '../../../protocol/generated/schema.ts';
import type { LiaisonSettings } from './client.ts';

/** One mailbox, served by one session with the certificate of an agency, numbered as in the settings. */
export interface IdleSession {
  readonly agency: number;
  readonly mailbox: string;
}
export interface IdleOrder {
  readonly settings: Pick<LiaisonSettings, 'url' | 'caFile' | 'agencies'>;
  readonly sessions: readonly IdleSession[];
}
/** Told whenever it has changed, a few times a second. */
export interface IdleState {
  readonly open: number;
  /** Attempts that ended without a session, since the start. */
  readonly failed: number;
}

/** Handshakes of this process at a time while it connects at first. */
const CONNECTING_MAX = 40;
const HANDSHAKE_MS = 20_000;
const REPORT_MS = 100;

let open = 0;
let failed = 0;
let changed = false;

class Idle {
  private readonly order: IdleOrder;
  private readonly session: IdleSession;
  private readonly context: SecureContext;
  private readonly settled: () => void;
  private attempt = 0;

  constructor(order: IdleOrder, session: IdleSession, context: SecureContext, settled: () => void) {
    this.order = order;
    this.session = session;
    this.context = context;
    this.settled = settled;
  }

  connect(): void {
    let isOpen = false;
    this.attempt++;
    // `ws` hands all of this to node:tls, though its types name less.
    const options: ClientOptions & { secureContext: SecureContext } = {
      secureContext: this.context,
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_MS,
    };
    const socket = new WebSocket(this.order.settings.url, 'liaison.v1', options);
    const send = (frame: Frame['frame']): void => socket.send(encode(FrameSchema, { frame }));
    socket.on('open', () => send({ kind: 'hello', value: this.hello() }));
    socket.on('message', (data: Buffer) => {
      const { frame } = decode(FrameSchema, data, 'open');
      if (frame.kind === 'ping') send({ kind: 'pong', value: { nonce: frame.value.nonce, nowMs: Date.now() } });
      if (frame.kind !== 'welcome') return;
      isOpen = true;
      this.attempt = 0;
      open++;
      changed = true;
      this.settled();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (isOpen) open--;
      else failed++;
      changed = true;
      const jitter = randomInt(2 ** 32) / 2 ** 32;
      setTimeout(() => this.connect(), backoffMs(Math.max(this.attempt - 1, 0), jitter));
    });
  }

  private hello(): Extract<Frame['frame'], { kind: 'hello' }>['value'] {
    const mailboxes = [{ mailbox: this.session.mailbox, nextNumber: 1 }];
    return { versions: [1], node: 'idle', mailboxes, checkpoint: new Uint8Array(0), capabilities: [] };
  }
}

function begin(order: IdleOrder): void {
  const contexts = new Map<number, SecureContext>();
  const contextOf = (agency: number): SecureContext => {
    const tls = order.settings.agencies[agency]?.tls;
    if (!tls) throw new RangeError(`No agency ${agency}.`);
    const made = createSecureContext({
      ca: readFileSync(order.settings.caFile),
      cert: readFileSync(tls.chainFile),
      key: readFileSync(tls.keyFile),
    });
    contexts.set(agency, made);
    return made;
  };
  const waiting = [...order.sessions];
  const next = (): void => {
    const session = waiting.shift();
    if (!session) return;
    let isFirst = true;
    const context = contexts.get(session.agency) ?? contextOf(session.agency);
    new Idle(order, session, context, () => {
      if (isFirst) next();
      isFirst = false;
    }).connect();
  };
  for (let i = 0; i < CONNECTING_MAX; i++) next();
}

setInterval(() => {
  if (changed) process.send?.({ open, failed } satisfies IdleState);
  changed = false;
}, REPORT_MS);
process.on('message', begin);
process.on('disconnect', () => process.exit(0));
