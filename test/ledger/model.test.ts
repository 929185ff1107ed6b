/**
 * The ledger against a second opinion: random histories drive decide and apply over both stores and the reference model.
 * They must agree on every answer and on what can be seen; the log, read again from its bytes, must give the same state.
 */
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { apply } from '../../ledger/apply.ts';
import { decide, type Command, type Decision } from '../../ledger/decide.ts';
import { DeliveryState, stateDigest } from '../../ledger/rows.ts';
import type { RowStore } from '../../ledger/state.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import { SqliteStore } from '../../ledger/store/sqlite.ts';
import { canonicalJwk } from '../../protocol/algorithms.ts';
import { decode, encode } from '../../protocol/codec.ts';
import {
  ActSchema,
  AgencyStatus,
  type Entry,
  EntrySchema,
  HandoverStatementSchema,
  KeyUsage,
} from '../../protocol/generated/schema.ts';
import { equalBytes, toHex } from '../../protocol/ids.ts';
import { agencies, type Batch, commandsOf, type History, history, operatorIds, type Past } from './histories.ts';
import type { Observed } from './reference-history.ts';
import { type Answer, ReferenceModel, type Told } from './reference-model.ts';
import {
  certificates,
  countingRandom,
  firstEvent,
  operators,
  ORIGIN,
  removeDirectory,
  signAct,
  START_MS,
} from './support.ts';

afterAll(removeDirectory);

const RUNS = Number(process.env['LIAISON_MODEL_RUNS'] ?? 250);

function toldBy({ event }: Entry): Told {
  switch (event.kind) {
    case 'submissionAcceptance':
      return { what: 'accepted', numbers: event.value.numbers };
    case 'contentHandover': {
      const { statement, late } = event.value;
      const { recipient, number } = decode(HandoverStatementSchema, statement.leaf, 'signed');
      return { what: 'handed-over', recipient, number, late };
    }
    case 'contentHandoverFailure': {
      const { sender, recipient, number, code, statement, late } = event.value;
      const messageId = toHex(event.value.messageId);
      return { what: 'failed', messageId, sender, recipient, number, code, bySignature: statement !== undefined, late };
    }
    case 'purge':
      return { what: 'purge', throughMs: event.value.throughMs };
    case 'operatorAct':
      return { what: 'act', kind: decode(ActSchema, event.value.act.leaf, 'signed').act.kind };
    case 'keyRevoked':
      return { what: 'key-revoked', keyId: toHex(event.value.keyId) };
    default:
      return { what: 'note', kind: event.kind };
  }
}

const entriesOf = (decision: Decision): Entry[] => {
  if (decision.kind === 'entries') return decision.entries;
  return decision.kind === 'refused' && decision.entry ? [decision.entry] : [];
};

/** A decision in the words of the model. What a rejection's entry says is compared with the command itself. */
function answerOf(command: Command, decision: Decision): Answer {
  if (decision.kind === 'repeat') return decision;
  if (decision.kind === 'entries') return { kind: 'recorded', told: decision.entries.map(toldBy) };
  const { error, entry } = decision;
  const rejection = entry?.event.kind === 'submissionRejection' ? entry.event.value : undefined;
  if (rejection && command.kind === 'submit') {
    const { sender, digest, routing } = command.parsed;
    const { signature, path } = command;
    const said = { sender, messageId: routing.messageId, headerDigest: digest, code: error.number, signature, path };
    expect(rejection).toEqual(said);
  }
  return { kind: 'refused', code: error.code, logged: rejection !== undefined };
}

const STATES = {
  [DeliveryState.CONSIGNED]: 'consigned',
  [DeliveryState.HANDED_OVER]: 'handed over',
  [DeliveryState.FAILED]: 'failed',
} as const;

