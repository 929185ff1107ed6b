/** A backup is put back, as it happens: copied while the gateway was stopped, put in place of a log that has gone on. */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { verifyCheckpoint } from '../../audit/checkpoint.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { WitnessProcess, writePolicy } from '../support/witnesses.ts';
import { type Agency, World } from '../support/world.ts';

const dir = mkdtempSync(join(tmpdir(), 'liaison-backup-'));
const witness = new WitnessProcess(dir, 'auditor');
const backup = join(dir, 'backup.db');
let world: World;
let customs: Agency;
let police: Agency;
let database = '';
let mark = '';
/** The newest checkpoint that a node holds. */
let held: Uint8Array = new Uint8Array(0);
const WAIT = { timeout: 20_000, interval: 100 };

const sizeOf = (note: Uint8Array): number => verifyCheckpoint(note, parseVerifierKey(world.verifierKey)).size;

async function sendMany(count: number): Promise<void> {
  const node = await RawNode.open(world, customs);
  for (let i = 0; i < count; i++) {
    const result = await node.submit(envelopes(customs, [police]));
    expect(result.outcomes[0]!.outcome.kind).toBe('accepted');
    held = result.checkpoint;
  }
  node.close();
}

const restore = (): void => {
  for (const name of ['ledger.db-wal', 'ledger.db-shm']) rmSync(join(world.data, name), { force: true });
  copyFileSync(backup, database);
};
const splitViews = (): string[] => readdirSync(world.data).filter((name) => name.startsWith('split-view-'));

/** Starts in vain; returns what the gateway said. */
async function refusal(): Promise<string> {
  await expect(world.start()).rejects.toThrow(/The gateway ended with/);
  return world.output;
}

beforeAll(async () => {
  await witness.start();
  const policy = writePolicy(dir, 1, [witness]);
  world = new World({ settings: { witnesses: { policy, everySeconds: 1, timeoutSeconds: 2 }, tickSeconds: 3600 } });
  witness.addLog(world.verifierKey);
  database = join(world.data, 'ledger.db');
  mark = join(world.data, 'released.checkpoint');
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
  await sendMany(3);
  await world.stop();
  copyFileSync(database, backup);
  await world.start();
  await sendMany(20);
  const { treeSize } = await world.control.status({ digest: false });
  await vi.waitFor(() => expect(witness.status().logs[0]?.size).toBeGreaterThanOrEqual(treeSize), WAIT);
  await world.stop();
});
afterAll(async () => {
  await world.close();
  await witness.close();
  rmSync(dir, { recursive: true, force: true });
});

test('the log goes on where it was, over and over', async () => {
  await world.start();
  await world.stop('SIGKILL');
  await world.start();
  expect(world.output).not.toContain('released mark');
  await world.stop();
});

test('the released mark refuses a database from a backup, naming both, and keeps both checkpoints', async () => {
  await witness.stop();
  const newest = join(dir, 'newest.db');
  copyFileSync(database, newest);
  restore();
  const said = await refusal();
  expect(said).toContain('LOG_FORKED');
  expect(said).toMatch(
    /The released mark .* has size \d+ and the root .*; the log gateway.test\/log in the database ends/,
  );
  const [file, ...more] = splitViews();
  expect(more).toEqual([]);
  const kept = JSON.parse(readFileSync(join(world.data, file!), 'utf8')) as Record<string, unknown>;
  expect(kept).toMatchObject({ format: 'liaison-split-view', version: 1, origin: 'gateway.test/log' });
  const sizes = (kept['checkpoints'] as string[]).map((note) => sizeOf(Buffer.from(note)));
  expect(sizes[1]).toBeGreaterThan(sizes[0]!);
  // Tried again by a supervisor, it says the same and writes no other file.
  expect(await refusal()).toContain('LOG_FORKED');
  expect(splitViews()).toEqual([file]);
  copyFileSync(newest, database);
  await world.start();
  await world.stop();
});

test('without the mark the witness refuses it', async () => {
  await witness.start();
  restore();
  renameSync(mark, `${mark}.away`);
  expect(await refusal()).toMatch(/LOG_FORKED.*The witness auditor has size/);
});

test('a witness that was away at the start ends the gateway as soon as it is asked', async () => {
  await witness.stop();
  rmSync(mark, { force: true });
  await world.start();
  expect(world.output).toContain('is missing and is made anew');
  const ended = new Promise<number | null>((resolve) => world.process!.once('exit', resolve));
  await witness.start();
  expect(await ended).toBe(1);
  expect(world.output).toMatch(/LOG_FORKED.*The witness auditor has size/);
});

test('without either a node that has seen more refuses to go on', async () => {
  await witness.stop();
  rmSync(mark, { force: true });
  restore();
  await world.start();
  const before = held;
  const node = await RawNode.connect(world, customs);
  await expect(node.hello({ checkpoint: before })).rejects.toThrow();
  expect(node.frames).toMatchObject([{ kind: 'error', value: { code: ERRORS.CHECKPOINT_INCONSISTENT.number } }]);
  // Grown beyond what was released, it is no smaller log any more, but another one.
  await sendMany(40);
  expect(sizeOf(held)).toBeGreaterThan(sizeOf(before));
  const again = await RawNode.connect(world, police);
  await expect(again.hello({ checkpoint: before })).rejects.toThrow();
  expect(again.frames).toMatchObject([{ kind: 'error', value: { code: ERRORS.CHECKPOINT_INCONSISTENT.number } }]);
  await world.stop();
  // The mark of before finds the other root, and so does the witness.
  renameSync(mark, `${mark}.new`);
  renameSync(`${mark}.away`, mark);
  expect(await refusal()).toMatch(/LOG_FORKED.*The released mark .* has at this size the root/);
  renameSync(`${mark}.new`, mark);
  await witness.start();
  expect(await refusal()).toMatch(/LOG_FORKED.*The witness auditor .* has at this size the root/);
});
