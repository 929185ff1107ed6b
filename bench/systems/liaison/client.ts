/**
 * Clients for the figure *gateway*: the sender submits sealed envelopes and counts results and evidence; the recipient
 * checks what can be checked without opening (header, digests) and signs handovers in batches. Neither has a database.
 */
import { createPrivateKey, randomFillSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { signBatch } from '../../../protocol/batch.ts';
import { decode, encode } from '../../../protocol/codec.ts';
import { parseHeader, verifyOwnWrappedKey } from '../../../protocol/envelope/verify.ts';
import {
  FrameSchema,
  HandoverOutcome,
  HandoverStatementSchema,
  type Delivery,
  type Frame,
  type LoggedEntry,
  type SubmitOutcome,
} from '../../../protocol/generated/schema.ts';
import type { Mailbox } from '../../../protocol/ids.ts';
import type {
  Client,
  RecipientEvents,
  RecipientLink,
  RecipientOptions,
  SenderEvents,
  SenderLink,
  SenderOptions,
} from '../../load/types.ts';
import { indexOf, Pool } from './pool.ts';
import { ReceiptSample } from './receipts.ts';

/** Passed as JSON from the server's side. */
export interface LiaisonSettings {
  readonly url: string;
  readonly caFile: string;
  /** Public key of the log, text form. */
  readonly logKey: string;
  /** By route number. */
  readonly agencies: readonly {
    readonly mailbox: string;
    /** Of the next message that it does not have; 1 unless told. */
    readonly nextNumber?: number;
    readonly tls: { readonly chainFile: string; readonly keyFile: string };
    readonly signingKeyFile: string;
  }[];
  /** Pool files; `single` and `burst` by sender's number. */
  readonly pools: Readonly<Record<string, readonly string[]>>;
}

/** What a recipient lets come before it is ready for more. */
const CREDIT_MESSAGES = 2048;
const CREDIT_BYTES = 64 * 1024 * 1024;

type FrameBody = Frame['frame'];

class Connection {
  readonly socket: WebSocket;
  /** Of Deliver frames. */
  deliveredBytes = 0;
  private opened: () => void = () => undefined;

  constructor(settings: LiaisonSettings, number: number, onFrame: (frame: FrameBody) => void) {
    const agency = settings.agencies[number];
    if (!agency) throw new RangeError(`No agency ${number}.`);
    this.socket = new WebSocket(settings.url, 'liaison.v1', {
      ca: readFileSync(settings.caFile),
      cert: readFileSync(agency.tls.chainFile),
      key: readFileSync(agency.tls.keyFile),
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    this.socket.on('message', (data: Buffer) => {
      const { frame } = decode(FrameSchema, data, 'open');
      if (frame.kind === 'deliver') this.deliveredBytes += data.length;
      if (frame.kind === 'welcome') this.opened();
      else if (frame.kind === 'ping')
        this.send({ kind: 'pong', value: { nonce: frame.value.nonce, nowMs: Date.now() } });
      else onFrame(frame);
    });
  }

  /** Says Hello for one mailbox; resolves with the gateway's Welcome. */
  async open(
    { mailbox, nextNumber = 1 }: LiaisonSettings['agencies'][number],
    failed: (error: Error) => void,
  ): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
    this.socket.on('error', failed);
    this.socket.on('close', (code, reason) => {
      if (code !== 1000 && code !== 1005) failed(new Error(`The gateway closed: ${code} ${reason.toString()}`));
    });
    const welcome = new Promise<void>((resolve) => (this.opened = resolve));
    const value = {
      versions: [1, 2],
      node: `bench-${process.pid}`,
      mailboxes: [{ mailbox, nextNumber }],
      checkpoint: new Uint8Array(0),
      capabilities: [],
    };
    this.send({ kind: 'hello', value });
    await welcome;
  }

  send(frame: FrameBody): void {
    this.socket.send(encode(FrameSchema, { frame }));
  }

  async close(): Promise<void> {
    this.socket.removeAllListeners('error').on('error', () => undefined);
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.close(1000);
    await closed;
  }
}

async function connectSender(given: unknown, options: SenderOptions, events: SenderEvents): Promise<SenderLink> {
  const settings = given as LiaisonSettings;
  const agency = settings.agencies[options.from];
  if (!agency) throw new RangeError(`No agency ${options.from}.`);
  const file = settings.pools[`${options.signing}-${options.bodyBytes}`]?.[options.from];
  if (!file) throw new Error(`No pool of sender ${options.from} for ${options.signing}, ${options.bodyBytes} bytes.`);
  const pool = new Pool(file);
  const receipts = new ReceiptSample(settings.logKey);
  const ranges = new Map<number, { first: number; count: number }>();
  const connection = new Connection(settings, options.from, (frame) => {
    if (frame.kind === 'submitResult') {
      const range = ranges.get(frame.value.request);
      ranges.delete(frame.value.request);
      const refused = frame.value.outcomes.find(({ outcome }) => outcome.kind !== 'accepted');
      if (refused?.outcome.kind === 'refused') return events.failed(new Error(refused.outcome.value.text));
      receipts.offer('submissionAcceptance', frame.value, frame.value.outcomes.flatMap(acceptanceOf));
      if (range) events.confirmed(range.first, range.count);
    } else if (frame.kind === 'evidence') {
      receipts.offer('contentHandover', frame.value, frame.value.entries);
      events.proven(frame.value.entries.length);
    } else {
      events.failed(new Error(`An unexpected frame: ${frame.kind}.`));
    }
  });
  await connection.open(agency, events.failed);
  let request = 1;
  return {
    proves: true,
    send: (first, count) => {
      ranges.set(request, { first, count });
      connection.socket.send(pool.frame(request++, first, count));
    },
    checkReceipts: () => receipts.verify(),
    close: () => connection.close(),
  };
}

const acceptanceOf = ({ outcome }: SubmitOutcome): LoggedEntry[] =>
  outcome.kind === 'accepted' ? [outcome.value] : [];

/** What came in is handed over under one signature when the socket has nothing more for the moment. */
class Handovers {
  private readonly key: KeyObject;
  private readonly connection: Connection;
  private readonly blinds = Buffer.alloc(16 * 256);
  private blindAt = this.blinds.length;
  private request = 1;

  constructor(key: KeyObject, connection: Connection) {
    this.key = key;
    this.connection = connection;
  }

  /** Checks and signs a frame's deliveries; `delivered` is told each message that has passed the checks. */
  take(deliveries: readonly Delivery[], delivered: (index: number) => void): void {
    const atMs = Date.now();
    const statements = deliveries.map((delivery) => {
      if (delivery.content.kind !== 'message')
        throw new Error(`Number ${delivery.number} ended without the recipient.`);
      const envelope = delivery.content.value;
      const parsed = parseHeader(envelope.header);
      verifyOwnWrappedKey(envelope, parsed, parsed.recipients.indexOf(delivery.mailbox as Mailbox));
      delivered(indexOf(parsed.routing.messageId));
      return encode(HandoverStatementSchema, {
        blind: this.blind(),
        messageId: parsed.routing.messageId,
        sender: parsed.sender,
        recipient: delivery.mailbox,
        number: delivery.number,
        headerDigest: parsed.digest,
        outcome: HandoverOutcome.HANDED_OVER,
        reason: 0,
        atMs,
      });
    });
    const { signature } = signBatch('handover', this.key, statements);
    this.connection.send({ kind: 'handover', value: { request: this.request++, statements, signature } });
  }

  private blind(): Uint8Array {
    if (this.blindAt === this.blinds.length) {
      randomFillSync(this.blinds);
      this.blindAt = 0;
    }
    return new Uint8Array(this.blinds.subarray(this.blindAt, (this.blindAt += 16)));
  }
}

async function connectRecipient(
  given: unknown,
  options: RecipientOptions,
  events: RecipientEvents,
): Promise<RecipientLink> {
  const settings = given as LiaisonSettings;
  const agency = settings.agencies[options.to];
  if (!agency) throw new RangeError(`No agency ${options.to}.`);
  const connection: Connection = new Connection(settings, options.to, (frame) => {
    if (frame.kind === 'deliver') {
      const { deliveries } = frame.value;
      handovers.take(deliveries, events.delivered);
      connection.send({ kind: 'ready', value: { messages: deliveries.length, bytes: CREDIT_BYTES } });
    } else if (frame.kind === 'handoverResult') {
      const refused = frame.value.items.find(({ code }) => code !== 0);
      if (refused) return events.failed(new Error(refused.text));
      events.acknowledged(frame.value.items.length);
    } else if (frame.kind !== 'evidence') {
      events.failed(new Error(`An unexpected frame: ${frame.kind}.`));
    }
  });
  const handovers = new Handovers(createPrivateKey(readFileSync(agency.signingKeyFile)), connection);
  await connection.open(agency, events.failed);
  connection.send({ kind: 'ready', value: { messages: CREDIT_MESSAGES, bytes: CREDIT_BYTES } });
  return {
    get deliveredBytes() {
      return connection.deliveredBytes;
    },
    close: () => connection.close(),
  };
}

export default { connectSender, connectRecipient } satisfies Client;
