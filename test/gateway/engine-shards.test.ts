/** Shards in the engine: a close is one transaction, and everything before it stays provable until its shard is dropped. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { verifyCheckpoint } from '../../audit/checkpoint.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { Committer } from '../../gateway/ledger/committer.ts';
import { submitResult } from '../../gateway/ledger/answers.ts';
import { Mailboxes } from '../../gateway/ledger/delivery.ts';
import { LedgerEngine } from '../../gateway/ledger/engine.ts';
import { LogKeyFiles } from '../../gateway/ledger/log-keys.ts';
import { ShardKeeper } from '../../gateway/ledger/shard-keeper.ts';
import { apply } from '../../ledger/apply.ts';
import type { DecisionContext } from '../../ledger/decide.ts';
import { stateDigest } from '../../ledger/rows.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import type { Act } from '../../protocol/generated/schema.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { toHex } from '../../protocol/ids.ts';
import { leafHash, verifyInclusion } from '../../protocol/merkle.ts';
import { DAY_MS, handover, ORIGIN, removeDirectory, signAct, START_MS } from '../ledger/support.ts';
import { refusalOf } from '../support/refusal.ts';
import { content, harbour, indicesOf, police, removeEngines, send, TestEngine, work } from './engine-support.ts';

let subject: ShardedEngine;
afterEach(() => subject.close());
afterAll(() => {
  removeDirectory();
  removeEngines();
});

const YEAR_MS = 366 * DAY_MS;
const origin = (n: number): string => `${ORIGIN}/${n}`;

/** An engine whose keys stand in files. */
class ShardedEngine extends TestEngine {
  private next = 3;

  get keyFile(): string {
    return join(`${this.path}.keys`, 'log.key');
  }

  override open(): LedgerEngine {
    if (!existsSync(this.keyFile)) {
      mkdirSync(dirname(this.keyFile));
      const pem = this.signer.privateKey.export({ type: 'pkcs8', format: 'pem' });
      writeFileSync(this.keyFile, pem, { mode: 0o600 });
    }
    return LedgerEngine.open(this.path, new LogKeyFiles(this.keyFile, ORIGIN));
  }

  act(act: Act['act'], number = this.next++) {
    const origin = this.engine.store.get('facts', 'origin')!.text;
    return signAct(act, number, this.nowMs, { origin });
  }

  /** Carries out an act of the operator; throws what it is refused with. */
  order(act: Act['act']): number {
    return indicesOf(this.run(this.act(act))[0])[0]!;
  }

  closeShard(n: number): void {
    this.order({ kind: 'closeShard', value: { nextOrigin: origin(n) } });
  }

  get nextNumber(): number {
    return this.engine.firstNumber + this.engine.tree.size;
  }
}

/** Verifies every entry of all shards that are there, with nothing but the key that entry 0 of each names. */
function verifyAll({ engine, nextNumber }: ShardedEngine): void {
  for (let number = 0; number < nextNumber; number++) {
    if (engine.isDropped(number)) continue;
    const { index, path, checkpoint } = engine.prove(number);
    const opening = engine.entry(number - index).event;
    if (opening.kind !== 'shardOpen') throw new Error(`entry ${number - index} is a ${opening.kind}`);
    const note = checkpoint.length > 0 ? checkpoint : engine.checkpoint;
    const { size, root } = verifyCheckpoint(note, parseVerifierKey(opening.value.verifierKey));
    const leaf = leafHash(engine.entryBytes(number));
    if (!verifyInclusion(leaf, BigInt(index), BigInt(size), path, root)) throw new Error(`entry ${number}`);
  }
}

/** The state that one shard gives without those before it. */
function replayed({ engine, nextNumber }: ShardedEngine): string {
  const store = new MemoryStore();
  for (let number = engine.firstNumber; number < nextNumber; number++) {
    store.write(apply(store, number, engine.entry(number)));
  }
  return toHex(stateDigest(store));
}

