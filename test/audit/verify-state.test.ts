/** Audits that go on where an earlier one stood. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { LedgerFile } from '../../audit/ledger-file.ts';
import type { ShardSource, StoredBatch } from '../../audit/source.ts';
import { signCheckpoint } from '../../audit/checkpoint.ts';
import { formatVerifierKey } from '../../audit/verifier-key.ts';
import { type LogReport, verifyLog, type VerifyOptions } from '../../audit/verify-log.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { Forgery } from './forgery.ts';
import { directory, removeDirectory, rootCertificate, signer } from './log-builder.ts';
import { makeSampleLog } from './sample-log.ts';
import { otherLog } from './support.ts';
import { audit, seen, TRUST } from './verify-support.ts';

const sample = makeSampleLog();
/** In rows of 50 entries. */
const honest = new Forgery(sample.path).write();
const honestReport = await audit(honest);
const BEFORE = 150;
const prefix = ledger((log) => log.entries.splice(BEFORE));
afterAll(removeDirectory);

function ledger(change: (log: Forgery) => void): string {
  const log = new Forgery(sample.path);
  change(log);
  return log.write();
}

let states = 0;
const newState = (): string => join(directory, `state-${states++}`);
const withState = (stateDir: string): VerifyOptions => ({ ...TRUST, stateDir });

/** A ledger that notes which batches are read, and can fail. */
class Watched extends LedgerFile {
  readonly read: number[] = [];
  failsAt = Infinity;

  override shards(): readonly ShardSource[] {
    return super.shards().map((shard) => {
      const batches = (from?: number): Iterable<StoredBatch> => this.watch(shard.batches(from));
      return new Proxy(shard, {
        get: (target, name) => {
          const value: unknown = name === 'batches' ? batches : Reflect.get(target, name, target);
          return typeof value === 'function' && name !== 'batches' ? (value.bind(target) as unknown) : value;
        },
      });
    });
  }

  private *watch(batches: Iterable<StoredBatch>): Iterable<StoredBatch> {
    for (const batch of batches) {
      if (batch.firstIndex >= this.failsAt) throw new LiaisonError('FILE_UNREADABLE', 'The disk is gone.');
      this.read.push(batch.firstIndex);
      yield batch;
    }
  }
}

/** All but where it was read, and from where on. */
function essence(report: LogReport): unknown {
  return { ...report, path: '', shards: report.shards.map((shard) => ({ ...shard, resumedAt: 0 })) };
}

test('the sample is long enough', () => expect(honestReport.size).toBeGreaterThan(BEFORE + 100));

test('a log that has grown is verified from where it was, with the same result', async () => {
  const state = newState();
  const before = await audit(prefix, withState(state));
  expect(before).toMatchObject({ verdict: 'verified', size: BEFORE, shards: [{ resumedAt: 0 }] });
  for (const from of [BEFORE, honestReport.size]) {
    const source = new Watched(honest);
    const report = await verifyLog(source, withState(state));
    source.close();
    expect(source.read[0]).toBe(from === BEFORE ? BEFORE : undefined);
    expect(report.shards[0]!.resumedAt).toBe(from);
    expect(essence(report)).toEqual(essence(honestReport));
  }
});

test('an audit that was interrupted goes on, whatever had been kept', async () => {
  for (const failsAt of [0, 50, 100, 150, 250]) {
    const state = newState();
    const options = { ...withState(state), saveEntries: 60 };
    const source = new Watched(honest);
    source.failsAt = failsAt;
    await expect(verifyLog(source, options)).rejects.toThrow('The disk is gone.');
    source.close();
    const report = await audit(honest, options);
    expect(report.shards[0]!.resumedAt).toBe(failsAt < 100 ? 0 : failsAt < 250 ? 100 : 200);
    expect(essence(report)).toEqual(essence(honestReport));
  }
});

test('what was found before is found again, and what comes later as well', async () => {
  const forge = (log: Forgery): void => {
    log.replace(60, ({ atMs }) => ({ atMs: atMs - 3_600_000 }));
    log.append({ kind: 'purge', value: { throughMs: log.nextMs } });
  };
  const forged = ledger(forge);
  const whole = await audit(forged);
  expect(whole.findingsTotal).toBeGreaterThan(1);
  const state = newState();
  const first = await audit(
    ledger((log) => {
      forge(log);
      log.entries.splice(BEFORE);
    }),
    withState(state),
  );
  expect(first.findingsTotal).toBeGreaterThan(0);
  const report = await audit(forged, withState(state));
  expect(report.shards[0]!.resumedAt).toBe(BEFORE);
  expect(essence(report)).toEqual(essence(whole));
});

