/** The audit over several shards: trust leads through all of them, and what does not follow is found. */
import { createPublicKey } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { LedgerFile } from '../../audit/ledger-file.ts';
import type { AuditSource } from '../../audit/source.ts';
import { formatVerifierKey } from '../../audit/verifier-key.ts';
import { type LogReport, verifyLog, type VerifyOptions } from '../../audit/verify-log.ts';
import { carriedDigest, snapshotChanges, snapshotsOf } from '../../ledger/shards.ts';
import { put } from '../../ledger/state.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { encode } from '../../protocol/codec.ts';
import { CertificateChainSchema, EntrySchema, KeyUsage, type Snapshot } from '../../protocol/generated/schema.ts';
import {
  customs,
  directory,
  handovers,
  harbour,
  HOUR_MS,
  LogBuilder,
  makeAgency,
  makeMessage,
  police,
  removeDirectory,
  shardSigner,
  signer,
  START_MS,
  statementAbout,
  submissions,
} from './log-builder.ts';
import { makeAuthority } from '../support/openssl.ts';
import { ShardForgery } from './shard-forgery.ts';
import { otherLog } from './support.ts';
import { audit, TRUST } from './verify-support.ts';

afterAll(removeDirectory);

const origin = (n: number): string => `${signer.name}/${n}`;

/** Three shards; messages go from one into the next, one of them is held. */
function makeLog(): string {
  const log = new LogBuilder(join(directory, 'shards.db'));
  for (const { enrol } of [customs, police, harbour]) log.act({ kind: 'enrol', value: enrol });
  const messages = Array.from({ length: 3 }, () => makeMessage(customs, [police, harbour], log.nowMs));
  log.commit(...submissions(customs, messages));
  const [held, , late] = messages;
  const { sender, messageId } = held!.routing;
  log.act({ kind: 'hold', value: { sender, messageId, reference: 'Court 5/31' } });
  log.commit(...handovers(police, [statementAbout(held!, police, 1), statementAbout(messages[1]!, police, 2)]));
  log.act({ kind: 'closeShard', value: { nextOrigin: origin(2) } });
  log.commit(...handovers(harbour, [statementAbout(held!, harbour, 1), statementAbout(messages[1]!, harbour, 2)]));
  log.act({ kind: 'suspend', value: { agency: harbour.agency } });
  log.command({ kind: 'tick' });
  log.act({ kind: 'closeShard', value: { nextOrigin: origin(3) } });
  log.commit(...handovers(police, [statementAbout(late!, police, 3)]));
  log.nowMs += HOUR_MS;
  log.command({ kind: 'tick' });
  log.close();
  return log.path;
}

const honest = makeLog();
const seen = async (path: string, options: VerifyOptions = TRUST): Promise<string[]> =>
  (await audit(path, options)).findings.map(({ origin: of, index, rule }) => `${of ?? ''} ${index ?? '-'} ${rule}`);

describe('an honest log of several shards', () => {
  test('is verified from the key of any of them', async () => {
    for (const logVerifier of [signer, shardSigner(origin(2)), shardSigner(origin(3))]) {
      const report = await audit(honest, { ...TRUST, logVerifier });
      expect([report.findings, report.verdict]).toEqual([[], 'verified']);
      expect(report.shards.map((shard) => shard.origin)).toEqual([signer.name, origin(2), origin(3)]);
      expect(report.shards[1]!.firstNumber).toBe(report.shards[0]!.size);
      expect(report.origin).toBe(origin(3));
    }
  });

  test('is no other log, and no more than consistent without a key', async () => {
    const rules = await seen(honest, { ...TRUST, logVerifier: otherLog });
    expect(rules).toContain(`${signer.name} 0 log-identity`);
    const report = await audit(honest, {});
    expect([report.findings, report.verdict]).toEqual([[], 'consistent-origin-unproven']);
  });

  test('carries authorities on, which the auditor has to trust in every shard', async () => {
    const rules = await seen(honest, {
      logVerifier: signer,
      anchors: [customs.enrol.signing[0]!.certificates[0]!],
    });
    for (const name of [signer.name, origin(2), origin(3)]) expect(rules).toContain(`${name} 0 anchor-unknown`);
  });

  test('is compared with checkpoints of the shard that they are of', async () => {
    const { shards } = await audit(honest);
    const outside = shards.map(({ origin: name, checkpoint }) => ({ name, note: Buffer.from(checkpoint) }));
    const report = await audit(honest, { ...TRUST, outside });
    expect(report.outside).toMatchObject(shards.map(({ origin: name, size }) => ({ name, size, contained: true })));
    expect(report.findings).toEqual([]);
  });

  test('one shard alone is verified by its snapshots', async () => {
    const report = await secondAlone(honest);
    expect([report.findings, report.verdict]).toEqual([[], 'verified']);
    expect([report.entriesBefore, (await audit(honest)).entriesBefore]).toEqual([report.shards[0]!.firstNumber, 0]);
    expect(report.entriesBefore).toBeGreaterThan(0);
  });

  test('one shard alone carries no key that an authority does not vouch for', async () => {
    const log = new ShardForgery(honest);
    const store = new MemoryStore();
    const places = new Map<string, number>();
    for (let at = 1; log.entry(1, at).event.kind === 'snapshot'; at++) {
      const snapshot = log.entry(1, at).event.value as Snapshot;
      store.write(snapshotChanges(snapshot));
      places.set(snapshot.table, at);
    }
    const elsewhere = mkdtempSync(join(directory, 'authority-'));
    const { enrol, signing } = makeAgency(police.agency, 'liaison', 'ed25519', makeAuthority(elsewhere));
    const own = [...store.scan('keys')].find((row) => row.agency === police.agency && row.usage === KeyUsage.SIGNING)!;
    const keyId = keyThumbprint(createPublicKey(signing));
    store.write([put('keys', { ...own, keyId, chain: encode(CertificateChainSchema, enrol.signing[0]!) })]);
    const { rows } = [...snapshotsOf(store)].find(({ table }) => table === 'keys')!;
    log.change(1, places.get('keys')!, 'snapshot', { rows });
    log.change(1, 0, 'shardOpen', { stateDigest: carriedDigest(store, Infinity) });
    const { findings } = await secondAlone(log.write());
    expect(findings.map(({ index, rule }) => `${index} ${rule}`)).toEqual(['0 enrolment-certificate']);
  });
});

