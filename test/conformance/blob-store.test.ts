/** What the gateway's store of ciphertexts promises, at every point at which its process can end. */
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BlobStore, type Disk } from '../../gateway/blobs/store.ts';
import { LiaisonError } from '../../protocol/errors.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'liaison-blobs-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
let dirs = 0;
const newDir = (): string => join(root, String(dirs++));

const PIECE = 1000;
const BYTES = randomBytes(4 * PIECE + 17);
const DIGEST = createHash('sha256').update(BYTES).digest('hex');
const NAME = { digest: DIGEST, agency: 'xa.customs' };

/** Carries an upload out, or on; returns where it began. */
function upload(store: BlobStore, name = NAME, bytes = BYTES): number {
  const from = store.open(name);
  for (let at = from; at < bytes.length; at += PIECE) {
    store.write(name, at, bytes.subarray(at, at + PIECE));
    store.sync(name);
  }
  if (store.finish(name) === 'again') upload(store, name, bytes);
  return from;
}

/** A disk that does `allowed` operations and then nothing more, as for a process that was killed. */
function dyingDisk(allowed: number, change: Partial<Disk> = {}): Disk {
  let left = allowed;
  const own = { ...fs, ...change } as unknown as Record<string, (...values: unknown[]) => unknown>;
  return new Proxy(own, {
    get:
      (target, name: string) =>
      (...values: unknown[]) => {
        if (left-- <= 0) throw new Error('killed');
        return target[name]!(...values);
      },
  }) as unknown as Disk;
}

describe('a process that ends', () => {
  test('at any operation leaves no file under its final name that is not whole, and the upload goes on', () => {
    let points = 0;
    for (let allowed = 1; ; allowed++) {
      const dir = newDir();
      fs.mkdirSync(dir);
      let isDone = false;
      try {
        upload(new BlobStore(dir, dyingDisk(allowed)));
        isDone = true;
      } catch (error) {
        expect((error as Error).message).toContain('killed');
        points++;
      }
      const path = join(dir, DIGEST);
      if (fs.existsSync(path)) expect(fs.readFileSync(path).equals(BYTES)).toBe(true);
      const again = new BlobStore(dir);
      upload(again);
      expect(Buffer.from(again.read(DIGEST, 0, 10_000)).equals(BYTES)).toBe(true);
      expect(fs.readdirSync(dir)).toEqual([DIGEST]);
      if (isDone) break;
    }
    // Open, reads, writes, syncs, rename and the directory's sync.
    expect(points).toBeGreaterThan(15);
  });

  test('syncs file, name and directory in this order', () => {
    const done: string[] = [];
    const noted = Object.fromEntries(
      (['fdatasyncSync', 'renameSync', 'fsyncSync', 'writeSync'] as const).map((name) => [
        name,
        (...values: never[]): unknown => {
          done.push(name);
          return (fs[name] as (...given: never[]) => unknown)(...values);
        },
      ]),
    );
    const store = new BlobStore(newDir(), { ...fs, ...noted });
    store.open(NAME);
    store.write(NAME, 0, BYTES);
    store.finish(NAME);
    expect(done.slice(-4)).toEqual(['writeSync', 'fdatasyncSync', 'renameSync', 'fsyncSync']);
  });

  test('keeps what was synced: the next one goes on from there', () => {
    const dir = newDir();
    const first = new BlobStore(dir);
    first.open(NAME);
    first.write(NAME, 0, BYTES.subarray(0, PIECE));
    expect(first.sync(NAME)).toBe(PIECE);
    first.closeAll();
    expect(upload(new BlobStore(dir))).toBe(PIECE);
  });
});

test('bytes that a power cut has spoilt make the upload begin anew, not fail', () => {
  const dir = newDir();
  const first = new BlobStore(dir);
  first.open(NAME);
  first.write(NAME, 0, BYTES.subarray(0, PIECE));
  first.closeAll();
  fs.writeFileSync(join(dir, `${DIGEST}.xa.customs.part`), Buffer.alloc(PIECE));
  const store = new BlobStore(dir);
  expect(upload(store)).toBe(PIECE);
  expect(Buffer.from(store.read(DIGEST, 0, 10_000)).equals(BYTES)).toBe(true);
});

test('other bytes than the digest names are refused and gone (domain: systems/siena-size)', () => {
  const dir = newDir();
  const store = new BlobStore(dir);
  store.open(NAME);
  store.write(NAME, 0, Buffer.alloc(10));
  expect(() => store.finish(NAME)).toThrow(expect.objectContaining({ code: 'ATTACHMENT_INVALID' }));
  expect(fs.readdirSync(dir)).toEqual([]);
});

test('a piece that does not follow is refused', () => {
  const store = new BlobStore(newDir());
  store.open(NAME);
  expect(() => store.write(NAME, 5, Buffer.alloc(10))).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
});

test('what another agency uploads is no help: each sends all of it', () => {
  const dir = newDir();
  const store = new BlobStore(dir);
  upload(store);
  const other = { ...NAME, agency: 'xb.police' };
  expect(store.open(other)).toBe(0);
  upload(store, other);
  expect(fs.readdirSync(dir)).toEqual([DIGEST]);
});

test('a full disk is told as such, and the upload goes on when there is room', () => {
  let isFull = false;
  const disk = {
    ...fs,
    writeSync: (fd: number, data: Uint8Array, offset: number, length: number, position: number): number => {
      if (!isFull) return fs.writeSync(fd, data, offset, length, position);
      // Half of it fits.
      fs.writeSync(fd, data, offset, length / 2, position);
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    },
  } as unknown as Disk;
  const store = new BlobStore(newDir(), disk);
  store.open(NAME);
  store.write(NAME, 0, BYTES.subarray(0, PIECE));
  isFull = true;
  const attempt = (): unknown => store.write(NAME, PIECE, BYTES.subarray(PIECE, 2 * PIECE));
  expect(attempt).toThrow(expect.objectContaining({ code: 'STORAGE_FULL' }));
  isFull = false;
  expect(upload(store)).toBe(PIECE);
  expect(Buffer.from(store.read(DIGEST, 0, 10_000)).equals(BYTES)).toBe(true);
});

test('reads parts, and knows what it does not have', () => {
  const store = new BlobStore(newDir());
  upload(store);
  expect(Buffer.from(store.read(DIGEST, 10, 5)).equals(BYTES.subarray(10, 15))).toBe(true);
  expect(store.read(DIGEST, BYTES.length - 3, 100)).toHaveLength(3);
  expect(() => store.read('0'.repeat(64), 0, 5)).toThrow(LiaisonError);
  store.erase(DIGEST);
  expect(() => store.read(DIGEST, 0, 5)).toThrow(expect.objectContaining({ code: 'MESSAGE_UNKNOWN' }));
});