function observe(store: RowStore): Observed {
  const mailboxes = [...store.scan('mailboxes')];
  const deliveries = [...store.scan('deliveries')];
  const nameOf = (id: number): string => store.mailboxOfId(id) ?? '?';
  return {
    agencies: Object.fromEntries(
      [...store.scan('agencies')].map(({ agency, status }) => [
        agency,
        status === AgencyStatus.SUSPENDED ? 'suspended' : 'active',
      ]),
    ),
    outstanding: Object.fromEntries(
      mailboxes.map(({ mailbox, id }) => [
        mailbox,
        deliveries.filter((row) => row.mailboxId === id && row.state === 1).map((row) => row.number),
      ]),
    ),
    deliveries: Object.fromEntries(
      deliveries.map((row) => [
        `${nameOf(row.mailboxId)} ${row.number}`,
        { message: row.messageIndex, state: STATES[row.state], event: row.eventIndex, late: row.lateIndex },
      ]),
    ),
    keys: Object.fromEntries(
      [...store.scan('keys')].map(({ keyId, agency, usage, registeredIndex: registered, revokedIndex: revoked }) => [
        toHex(keyId),
        { agency, usage: usage === KeyUsage.SIGNING ? 'signing' : 'tls', registered, revoked },
      ]),
    ),
    operators: Object.fromEntries([...store.scan('operators')].map((row) => [toHex(row.keyId), row.nextNumber])),
    versions: Object.fromEntries(mailboxes.map(({ mailbox, version }) => [mailbox, version])),
    lastAtMs: store.get('facts', 'last-at-ms')?.number ?? 0,
  };
}

interface Decided {
  command: Command;
  nowMs: number;
  /** Encoded entries that the command was recorded by in memory. */
  entries: Uint8Array[];
}

/** One log, kept four times: in memory, in SQLite, by the model, and folded from its bytes. */
class Trial {
  readonly model: ReferenceModel;
  readonly memory = new MemoryStore();
  readonly replayed = new MemoryStore();
  readonly db = new DatabaseSync(':memory:');
  readonly sqlite: SqliteStore;
  private size = 0;
  private readonly past: Past = { nowMs: START_MS, messages: [], submitted: [], nextAct: [0, 0] };
  private readonly random = countingRandom();
  /** As `random`, for what SQLite decides; rewound when a batch is done again. */
  private shadow = countingRandom();
  private shadowCount = 0;

  constructor(enrolled: number) {
    const operatorKeys = operators.slice(0, 2).map((key, i) => ({ keyId: operatorIds[i]!, jwk: canonicalJwk(key) }));
    this.model = new ReferenceModel(ORIGIN, operatorKeys, certificates, START_MS);
    SqliteStore.createTables(this.db);
    this.sqlite = new SqliteStore(this.db);
    this.db.exec('BEGIN');
    const first: Entry = { blind: new Uint8Array(16), atMs: START_MS, event: firstEvent() };
    for (const store of [this.memory, this.replayed, this.sqlite]) store.write(apply(store, 0, first));
    this.size = 1;
    const enrol = agencies.slice(0, enrolled).map((agency, i) => {
      return this.decideInMemory(signAct({ kind: 'enrol', value: agency.enrol }, i, START_MS));
    });
    this.repeatInSqlite(enrol);
    this.finish();
  }

  run(batch: Batch): void {
    const decided: Decided[] = [];
    for (const step of batch.steps) {
      this.past.messages = this.model.messages();
      const counts = operatorIds.map((keyId) => this.memory.get('operators', keyId)?.nextNumber ?? 0);
      this.past.nextAct = [counts[0]!, counts[1]!];
      for (const command of commandsOf(step, this.past)) decided.push(this.decideInMemory(command));
    }
    this.db.exec('BEGIN');
    if (batch.failsFirst) {
      const count = this.shadowCount;
      this.repeatInSqlite(decided);
      this.sqlite.flush();
      this.db.exec('ROLLBACK; BEGIN');
      this.sqlite.discard();
      this.rewind(count);
    }
    this.repeatInSqlite(decided);
    this.finish();
  }

