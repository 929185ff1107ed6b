/** A node that speaks frames and does nothing by itself: for tests of the wire, of a gateway under attack, and of load. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { resolvePath } from '../../audit/proof-table.ts';
import { verifyCheckpoint } from '../../audit/checkpoint.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { signBatch, type BatchKind } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { sealMessage, signMessages, type SealedMessage } from '../../protocol/envelope/seal.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import {
  Availability,
  type Body,
  Classification,
  CrimeArea,
  EntrySchema,
  EventStatementSchema,
  FrameSchema,
  HandlingCode,
  HandoverOutcome,
  HandoverStatementSchema,
  InfoCode,
  MessageType,
  Purpose,
  SourceCode,
  Urgency,
  type Delivery,
  type EncryptionKey,
  type Entry,
  type Envelope,
  type EventStatement,
  type Frame,
  type HandoverResult,
  type HandoverStatement,
  type Hello,
  type LoggedEntry,
  type RecipientEvent,
  type Routing,
  type SubmitResult,
  type Welcome,
} from '../../protocol/generated/schema.ts';
import { messageIdBytes, newMessageId, type Mailbox } from '../../protocol/ids.ts';
import { leafHash, verifyInclusion } from '../../protocol/merkle.ts';
import type { Agency, World } from './world.ts';

type FrameOf<K extends Frame['frame']['kind']> = Extract<Frame['frame'], { kind: K }>['value'];

export class RawNode {
  readonly socket: WebSocket;
  readonly agency: Agency;
  /** Frames that nobody has taken yet. */
  frames: Frame['frame'][] = [];
  closed: { code: number; reason: string } | undefined;
  private readonly world: World;
  private waiting: (() => void)[] = [];
  private request = 1;

  /** Connects; rejects with the socket's error or the HTTP status of the refusal. */
  static connect(world: World, agency: Agency, options: { url?: string } = {}): Promise<RawNode> {
    const socket = new WebSocket(options.url ?? world.url, 'liaison.v1', {
      ca: world.ca,
      cert: readFileSync(agency.tls.chainPath),
      key: readFileSync(agency.tls.keyPath),
      perMessageDeflate: false,
      handshakeTimeout: 5000,
    });
    const node = new RawNode(world, agency, socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(node));
      socket.once('error', reject);
      socket.once('unexpected-response', (_, response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => reject(new Error(`${response.statusCode} ${body}`)));
      });
    });
  }

  /** Connects and says Hello for the agency's mailbox. */
  static async open(world: World, agency: Agency, hello: Partial<Hello> = {}): Promise<RawNode> {
    const node = await RawNode.connect(world, agency);
    await node.hello(hello);
    return node;
  }

  private constructor(world: World, agency: Agency, socket: WebSocket) {
    this.world = world;
    this.agency = agency;
    this.socket = socket;
    socket.on('message', (data) => {
      this.frames.push(decode(FrameSchema, data as Buffer, 'open').frame);
      this.wake();
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.wake();
    });
    socket.on('error', () => undefined);
  }

  send(frame: Frame['frame']): void {
    this.socket.send(encode(FrameSchema, { frame }));
  }

  /** Takes the next frame of a kind; pings are answered on the way. */
  async next<K extends Frame['frame']['kind']>(kind: K, timeoutMs = 10_000): Promise<FrameOf<K>> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const at = this.frames.findIndex((frame) => frame.kind === kind);
      if (at >= 0) return this.frames.splice(at, 1)[0]?.value as FrameOf<K>;
      const rest = deadline - Date.now();
      if (this.closed) throw new Error(`closed (${this.closed.code} ${this.closed.reason}) while waiting for ${kind}`);
      if (rest <= 0)
        throw new Error(`no ${kind} within ${timeoutMs} ms; got ${this.frames.map((f) => f.kind).join(' ')}`);
      await this.activity(rest);
    }
  }

  async untilClosed(timeoutMs = 10_000): Promise<{ code: number; reason: string }> {
    const deadline = Date.now() + timeoutMs;
    while (!this.closed) {
      if (Date.now() > deadline) throw new Error('still open');
      await this.activity(100);
    }
    return this.closed;
  }

  /** Everybody who waits looks again. */
  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const look of waiting) look();
  }

  private activity(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async hello(hello: Partial<Hello> = {}): Promise<Welcome> {
    const mailboxes = [{ mailbox: this.agency.mailbox as string, nextNumber: 1 }];
    const value = { versions: [1], node: 'raw', mailboxes, checkpoint: new Uint8Array(0), capabilities: [], ...hello };
    this.send({ kind: 'hello', value });
    return this.next('welcome');
  }

  submit(envelopes: Envelope[]): Promise<SubmitResult> {
    this.send({ kind: 'submit', value: { request: this.request++, envelopes } });
    return this.next('submitResult');
  }

  ready(messages = 1000, bytes = 100_000_000): void {
    this.send({ kind: 'ready', value: { messages, bytes } });
  }

  /** Hands over what was delivered, under one signature. */
  handover(deliveries: readonly Delivery[], change: Partial<HandoverStatement> = {}): Promise<HandoverResult> {
    const statements = deliveries.map((delivery) => {
      if (delivery.content.kind !== 'message') throw new Error('not a message');
      const { routing, digest } = parseHeader(delivery.content.value.header);
      return encode(HandoverStatementSchema, {
        blind: new Uint8Array(randomBytes(16)),
        messageId: routing.messageId,
        sender: routing.sender,
        recipient: delivery.mailbox,
        number: delivery.number,
        headerDigest: digest,
        outcome: HandoverOutcome.HANDED_OVER,
        reason: 0,
        atMs: Date.now(),
        ...change,
      });
    });
    const { signature } = signBatch('handover', this.agency.signingKey, statements);
    this.send({ kind: 'handover', value: { request: this.request++, statements, signature } });
    return this.next('handoverResult');
  }

  /** States access or consent about what was delivered, under one signature. */
  events(
    deliveries: readonly Delivery[],
    event: RecipientEvent,
    change: Partial<EventStatement> = {},
    kind: BatchKind = 'event',
  ): Promise<FrameOf<'eventsResult'>> {
    const statements = deliveries.map((delivery) => {
      if (delivery.content.kind !== 'message') throw new Error('not a message');
      const { routing, digest } = parseHeader(delivery.content.value.header);
      const { messageId, sender } = routing;
      const { mailbox: recipient, number } = delivery;
      const blind = new Uint8Array(randomBytes(16));
      const atMs = Date.now();
      const statement = { blind, messageId, sender, recipient, number, headerDigest: digest, event, atMs, ...change };
      return encode(EventStatementSchema, statement);
    });
    const { signature } = signBatch(kind, this.agency.signingKey, statements);
    this.send({ kind: 'events', value: { request: this.request++, statements, signature } });
    return this.next('eventsResult');
  }

  proofs(messageIds: Uint8Array[]): Promise<FrameOf<'proofs'>> {
    const value = { request: this.request++, messageIds, checkpoint: new Uint8Array(0) };
    this.send({ kind: 'proofGet', value });
    return this.next('proofs');
  }

  /** Verifies checkpoint and path of an entry in a frame and returns the decoded entry. */
  verified(logged: LoggedEntry, frame: { checkpoint: Uint8Array; hashes: Uint8Array[] }): Entry {
    const { size, root } = verifyCheckpoint(frame.checkpoint, parseVerifierKey(this.world.verifierKey));
    const path = resolvePath(frame.hashes, logged.path);
    if (!verifyInclusion(leafHash(logged.entry), BigInt(logged.index), BigInt(size), path, root)) {
      throw new Error(`entry ${logged.index} is not in the tree`);
    }
    return decode(EntrySchema, logged.entry, 'signed');
  }

  close(): void {
    this.socket.close();
  }
}

