/** The audit of one shard: replays it and holds every rule of audit/rules/ against it. */
import { LiaisonError } from '../protocol/errors.ts';
import type { Entry, ShardOpen, SignedLeaf } from '../protocol/generated/schema.ts';
import { toBase64Url, toHex, utf8 } from '../protocol/ids.ts';
import type { Known } from '../ledger/apply.ts';
import { LOG_VERSION } from '../ledger/shards.ts';
import type { State } from '../ledger/state.ts';
import { describeAct } from './describe-act.ts';
import { formatSaved, isOpenedBy, parseSaved } from './saved-audit.ts';
import type { Findings, SavedFindings } from './findings.ts';
import { type ReplayedEntry, type ReplayEvents, replay } from './replay.ts';
import type { ReplayStore } from './replay-store.ts';
import {
  checkKeyRevoked,
  checkOperatorAct,
  checkAnchors,
  checkCarriedKeys,
  checkPurge,
  checkShardOpen,
} from './rules/acts.ts';
import { checkBundle } from './rules/bundle.ts';
import { checkDeadlineEvent, checkOverdueStages, checkRecipientEvent } from './rules/cases.ts';
import { type EntryContext, PublicKeys } from './rules/context.ts';
import { ErasureRule } from './rules/erasure.ts';
import { checkGroupChange } from './rules/groups.ts';
import { checkAcceptance, checkDeliveryEnd, checkRejection } from './rules/messages.ts';
import { type ShardEnd, ShardRules } from './rules/shards.ts';
import { checkContents, checkOverdue, checkState } from './rules/rows.ts';
import { TreeRules } from './rules/tree.ts';
import { WitnessRules } from './rules/witnesses.ts';
import { SignatureChecks } from './signature-checks.ts';
import type { LiveData, ShardSource } from './source.ts';
import { parseVerifierKey, type Verifier } from './verifier-key.ts';
import {
  type ActSummary,
  LISTED_MAX,
  OVERDUE_MS,
  type ShardReport,
  SILENCE_MS,
  type VerifyOptions,
} from './verify-options.ts';

/** What is kept for a later audit is so many entries behind, or a third of all: saving reads all rows. */
const SAVE_ENTRIES = 50_000;

const BEFORE_ALL = { index: -1, atMs: -OVERDUE_MS };

/** The audit of one shard. */
export class ShardAudit {
  readonly acts: ActSummary[] = [];
  readonly silences: { index: number; lengthMs: number }[] = [];
  private readonly source: ShardSource;
  /** The rows and contents that the gateway keeps, if this is its newest shard and they are at hand. */
  private readonly live: LiveData | undefined;
  private readonly store: ReplayStore;
  private readonly options: VerifyOptions;
  private readonly findings: Findings;
  private readonly signatures = new SignatureChecks();
  private readonly keys = new PublicKeys();
  private tree: TreeRules;
  private readonly witnesses: WitnessRules;
  private readonly erasure: ErasureRule;
  private readonly shard: ShardRules;
  private readonly kinds = new Map<string, number>();
  private opening: ShardOpen | undefined;
  private verifier: Verifier | undefined;
  private anchors: readonly Uint8Array[];
  private entries = 0;
  private firstAtMs = 0;
  private lastAtMs = 0;
  /** Two entries with at least {@link OVERDUE_MS} between them, the later one less than that before the end. */
  private marks = [BEFORE_ALL, BEFORE_ALL] as const;
  /** Findings before the entry in hand: when a rule has said what is wrong with it, the fold's refusal adds nothing. */
  private findingsBefore = 0;
  private stateDigest = '';
  /** How it ended, when all of it could be read. */
  end: ShardEnd | undefined;
  private resumedAt = 0;
  private savedAt = 0;
  /** Findings of other shards. */
  private readonly earlier: SavedFindings;