async function secondAlone(path: string): Promise<LogReport> {
  const source = new LedgerFile(path);
  const [, second] = source.shards();
  const alone: AuditSource = {
    ...{ kind: 'bundle', path, live: undefined },
    checkFormat: () => source.checkFormat(),
    shards: () => [second!],
    assertUnchanged: () => undefined,
    close: () => undefined,
  };
  const report = await verifyLog(alone, { ...TRUST, logVerifier: shardSigner(origin(2)) });
  source.close();
  return report;
}

describe('an audit that was interrupted within a shard', () => {
  const essence = ({ shards, ...report }: LogReport): unknown => ({
    ...report,
    shards: shards.map((shard) => ({ ...shard, resumedAt: 0 })),
  });
  const trusts: [string, VerifyOptions][] = [
    ['with key and authorities', TRUST],
    ['with neither', {}],
  ];
  test.each(trusts)('goes on with the same result, %s', async (name, trust) => {
    let batches = 0;
    const whole = await audit(honest, { ...trust, onProgress: () => (batches += 1) });
    let resumed = 0;
    for (let at = 1; at < batches; at++) {
      const options = { ...trust, stateDir: join(directory, `within-${name}-${at}`), saveEntries: 1 };
      let left = at;
      const onProgress = (): void => {
        if (left-- === 0) throw new Error('It was interrupted.');
      };
      await expect(audit(honest, { ...options, onProgress })).rejects.toThrow('It was interrupted.');
      const report = await audit(honest, options);
      if (report.shards.some(({ size, resumedAt }, i) => i > 0 && resumedAt > 0 && resumedAt < size)) resumed++;
      expect(essence(report)).toEqual(essence(whole));
    }
    expect(resumed).toBeGreaterThan(2);
  });
});

describe('a dropped shard', () => {
  const dropped = async (ordinal: number, logVerifier: VerifyOptions['logVerifier']) => {
    const log = new LogBuilder(join(directory, `dropped-${ordinal}.db`));
    log.act({ kind: 'enrol', value: customs.enrol });
    for (const n of [2, 3]) log.act({ kind: 'closeShard', value: { nextOrigin: origin(n) } });
    log.act({ kind: 'dropShard', value: { origin: ordinal === 0 ? signer.name : origin(2) } });
    log.close();
    const db = new DatabaseSync(log.path);
    const [first, next] = db
      .prepare('SELECT firstNumber FROM shards ORDER BY 1')
      .all()
      .map((row) => row['firstNumber']);
    const [from, to] = ordinal === 0 ? [first, next] : [next, 1e9];
    const end = db.prepare("SELECT number FROM facts WHERE name = 'first-number'").get()!['number'];
    db.prepare('DELETE FROM log WHERE firstIndex >= ? AND firstIndex < min(?, ?)').run(from!, to!, end!);
    db.close();
    return audit(log.path, { ...TRUST, logVerifier });
  };

  test('is reported, and the rest is verified from the key of a later one', async () => {
    const report = await dropped(0, shardSigner(origin(3)));
    expect([report.findings, report.verdict]).toEqual([[], 'verified']);
    expect(report.dropped).toMatchObject([{ origin: signer.name, firstNumber: 0 }]);
    expect(report.shards).toHaveLength(2);
  });

  test('does not cover for another that is missing and was not dropped', async () => {
    const log = new LogBuilder(join(directory, 'missing-two.db'));
    for (const n of [2, 3, 4]) log.act({ kind: 'closeShard', value: { nextOrigin: origin(n) } });
    log.act({ kind: 'dropShard', value: { origin: origin(3) } });
    log.close();
    const source = new LedgerFile(log.path);
    const [first, , last] = source.shards();
    const rest: AuditSource = {
      ...{ kind: 'bundle', path: log.path, live: undefined },
      checkFormat: () => source.checkFormat(),
      shards: () => [first!, last!],
      assertUnchanged: () => undefined,
      close: () => undefined,
    };
    const { findings } = await verifyLog(rest, { ...TRUST, logVerifier: shardSigner(origin(4)) });
    source.close();
    expect(findings).toMatchObject([{ rule: 'shard-link', what: expect.stringContaining(origin(2)) as string }]);
  });

  test('between others breaks the way from the first key', async () => {
    const report = await dropped(1, signer);
    expect([report.findings, report.verdict, report.missingTrust]).toEqual([
      [],
      'consistent-origin-unproven',
      ['--log-key'],
    ]);
  });
});

