/**
 * Group commit: what comes in while one group is being synced forms the next, so the group grows with the load and a lone
 * message waits for nobody. Outcomes are told only after the commit.
 */
import { randomBytes } from 'node:crypto';
import type { Command, DecisionContext } from '../../ledger/decide.ts';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError, type ErrorCode } from '../../protocol/errors.ts';
import { ActSchema, SignedLeafSchema } from '../../protocol/generated/schema.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { RevocationList } from '../../protocol/revocation.ts';
import { ClockGuard, type Clock } from './clock.ts';
import type { LedgerEngine, Outcome, Work } from './engine.ts';
import { Tally } from './figures.ts';
import type { Uploads } from './uploads.ts';

/** Something to be recorded, and what to do when it is durable (or has been refused as a whole). */
export interface Job {
  work: Work[];
  done: (outcomes: Outcome[]) => void;
}

const GROUP_WORK_MAX = 1024;
const RANDOM_BYTES = 4096;

/** Random bytes from the system in larger pieces: each entry needs only sixteen. No byte is given out twice. */
class RandomPool {
  private pool: Uint8Array = new Uint8Array(0);
  private at = 0;

  take(length: number): Uint8Array {
    if (this.at + length > this.pool.length) {
      this.pool = new Uint8Array(randomBytes(Math.max(RANDOM_BYTES, length)));
      this.at = 0;
    }
    return this.pool.subarray(this.at, (this.at += length));
  }
}

export class Committer {
  readonly clock: ClockGuard;
  readonly tally = new Tally();
  /** Lists that enrolments are judged by. */
  lists: RevocationList[] = [];
  /** Time of the newest entry, POSIX milliseconds. */
  lastAtMs: number;
  /** What submissions may refer to; told what commits release. */
  uploads: Pick<Uploads, 'bytesOf' | 'release'> | undefined;
  /** Runs after each commit, before its outcomes are told. */
  committed: (() => void) | undefined;
  /** Too few witnesses have signed lately: what is new is not taken. */
  witnessesAway = false;
  /** How long closed shards are kept: what a drop is judged by. */
  retentionYears = 0;
  private readonly engine: LedgerEngine;
  private readonly requireRevocationLists: boolean;
  private readonly guarded: (body: () => void) => void;
  private readonly random = new RandomPool();
  private queue: Job[] = [];
  private scheduled = false;

  /** @param guarded runs a body whose failure must end the process without another answer */
  constructor(
    engine: LedgerEngine,
    requireRevocationLists: boolean,
    clock: Clock,
    guarded: (body: () => void) => void,
  ) {
    this.engine = engine;
    this.requireRevocationLists = requireRevocationLists;
    this.guarded = guarded;
    this.lastAtMs = engine.store.get('facts', 'last-at-ms')?.number ?? 0;
    this.clock = new ClockGuard(clock, this.lastAtMs);
  }

  enqueue(job: Job): void {
    this.queue.push(job);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.guarded(() => this.flush()));
  }

  /** Commits everything that is queued. */
  flush(): void {
    this.scheduled = false;
    while (this.queue.length > 0) {
      const jobs: Job[] = [];
      for (let size = 0; this.queue.length > 0 && size < GROUP_WORK_MAX;) {
        const job = this.queue.shift() as Job;
        size += job.work.length;
        jobs.push(job);
      }
      this.commitJobs(jobs);
    }
  }

  /** Commits everything that is queued, and begins a new shard behind it; no shard when the disk is full or the clock has jumped. */
  closeShard(nextOrigin: string): void {
    this.flush();
    const nowMs = Math.max(this.clock.now(), this.lastAtMs);
    // Asked above, the clock may just have been found to be wrong.
    if (this.clock.fault !== '') return;
    try {
      this.engine.closeShard(nextOrigin, this.context(nowMs));
      this.committed?.();
    } catch (error) {
      if (error instanceof LiaisonError && error.code === 'STORAGE_FULL') return;
      throw error;
    }
    this.lastAtMs = this.engine.store.get('facts', 'last-at-ms')?.number ?? this.lastAtMs;
  }

  private commitJobs(jobs: readonly Job[]): void {
    const work = jobs.flatMap((job) => job.work);
    const outcomes = this.commit(work);
    this.tally.committed(work, outcomes);
    let at = 0;
    for (const job of jobs) {
      job.done(outcomes.slice(at, at + job.work.length));
      at += job.work.length;
    }
  }

  /** Commits, or refuses the whole group with a retryable code when nothing can be recorded now. */
  private commit(work: readonly Work[]): Outcome[] {
    const nowMs = Math.max(this.clock.now(), this.lastAtMs);
    const refuse = (code: ErrorCode, detail = ''): Outcome => ({
      kind: 'refused',
      error: new LiaisonError(code, detail),
    });
    const obstacle = ({ command }: Work): Outcome | undefined => {
      if (this.clock.fault !== '' && !isClockConfirmation(command)) return refuse('CLOCK_FAULT', this.clock.fault);
      return this.witnessesAway && command.kind === 'submit' ? refuse('WITNESSES_AWAY') : undefined;
    };
    try {
      const obstacles = work.map(obstacle);
      const allowed = work.filter((_, i) => !obstacles[i]);
      const outcomes = this.engine.commit(allowed, this.context(nowMs));
      this.committed?.();
      this.uploads?.release(this.engine.erasedBlobs.splice(0));
      // The time of an entry really recorded: a clock that has jumped must not leave its mark.
      this.lastAtMs = this.engine.store.get('facts', 'last-at-ms')?.number ?? this.lastAtMs;
      let next = 0;
      return obstacles.map((refused) => refused ?? (outcomes[next++] as Outcome));
    } catch (error) {
      if (error instanceof LiaisonError && error.code === 'STORAGE_FULL') return work.map(() => refuse('STORAGE_FULL'));
      throw error;
    }
  }

  private context(nowMs: number): DecisionContext {
    return {
      nowMs,
      random: (bytes) => this.random.take(bytes),
      revocationLists: this.lists,
      requireRevocationLists: this.requireRevocationLists,
      retentionYears: this.retentionYears,
      uploadedBytes: (agency, digest) => this.uploads?.bytesOf(agency, digest),
    };
  }
}

/** The time that a command vouches for, if it is a confirmation of the clock. */
function confirmedTime(command: Command): number | undefined {
  if (command.kind !== 'act') return undefined;
  try {
    const { act } = decode(ActSchema, command.signed.leaf, 'signed');
    return act.kind === 'confirmClock' ? act.value.atMs : undefined;
  } catch {
    // Not an act at all: decide refuses it.
    return undefined;
  }
}

export const isClockConfirmation = (command: Command): boolean => confirmedTime(command) !== undefined;

/**
 * Reads what an operator has signed.
 * @returns MALFORMED; ACT_INVALID when it vouches for another time than the gateway's
 */
export function actCommand(bytes: Uint8Array, nowMs: number): (Command & { kind: 'act' }) | LiaisonError {
  try {
    const command = { kind: 'act', signed: decode(SignedLeafSchema, bytes, 'signed') } as const;
    const vouchedMs = confirmedTime(command);
    if (vouchedMs === undefined || Math.abs(vouchedMs - nowMs) <= LIMITS.createdAheadMsMax) return command;
    return new LiaisonError('ACT_INVALID', 'The time that the operator vouches for is not the time of the gateway.');
  } catch (error) {
    if (error instanceof LiaisonError) return error;
    throw error;
  }
}
