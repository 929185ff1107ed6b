import {
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  rmSync,
  renameSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAuditSource } from '../../audit/bundle/open.ts';
import type { SplitView } from '../../audit/bundle/mirror.ts';
import { cosignNote, formatVerifierKey } from '../../audit/index.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { addTicks, changed, copyOf, exported, newLog, place, verified } from './bundle-support.ts';
import type { LogBuilder } from './log-builder.ts';
import { removeDirectory, signer } from './log-builder.ts';
import { expectCode, otherLog, witness } from './support.ts';
import { TRUST } from './verify-support.ts';
import { filesOf } from '../support/files.ts';

afterAll(removeDirectory);

const SIZES = [1, 2, 200, 3, 300, 50] as const;

describe('a log that is exported', () => {
  test('says the same as the data it comes from', async () => {
    const log = newLog();
    addTicks(log, ...SIZES);
    const out = place('out');
    expect(await exported(log.data, out)).toMatchObject({ shards: [{ shard: 0, size: 559, before: 0 }] });
    const bundle = await verified(out);
    log.close();
    const data = await verified(log.data);
    expect(bundle).toMatchObject({ verdict: 'verified', kind: 'bundle', path: out, checkpointsVerified: 9 });
    expect({ ...bundle, path: '', kind: '' }).toEqual({ ...data, path: '', kind: '' });
    const stopped = place('out');
    await exported(log.data, stopped);
    expect(filesOf(stopped)).toEqual(filesOf(out));
  });

  test('gets what is new, and is then as if it had been exported at once', async () => {
    const log = newLog();
    const out = place('out');
    await exported(log.data, out);
    for (const count of [...SIZES, 4000, 252, 1]) {
      addTicks(log, count);
      await exported(log.data, out);
    }
    const afresh = place('out');
    await exported(log.data, afresh);
    expect([...filesOf(out).keys()]).toEqual([...filesOf(afresh).keys()]);
    expect(filesOf(out)).toEqual(filesOf(afresh));
    const before = filesOf(out);
    expect(await exported(log.data, out)).toMatchObject({ shards: [{ size: 4812, before: 4812 }] });
    expect(filesOf(out)).toEqual(before);
    expect(await verified(out)).toMatchObject({ verdict: 'verified', size: 4812 });
    log.close();
  });

  test('stays what it was when that is interrupted anywhere, and the next run goes on', async () => {
    const log = newLog();
    addTicks(log, 600);
    const out = place('out');
    await exported(log.data, out);
    addTicks(log, 400, 300);
    const whole = copyOf(out);
    await exported(log.data, whole);
    for (let parts = 0; ; parts++) {
      const cut = copyOf(out);
      let left = parts;
      const breaks = changed((_, bytes) => {
        if (left-- === 0) throw new LiaisonError('UNAVAILABLE', 'Cut.');
        return bytes;
      });
      const error = await exported(log.data, cut, { origin: breaks }).catch((reason: unknown) => reason);
      if (!(error instanceof LiaisonError)) break;
      expect(error.code).toBe('UNAVAILABLE');
      expect(await verified(cut)).toMatchObject({ verdict: 'verified', size: 603 });
      addTicks(log, 1);
      await exported(log.data, cut);
      expect(await verified(cut)).toMatchObject({ verdict: 'verified', size: 1304 + parts });
    }
    log.close();
  }, 120_000);

  test('may be interrupted the first time', async () => {
    const log = newLog();
    addTicks(log, 600);
    const out = place('out');
    let left = 5;
    const breaks = changed((_, bytes) => {
      if (left-- === 0) throw new LiaisonError('UNAVAILABLE', 'Cut.');
      return bytes;
    });
    await expect(exported(log.data, out, { origin: breaks })).rejects.toThrow('Cut');
    expectCode(() => openAuditSource(out), 'FILE_INVALID');
    await exported(log.data, out);
    expect(await verified(out)).toMatchObject({ verdict: 'verified', size: 603 });
    log.close();
  });

  test('is not mixed with other things or other logs', async () => {
    const log = newLog();
    const out = place('out');
    await exported(log.data, out);
    await expect(exported(log.data, out, { logKey: otherLog })).rejects.toMatchObject({ code: 'OTHER_LOG' });
    const other = place('out');
    mkdirSync(other);
    writeFileSync(join(other, 'diary.txt'), 'Dear diary');
    await expect(exported(log.data, other)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    log.close();
  });
});

describe('a cosigned checkpoint', () => {
  const cosign = (data: string, note: Uint8Array): void => {
    const db = new DatabaseSync(join(data, 'ledger.db'));
    db.prepare('INSERT OR REPLACE INTO cosigned (origin, note) VALUES (?, ?)').run(signer.name, note);
    db.close();
  };
  const cosigned = 'shards/0/cosigned';

  test('comes along, also when nothing else is new', async () => {
    const log = newLog();
    addTicks(log, 300);
    const out = place('out');
    await exported(log.data, out);
    expect(filesOf(out).has(cosigned)).toBe(false);
    const note = cosignNote(log.checkpoint, witness, 1_800_000_000);
    cosign(log.data, note);
    await exported(log.data, out);
    expect(readFileSync(join(out, cosigned), 'utf8')).toBe(Buffer.from(note).toString('utf8'));
    addTicks(log, 20);
    await exported(log.data, out);
    expect(await verified(out)).toMatchObject({ verdict: 'verified', size: 323 });
    log.close();
  });

  test('of another history is a contradiction, and a changed one a finding', async () => {
    const [log, forked] = [newLog(), newLog()];
    addTicks(log, 300);
    addTicks(forked, 300);
    cosign(log.data, cosignNote(forked.checkpoint, witness, 1_800_000_000));
    const out = place('out');
    await expect(exported(log.data, out)).rejects.toMatchObject({ code: 'CHECKPOINT_INCONSISTENT' });
    cosign(log.data, log.checkpoint);
    await exported(log.data, out);
    writeFileSync(join(out, cosigned), forked.checkpoint);
    expect((await verified(out)).findings).toMatchObject([{ rule: 'split-view' }]);
    writeFileSync(join(out, cosigned), flipped(log.checkpoint));
    expect((await verified(out)).findings).toMatchObject([{ rule: 'checkpoint-signature' }]);
    log.close();
    forked.close();
  });
});

describe('nothing unverified gets its name', () => {
  let log: LogBuilder & { data: string };
  beforeAll(() => {
    log = newLog();
    addTicks(log, 600);
  });
  afterAll(() => log.close());

  test.each(['checkpoint', 'tile', 'entries', 'checkpoints', 'keys'] as const)('%s', async (kind) => {
    // What keys.json says beside the keys themselves is compared with the entries by `audit verify`.
    const ways = kind === 'keys' ? [] : [flipped];
    for (const spoil of [...ways, cutShort, (): undefined => undefined]) {
      const out = place('out');
      const origin = changed((part, bytes) => {
        const isWanted =
          part.kind === 'tile' ? kind === (part.address.level === 'entries' ? 'entries' : 'tile') : part.kind === kind;
        return isWanted && bytes ? spoil(bytes) : bytes;
      });
      await expect(exported(log.data, out, { origin })).rejects.toBeInstanceOf(LiaisonError);
      const good = place('out');
      await exported(log.data, good);
      const right = filesOf(good);
      for (const [name, bytes] of filesOf(out)) {
        if (!name.endsWith('checkpoint.next')) expect(bytes, name).toBe(right.get(name));
      }
    }
  });
});

describe('a log that contradicts itself', () => {
  test.each([
    ['grown', 500],
    ['shrunk', 20],
    ['of the same size', 100],
  ])('%s: both notes are kept', async (_, count) => {
    const [honest, forked] = [newLog(), newLog()];
    addTicks(honest, 400, 100);
    addTicks(forked, 400, count);
    const out = place('out');
    await exported(honest.data, out);
    const before = filesOf(out);
    const error = (await exported(forked.data, out).catch((reason: unknown) => reason)) as SplitView;
    expect(error).toMatchObject({ code: 'CHECKPOINT_INCONSISTENT' });
    const kept = JSON.parse(readFileSync(error.file, 'utf8')) as unknown;
    const notes = [honest, forked].map(({ checkpoint }) => Buffer.from(checkpoint).toString('utf8'));
    expect(kept).toEqual({ format: 'liaison-split-view', version: 1, origin: signer.name, checkpoints: notes });
    rmSync(error.file);
    expect(filesOf(out)).toEqual(before);
    honest.close();
    forked.close();
  });

  test('also when the first history was not fetched to its end', async () => {
    const [honest, forked] = [newLog(), newLog()];
    addTicks(honest, 400);
    addTicks(forked, 700);
    const out = place('out');
    const breaks = changed((part, bytes) => (part.kind === 'keys' ? undefined : bytes));
    await expect(exported(honest.data, out, { origin: breaks })).rejects.toMatchObject({ code: 'DATA_DAMAGED' });
    await expect(exported(forked.data, out)).rejects.toMatchObject({ code: 'CHECKPOINT_INCONSISTENT' });
    honest.close();
    forked.close();
  });
});

describe('a bundle that was changed', () => {
  let out = '';
  beforeAll(async () => {
    const log = newLog();
    addTicks(log, 300, 2, 300);
    out = place('out');
    await exported(log.data, out);
    log.close();
  });

  const verdictOf = async (path: string): Promise<string> => {
    try {
      return (await verified(path)).verdict;
    } catch (error) {
      return (error as LiaisonError).code;
    }
  };

  test('in any file, in any way, is found out', async () => {
    for (const name of filesOf(out).keys()) {
      for (const spoil of [flipped, cutShort, longer]) {
        const copy = copyOf(out);
        const bytes = spoil(new Uint8Array(readFileSync(join(copy, name))));
        writeFileSync(join(copy, name), bytes);
        expect(await verdictOf(copy), `${name} ${spoil.name}`).toMatch(/^(findings|FILE_INVALID)$/);
        rmSync(copy, { recursive: true });
      }
      const copy = copyOf(out);
      rmSync(join(copy, name));
      expect(await verdictOf(copy), `${name} removed`).toMatch(/^(findings|FILE_INVALID)$/);
      rmSync(copy, { recursive: true });
    }
  }, 120_000);

  test('links lead nowhere', async () => {
    const copy = copyOf(out);
    renameSync(join(copy, 'shards/0/keys.json'), join(copy, 'elsewhere'));
    symlinkSync('../../elsewhere', join(copy, 'shards/0/keys.json'));
    expect((await verified(copy)).findings).toMatchObject([
      { rule: 'database-readable', what: expect.stringContaining('shards/0/keys.json is not a plain file') as string },
    ]);
    const moved = copyOf(out);
    renameSync(join(moved, 'shards/0'), join(moved, 'elsewhere'));
    symlinkSync('../elsewhere', join(moved, 'shards/0'));
    expect((await verified(moved)).findings[0]?.what).toContain('shards/0/checkpoint is reached through a link');
  });

  test('huge files are not read', async () => {
    const copy = copyOf(out);
    truncateSync(join(copy, 'shards/0/keys.json'), 100 * 2 ** 30);
    expect((await verified(copy)).findings[0]?.what).toContain('keys.json has 107374182400 bytes');
  });

  const edited = (change: (bundle: { version: number; shards: Record<string, unknown>[] }) => void): string => {
    const copy = copyOf(out);
    const bundle = JSON.parse(readFileSync(join(copy, 'bundle.json'), 'utf8')) as never;
    change(bundle);
    writeFileSync(join(copy, 'bundle.json'), JSON.stringify(bundle));
    return copy;
  };
  const first = (change: Record<string, unknown>) => edited(({ shards }) => Object.assign(shards[0]!, change));

  test.each<[string, () => string, string]>([
    ['another origin', () => first({ origin: 'other.example/2026' }), 'log-identity'],
    ['another key', () => first({ verifierKey: formatVerifierKey(otherLog) }), 'log-identity'],
    ['another first number', () => first({ firstNumber: 7 }), 'log-identity'],
    ['a size of no checkpoint', () => first({ size: 304 }), 'database-readable'],
    ['too large a size', () => first({ size: 9999 }), 'database-readable'],
    ['a directory outside', () => first({ shard: '../../etc' }), 'database-readable'],
    ['a shard that is not there', () => first({ shard: 3 }), 'database-readable'],
    ['no shards', () => edited((bundle) => void (bundle.shards = [])), 'database-readable'],
    [
      'a key more',
      () => {
        const copy = copyOf(out);
        const keys = join(copy, 'shards/0/keys.json');
        writeFileSync(keys, readFileSync(keys, 'utf8').replace('"agency":"xa.customs"', '"agency":"xb.police"'));
        return copy;
      },
      'bundle-keys',
    ],
  ])('%s is a finding', async (_, change, rule) => {
    expect((await verified(change())).findings.map((finding) => finding.rule)).toContain(rule);
  });

  test('errors say what it is', async () => {
    const newer = edited((bundle) => void (bundle.version = 2));
    await expect(verified(newer)).rejects.toMatchObject({ code: 'DATA_VERSION' });
    await expect(verified(out, { ...TRUST, logVerifier: otherLog })).rejects.toMatchObject({
      code: 'OTHER_LOG',
    });
    expectCode(() => openAuditSource(join(out, 'shards')), 'FILE_INVALID');
    expectCode(() => openAuditSource(join(out, 'nothing')), 'FILE_UNREADABLE');
    expect(existsSync(out)).toBe(true);
  });
});

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const at = Math.floor(copy.length / 2);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
function cutShort(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, -1 - Math.floor(bytes.length / 3));
}
function longer(bytes: Uint8Array): Uint8Array {
  return new Uint8Array([...bytes, 65]);
}