describe('a close', () => {
  test('ends the shard with its commit; entries, rows and numbers go on in the next', () => {
    subject = new ShardedEngine();
    const first = send([police, harbour]);
    const [accepted = -1] = indicesOf(subject.commit([work(first)])[0]);
    const key = subject.engine.store.get('facts', 'verifier-key')!.text;
    const outcomes = subject.commit([
      { command: subject.act({ kind: 'closeShard', value: { nextOrigin: origin(2) } }) },
      // What is decided in the same commit still belongs to the shard.
      work(send([police])),
    ]);
    const [act = -1, late = -1] = outcomes.flatMap(indicesOf);
    expect(subject.engine.firstNumber).toBe(late + 2);
    expect(subject.engine.entry(late + 1).event).toMatchObject({
      kind: 'shardClose',
      value: { nextOrigin: origin(2) },
    });
    const { event } = subject.engine.entry(late + 2);
    if (event.kind !== 'shardOpen') throw new Error(event.kind);
    expect(event.value).toMatchObject({
      origin: origin(2),
      firstNumber: late + 2,
      previousVerifierKey: key,
      logVersion: 1,
    });
    expect(event.value).toMatchObject({ operators: [], anchors: [] });
    expect(subject.engine.tree.size).toBe(1 + event.value.snapshots);
    expect(subject.engine.closedShards).toMatchObject([
      { firstNumber: 0, origin: ORIGIN, verifierKey: key, size: late + 2, closedAtMs: subject.nowMs, droppedIndex: 0 },
    ]);
    expect([accepted, act].map((number) => subject.engine.prove(number).index)).toEqual([accepted, act]);
    verifyAll(subject);
    const before = subject.seen();
    expect(replayed(subject)).toBe(before.digest);
    subject.reopen();
    expect(subject.seen()).toEqual(before);
    verifyAll(subject);
    // A message of the closed shard is handed over in this one; its erasure is stated, as version 1 does.
    subject.run(handover(first, police, 1), handover(first, harbour, 1));
    const erasure = subject.engine.entry(subject.nextNumber - 1).event;
    expect(erasure).toEqual({ kind: 'contentErasure', value: { messages: [accepted], blobs: [] } });
    expect(replayed(subject)).toBe(subject.seen().digest);
  });

  test('again and again, over full tiles; the keys are there after every start', () => {
    subject = new ShardedEngine();
    for (let n = 2; n < 6; n++) {
      subject.tick(300);
      subject.closeShard(n);
      expect(replayed(subject)).toBe(subject.seen().digest);
      subject.reopen();
    }
    expect(subject.engine.closedShards.map((row) => row.origin)).toEqual([ORIGIN, ...[2, 3, 4].map(origin)]);
    verifyAll(subject);
    expect(refusalOf(() => subject.engine.prove(subject.nextNumber))).not.toBe('');
    const mode = statSync(join(dirname(subject.keyFile), 'log-5.key')).mode & 0o777;
    expect(mode).toBe(0o600);
  });

  test('of a large state takes many snapshots, each of which fits an entry', () => {
    subject = new ShardedEngine();
    const many = Array.from({ length: 900 }, () => work(send([police, harbour]), content(10)));
    subject.commit(many);
    subject.closeShard(2);
    expect(subject.engine.tree.size).toBeGreaterThan(5);
    expect(replayed(subject)).toBe(subject.seen().digest);
    verifyAll(subject);
  });

  test('is refused for an origin that is none, that is in use, and twice in one commit', () => {
    subject = new ShardedEngine();
    for (const nextOrigin of ['', 'No Name', ORIGIN, 'a//b']) {
      const [outcome] = subject.run(subject.act({ kind: 'closeShard', value: { nextOrigin } }, 3));
      expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'ACT_INVALID' } });
    }
    const acts = [2, 3].map((n) => subject.act({ kind: 'closeShard', value: { nextOrigin: origin(n) } }));
    expect(subject.run(...acts)).toMatchObject([
      { kind: 'logged' },
      { kind: 'refused', error: { code: 'ACT_INVALID' } },
    ]);
    expect(subject.engine.store.get('facts', 'next-origin')).toBeUndefined();
    // An act that was signed for the shard before is of no use in this one.
    const old = signAct({ kind: 'closeShard', value: { nextOrigin: origin(4) } }, 4, subject.nowMs);
    expect(subject.run(old)).toMatchObject([{ kind: 'refused', error: { code: 'ACT_INVALID' } }]);
  });
});