  constructor(
    source: ShardSource,
    live: LiveData | undefined,
    store: ReplayStore,
    findings: Findings,
    options: VerifyOptions,
  ) {
    this.source = source;
    this.live = live;
    this.findings = findings;
    this.earlier = findings.mark();
    this.store = store;
    this.options = options;
    this.verifier = options.logVerifier;
    this.anchors = options.anchors ?? [];
    this.tree = new TreeRules(source, this.findings, options.outside ?? []);
    this.erasure = new ErasureRule(findings);
    this.shard = new ShardRules(findings);
    this.witnesses = new WitnessRules(source, options.witnesses, findings);
    if (options.logVerifier) this.tree.verifyOutside(options.logVerifier);
  }

  async run(): Promise<void> {
    try {
      await this.audit();
    } finally {
      await this.signatures.close();
    }
  }

  private async audit(): Promise<void> {
    this.resume();
    const isComplete = await this.readable(() => this.replay());
    await this.signatures.drain();
    if (!isComplete) return;
    if (this.entries === 0) this.findings.add('log-identity', 'The log is empty: it has not even an entry 0.');
    await this.readable(() => this.tree.finish());
    await this.readable(() => this.witnesses.finish(this.verifier, this.tree));
    await this.readable(() => {
      this.end = this.shard.finish(this.entries, this.tree.root, this.store.rows);
    });
    await this.readable(() => {
      this.stateDigest = toHex(checkState(this.live, this.store.rows, this.findings));
    });
    const { bundle } = this.source;
    if (bundle) {
      await this.readable(() =>
        checkBundle(bundle, this.opening, this.tree.partialTiles(), this.store.rows, this.findings),
      );
    }
    checkOverdue(this.store.rows, this.marks[0], this.findings);
    checkOverdueStages(this.store.rows, this.marks[0].atMs, this.findings);
    const { live } = this;
    if (live) await this.readable(() => checkContents(live, this.store.rows, this.findings));
  }

