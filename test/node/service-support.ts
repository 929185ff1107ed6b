/** An agency node that remembers what it is told, for tests of the local service. */
import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Reason } from '../../node/journal/entries.ts';
import type { RequestState, Thread, ThreadSummary } from '../../node/cases/types.ts';
import type { ServiceNode } from '../../node/service/ports.ts';
import type { ActFacts } from '../../node/journal/entries.ts';
import type {
  AttachmentInfo,
  InboxMessage,
  MessageEvidence,
  SendRequest,
  StoredMessage,
  StoredReceipt,
} from '../../node/types.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { Classification, HandlingCode, MessageType, Purpose, type Routing } from '../../protocol/generated/schema.ts';
import { type Mailbox, type MessageId, messageIdBytes, newMessageId } from '../../protocol/ids.ts';
import { bodyFromJson } from '../../protocol/messages/json.ts';

export const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));
export const QUIET = pino({ level: 'silent' });
export const newId = (): MessageId => newMessageId(Date.now(), random(10));

const dirs: string[] = [];
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'liaison-service-'));
  dirs.push(dir);
  return dir;
}
export const removeDirs = (): void => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true }));

export const BODY = {
  language: 'en',
  spontaneousInformation: {
    subject: 'Vessel',
    text: 'Arrives on Monday.',
    crimeArea: 'REVENUE',
    evaluation: { sourceCode: 'B', infoCode: '2', assessedByUnit: 'xb.police/desk', assessedAtMs: 1 },
  },
};

const OWN = 'xa.customs/portalder' as Mailbox;
const OTHER = 'xb.police/desk' as Mailbox;

export const routingOf = (id: string, from: string, to: readonly string[]): Routing => ({
  messageId: messageIdBytes(id as MessageId),
  type: MessageType.SPONTANEOUS_INFORMATION,
  schemaVersion: 2,
  sender: from,
  signingKeyId: new Uint8Array(32),
  recipients: to.map((mailbox) => ({ mailbox, keyId: new Uint8Array(32) })),
  threadId: new Uint8Array(16),
  inReplyTo: new Uint8Array(0),
  annexOf: new Uint8Array(0),
  groupId: new Uint8Array(0),
  groupVersion: 0,
  createdAtMs: 1,
  expiresAtMs: 2,
  urgency: 1,
  availability: 0,
  classification: Classification.BPL,
  handling: [HandlingCode.H0],
  handlingTextPresent: false,
  containsPersonalData: true,
  purpose: Purpose.PREVENTION,
  exercise: false,
  derivedFrom: [],
  permissionIds: [],
  retentionUntilMs: 0,
  contactCopyExemption: 0,
  attachments: [],
  bodyDigest: new Uint8Array(32),
  grant: undefined,
  interim: false,
});

interface Arrived {
  readonly message: InboxMessage;
  readonly files: readonly { readonly info: AttachmentInfo; readonly path: string }[];
  done: boolean;
}

/** What it holds survives, as if it were on disk: a test that "kills" makes new parts around the same stand-in. */
export class StandIn extends EventEmitter {
  readonly config = { mailboxes: [OWN] };
  readonly sent = new Map<string, SendRequest & { readonly files: { name: string; sha256: string }[] }>();
  readonly states = new Map<string, Pick<MessageEvidence, 'state' | 'obstacle'>>();
  readonly arrived: Arrived[] = [];
  readonly recorded: { readonly kind: string; readonly detail: ActFacts }[] = [];
  readonly calls: string[] = [];
  readonly requests: RequestState[] = [];
  isConnected = true;
  sendError: LiaisonError | undefined;

  get node(): ServiceNode {
    return this;
  }

  readonly journal = {
    record: (kind: string, detail: ActFacts): Promise<number> => Promise.resolve(this.recorded.push({ kind, detail })),
  };