export interface Draft {
  text?: string;
  messageId?: Uint8Array;
  routing?: Partial<Routing>;
  /** Spontaneous information with this text, unless told. */
  content?: Body['content'];
}

/** Seals and signs drafts from one agency to others as one burst. */
export function envelopes(from: Agency, to: readonly Agency[], drafts: readonly Draft[] = [{}]): Envelope[] {
  return signMessages(
    from.signingKey,
    drafts.map((draft) => seal(from, to, draft)),
  );
}

/** What sealing and signing need of a sender, and of a recipient. */
export type Sender = Pick<Agency, 'mailbox' | 'signingKey'>;
export interface Recipient {
  readonly mailbox: Mailbox;
  readonly encryption: EncryptionKey;
}

export function seal(from: Sender, to: readonly Recipient[], draft: Draft = {}): SealedMessage {
  const now = Date.now();
  return sealMessage({
    routing: {
      messageId: draft.messageId ?? newId(),
      type: MessageType.SPONTANEOUS_INFORMATION,
      schemaVersion: 1,
      sender: from.mailbox,
      threadId: new Uint8Array(randomBytes(16)),
      inReplyTo: new Uint8Array(0),
      annexOf: new Uint8Array(0),
      groupId: new Uint8Array(0),
      groupVersion: 0,
      createdAtMs: now,
      expiresAtMs: now + 86_400_000,
      urgency: Urgency.NORMAL,
      availability: Availability.UNSPECIFIED,
      classification: Classification.BPL,
      handling: [HandlingCode.H0],
      handlingTextPresent: false,
      containsPersonalData: false,
      purpose: Purpose.DETECTION,
      exercise: true,
      derivedFrom: [],
      permissionIds: [],
      retentionUntilMs: 0,
      contactCopyExemption: 0,
      attachments: [],
      grant: undefined,
      interim: false,
      ...draft.routing,
    },
    recipients: to.map((agency) => ({ mailbox: agency.mailbox, key: agency.encryption })),
    signingKeyId: keyThumbprint(from.signingKey),
    body: {
      caseNumber: '',
      language: 'en',
      handlingText: '',
      attachments: [],
      content: draft.content ?? {
        kind: 'spontaneousInformation',
        value: {
          crimeArea: CrimeArea.REVENUE,
          subject: 'Test',
          text: draft.text ?? 'A test message.',
          evaluation: {
            sourceCode: SourceCode.B,
            infoCode: InfoCode['2'],
            assessedByUnit: 'desk',
            assessedAtMs: now,
          },
          objects: [],
        },
      },
    },
    random: (length) => new Uint8Array(randomBytes(length)),
  });
}

export const newId = (): Uint8Array => messageIdBytes(newMessageId(Date.now(), new Uint8Array(randomBytes(10))));