describe('a close that does not come to its end', () => {
  /** Entries that the close makes, each of which asks for random bytes first. */
  const STEPS = 14;

  test.each(Array.from({ length: STEPS }, (_, i) => i))('as the process ends before entry %i of it', (step) => {
    subject = new ShardedEngine();
    subject.commit([work(send([police]))]);
    const before = subject.seen();
    let left = step;
    const context: DecisionContext = {
      ...subject.context(),
      random: (length) => {
        if (left-- === 0) throw new Error('killed');
        return new Uint8Array(length);
      },
    };
    let ended = false;
    try {
      subject.engine.closeShard(origin(2), context);
      ended = true;
    } catch (error) {
      expect(String(error)).toMatch(/killed/);
    }
    if (step < 10) expect(ended).toBe(false);
    // The engine is abandoned as by a kill: its transaction was never committed.
    subject.reopen();
    if (!ended) expect(subject.seen()).toEqual(before);
    else expect(subject.engine.closedShards).toHaveLength(1);
    if (!ended) subject.engine.closeShard(origin(2), subject.context());
    expect(replayed(subject)).toBe(subject.seen().digest);
    verifyAll(subject);
  });

  test('because the disk is full, leaves the shard as it was, and is done later', () => {
    subject = new ShardedEngine();
    subject.commit(Array.from({ length: 300 }, () => work(send([police]), content(10))));
    const before = subject.seen();
    const pages = Number(Object.values(subject.engine.prepare('PRAGMA page_count').get()!)[0]);
    for (const more of [0, 2, 4]) {
      subject.engine.prepare(`PRAGMA max_page_count = ${pages + more}`).get();
      expect(refusalOf(() => subject.engine.closeShard(origin(2), subject.context()))).toBe('STORAGE_FULL');
      expect(subject.seen()).toEqual(before);
    }
    subject.engine.prepare('PRAGMA max_page_count = 1000000').get();
    subject.tick(1);
    subject.engine.closeShard(origin(2), subject.context());
    subject.reopen();
    expect(replayed(subject)).toBe(subject.seen().digest);
    verifyAll(subject);
  });

  test('a key that is missing, damaged or another is said clearly', () => {
    subject = new ShardedEngine();
    subject.closeShard(2);
    subject.close();
    const file = join(dirname(subject.keyFile), 'log-2.key');
    const pem = readFileSync(file);
    writeFileSync(file, readFileSync(subject.keyFile), { mode: 0o600 });
    expect(refusalOf(() => subject.open())).toBe('CHECKPOINT_INVALID');
    writeFileSync(file, 'no key');
    expect(refusalOf(() => subject.open())).toBe('FILE_INVALID');
    rmSync(file);
    expect(() => subject.open()).toThrow(
      /log-2\.key is missing: the key that the log ledger\.test\/log\/2 is signed with/,
    );
    writeFileSync(file, pem, { mode: 0o600 });
    subject.engine = subject.open();
    verifyAll(subject);
  });
});