  arrive(
    files: readonly { name: string; path: string }[] = [],
    from: Mailbox = OTHER,
    id: MessageId = newId(),
  ): InboxMessage {
    const infos = files.map(({ name, path }) => {
      return { info: { name, mediaType: 'image/jpeg', sizeBytes: 1, digest: 'd', state: 'here' as never }, path };
    });
    const entry: Arrived = {
      message: {
        ...{ id, from, to: OWN, receivedAt: 3, acceptedAt: 2, attempt: 1 },
        routing: routingOf(id, from, [OWN]),
        body: bodyFromJson(BODY),
        done: () => this.done(id),
        ...{ status: 'CURRENT' as const, origins: [] },
        ...{ attachments: infos.map(({ info }) => info) },
      },
      files: infos,
      done: false,
    };
    this.arrived.push(entry);
    this.emit('received', { id });
    return entry.message;
  }

  async send(request: SendRequest): Promise<MessageId> {
    if (this.sendError) throw this.sendError;
    const { attachments = [] } = request;
    const id = request.id ?? newId();
    if (this.sent.has(id)) throw new Error(`${id} is sent twice`);
    const files = attachments.map(({ path, name }) => ({ name: name ?? '', sha256: sha256(path) }));
    await Promise.resolve();
    this.sent.set(id, { ...request, files });
    this.states.set(id, { state: 'composed' });
    return id as MessageId;
  }

  async *inbox(): AsyncGenerator<InboxMessage> {
    for (const { message, done } of this.arrived) {
      await Promise.resolve();
      if (!done) yield message;
    }
  }

  done(id: string): Promise<void> {
    for (const entry of this.arrived) if (entry.message.id === id) entry.done = true;
    return Promise.resolve();
  }

  evidence(id: string): MessageEvidence {
    const state = this.states.get(id);
    if (!state) throw new LiaisonError('MESSAGE_NOT_FOUND', id);
    return {
      id: id as MessageId,
      from: OWN,
      recipients: [],
      status: 'CURRENT',
      compliance: [],
      disclosures: [],
      ...state,
    };
  }

  receipts(id: string): StoredReceipt[] {
    this.evidence(id);
    return [{ kind: 'acceptance', number: 7, index: 7, logKey: 'log/1+key', witnesses: [], text: 'a receipt' }];
  }

  receipt(id: string): string {
    return this.receipts(id)[0]!.text;
  }

  find(id: string): StoredMessage[] {
    const found = this.arrived.filter(({ message }) => message.id === id);
    if (found.length === 0) throw new LiaisonError('MESSAGE_NOT_FOUND', id);
    return found.map(({ message, done }) => {
      const { to, receivedAt, acceptedAt, attempt, routing, body, attachments } = message;
      const state = done ? ('done' as const) : ('new' as const);
      const copy = { direction: 'received' as const, id: message.id, to, number: 1, state, receivedAt, acceptedAt };
      const standing = { status: 'RESTRICTED' as const, origins: [] };
      return { ...copy, ...standing, attempt, routing, body, attachments };
    });
  }

  saveAttachment(id: string, index: number, path: string): Promise<void> {
    const found = this.arrived.find(({ message }) => message.id === id)?.files[index];
    if (!found) return Promise.reject(new LiaisonError('MESSAGE_NOT_FOUND', `${id} has no file ${index}.`));
    copyFileSync(found.path, path);
    return Promise.resolve();
  }

  threads(): ThreadSummary[] {
    const facts = { caseNumber: '17', subject: 'Vessel', messages: 0, firstAt: 1, lastAt: 2, open: 1 };
    return [{ threadId: '0'.repeat(32), ...facts, exercise: false, closed: false }];
  }

  thread(threadId: string): Thread {
    return { ...this.threads()[0]!, threadId, items: [], requests: this.requests };
  }

  closeThread(threadId: string): Promise<void> {
    return Promise.reject(new LiaisonError('THREAD_OPEN', threadId));
  }

  acknowledge(id: string, actor: string): Promise<void> {
    return this.called(`acknowledge ${id} ${actor}`);
  }

  opened(id: string): Promise<void> {
    return this.called(`opened ${id}`);
  }

  consent(id: string, answer: string): Promise<void> {
    return this.called(`consent ${id} ${answer}`);
  }

  erase(id: string, { actor, justification }: Reason): Promise<void> {
    return this.called(`erase ${id} ${actor} ${justification}`);
  }

  private called(what: string): Promise<void> {
    this.calls.push(what);
    return Promise.resolve();
  }
}

export const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** A file of this content. */
export function fileOf(dir: string, name: string, content: string): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}