  private decideInMemory(command: Command): Decided {
    const { nowMs } = this.past;
    const context = { nowMs, random: this.random, revocationLists: [], requireRevocationLists: false };
    const decision = decide(this.memory, command, context);
    expect(answerOf(command, decision)).toEqual(this.model.answer(command, nowMs));
    const entries = entriesOf(decision).map((entry) => encode(EntrySchema, entry));
    for (const [i, entry] of entriesOf(decision).entries()) {
      this.memory.write(apply(this.memory, this.size, entry));
      this.replayed.write(apply(this.replayed, this.size, decode(EntrySchema, entries[i]!, 'signed')));
      this.size++;
    }
    expect(this.size).toBe(this.model.size);
    return { command, nowMs, entries };
  }

  private repeatInSqlite(decided: readonly Decided[]): void {
    let index = this.size - decided.reduce((sum, { entries }) => sum + entries.length, 0);
    const random = (length: number): Uint8Array => {
      this.shadowCount++;
      return this.shadow(length);
    };
    for (const { command, nowMs, entries } of decided) {
      const context = { nowMs, random, revocationLists: [], requireRevocationLists: false };
      const made = entriesOf(decide(this.sqlite, command, context));
      const encoded = made.map((entry) => encode(EntrySchema, entry));
      expect(encoded.length === entries.length && encoded.every((bytes, i) => equalBytes(bytes, entries[i]!))).toBe(
        true,
      );
      for (const entry of made) this.sqlite.write(apply(this.sqlite, index++, entry));
    }
  }

  private rewind(count: number): void {
    this.shadow = countingRandom();
    this.shadowCount = count;
    for (let i = 0; i < count; i++) this.shadow(16);
  }

  private finish(): void {
    this.sqlite.flush();
    this.db.exec('COMMIT');
    this.sqlite.settle();
    const digest = toHex(stateDigest(this.memory));
    expect(toHex(stateDigest(this.sqlite))).toBe(digest);
    expect(toHex(stateDigest(this.replayed))).toBe(digest);
    const seen = this.model.observe();
    expect(observe(this.memory)).toEqual(seen);
    expect(observe(this.sqlite)).toEqual(seen);
  }
}

function runHistory({ enrolled, batches }: History, answers?: Map<string, number>): void {
  const trial = new Trial(enrolled);
  try {
    for (const batch of batches) trial.run(batch);
  } finally {
    trial.db.close();
  }
  for (const [name, count] of trial.model.tally) answers?.set(name, (answers.get(name) ?? 0) + count);
}

test(`memory, SQLite, the model and a replay agree over ${RUNS} random histories`, { timeout: 120_000 }, () => {
  const answers = new Map<string, number>();
  fc.assert(
    fc.property(history, (value) => runHistory(value, answers)),
    { numRuns: RUNS },
  );
  // A history in which nothing happens proves nothing: every answer must have been met.
  const missing = EXPECTED.filter((name) => !answers.has(name));
  if (RUNS >= 200) expect(missing).toEqual([]);
});

const EXPECTED = [
  ...['accepted', 'handed-over', 'handed-over late', 'failed', 'failed late', 'failed by time', 'purge', 'key-revoked'],
  ...['submit repeat', 'handover repeat', 'enrol', 'suspend', 'release', 'revoke', 'confirmClock'],
  ...['SENDER_MISMATCH', 'KEY_UNKNOWN', 'ID_REUSED', 'AGENCY_SUSPENDED', 'KEY_REVOKED', 'CERTIFICATE_EXPIRED'],
  ...['CREATED_IN_FUTURE', 'EXPIRED', 'EXPIRY_TOO_FAR', 'RECIPIENT_UNKNOWN', 'RECIPIENT_SUSPENDED'],
  ...['RECIPIENT_KEY_OUTDATED', 'MAILBOX_NOT_YOURS', 'MESSAGE_UNKNOWN', 'HANDOVER_MISMATCH'],
  ...['ACT_INVALID', 'ACT_OUT_OF_ORDER', 'OPERATOR_UNKNOWN', 'AGENCY_UNKNOWN', 'KEY_TAKEN', 'AGENCY_MISMATCH'],
  ...['CERTIFICATE_USAGE'],
];
