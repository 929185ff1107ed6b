/**
 * The ledger's thread: collects what is to be recorded, commits it in groups, and answers only after the commit. While one
 * group is being synced the next one gathers in the port, so the group grows with the load and a lone message waits for
 * nobody.
 */
import { randomBytes } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import type { Command } from '../../ledger/decide.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { RefusalCount, SessionOpened } from '../../protocol/generated/schema.ts';
import type { Fault, LedgerOutput, LedgerRequest, PackedWork } from '../pipeline.ts';
import { unpackWork } from '../verify/transfer.ts';
import { errorFrame, evidenceFrame } from './answers.ts';
import { AuditReads } from './audit-reads.ts';
import { systemClock, type Clock } from './clock.ts';
import { actCommand, Committer, isClockConfirmation } from './committer.ts';
import { Deadlines } from './deadlines.ts';
import { Mailboxes } from './delivery.ts';
import { Directory } from './directory.ts';
import { Expiry } from './expiry.ts';
import { LedgerHealth } from './health.ts';
import type { LedgerEngine, Outcome } from './engine.ts';
import { Intake } from './intake.ts';
import { PolicyDesk } from './policy-desk.ts';
import { knowsShards, ledgerStatus, openingRefusal, proofsFrame, welcomeFrame } from './queries.ts';
import { RefusalLedger } from './refusals.ts';
import { type ReleaseFiles, Releases } from './releases.ts';
import { Revocations } from './revocations.ts';
import { ShardKeeper, type ShardSettings } from './shard-keeper.ts';
import { Uploads, type UploadSettings } from './uploads.ts';
import { Waiting } from './waiting.ts';

const HOUSEKEEPING_MS = 60_000;

export interface LedgerSettings {
  requireRevocationLists: boolean;
  tickMs: number;
  /** Post figures once a second. */
  figures?: boolean;
  /** Room for attachments. */
  uploads?: UploadSettings;
  /** Where the released mark and proofs of a split view are kept. */
  releases?: ReleaseFiles;
  shards?: ShardSettings;
}

const SHARDS: ShardSettings = { yearly: false, retentionYears: 10 };