describe('a log that is not what was verified', () => {
  test('has a second history, which is told with both checkpoints', async () => {
    const state = newState();
    await audit(prefix, withState(state));
    const other = ledger((log) => log.replace(120, ({ blind }) => ({ blind: blind.map((byte) => byte ^ 1) })));
    const report = await audit(other, withState(state));
    expect(seen(report)).toEqual(['149 split-view']);
    expect(report.findings[0]!.notes).toHaveLength(2);
    expect(report.shards[0]!.resumedAt).toBe(0);
    // What was known stays known.
    expect((await audit(honest, withState(state))).shards[0]!.resumedAt).toBe(BEFORE);
  });

  test('was cut off', async () => {
    const state = newState();
    await audit(honest, withState(state));
    expect(seen(await audit(prefix, withState(state)))).toEqual(['- truncated']);
  });

  test('is another log', async () => {
    const state = newState();
    await audit(prefix, { stateDir: state });
    const other = ledger((log) =>
      log.replace(0, ({ event }) => {
        if (event.kind !== 'shardOpen') throw new Error('Entry 0 opens a log.');
        return { event: { ...event, value: { ...event.value, verifierKey: formatVerifierKey(otherLog) } } };
      }),
    );
    await expect(audit(other, { stateDir: state })).rejects.toMatchObject({ code: 'OTHER_LOG' });
  });

  test('shows another newest checkpoint of the same size', async () => {
    const state = newState();
    await audit(honest, withState(state));
    const copy = ledger(() => undefined);
    const { size } = honestReport;
    const other = signCheckpoint({ origin: signer.name, size, root: sha256(Uint8Array.of(1)) }, signer);
    const db = new DatabaseSync(copy);
    db.prepare('UPDATE log SET checkpoint = ? WHERE firstIndex + count = ?').run(other, size);
    db.close();
    const report = await audit(copy, withState(state));
    expect(seen(report)).toEqual([`${size - 1} checkpoint-root`]);
    expect(report.shards[0]!.resumedAt).toBe(0);
  });

  test('begins with another entry 0, which its tiles do not have', async () => {
    const state = newState();
    await audit(honest, withState(state));
    const copy = ledger((log) =>
      log.replace(0, ({ event }) => {
        if (event.kind !== 'shardOpen') throw new Error('Entry 0 opens a log.');
        return { event: { ...event, value: { ...event.value, previousVerifierKey: formatVerifierKey(otherLog) } } };
      }),
    );
    const db = new DatabaseSync(copy);
    db.prepare('ATTACH ? AS honest').run(honest);
    db.exec('DELETE FROM tiles; INSERT INTO tiles SELECT * FROM honest.tiles');
    db.exec(`UPDATE log SET checkpoint = (SELECT checkpoint FROM honest.log AS h WHERE h.firstIndex = log.firstIndex)`);
    db.close();
    const report = await audit(copy, withState(state));
    expect([report.verdict, report.shards[0]!.resumedAt]).toEqual(['findings', 0]);
    expect(seen(report)).toContain('0 shard-link');
  });

  test('has an old end that its own tiles contradict', async () => {
    const state = newState();
    await audit(honest, withState(state));
    const copy = ledger(() => undefined);
    const db = new DatabaseSync(copy);
    db.exec('UPDATE tiles SET hashes = zeroblob(8192)');
    db.close();
    const report = await audit(copy, withState(state));
    expect(report.shards[0]!.resumedAt).toBe(0);
    expect(seen(report)).toContain('- tile');
  });
});

describe('what was kept is refused', () => {
  const cases: Record<string, VerifyOptions> = {
    'without the key': { anchors: [rootCertificate] },
    'without authorities': { logVerifier: TRUST.logVerifier },
    'with another length of silences': { ...TRUST, silenceMs: 1000 },
  };
  test.each(Object.entries(cases))('%s', async (_, options) => {
    const state = newState();
    await audit(prefix, withState(state));
    await expect(audit(honest, { ...options, stateDir: state })).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });

  test('when its rows were changed', async () => {
    const state = newState();
    await audit(prefix, withState(state));
    const db = new DatabaseSync(join(state, 'shard-0.db'));
    db.exec('UPDATE agencies SET changedIndex = changedIndex + 1');
    db.close();
    await expect(audit(honest, withState(state))).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });

  test('when its file is damaged, anywhere', async () => {
    const state = newState();
    await audit(prefix, withState(state));
    const file = join(state, 'shard-0.db');
    const bytes = readFileSync(file);
    for (let at = 100; at < bytes.length; at += 4001) {
      const damaged = Buffer.from(bytes);
      damaged.fill(0x5a, at, at + 64);
      writeFileSync(file, damaged);
      const result = await audit(honest, withState(state)).then(
        essence,
        (error: unknown) => (error as LiaisonError).code,
      );
      // Free space may change without harm.
      if (result !== 'FILE_INVALID') expect(result).toEqual(essence(honestReport));
    }
  });

  test('while another audit uses it', async () => {
    const state = newState();
    await audit(prefix, withState(state));
    const db = new DatabaseSync(join(state, 'shard-0.db'));
    db.exec('BEGIN IMMEDIATE');
    await expect(audit(honest, withState(state))).rejects.toMatchObject({ code: 'DATA_LOCKED' });
    db.close();
  });
});
