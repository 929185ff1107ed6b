/**
 * Random changes of what a log, a bundle and a proof consist of. Each must be reported, in its place: the test knows what it
 * has changed, and what it changes is authenticated. Left out are only bytes that prove nothing: a checkpoint that a later one
 * covers may be missing, JSON of a bundle may be spelt otherwise, and a proof may have fewer entries than the log.
 *
 * Each change has a seed of its own, and a failure names it: LIAISON_SEED=… LIAISON_MUTATIONS=1 repeats it.
 */
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tileOfKey } from '../../audit/data-format.ts';
import { examineFile, type FileReport } from '../../audit/examine-file.ts';
import type { Rule } from '../../audit/findings.ts';
import {
  createSigner,
  encodeEntryBundle,
  formatVerifierKey,
  KEY_TYPE,
  parseCheckpoint,
  parseNote,
  signCheckpoint,
} from '../../audit/index.ts';
import { formatDisclosure, parseDisclosure } from '../../audit/proof/disclosure.ts';
import { formatMessageProof, parseMessageProof } from '../../audit/proof/message-proof.ts';
import { decodeEntryBundle } from '../../audit/tiles.ts';
import { verifyLog, type VerifyOptions } from '../../audit/verify-log.ts';
import { TABLE_NAMES, TABLES } from '../../ledger/rows.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { EntrySchema } from '../../protocol/generated/schema.ts';
import { place, verified } from './bundle-support.ts';
import { Forgery } from './forgery.ts';
import { removeDirectory, rootCertificate, signer } from './log-builder.ts';
import { makeMutationLog, type MutationLog } from './mutations-log.ts';
import { check, type Expected, type Outcome } from './mutations-check.ts';
import { makeDisclosure } from './mutations-disclosure.ts';
import { changeBundle } from './mutations-files.ts';
import { Random } from './mutations-random.ts';
import { signedParts } from './mutations-signed.ts';
import { shardOf, sourceOf } from './proof-support.ts';
import { testKey } from './support.ts';

const COUNT = Number(process.env['LIAISON_MUTATIONS'] ?? 300);
const SEED = Number(process.env['LIAISON_SEED'] ?? Date.now() % 1_000_000_000);

let log: MutationLog;
let entries: Uint8Array[];
let trust: VerifyOptions & { logVerifier: typeof signer; anchors: Uint8Array[] };
let disclosure: string;

beforeAll(async () => {
  log = await makeMutationLog();
  entries = new Forgery(log.path).entries;
  trust = {
    logVerifier: signer,
    anchors: [rootCertificate],
    outside: [{ name: 'the last one known', note: log.last }],
  };
  disclosure = makeDisclosure();
}, 60_000);
afterAll(removeDirectory);

async function auditOf(path: string): Promise<Outcome> {
  try {
    return { report: await verified(path, trust) };
  } catch (error) {
    if (error instanceof LiaisonError) return { error };
    throw error;
  }
}

/** Changes a copy of the data, and says what must be found. */
async function inData(change: (db: DatabaseSync) => Expected, from = log.path): Promise<void> {
  const path = `${place('mutated')}.db`;
  copyFileSync(from, path);
  const db = new DatabaseSync(path);
  const expected = change(db);
  db.close();
  check(await auditOf(path), expected);
  rmSync(path);
}

interface LogRow {
  readonly firstIndex: number;
  readonly count: number;
  readonly entries: Uint8Array;
  readonly checkpoint: Uint8Array;
}
const rowsOf = (db: DatabaseSync): LogRow[] =>
  db.prepare('SELECT * FROM log ORDER BY firstIndex').all() as unknown as LogRow[];

function changedEntries(random: Random, before: readonly Uint8Array[]): { after: Uint8Array[]; position: number } {
  const position = random.below(before.length);
  const after: Uint8Array[] = before.map((entry) => Uint8Array.from(entry));
  const other = random.of(entries);
  switch (random.below(5)) {
    case 0:
      after.splice(position, 1);
      break;
    case 1:
      after.splice(position, 0, other);
      break;
    case 2:
      after.splice(position, 2, ...after.slice(position, position + 2).reverse());
      if (position === before.length - 1) after[position] = random.flipped(before[position]!);
      break;
    case 3:
      after[position] = random.changed(before[position]!);
      break;
    default:
      after[position] = random.flipped(before[position]!);
  }
  return { after, position };
}

