/**
 * The ledger's thread: collects what is to be recorded, commits it in groups, and answers only after the commit. While one
 * group is being synced the next one gathers in the port, so the group grows with the load and a lone message waits for
 * nobody.
 */
import { randomBytes } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import type { Command } from '../../ledger/decide.ts';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { SignedLeafSchema, type SessionOpened, type SignedLeaf } from '../../protocol/generated/schema.ts';
import { agencyOf, type AgencyId, type Mailbox } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { parseRevocationList } from '../../protocol/revocation.ts';
import type { Fault, LedgerOutput, LedgerRequest, VerifiedWork } from '../pipeline.ts';
import { encodeFrame, errorFrame, evidenceFrames, handoverResult, submitResult } from './answers.ts';
import { systemClock, type Clock } from './clock.ts';
import { Committer, isClockConfirmation } from './committer.ts';
import { Mailboxes } from './delivery.ts';
import { Directory } from './directory.ts';
import type { LedgerEngine, Outcome, Work } from './engine.ts';
import { consistencyFrom, ledgerStatus, proofsFrame } from './queries.ts';
import { RefusalLedger } from './refusals.ts';

export interface LedgerSettings {
  requireRevocationLists: boolean;
  tickMs: number;
}

const EXPIRE_LIMIT = 500;

export class LedgerThread {
  private readonly engine: LedgerEngine;
  private readonly post: (output: LedgerOutput, transfer?: ArrayBuffer[]) => void;
  private readonly settings: LedgerSettings;
  private readonly committer: Committer;
  private readonly mailboxes: Mailboxes;
  private readonly directory: Directory;
  private readonly refusals = new RefusalLedger();
  /** Messages whose expiry is not after this have been looked at. Starts at 0: one look at the index after a start. */
  private expiredThroughMs = 0;
  private timers: NodeJS.Timeout[] = [];
  private failed = false;

  constructor(
    engine: LedgerEngine,
    settings: LedgerSettings,
    post: (output: LedgerOutput, transfer?: ArrayBuffer[]) => void,
    clock: Clock = systemClock,
  ) {
    this.engine = engine;
    this.settings = settings;
    this.post = post;
    this.committer = new Committer(engine, settings.requireRevocationLists, clock, (body) => this.guarded(body));
    this.mailboxes = new Mailboxes(engine);
    this.directory = new Directory(engine);
  }

  start(): void {
    this.timers = [
      setInterval(() => this.expire(), 1000),
      setInterval(() => this.housekeeping(), Math.min(this.settings.tickMs, 60_000)),
    ];
    this.post({ kind: 'ready', directory: this.directory.view() });
  }

  handle(request: LedgerRequest): void {
    switch (request.kind) {
      case 'verify-port':
        return this.listen(request.port);
      case 'open':
        return this.open(request);
      case 'closed':
        return this.record({ kind: 'session-closed', session: { session: request.id, code: request.code } });
      case 'fetch':
        return this.fetch(request);
      case 'proofs':
        return this.answer(request.session, request.request, () => proofsFrame(this.engine, request.agency, request));
      case 'directory':
        return this.answer(request.session, request.request, () => this.directory.frame(request));
      case 'act':
        return this.act(request.call, request.signed);
      case 'lists':
        return this.setLists(request.lists);
      case 'counts':
        for (const { code, count } of request.counts) this.refusals.countNumber(code, count);
        return;
      case 'status':
        return this.status(request.call, request.digest);
      case 'close':
        return this.close();
    }
  }

  /** Verified work comes straight from the verifying threads. */
  private listen(port: MessagePort): void {
    port.on('message', (work: VerifiedWork) => this.guarded(() => this.verified(work)));
  }

  /**
   * Any failure here is one after which nothing may be answered: the process ends, the log is what was committed. SQLite
   * would carry on after an I/O error; this thread does nothing more.
   */
  guarded(body: () => void): void {
    if (this.failed) return;
    try {
      body();
    } catch (error) {
      const named =
        error instanceof LiaisonError ? error : new LiaisonError('INTERNAL', String(error), { cause: error });
      this.failed = true;
      this.post({ kind: 'fatal', fault: faultOf(named) });
    }
  }

  /** Records something nobody waits for. */
  private record(command: Command): void {
    this.committer.enqueue({ work: [{ command }], done: (outcomes) => this.afterCommit([command], outcomes) });
  }

  private verified(work: VerifiedWork): void {
    if (work.kind === 'submit') this.submit(work);
    else this.handover(work);
  }