describe('a dishonest gateway is found out when', () => {
  type Case = [name: string, forge: (log: ShardForgery) => void, expected: string[]];
  const [first, second] = [signer.name, origin(2)];
  const CASES: Case[] = [
    [
      'the last entry names another next shard',
      (log) => {
        log.change(0, -1, 'shardClose', { nextOrigin: origin(9) });
        log.relink();
      },
      [`${first} CLOSE shard-link`, `${second} 0 shard-link`],
    ],
    [
      'the last entry names another key',
      (log) => {
        const nextVerifierKey = formatVerifierKey(shardSigner(origin(9)));
        log.change(0, -1, 'shardClose', { nextVerifierKey });
        log.relink();
      },
      [`${first} CLOSE shard-link`, `${second} 0 log-identity`, `${second} 0 shard-link`],
    ],
    [
      'entry 0 names another final checkpoint',
      (log) => {
        const { event } = log.entry(2, 0);
        if (event.kind === 'shardOpen')
          log.change(1, 0, 'shardOpen', { previousCheckpoint: event.value.previousCheckpoint });
      },
      [`${second} 0 shard-link`],
    ],
    [
      'the shard was closed and went on',
      (log) => {
        const tick = encode(EntrySchema, {
          blind: new Uint8Array(16),
          atMs: START_MS + 9e6,
          event: { kind: 'tick', value: {} },
        });
        log.shards[0]!.push(tick);
        log.relink();
      },
      [`${first} END shard-link`, `${second} 0 shard-link`],
    ],
    [
      'entry 0 has a first number that does not follow',
      (log) => log.change(1, 0, 'shardOpen', { firstNumber: 1000 }),
      [`${second} 0 shard-link`],
    ],
    [
      'entry 0 names operators of its own',
      (log) => log.change(1, 0, 'shardOpen', { operators: [{ keyId: new Uint8Array(32), jwk: '{}' }] }),
      [`${second} 0 shard-link`],
    ],
    [
      'entry 0 says that it is of a version without the rule for erasures',
      (log) => log.change(1, 0, 'shardOpen', { logVersion: 0 }),
      [`${second} 0 shard-link`],
    ],
    [
      'the snapshots have another row',
      (log) => {
        const { event } = log.entry(1, 1);
        if (event.kind !== 'snapshot') throw new Error(event.kind);
        const rows = Buffer.from(event.value.rows);
        // The status of the first agency.
        const at = rows.indexOf('customs') + 'customs'.length + 8;
        rows[at] = 2;
        log.change(1, 1, 'snapshot', { rows });
      },
      [`${second} 0 shard-state`],
    ],
    [
      'a snapshot cannot be read',
      (log) => log.change(1, 1, 'snapshot', { rows: Buffer.from('nonsense') }),
      [`${second} 1 entry-fold`, `${second} 0 shard-state`],
    ],
    ['a snapshot is missing', (log) => void log.shards[1]!.splice(1, 1), [`${second} 0 shard-state`]],
    [
      'the state was changed between the shards, with a digest to match',
      (log) => log.change(1, 0, 'shardOpen', { stateDigest: new Uint8Array(32) }),
      [`${second} 0 shard-state`],
    ],
  ];

  test.each(CASES)('%s', async (_, forge, expected) => {
    const log = new ShardForgery(honest);
    const size = log.shards[0]!.length;
    forge(log);
    const rules = await seen(log.write());
    for (const rule of expected) {
      expect(rules).toContain(rule.replace('CLOSE', String(size - 1)).replace('END', String(size)));
    }
  });

  test('the same log, written anew without a change, has no finding but for what stands beside it', async () => {
    const rules = await seen(new ShardForgery(honest).write());
    expect(rules.filter((rule) => !/content-missing|held-message/.test(rule))).toEqual([]);
    // The content of the held message is not there.
    expect(rules).toContain(`${origin(3)} - held-message`);
  });

  test('an order to close was not carried out', async () => {
    const log = new ShardForgery(honest);
    log.shards.splice(1);
    log.shards[0]!.pop();
    expect(await seen(log.write())).toContain(` ${log.shards[0]!.length - 1} shard-link`);
  });

  test('its log is of a later version', async () => {
    const log = new ShardForgery(honest);
    log.change(1, 0, 'shardOpen', { logVersion: 2 });
    const path = log.write();
    await expect(audit(path)).rejects.toMatchObject({ code: 'DATA_VERSION' });
  });
});