const ENTRY_RULES: readonly Rule[] = ['checkpoint-root', 'log-rows', 'entry-encoding'];

const MUTATIONS: Readonly<Record<string, (random: Random) => Promise<void> | void>> = {
  'entries in the data': (random) =>
    inData((db) => {
      const row = random.of(rowsOf(db));
      const { after } = changedEntries(random, decodeEntryBundle(row.entries));
      const bundle = encodeEntryBundle(after.slice(0, 256));
      // A row that has become empty ends with the entry before it.
      const count = random.below(2) === 0 ? row.count : after.length;
      db.prepare('UPDATE log SET entries = ?, count = ? WHERE firstIndex = ?').run(bundle, count, row.firstIndex);
      return { rules: ENTRY_RULES, from: row.firstIndex - (count === 0 ? 1 : 0) };
    }),
  'a bundle of entries in the data': (random) =>
    inData((db) => {
      const row = random.of(rowsOf(db));
      const changed = random.changed(row.entries);
      db.prepare('UPDATE log SET entries = ? WHERE firstIndex = ?').run(changed, row.firstIndex);
      return { rules: ENTRY_RULES, from: row.firstIndex };
    }),
  'a checkpoint in the data': (random) =>
    inData((db) => {
      const row = random.of(rowsOf(db));
      const changed = random.changed(row.checkpoint);
      // Without any bytes it would be one that a later checkpoint covers.
      const note = changed.length === 0 ? random.flipped(row.checkpoint) : changed;
      db.prepare('UPDATE log SET checkpoint = ? WHERE firstIndex = ?').run(note, row.firstIndex);
      const at = row.firstIndex + row.count - 1;
      return { rules: ['checkpoint-signature', 'checkpoint-root'], at };
    }),
  'checkpoints exchanged': (random) =>
    inData((db) => {
      const rows = rowsOf(db);
      const i = random.below(rows.length - 1);
      const [a, b] = [rows[i]!, rows[i + 1]!];
      const put = db.prepare('UPDATE log SET checkpoint = ? WHERE firstIndex = ?');
      put.run(b.checkpoint, a.firstIndex);
      put.run(a.checkpoint, b.firstIndex);
      return { rules: ['checkpoint-root'], at: a.firstIndex + a.count - 1 };
    }),
  'a checkpoint signed with another key': (random) =>
    inData((db) => {
      const row = random.of(rowsOf(db));
      const forged = createSigner(signer.name, KEY_TYPE.ED25519, testKey(100 + random.below(100)));
      const note = signCheckpoint(parseCheckpoint(parseNote(row.checkpoint).text), forged);
      db.prepare('UPDATE log SET checkpoint = ? WHERE firstIndex = ?').run(note, row.firstIndex);
      return { rules: ['checkpoint-signature'], at: row.firstIndex + row.count - 1 };
    }),
  'tiles in the data': (random) =>
    inData((db) => {
      const rows = db.prepare('SELECT key, hashes FROM tiles').all() as unknown as {
        key: number;
        hashes: Uint8Array;
      }[];
      const { key, hashes } = random.of(rows);
      expect(tileOfKey(key).level).toBe(0);
      if (random.below(4) === 0) db.prepare('DELETE FROM tiles WHERE key = ?').run(key);
      else db.prepare('UPDATE tiles SET hashes = ? WHERE key = ?').run(random.changed(hashes), key);
      return { rules: ['tile'] };
    }),
  'rows beside the log': (random) =>
    inData((db) => {
      const filled = TABLE_NAMES.filter((table) => db.prepare(`SELECT 1 FROM "${table}" LIMIT 1`).get());
      const table = random.of(filled);
      const { columns, keyColumns } = TABLES[table];
      const row = random.of(db.prepare(`SELECT * FROM "${table}"`).all());
      const keys = Object.keys(columns).slice(0, keyColumns);
      const where = keys.map((name) => `"${name}" = ?`).join(' AND ');
      const keyValues = keys.map((name) => row[name] as string);
      const rest = Object.keys(columns).slice(keyColumns);
      if (rest.length === 0 || random.below(4) === 0) {
        db.prepare(`DELETE FROM "${table}" WHERE ${where}`).run(...keyValues);
      } else {
        const name = random.of(rest);
        const value = row[name];
        const other =
          typeof value === 'number'
            ? value + 1 + random.below(9)
            : typeof value === 'string'
              ? `${value}x`
              : (value as Uint8Array).length === 0
                ? Uint8Array.of(1)
                : random.flipped(value as Uint8Array);
        db.prepare(`UPDATE "${table}" SET "${name}" = ? WHERE ${where}`).run(other, ...keyValues);
      }
      return { rules: ['state-digest', 'database-readable'] };
    }),
  'contents beside the log': (random) =>
    inData((db) => {
      const row = random.of(db.prepare('SELECT * FROM contents').all());
      const at = row['entryIndex'] as number;
      const column = random.of(['content', 'wrappedKeys']);
      switch (random.below(3)) {
        case 0:
          db.prepare('DELETE FROM contents WHERE entryIndex = ?').run(at);
          return { rules: ['content-missing'], at };
        case 1: {
          const { place: unused } = freeIndex(db, random);
          db.prepare('INSERT INTO contents VALUES (?, ?, ?)').run(unused, Uint8Array.of(1), new Uint8Array(0));
          return { rules: ['content-kept'], at: unused };
        }
        default:
          db.prepare(`UPDATE contents SET ${column} = ? WHERE entryIndex = ?`).run(
            random.changed(row[column] as Uint8Array),
            at,
          );
          return { rules: ['content-damaged'], at };
      }
    }),
  'the end cut off': (random) =>
    inData((db) => {
      const rows = rowsOf(db);
      const { firstIndex } = rows[1 + random.below(rows.length - 1)]!;
      db.prepare('DELETE FROM log WHERE firstIndex >= ?').run(firstIndex);
      return { rules: ['truncated'] };
    }),
  'the data rolled back': () => inData(() => ({ rules: ['truncated'] }), log.earlier),
  'what somebody signed, in a log that is signed anew': async (random) => {
    const forged = [...entries];
    const candidates = forged.flatMap((bytes, index) => {
      const entry = decode(EntrySchema, bytes, 'signed');
      return signedParts(entry).map((part) => ({ index, entry, part }));
    });
    const { index, entry, part } = random.of(candidates);
    forged[index] = encode(EntrySchema, { ...entry, event: part.change(random) });
    const options = { logVerifier: signer, anchors: [rootCertificate] };
    const report = await verifyLog(sourceOf(shardOf(signer, forged)), options);
    const own = report.findings.filter((finding) => finding.index === index);
    expect({ part: part.name, verdict: report.verdict, own: own.length > 0 }).toEqual({
      ...{ part: part.name, verdict: 'findings', own: true },
    });
    check({ report }, { rules: report.findings.map(({ rule }) => rule), at: index });
  },
  'a whole log with keys of its own': async (random) => {
    const forged = createSigner(signer.name, KEY_TYPE.ED25519, testKey(100 + random.below(100)));
    const [first, ...rest] = entries as [Uint8Array, ...Uint8Array[]];
    const entry = decode(EntrySchema, first, 'signed');
    if (entry.event.kind !== 'shardOpen') throw new Error('not the first entry');
    const value = { ...entry.event.value, verifierKey: formatVerifierKey(forged) };
    const opening = encode(EntrySchema, { ...entry, event: { kind: 'shardOpen', value } });
    const kept = random.below(2) === 0 ? rest : rest.slice(0, 20 + random.below(100));
    const source = sourceOf(shardOf(forged, [opening, ...kept]));
    check({ report: await verifyLog(source, trust) }, { rules: ['log-identity', 'checkpoint-signature'] });
    // What is left may agree with itself; without a key from outside it is never more than that.
    const alone = await verifyLog(source, {});
    expect(alone.verdict).not.toBe('verified');
  },
  'files of a bundle': async (random) => {
    const path = place('mutated-bundle');
    cpSync(log.bundle, path, { recursive: true });
    changeBundle(random, path);
    check(await auditOf(path), { rules: BUNDLE_RULES, mayRefuse: true });
    rmSync(path, { recursive: true });
  },
  'the text of a proof': (random) => {
    const text = random.of(log.proofs);
    checkFile(Buffer.from(random.changed(Buffer.from(text))).toString('utf8'));
  },
  'the parts of a proof': (random) => {
    const [own, other] = log.proofs.map(parseMessageProof) as [Parsed, Parsed];
    const at = random.below(own.receipts.length);
    const receipts = [...own.receipts];
    switch (random.below(5)) {
      case 0:
        receipts[at] = random.of(other.receipts);
        return checkFile(formatMessageProof({ ...own, receipts }));
      case 1:
        receipts.splice(at, 0, own.receipts[at]!);
        return checkFile(formatMessageProof({ ...own, receipts }));
      case 2: {
        const chains = own.chains.filter((_, i) => i !== at % own.chains.length);
        return checkFile(formatMessageProof({ ...own, chains }));
      }
      case 3:
        return checkFile(formatMessageProof({ ...own, messageId: other.messageId }));
      default:
        receipts[at] = random.of(receipts.filter((_, i) => i !== at));
        return checkFile(formatMessageProof({ ...own, receipts }));
    }
  },
  'a receipt': (random) => {
    const receipt = random.of(log.proofs.flatMap((text) => parseMessageProof(text).receipts));
    checkFile(Buffer.from(random.changed(Buffer.from(receipt))).toString('utf8'));
  },
  'a disclosure': (random) => {
    const parts = parseDisclosure(disclosure);
    switch (random.below(3)) {
      case 0:
        return checkFile(formatDisclosure({ ...parts, padded: random.changed(parts.padded) }));
      case 1:
        return checkFile(formatDisclosure({ ...parts, chain: parts.chain.map((der) => random.flipped(der)) }));
      default:
        return checkFile(Buffer.from(random.changed(Buffer.from(disclosure))).toString('utf8'));
    }
  },
};