  private submit(work: VerifiedWork & { kind: 'submit' }): void {
    const pending: Work[] = [];
    for (const checked of work.items) {
      if (checked.kind === 'refused') continue;
      const { header, parsed, signature, path, content, wrappedKeys } = checked.item;
      const contentBytes = content.length + wrappedKeys.reduce((sum, key) => sum + key.length, 0);
      pending.push({
        command: { kind: 'submit', agency: work.agency, header, parsed, signature, path, contentBytes },
        content: { content, wrappedKeys },
        mayLog: () => this.refusals.mayLog(work.agency, this.committer.lastAtMs),
      });
    }
    const done = (outcomes: Outcome[]): void => {
      let next = 0;
      const answers = work.items.map((checked) => {
        if (checked.kind === 'verified') {
          return { messageId: checked.item.parsed.routing.messageId, outcome: outcomes[next++] as Outcome };
        }
        return { messageId: checked.messageId, outcome: refusedBy(checked.fault) };
      });
      for (const { outcome } of answers) this.countRefusal(outcome);
      this.frame(work.session, submitResult(this.engine, work.request, answers), work.job);
      this.news(work, outcomes);
    };
    this.committer.enqueue({ work: pending, done });
  }

  /** Tells which mailboxes have something new. */
  private news(work: VerifiedWork & { kind: 'submit' }, outcomes: readonly Outcome[]): void {
    const mailboxes = new Set<string>();
    let next = 0;
    for (const checked of work.items) {
      if (checked.kind === 'refused') continue;
      if (outcomes[next++]?.kind !== 'logged') continue;
      for (const mailbox of checked.item.parsed.recipients) mailboxes.add(mailbox);
    }
    if (mailboxes.size > 0) this.post({ kind: 'news', mailboxes: [...mailboxes] });
  }

  private handover(work: VerifiedWork & { kind: 'handover' }): void {
    const verified = work.items.flatMap((checked) => (checked.kind === 'verified' ? [checked.item] : []));
    const pending = verified.map((item): Work => ({ command: { kind: 'handover', agency: work.agency, ...item } }));
    const done = (outcomes: Outcome[]): void => {
      let next = 0;
      const answers = work.items.map((checked) => {
        if (checked.kind === 'verified') {
          return { messageId: checked.item.statement.messageId, outcome: outcomes[next++] as Outcome };
        }
        return { messageId: checked.messageId, outcome: refusedBy(checked.fault) };
      });
      for (const { outcome } of answers) this.countRefusal(outcome);
      this.frame(work.session, handoverResult(work.request, answers), work.job);
      this.tellSenders(verified.map((item, i) => [item.statement.sender, outcomes[i]] as const));
    };
    this.committer.enqueue({ work: pending, done });
  }

  private countRefusal(outcome: Outcome): void {
    if (outcome.kind === 'refused' && outcome.index === undefined) this.refusals.count(outcome.error.code);
  }

  /** Pushes new evidence towards the senders' agencies. */
  private tellSenders(ended: readonly (readonly [sender: string, outcome: Outcome | undefined])[]): void {
    const byAgency = new Map<AgencyId, number[]>();
    for (const [sender, outcome] of ended) {
      if (outcome?.kind !== 'logged') continue;
      const agency = agencyOf(sender as Mailbox);
      byAgency.set(agency, [...(byAgency.get(agency) ?? []), ...outcome.indices]);
    }
    for (const [agency, indices] of byAgency) {
      for (const frame of evidenceFrames(this.engine, indices)) {
        this.post({ kind: 'evidence', agency, frame }, [frame.buffer as ArrayBuffer]);
      }
    }
  }

  private open(request: LedgerRequest & { kind: 'open' }): void {
    const { hello, agency, tlsKeyId } = request;
    const id = new Uint8Array(randomBytes(16));
    const mailboxes = hello.mailboxes.map((cursor) => cursor.mailbox);
    const session: SessionOpened = { session: id, agency, node: hello.node, tlsKeyId, mailboxes };
    try {
      for (const mailbox of mailboxes) {
        if (this.engine.store.get('mailboxes', mailbox)?.agency !== agency) {
          throw new LiaisonError('MAILBOX_NOT_YOURS', mailbox);
        }
      }
      consistencyFrom(this.engine, hello.checkpoint);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.refusals.count(error.code);
      this.post({ kind: 'open-refused', session: request.session, fault: faultOf(error) });
      return;
    }
    // The session opens even when nothing can be recorded now: what is stored can still be read.
    const done = (): void => this.opened(request, id);
    this.committer.enqueue({ work: [{ command: { kind: 'session-opened', session } }], done });
  }

  private opened(request: LedgerRequest & { kind: 'open' }, id: Uint8Array): void {
    const welcome = encodeFrame({
      kind: 'welcome',
      value: {
        version: 1,
        session: id,
        limits: {
          frameBytesMax: LIMITS.frameBytesMax,
          submitMessagesMax: LIMITS.submitMessagesMax,
          submitBytesInFlightMax: LIMITS.submitBytesInFlightMax,
        },
        checkpoint: this.engine.checkpoint,
        consistency: consistencyFrom(this.engine, request.hello.checkpoint),
        nowMs: Math.max(0, this.committer.clock.now()),
        capabilities: [],
      },
    });
    const mailboxes = request.hello.mailboxes.map(({ mailbox, nextNumber }) => ({ mailbox, next: nextNumber }));
    this.post({ kind: 'opened', session: request.session, id, welcome, mailboxes });
  }

