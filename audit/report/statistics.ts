/**
 * What happened in a log, in figures: one pass over its entries. Memory is bounded by days, agencies and codes; which deliveries
 * wait stands in a temporary database that SQLite keeps on disk as it grows.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { decode } from '../../protocol/codec.ts';
import { readHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  type Entry,
  EntrySchema,
  HandoverStatementSchema,
  type SubmissionAcceptance,
} from '../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox } from '../../protocol/ids.ts';
import { codeName, describeEntry, typeKind } from '../query/describe-entry.ts';
import type { AuditSource, StoredBatch } from '../source.ts';
import { decodeEntryBundle } from '../tiles.ts';

export const DAY_MS = 86_400_000;
/** What is counted apart; the rest is counted together. No honest log comes near. */
const DAYS_MAX = 20_000;
const AGENCIES_MAX = 500;
const LISTED_MAX = 200;
export const OTHERS = 'others';

export interface Outcomes {
  messages: number;
  handedOver: number;
  failed: number;
  waiting: number;
}

export interface AgencyFigures extends Outcomes {
  /** Messages for it. */
  received: number;
  /** Submissions that were refused with an entry. */
  refused: number;
}

/** Of the messages that were accepted on that day. */
export interface DayFigures {
  handedOver: number;
  failed: number;
  waiting: number;
  /** Submissions of that day that were refused with an entry. */
  refused: number;
}

/** A listed entry. */
export interface Line {
  readonly origin: string;
  readonly index: number;
  readonly atMs: number;
  readonly what: string;
}

/** Upper ends of the classes of {@link Statistics.latency}, milliseconds; the last class has none. */
export const LATENCY_ENDS_MS = [1000, 10_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000, DAY_MS, 7 * DAY_MS] as const;

export interface Statistics {
  /** By sender's agency. */
  readonly agencies: ReadonlyMap<string, AgencyFigures>;
  readonly types: ReadonlyMap<string, Outcomes>;
  /** By days since 1970 in UTC, ascending. */
  readonly days: ReadonlyMap<number, DayFigures>;
  /** Deliveries by the time from acceptance to the handover's entry. */
  readonly latency: readonly number[];
  /** By code: refused submissions with an entry, and requests that were only counted. */
  readonly refusals: ReadonlyMap<string, { logged: number; counted: number }>;
  readonly totals: Readonly<Outcomes>;
  readonly reads: readonly Line[];
  readonly readsTotal: number;
  /** Entries that could not be read and are not counted. */
  readonly unreadable: number;
}

const none = (): Outcomes => ({ messages: 0, handedOver: 0, failed: 0, waiting: 0 });

/**
 * Reads all entries of a source. What cannot be read is left out: whether that is a fault, the audit says.
 * @throws LiaisonError as {@link AuditSource.checkFormat}
 */
export function collectStatistics(source: AuditSource, onProgress?: (entries: number, of: number) => void): Statistics {
  source.checkFormat();
  const db = new DatabaseSync('');
  try {
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536');
    const counter = new Counter(db);
    const shards = source.shards();
    const total = shards.reduce((sum, shard) => sum + shard.statedSize(), 0);
    let done = 0;
    db.exec('BEGIN');
    for (const shard of shards) {
      counter.begin();
      for (const batch of shard.batches()) {
        for (const [i, bytes] of entriesOf(batch).entries()) counter.add(batch.firstIndex + i, bytes);
        done += batch.count;
        onProgress?.(done, total);
      }
    }
    return counter.result();
  } finally {
    db.close();
  }
}

function entriesOf({ entries }: StoredBatch): Uint8Array[] {
  try {
    return entries ? decodeEntryBundle(entries) : [];
  } catch (error) {
    if (error instanceof LiaisonError) return [];
    throw error;
  }
}

interface Waiting {
  readonly atMs: number;
  readonly type: string;
  readonly agency: string;
}

class Counter {
  private readonly agencies = new Map<string, AgencyFigures>();
  private readonly types = new Map<string, Outcomes>();
  private readonly days = new Map<number, DayFigures>();
  private readonly latency = Array.from({ length: LATENCY_ENDS_MS.length + 1 }, () => 0);
  private readonly refusals = new Map<string, { logged: number; counted: number }>();
  private readonly totals = none();
  private readonly reads: Line[] = [];
  private readsTotal = 0;
  private unreadable = 0;
  private origin = '';
  private readonly put: StatementSync;
  private readonly take: StatementSync;