type Parsed = ReturnType<typeof parseMessageProof>;

/** An acceptance whose content nobody keeps. */
function freeIndex(db: DatabaseSync, random: Random): { place: number } {
  const taken = new Set(
    db
      .prepare('SELECT entryIndex FROM contents')
      .all()
      .map((row) => row['entryIndex']),
  );
  const free = entries.flatMap((bytes, index) =>
    decode(EntrySchema, bytes, 'signed').event.kind === 'submissionAcceptance' && !taken.has(index) ? [index] : [],
  );
  return { place: random.of(free) };
}

const BUNDLE_RULES: readonly Rule[] = [
  ...ENTRY_RULES,
  ...(['tile', 'checkpoint-signature', 'checkpoint-missing', 'bundle-keys', 'log-identity', 'truncated'] as const),
  ...(['database-readable', 'split-view', 'shard-link'] as const),
];

function checkFile(text: string): void {
  let report: FileReport;
  try {
    report = examineFile(text, { logVerifier: signer, anchors: [rootCertificate] });
  } catch (error) {
    expect(error).toBeInstanceOf(LiaisonError);
    expect(['FILE_INVALID', 'DATA_VERSION']).toContain((error as LiaisonError).code);
    return;
  }
  expect(report.verdict).toBe('findings');
  expect(report.findings.length).toBeGreaterThan(0);
}