  /** Runs a part of the audit; damage ends the part and is a finding. */
  private async readable(part: () => void | Promise<void>): Promise<boolean> {
    try {
      await part();
      return true;
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.code !== 'DATA_DAMAGED') throw error;
      this.findings.add('database-readable', `${error.message} ${this.entries} entries were read before.`);
      return false;
    }
  }

  private async replay(): Promise<void> {
    const total = this.source.statedSize();
    const events: ReplayEvents = {
      batch: (batch, entries) => this.tree.add(batch, entries),
      entry: (item, state) => this.entry(item, state),
      folded: ({ index }, changes) => {
        if (this.statesErasures) this.erasure.folded(changes, index);
      },
      fault: (index, error, what) => this.fault(index, error, what),
      batchEnd: async (batch) => {
        this.tree.checkpoint(batch, this.verifier);
        if (batch.checkpoint.length > 0) {
          const last = batch.firstIndex + batch.count - 1;
          this.erasure.commitEnds(last, this.store.rows);
          this.shard.commitEnds(last, this.store.rows);
        }
        this.options.onProgress?.(this.entries, total);
        await this.signatures.room();
        if (this.entries >= this.savedAt + this.saveEntries) await this.save();
      },
    };
    await replay(this.source, this.store, events, this.entries);
    await this.save();
  }

  /** Keeps what this audit knows, if it stands at a checkpoint that is in order: then another one can go on there. */
  private async save(): Promise<void> {
    const { opening, store } = this;
    const tree = store.path === undefined ? undefined : this.tree.save();
    if (!tree || !opening || this.entries !== tree.size) return;
    await this.signatures.drain();
    const { entries, firstAtMs, lastAtMs, marks, acts, silences } = this;
    store.save(
      formatSaved(this.options, opening, {
        ...{ tree, entries, firstAtMs, lastAtMs, marks, acts, silences },
        shard: this.shard.save(),
        kinds: [...this.kinds],
        signatures: this.signatures.verified,
        findings: this.findings.since(this.earlier),
      }),
    );
    this.savedAt = entries;
  }

  private get saveEntries(): number {
    return Math.max(this.options.saveEntries ?? SAVE_ENTRIES, this.savedAt / 2);
  }

  /** Goes on where an earlier audit stood. If the log does not begin as it did then, that is found out from the beginning. */
  private resume(): void {
    const { store, source, options } = this;
    const text = store.saved();
    if (text === undefined || store.path === undefined) return;
    const { saved, opening } = parseSaved(text, options, store.path);
    if (!isOpenedBy(source, opening, store.path) || !this.tree.resume(saved.tree)) {
      store.abandon();
      const known = { name: store.path, note: utf8(saved.tree.note) };
      this.tree = new TreeRules(source, this.findings, [...(options.outside ?? []), known]);
      if (options.logVerifier) this.tree.verifyOutside(options.logVerifier);
      return;
    }
    this.adopt(opening);
    const carried = opening.firstNumber > 0 && !options.anchors;
    if (carried) this.anchors = [...store.rows.scan('anchors')].map(({ certificate }) => certificate);
    this.shard.resume(opening, saved.shard);
    for (const [kind, count] of saved.kinds) this.kinds.set(kind, count);
    this.acts.push(...saved.acts);
    this.silences.push(...saved.silences);
    this.findings.restore(saved.findings);
    this.signatures.verified = saved.signatures;
    ({ firstAtMs: this.firstAtMs, lastAtMs: this.lastAtMs, marks: this.marks } = saved);
    this.resumedAt = this.savedAt = this.entries = saved.entries;
  }

  private fault(index: number, { message }: LiaisonError, what: 'bundle' | 'encoding' | 'fold'): void {
    if (what === 'fold') {
      if (this.findings.total === this.findingsBefore) this.findings.add('entry-fold', message, index);
    } else {
      this.findings.add('entry-encoding', message, index);
    }
  }

  private entry({ index, entry }: ReplayedEntry, state: State): Known {
    this.findingsBefore = this.findings.total;
    this.checkTime(index, entry.atMs);
    this.entries++;
    this.kinds.set(entry.event.kind, (this.kinds.get(entry.event.kind) ?? 0) + 1);
    if (index === 0 && entry.event.kind !== 'shardOpen') {
      this.findings.add('log-identity', `Entry 0 does not open a log; it is of kind ${entry.event.kind}.`, 0);
    }
    if (this.shard.entry(index, entry, state)) this.checkCarried(state);
    const { findings, signatures, keys } = this;
    return this.checkEvent({ index, atMs: entry.atMs, state, findings, signatures, keys }, entry);
  }

  private checkTime(index: number, atMs: number): void {
    const passedMs = atMs - this.lastAtMs;
    if (this.entries === 0) this.firstAtMs = atMs;
    else if (passedMs < 0) {
      const [at = '', before = ''] = [atMs, this.lastAtMs].map((timeMs) => new Date(timeMs).toISOString());
      this.findings.add('time-order', `Its time is ${at}; the entry before it has ${before}.`, index);
    } else if (passedMs > (this.options.silenceMs ?? SILENCE_MS) && this.silences.length < LISTED_MAX) {
      this.silences.push({ index, lengthMs: passedMs });
    }
    this.lastAtMs = atMs;
    const [, later] = this.marks;
    if (atMs >= later.atMs + OVERDUE_MS) this.marks = [later, { index: this.firstNumber + index, atMs }];
  }

  /** @returns what the rules have read within the entry */
  private checkEvent(context: EntryContext, entry: Entry): Known {
    const { event } = entry;
    switch (event.kind) {
      case 'submissionAcceptance': {
        const parsed = checkAcceptance(context, event.value);
        return parsed ? { parsed } : {};
      }
      case 'contentHandover':
      case 'contentHandoverFailure': {
        const statement = checkDeliveryEnd(context, entry, event.value);
        return statement ? { statement } : {};
      }
      default:
        this.checkOther(context, entry);
        return {};
    }
  }

  private checkOther(context: EntryContext, entry: Entry): void {
    const { event } = entry;
    switch (event.kind) {
      case 'shardOpen':
        return this.open(context, event.value);
      case 'submissionRejection':
        return checkRejection(context, event.value);
      case 'contentAccessTracking':
      case 'consignmentAcceptance':
      case 'consignmentRejection':
      case 'acceptanceRejectionExpiry':
        return checkRecipientEvent(context, entry);
      case 'deadlineEvent':
        return checkDeadlineEvent(context, event.value, this.marks[0].atMs);
      case 'purge':
        return checkPurge(context, event.value);
      case 'operatorAct':
        return this.operatorAct(context, event.value.act);
      case 'keyRevoked':
        return checkKeyRevoked(context, event.value);
      case 'groupChange':
        return checkGroupChange(context, event.value);
      case 'contentErasure':
        return this.erasure.check(context, event.value);
      case 'tick':
      case 'shardClose':
      case 'snapshot':
      case 'auditRead':
      case 'sessionOpened':
      case 'sessionClosed':
      case 'refusalSummary':
      // Checked before.
      case 'submissionAcceptance':
      case 'contentHandover':
      case 'contentHandoverFailure':
        return;
    }
  }

  /** Number of entry 0. */
  private get firstNumber(): number {
    return this.opening?.firstNumber ?? 0;
  }

  /** Authorities that come with the Snapshots are judged like those of a first entry 0, and keys as by their enrolment. */
  private checkCarried(state: State): void {
    const carried = [...state.scan('anchors')].map(({ certificate }) => certificate);
    checkAnchors(carried, this.options.anchors, 'The state that it begins with', this.findings);
    if (!this.options.anchors) this.anchors = carried;
    checkCarriedKeys(state, this.anchors, this.findings);
  }

  /** Logs of version 0 do not say what was erased. */
  private get statesErasures(): boolean {
    return (this.opening?.logVersion ?? 0) > 0;
  }

  private open(context: EntryContext, event: ShardOpen): void {
    const { logVerifier, anchors } = this.options;
    checkShardOpen(context, event, { logVerifier, anchors });
    if (context.index !== 0) return;
    if (event.logVersion > LOG_VERSION) {
      const what = `The log has version ${event.logVersion}; this program reads ${LOG_VERSION}.`;
      throw new LiaisonError('DATA_VERSION', what);
    }
    try {
      this.adopt(event);
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.code === 'CHECKPOINT_INVALID') throw error;
      this.findings.add('log-identity', `Entry 0 names no key that can be used: ${error.message}`, 0);
    }
  }

  /** Takes what the auditor did not bring along from entry 0. @throws LiaisonError as parseVerifierKey; CHECKPOINT_INVALID */
  private adopt(event: ShardOpen): void {
    const { logVerifier, anchors } = this.options;
    this.opening = event;
    this.anchors = anchors ?? event.anchors;
    if (logVerifier) return;
    this.verifier = parseVerifierKey(event.verifierKey);
    this.tree.verifyOutside(this.verifier);
  }

  private operatorAct(context: EntryContext, signed: SignedLeaf): void {
    const act = checkOperatorAct(context, signed, this.anchors);
    if (this.acts.length >= LISTED_MAX) return;
    const what = act ? describeAct(act) : 'an act that cannot be read';
    this.acts.push({ index: context.index, atMs: context.atMs, operator: toBase64Url(signed.signature.keyId), what });
  }

  /** How the outside checkpoints compare with this shard. */
  get outside(): readonly { name: string; size: number; contained: boolean }[] {
    return this.tree.comparisons.map(({ name, size, root, recomputed }) => ({
      name,
      size,
      contained: recomputed !== undefined && Buffer.compare(recomputed, root) === 0,
    }));
  }

  report(): ShardReport {
    const { tree, opening } = this;
    const witnessed = this.witnesses.report();
    return {
      origin: opening?.origin ?? '',
      verifierKey: opening?.verifierKey ?? '',
      firstNumber: opening?.firstNumber ?? 0,
      size: this.entries,
      checkpoint: tree.last ? Buffer.from(tree.last.note).toString('utf8') : '',
      checkpointsVerified: tree.goodCheckpoints,
      signaturesVerified: this.signatures.verified,
      firstAtMs: this.firstAtMs,
      lastAtMs: this.lastAtMs,
      entriesByKind: Object.fromEntries(this.kinds),
      stateDigest: this.stateDigest,
      resumedAt: this.resumedAt,
      ...(witnessed && { witnessed }),
    };
  }
}