  constructor(db: DatabaseSync) {
    db.exec(`CREATE TABLE waiting (mailbox TEXT NOT NULL, number INTEGER NOT NULL, atMs INTEGER NOT NULL, type TEXT NOT NULL,
      agency TEXT NOT NULL, PRIMARY KEY (mailbox, number)) WITHOUT ROWID`);
    this.put = db.prepare('INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?, ?)');
    this.take = db.prepare('DELETE FROM waiting WHERE mailbox = ? AND number = ? RETURNING atMs, type, agency');
  }

  /** The entries of another shard follow. */
  begin(): void {
    this.origin = '';
  }

  add(index: number, bytes: Uint8Array): void {
    try {
      const entry = decode(EntrySchema, bytes, 'signed');
      this.count(index, entry);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.unreadable++;
    }
  }

  private count(index: number, entry: Entry): void {
    const { atMs, event } = entry;
    switch (event.kind) {
      case 'shardOpen':
        this.origin = event.value.origin;
        return;
      case 'submissionAcceptance':
        return this.accept(atMs, event.value);
      case 'submissionRejection':
        this.agency(agencyOf(event.value.sender as Mailbox)).refused++;
        this.day(atMs).refused++;
        this.refusal(event.value.code).logged++;
        return;
      case 'contentHandover': {
        if (event.value.late) return;
        const { recipient, number } = decode(HandoverStatementSchema, event.value.statement.leaf, 'signed');
        return this.end(recipient, number, 'handedOver', atMs);
      }
      case 'contentHandoverFailure':
        if (!event.value.late) this.end(event.value.recipient, event.value.number, 'failed', atMs);
        return;
      case 'refusalSummary':
        for (const { code, count } of event.value.counts) this.refusal(code).counted += count;
        return;
      case 'auditRead':
        this.readsTotal++;
        if (this.reads.length >= LISTED_MAX) return;
        this.reads.push({ origin: this.origin, index, atMs, what: describeEntry(entry).what });
        return;
      default:
        return;
    }
  }

  private accept(atMs: number, { header, numbers }: SubmissionAcceptance): void {
    const { routing, sender, recipients } = readHeader(header);
    const type = typeKind(routing.type);
    const agency = agencyOf(sender);
    const figures = [this.agency(agency), this.type(type), this.totals];
    for (const each of figures) each.messages++;
    for (const [i, mailbox] of recipients.entries()) {
      const number = numbers[i];
      if (number === undefined) continue;
      for (const each of figures) each.waiting++;
      this.day(atMs).waiting++;
      this.put.run(mailbox, number, atMs, type, agency);
    }
    for (const to of new Set(recipients.map(agencyOf))) this.agency(to).received++;
  }

  private end(mailbox: string, number: number, outcome: 'handedOver' | 'failed', atMs: number): void {
    const found = this.take.get(mailbox, number) as Waiting | undefined;
    if (!found) return;
    for (const each of [this.agency(found.agency), this.type(found.type), this.totals, this.day(found.atMs)]) {
      each.waiting--;
      each[outcome]++;
    }
    if (outcome === 'failed') return;
    const passed = atMs - found.atMs;
    const place = LATENCY_ENDS_MS.findIndex((end) => passed < end);
    const at = place < 0 ? LATENCY_ENDS_MS.length : place;
    this.latency[at] = (this.latency[at] ?? 0) + 1;
  }

  private agency(name: string): AgencyFigures {
    return kept(this.agencies, name, AGENCIES_MAX, OTHERS, () => ({ ...none(), received: 0, refused: 0 }));
  }

  private type(name: string): Outcomes {
    return kept(this.types, name, AGENCIES_MAX, OTHERS, none);
  }

  private day(atMs: number): DayFigures {
    const make = (): DayFigures => ({ handedOver: 0, failed: 0, waiting: 0, refused: 0 });
    return kept(this.days, Math.floor(atMs / DAY_MS), DAYS_MAX, -1, make);
  }

  private refusal(code: number): { logged: number; counted: number } {
    const make = (): { logged: number; counted: number } => ({ logged: 0, counted: 0 });
    return kept(this.refusals, codeName(code) as string, AGENCIES_MAX, OTHERS, make);
  }

  result(): Statistics {
    const { types, latency, refusals, totals, reads, readsTotal, unreadable } = this;
    const agencies = new Map([...this.agencies].sort(([a], [b]) => (a < b ? -1 : 1)));
    const days = new Map([...this.days].sort(([a], [b]) => a - b));
    return { agencies, types, days, latency, refusals, totals, reads, readsTotal, unreadable };
  }
}

/** The value of a key, made when it is missing; that of `rest` when there are too many. */
function kept<K, V>(map: Map<K, V>, key: K, max: number, rest: K, make: () => V): V {
  const known = map.get(key);
  if (known) return known;
  if (map.size >= max && key !== rest) return kept(map, rest, max, rest, make);
  const made = make();
  map.set(key, made);
  return made;
}