describe('the keeper of shards', () => {
  const keeper = (settings = { yearly: true, retentionYears: 10 }): ShardKeeper => {
    const clock = { now: () => subject.nowMs, monotonic: () => subject.nowMs };
    const committer = new Committer(subject.engine, false, clock, (body) => body());
    // So long after the last entry, an operator has to vouch for it.
    committer.clock.confirm();
    return new ShardKeeper(subject.engine, committer, settings);
  };
  const yearOf = (timeMs: number): number => new Date(timeMs).getUTCFullYear();

  test('begins a shard with each year, and with no other day', () => {
    subject = new ShardedEngine();
    keeper().run();
    expect(subject.engine.closedShards).toEqual([]);
    subject.nowMs = Date.UTC(yearOf(START_MS) + 1, 0, 1) - 1;
    keeper().run();
    expect(subject.engine.closedShards).toEqual([]);
    subject.nowMs++;
    keeper({ yearly: false, retentionYears: 10 }).run();
    expect(subject.engine.closedShards).toEqual([]);
    const first = keeper();
    first.run();
    first.run();
    expect(subject.engine.closedShards).toHaveLength(1);
    expect(subject.engine.store.get('facts', 'origin')?.text).toBe(`${ORIGIN}/${yearOf(subject.nowMs)}`);
    subject.nowMs += 2 * YEAR_MS;
    first.run();
    expect(subject.engine.store.get('facts', 'origin')?.text).toBe(`${ORIGIN}/${yearOf(subject.nowMs)}`);
    verifyAll(subject);
  });

  // Guards: a clock that had just jumped over a year's end closed the shard for good, with the wrong time in the log.
  test('begins no shard by a clock that has jumped', () => {
    subject = new ShardedEngine();
    let jumpedMs = 0;
    const clock = { now: () => subject.nowMs + jumpedMs, monotonic: () => subject.nowMs };
    const committer = new Committer(subject.engine, false, clock, (body) => body());
    jumpedMs = 2 * YEAR_MS;
    new ShardKeeper(subject.engine, committer, { yearly: true, retentionYears: 10 }).run();
    expect(committer.clock.fault).not.toBe('');
    expect(subject.engine.closedShards).toEqual([]);
  });

  test('deletes a dropped shard a piece at a time, goes on after a start, and keeps the final checkpoint', () => {
    subject = new ShardedEngine();
    for (let i = 0; i < 150; i++) subject.tick(4);
    const [accepted = -1] = indicesOf(subject.commit([work(send([police]))])[0]);
    subject.closeShard(2);
    const [shard] = subject.engine.closedShards;
    const bytes = subject.engine.entryBytes(subject.engine.firstNumber);
    subject.nowMs += 11 * YEAR_MS;
    const drop = { kind: 'dropShard', value: { origin: ORIGIN } } as const;
    expect(() => subject.order(drop)).toThrow(new RegExp(`message of its entry ${accepted} has not been forgotten`));
    subject.run({ kind: 'expire', entryIndex: accepted });
    subject.run({ kind: 'purge' });
    const [outcome] = subject.engine.commit([{ command: subject.act(drop, 4) }], {
      ...subject.context(),
      retentionYears: 20,
    });
    expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'ACT_INVALID' } });
    const [index = -1] = indicesOf(subject.run(subject.act(drop, 4))[0]);
    expect(subject.engine.closedShards).toEqual([{ ...shard, droppedIndex: index }]);
    expect(refusalOf(() => subject.engine.prove(accepted))).toBe('ENTRY_DROPPED');
    const left = (table: string): number =>
      Number(subject.engine.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n']);
    const [rows, tiles] = [left('log'), left('tiles')];
    keeper({ yearly: false, retentionYears: 10 }).run();
    expect(left('log')).toBe(rows - 64);
    subject.reopen();
    const second = keeper({ yearly: false, retentionYears: 10 });
    for (let i = 0; i < 8; i++) second.run();
    expect(left('tiles')).toBeLessThan(tiles);
    expect(subject.engine.prepare('SELECT min(firstIndex) AS n FROM log').get()!['n']).toBe(subject.engine.firstNumber);
    expect(subject.engine.entryBytes(subject.engine.firstNumber)).toEqual(bytes);
    expect(refusalOf(() => subject.order(drop))).toBe('ACT_INVALID');
    verifyAll(subject);
    expect(replayed(subject)).toBe(subject.seen().digest);
  });
});

// Guards: each of these ended the gateway, the first one whenever the node came back.
describe('what cannot be proven', () => {
  test('an end in a dropped shard, of a message in one that is kept, is left out of what is fetched', () => {
    subject = new ShardedEngine();
    const [accepted = -1] = indicesOf(subject.commit([work(send([police]))])[0]);
    subject.closeShard(2);
    subject.nowMs += YEAR_MS;
    subject.run({ kind: 'expire', entryIndex: accepted });
    const fetch = {
      mailbox: police.mailboxes[0]!,
      from: 1,
      endedFrom: 1,
      messages: 10,
      bytes: 1_000_000,
      knowsShards: true,
    };
    subject.closeShard(3);
    expect(new Mailboxes(subject.engine).fetch(fetch)).toMatchObject({ messages: 1 });
    subject.order({ kind: 'dropShard', value: { origin: origin(2) } });
    expect(new Mailboxes(subject.engine).fetch(fetch)).toBeUndefined();
  });

  test('a refusal that was logged in the commit that ended its shard is told without the proof', () => {
    subject = new ShardedEngine();
    const [index = -1] = indicesOf(subject.commit([work(send([police]))])[0]);
    subject.closeShard(2);
    const outcome = { kind: 'refused', error: new LiaisonError('SENDER_MISMATCH'), index } as const;
    const answer = (knowsShards: boolean): number =>
      submitResult(subject.engine, { request: 1, answers: [{ messageId: new Uint8Array(16), outcome }], knowsShards })
        .length;
    expect(answer(false)).toBeGreaterThan(0);
    expect(answer(true)).toBeGreaterThan(answer(false));
  });
});