  private fetch(request: LedgerRequest & { kind: 'fetch' }): void {
    const fetched = this.mailboxes.fetch(request);
    const transfer = fetched.frame ? [fetched.frame.buffer as ArrayBuffer] : [];
    this.post({ kind: 'fetched', session: request.session, mailbox: request.mailbox, ...fetched }, transfer);
  }

  /** Answers one request of a session; what is wrong with the request is its own matter. */
  private answer(session: number, request: number, make: () => Uint8Array): void {
    try {
      this.frame(session, make());
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.code === 'DATA_DAMAGED') throw error;
      this.frame(session, errorFrame(error, request));
    }
  }

  private frame(session: number, frame: Uint8Array, job?: number): void {
    const output: LedgerOutput = { kind: 'frame', session, frame, ...(job === undefined ? {} : { job }) };
    this.post(output, [frame.buffer as ArrayBuffer]);
  }

  private act(call: number, bytes: Uint8Array): void {
    let signed: SignedLeaf;
    try {
      signed = decode(SignedLeafSchema, bytes, 'signed');
    } catch (error) {
      this.post({ kind: 'acted', call, index: 0, fault: faultOf(error as LiaisonError) });
      return;
    }
    const command: Command = { kind: 'act', signed };
    const done = (outcomes: Outcome[]): void => {
      const [outcome] = outcomes;
      if (outcome?.kind === 'logged' && isClockConfirmation(command)) this.committer.clock.confirm();
      this.afterCommit([command], outcomes);
      const fault = outcome?.kind === 'refused' ? faultOf(outcome.error) : undefined;
      const index = outcome?.kind === 'logged' ? (outcome.indices[0] ?? 0) : 0;
      this.post({ kind: 'acted', call, index, ...(fault ? { fault } : {}) });
    };
    this.committer.enqueue({ work: [{ command }], done });
  }

  /** Tells the other stages what a recorded command has changed for them. */
  private afterCommit(commands: readonly Command[], outcomes: readonly Outcome[]): void {
    const changesDirectory = commands.some(
      (command, i) => (command.kind === 'act' || command.kind === 'revoke-listed') && isRecorded(outcomes[i]),
    );
    if (!changesDirectory) return;
    this.directory.changed();
    this.post({ kind: 'directory-changed', directory: this.directory.view() });
  }

  /** New revocation lists, already verified: keys with a listed certificate in their chain end here. */
  private setLists(lists: readonly Uint8Array[]): void {
    this.committer.lists = lists.map((list) => parseRevocationList(list));
    for (const { keyId, listDigest } of this.directory.listed(this.committer.lists, this.committer.clock.now())) {
      this.record({ kind: 'revoke-listed', keyId, listDigest });
    }
  }

  private status(call: number, digest: boolean): void {
    const outstanding = this.mailboxes.countOutstanding();
    const status = ledgerStatus(this.engine, outstanding, { digest, clockFault: this.committer.clock.fault });
    this.post({ kind: 'status', call, status });
  }

  /** Ends deliveries whose message has expired. */
  private expire(): void {
    this.guarded(() => {
      const nowMs = this.committer.clock.now();
      if (this.committer.clock.fault !== '') return;
      const due = this.engine.store.messagesExpiring(this.expiredThroughMs, nowMs, EXPIRE_LIMIT);
      const pending = due.filter((row) => row.outstanding > 0);
      const senders = pending.map((row) => this.engine.store.mailboxOfId(row.senderId) ?? '');
      const work = pending.map(({ entryIndex }): Work => ({ command: { kind: 'expire', entryIndex } }));
      if (work.length > 0) {
        const done = (outcomes: Outcome[]): void => {
          this.tellSenders(senders.map((sender, i) => [sender, outcomes[i]] as const));
        };
        this.committer.enqueue({ work, done });
      }
      // Rows of one expiry may reach beyond the limit: then look at that instant again.
      const last = due.at(-1);
      this.expiredThroughMs = due.length < EXPIRE_LIMIT || !last ? nowMs : last.expiresAtMs - 1;
    });
  }

  private housekeeping(): void {
    this.guarded(() => {
      const counts = this.refusals.take();
      if (counts.length > 0) this.record({ kind: 'summary', counts });
      if (this.committer.clock.now() - this.committer.lastAtMs >= this.settings.tickMs) this.record({ kind: 'tick' });
      this.record({ kind: 'purge' });
    });
  }

  private close(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.committer.flush();
    this.engine.close();
    this.post({ kind: 'closed' });
  }
}

const isRecorded = (outcome: Outcome | undefined): boolean => outcome?.kind === 'logged' && outcome.indices.length > 0;

const refusedBy = ({ code, detail }: Fault): Outcome => ({ kind: 'refused', error: new LiaisonError(code, detail) });

export const faultOf = (error: LiaisonError): Fault => ({ code: error.code, detail: error.detail });