describe('what is not changed', () => {
  test('is verified: data, bundle, proofs and disclosure', async () => {
    for (const path of [log.path, log.bundle]) {
      expect(await auditOf(path)).toMatchObject({ report: { verdict: 'verified', findings: [] } });
    }
    const fileTrust = { logVerifier: signer, anchors: [rootCertificate] };
    for (const text of [...log.proofs, disclosure])
      expect(examineFile(text, fileTrust)).toMatchObject({ verdict: 'verified' });
    const memory = await verifyLog(sourceOf(shardOf(signer, entries)), { ...fileTrust });
    expect([memory.verdict, memory.findings]).toEqual(['verified', []]);
  });

  test('has an entry of each kind that somebody signs', () => {
    const kinds = new Set(entries.map((bytes) => decode(EntrySchema, bytes, 'signed').event.kind));
    const SIGNED = ['submissionAcceptance', 'submissionRejection', 'contentHandover', 'contentHandoverFailure'];
    const MORE = [
      'contentAccessTracking',
      'consignmentAcceptance',
      'operatorAct',
      'acceptanceRejectionExpiry',
      'deadlineEvent',
    ];
    expect([...kinds]).toEqual(expect.arrayContaining([...SIGNED, ...MORE, 'contentErasure']));
  });
});

test(
  `${COUNT} random changes, from seed ${SEED} on, are each reported`,
  async () => {
    const names = Object.keys(MUTATIONS);
    for (let seed = SEED; seed < SEED + COUNT; seed++) {
      const random = new Random(seed);
      const name = random.of(names);
      try {
        await MUTATIONS[name]!(random);
      } catch (cause) {
        throw new Error(`LIAISON_SEED=${seed}: ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
        });
      }
    }
  },
  60_000 + COUNT * 1000,
);