export class LedgerThread {
  private readonly engine: LedgerEngine;
  private readonly post: (output: LedgerOutput, transfer?: ArrayBuffer[]) => void;
  private readonly settings: LedgerSettings;
  private readonly committer: Committer;
  private readonly mailboxes: Mailboxes;
  private readonly directory: Directory;
  private readonly expiry: Expiry;
  private readonly deadlines: Deadlines;
  private readonly revocations: Revocations;
  private readonly health: LedgerHealth;
  private readonly policy: PolicyDesk;
  private readonly refusals = new RefusalLedger();
  private readonly waiting = new Waiting();
  private readonly uploads: Uploads;
  private readonly auditReads: AuditReads;
  private readonly releases: Releases;
  private readonly shards: ShardKeeper;
  private readonly intake: Intake;
  /** Of the shard that sessions know of. */
  private firstNumber: number;
  /** Sessions with the capability `shards.v1`. */
  private readonly following = new Set<number>();
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
    this.intake = new Intake(engine, this.committer, this.refusals, {
      frame: (session, frame, job) => this.frame(session, frame, job),
      evidence: (piece, frame) => this.postFrame({ kind: 'evidence', ...piece, frame }),
      news: (mailboxes) => this.news(mailboxes),
      knowsShards: (session) => this.following.has(session),
    });
    this.mailboxes = new Mailboxes(engine);
    this.directory = new Directory(engine);
    this.revocations = new Revocations(this.directory, this.committer, (commands, outcomes) =>
      this.afterCommit(commands, outcomes),
    );
    this.health = new LedgerHealth(engine, this.committer, this.mailboxes);
    this.policy = new PolicyDesk(engine, this.committer, {
      answer: (ask, make) => this.answer(ask, make),
      post,
      countRefusal: (outcome) => this.intake.countRefusal(outcome),
      knowsShards: (session) => this.following.has(session),
    });
    this.expiry = new Expiry(engine, this.committer, (ended) => this.intake.tell(ended));
    this.deadlines = new Deadlines(engine, this.committer, (ended) => this.intake.tell(ended));
    this.uploads = new Uploads(engine, settings.uploads, () => this.committer.clock.now(), post);
    this.committer.uploads = this.uploads;
    this.auditReads = new AuditReads(this.committer);
    const shards = settings.shards ?? SHARDS;
    this.committer.retentionYears = shards.retentionYears;
    this.shards = new ShardKeeper(engine, this.committer, shards);
    this.releases = new Releases(engine, settings.releases, post);
    this.firstNumber = engine.firstNumber;
    this.committer.committed = () => {
      this.releases.committed();
      this.tellShard();
    };
  }

  /** Before anything else is told of the commit. */
  private tellShard(): void {
    if (this.engine.firstNumber === this.firstNumber) return;
    this.firstNumber = this.engine.firstNumber;
    this.post({ kind: 'shard-begun', origin: this.releases.origin });
  }

  /** Says which log this is; {@link start} follows when it is known what others hold of it. */
  announce(): void {
    this.post({ kind: 'log-opened', origin: this.releases.origin });
  }

  start(): void {
    this.timers = [
      setInterval(() => this.everySecond(), 1000),
      setInterval(() => this.housekeeping(), HOUSEKEEPING_MS),
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
      case 'owed':
        return this.postFrame({ ...request, frame: evidenceFrame(this.engine, request.indices) });
      case 'gone':
        this.following.delete(request.session);
        return this.waiting.drop(request.session);
      case 'proofs': {
        const ask = { ...request, knowsShards: this.following.has(request.session) };
        return this.answer(request, () => proofsFrame(this.engine, request.agency, ask));
      }
      case 'directory':
        return this.answer(request, () => this.directory.frame(request));
      case 'groups':
      case 'group-put':
      case 'rules':
      case 'explain':
        return this.policy.handle(request);
      case 'act':
        return this.act(request.call, request.signed);
      case 'lists':
        return this.revocations.setLists(request.lists);
      case 'audit-read':
        return this.auditReads.record(request.read);
      case 'counts':
        for (const { code, count } of request.counts) this.refusals.countNumber(code, count);
        return;
      case 'status':
        return this.status(request.call, request.digest);
      case 'probe':
        return this.probe(request.call);
      case 'begin':
        this.releases.begin(request.shown, (error) => this.guarded(() => raise(error)));
        return this.start();
      case 'releases':
      case 'consistency':
      case 'cosigned':
      case 'shown':
        return this.releases.handle(request);
      case 'submissions':
        this.committer.witnessesAway = request.refused;
        return;
      case 'close':
        return this.close();
      default:
        return this.uploads.handle(request);
    }
  }

  /** Verified work comes straight from the verifying threads. */
  private listen(port: MessagePort): void {
    port.on('message', (work: PackedWork) => this.guarded(() => this.intake.take(unpackWork(work))));
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

  /** Serves the sessions that wait for what has just become durable. */
  private news(mailboxes: ReadonlySet<string>): void {
    for (const mailbox of mailboxes) {
      const fetch = this.waiting.take(mailbox);
      if (fetch) this.fetch(fetch);
    }
  }

  private open(request: LedgerRequest & { kind: 'open' }): void {
    const { hello, agency, tlsKeyId } = request;
    const id = new Uint8Array(randomBytes(16));
    const mailboxes = hello.mailboxes.map((cursor) => cursor.mailbox);
    const session: SessionOpened = { session: id, agency, node: hello.node, tlsKeyId, mailboxes };
    const error = openingRefusal(this.engine, agency, hello);
    if (error) return this.refuseOpening(request.session, error);
    // The session opens even when nothing can be recorded now: what is stored can still be read.
    const done = (): void => this.opened(request, id);
    this.committer.enqueue({ work: [{ command: { kind: 'session-opened', session } }], done });
  }

  private refuseOpening(session: number, error: LiaisonError): void {
    this.intake.countRefusal({ kind: 'refused', error });
    this.post({ kind: 'open-refused', session, fault: faultOf(error) });
  }

  private opened(request: LedgerRequest & { kind: 'open' }, id: Uint8Array): void {
    let welcome: Uint8Array;
    try {
      welcome = welcomeFrame(this.engine, id, request.hello, this.committer.clock.now());
    } catch (error) {
      // The shard of the node's checkpoint was closed between the two.
      if (!(error instanceof LiaisonError) || error.code !== 'CHECKPOINT_INVALID') throw error;
      this.record({ kind: 'session-closed', session: { session: id, code: error.number } });
      return this.refuseOpening(request.session, error);
    }
    this.waiting.open(request.session);
    if (knowsShards(request.hello)) this.following.add(request.session);
    const mailboxes = request.hello.mailboxes.map(({ mailbox, nextNumber }) => ({ mailbox, next: nextNumber }));
    this.post({ kind: 'opened', session: request.session, id, welcome, mailboxes });
  }

  private fetch(request: LedgerRequest & { kind: 'fetch' }): void {
    const { session, messages, bytes } = request;
    for (const place of request.mailboxes) {
      const fetched = this.mailboxes.fetch({ ...place, messages, bytes, knowsShards: this.following.has(session) });
      if (!fetched) continue;
      const { mailbox } = place;
      return this.postFrame({ kind: 'fetched', session, mailbox, ...fetched });
    }
    this.waiting.add(request);
  }

  /** Answers one request of a session; what is wrong with the request is its own matter. */
  private answer(ask: { session: number; request: number; job: number }, make: () => Uint8Array): void {
    let frame: Uint8Array;
    try {
      frame = make();
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.code === 'DATA_DAMAGED') throw error;
      frame = errorFrame(error, ask.request);
    }
    this.frame(ask.session, frame, ask.job);
  }

  private frame(session: number, frame: Uint8Array, job?: number): void {
    this.postFrame({ kind: 'frame', session, frame, ...(job === undefined ? {} : { job }) });
  }

  /** The frame's buffer moves. */
  private postFrame(output: LedgerOutput & { frame: Uint8Array }): void {
    this.post(output, [output.frame.buffer as ArrayBuffer]);
  }

  private act(call: number, bytes: Uint8Array): void {
    const command = actCommand(bytes, this.committer.clock.now());
    if (command instanceof LiaisonError) {
      this.post({ kind: 'acted', call, index: 0, fault: faultOf(command) });
      return;
    }
    const done = (outcomes: Outcome[]): void => {
      const [outcome] = outcomes;
      if (outcome?.kind === 'logged' && isClockConfirmation(command)) this.clockConfirmed();
      this.afterCommit([command], outcomes);
      const fault = outcome?.kind === 'refused' ? faultOf(outcome.error) : undefined;
      const index = outcome?.kind === 'logged' ? (outcome.indices[0] ?? 0) : 0;
      this.post({ kind: 'acted', call, index, ...(fault ? { fault } : {}) });
    };
    this.committer.enqueue({ work: [{ command }], done });
  }

  private clockConfirmed(): void {
    this.committer.clock.confirm();
    // The clock may stand earlier than before.
    this.expiry.reset();
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

  private status(call: number, digest: boolean): void {
    const outstanding = this.mailboxes.countOutstanding();
    const status = ledgerStatus(this.engine, outstanding, { digest, clockFault: this.committer.clock.fault });
    this.post({ kind: 'status', call, status });
  }

  private probe(call: number): void {
    const fault = this.health.probe();
    this.post({ kind: 'probed', call, ...(fault ? { fault } : {}) });
  }

  /** What is due every second: expired messages, stages of deadlines, and what could not be recorded before. */
  private everySecond(): void {
    this.guarded(() => {
      if (this.settings.figures) this.post({ kind: 'figures', figures: this.health.figures() });
      if (this.committer.clock.fault !== '') return;
      this.revocations.retry();
      this.auditReads.retry();
      this.expiry.run();
      this.deadlines.run();
      this.shards.run();
      if (this.committer.clock.now() - this.committer.lastAtMs >= this.settings.tickMs) this.record({ kind: 'tick' });
    });
  }

  private housekeeping(): void {
    this.guarded(() => {
      const counts = this.refusals.take();
      if (counts.length > 0) this.summarize(counts);
      this.record({ kind: 'purge' });
      this.uploads.sweep();
    });
  }

  private summarize(counts: RefusalCount[]): void {
    const done = ([outcome]: Outcome[]): void => {
      // What could not be recorded is counted on.
      if (outcome?.kind === 'refused') for (const { code, count } of counts) this.refusals.countNumber(code, count);
    };
    this.committer.enqueue({ work: [{ command: { kind: 'summary', counts } }], done });
  }

  private close(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.committer.flush();
    this.releases.close();
    this.engine.close();
    this.post({ kind: 'closed' });
  }
}

const isRecorded = (outcome: Outcome | undefined): boolean => outcome?.kind === 'logged' && outcome.indices.length > 0;

function raise(error: LiaisonError): never {
  throw error;
}

export const faultOf = (error: LiaisonError): Fault => ({ code: error.code, detail: error.detail });
