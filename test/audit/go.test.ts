/**
 * The log as Go's own libraries see it: test/interop/go verifies checkpoints, tiles and proofs with golang.org/x/mod/sumdb, which
 * the Go project uses for its checksum database and which shares no code with ours.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatVerifierKey, signCheckpoint, type Tile, TileTree, tilePath, type Signer } from '../../audit/index.ts';
import { LedgerFile } from '../../audit/ledger-file.ts';
import { decodeEntryBundle } from '../../audit/tiles.ts';
import { toHex } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { log, u64be } from './support.ts';

const PROGRAM = join(import.meta.dirname, '../interop/go');
/** Where Debian's golang-golang-x-mod-dev puts its sources. */
const GOPATH = '/usr/share/gocode';

const dir = mkdtempSync(join(tmpdir(), 'liaison-go-'));
afterAll(() => rmSync(dir, { recursive: true }));

const environment = {
  ...process.env,
  ...{
    GO111MODULE: 'off',
    GOPATH: `${join(dir, 'go')}:${GOPATH}`,
    GOCACHE: join(dir, 'cache'),
    GOFLAGS: '',
    GOTOOLCHAIN: 'local',
  },
};

function missing(): string | undefined {
  const run = spawnSync('go', ['list', 'golang.org/x/mod/sumdb/tlog'], { encoding: 'utf8', env: environment });
  if (run.error) return 'go';
  return run.status === 0 ? undefined : 'golang-golang-x-mod-dev';
}

const reason = missing();
const title = `the log as Go's sumdb sees it${reason === undefined ? '' : ` (skipped, see scripts/setup-tools.sh: ${reason})`}`;

type LogSigner = Signer<1>;

/** What the program reads. */
class LogFiles {
  readonly path: string;
  private readonly signer: LogSigner;
  private readonly tiles = new Map<string, Uint8Array>();
  private readonly leaves: Uint8Array[] = [];
  readonly tree = new TileTree((level, number) => this.tiles.get(tilePath(level, number)) ?? new Uint8Array(0));
  private readonly sizes: number[] = [];

  constructor(name: string, signer: LogSigner) {
    this.path = join(dir, name);
    this.signer = signer;
  }

  append(leaves: readonly Uint8Array[]): void {
    for (const tile of this.tree.append(leaves.map(leafHash))) this.tile(tile, 256);
    this.tree.stored();
    for (const leaf of leaves) this.leaves.push(leaf);
  }

  /** Writes checkpoint and partial tiles of the present size. */
  checkpoint(note?: Uint8Array): void {
    const { size } = this.tree;
    const made = signCheckpoint({ origin: this.signer.name, size, root: this.tree.root() }, this.signer);
    this.write(`checkpoint/${size}`, note ?? made);
    for (const tile of this.tree.partialTiles()) this.tile(tile, tile.hashes.length / 32);
    this.sizes.push(size);
  }

  proofs(indices: readonly number[]): void {
    for (const size of this.sizes) {
      for (const index of new Set([0, size - 1, Math.floor(size / 3), ...indices].filter((each) => each < size))) {
        const path = this.tree.inclusionPath(index, size).map(toHex);
        this.write(`record/${size}/${index}`, [toHex(this.leaves[index]!), ...path].join('\n') + '\n');
      }
      for (const from of this.sizes.filter((each) => each < size)) {
        this.write(`tree/${from}/${size}`, this.tree.consistencyPath(from, size).map(toHex).join('\n') + '\n');
      }
    }
    this.write('key', `${formatVerifierKey(this.signer)}\n`);
    this.write('sizes', `${this.sizes.join('\n')}\n`);
  }

  private tile({ level, number, hashes }: Tile, width: number): void {
    const path = tilePath(level, number, width);
    if (width === 256) this.tiles.set(path, hashes);
    this.write(path.replace('tile/', 'tile/8/'), hashes);
  }

  write(path: string, data: Uint8Array | string): void {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, data);
  }
}

describe.skipIf(reason !== undefined)(title, () => {
  const binary = join(dir, 'check');
  beforeAll(() => {
    const built = spawnSync('go', ['build', '-o', binary, 'main.go'], {
      cwd: PROGRAM,
      encoding: 'utf8',
      env: environment,
    });
    expect(built.stderr).toBe('');
  }, 120_000);

  const check = (path: string, ...flags: string[]): { status: number | null; stderr: string; lines: string[] } => {
    const { status, stderr, stdout } = spawnSync(binary, [...flags, path], { encoding: 'utf8' });
    return { status, stderr, lines: stdout.trimEnd().split('\n') };
  };
  const count = (lines: readonly string[], kind: string): number =>
    lines.filter((line) => line.startsWith(`${kind} `)).length;

  const large = new LogFiles('large', log);
  beforeAll(() => {
    const sizes = [1, 2, 3, 7, 8, 255, 256, 257, 512, 1000, 65_535, 65_536, 65_537, 70_000];
    for (const size of sizes) {
      large.append(Array.from({ length: size - large.tree.size }, (_, i) => u64be(large.tree.size + i)));
      large.checkpoint();
    }
    large.proofs([5, 255, 256, 65_535, 65_536]);
  });

  test('checkpoints, tiles of three levels and proofs of trees up to 70,000 entries verify', () => {
    const { status, stderr, lines } = check(large.path);
    expect([status, stderr]).toEqual([0, '']);
    expect([count(lines, 'checkpoint'), count(lines, 'tiles'), count(lines, 'tree')]).toEqual([14, 14, 91]);
    expect(count(lines, 'record')).toBeGreaterThan(50);
    expect(lines).toContain('tiles 70000: 277');
  });

  test('changed ones are refused, each', () => {
    const { status, stderr } = check(large.path, '-altered');
    expect([status, stderr]).toEqual([0, '']);
  });

  test('a tile or a proof that does not fit ends the check', () => {
    const bad = new LogFiles('bad', log);
    bad.append([u64be(0), u64be(1), u64be(2)]);
    bad.checkpoint();
    bad.proofs([]);
    bad.write('tree/1/3', '');
    expect(check(bad.path).status).toBe(1);
    bad.write('tile/8/0/000.p/3', new Uint8Array(96));
    expect(check(bad.path)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/tile|inconsistent|root/i) as string,
    });
  });

  test('so do the checkpoints that a gateway has signed, over its own entries', async () => {
    const { makeSampleLog } = await import('./sample-log.ts');
    const { removeDirectory, signer } = await import('./log-builder.ts');
    const source = new LedgerFile(makeSampleLog().path);
    const ours = new LogFiles('ours', signer);
    for (const { entries, checkpoint } of source.shards()[0]!.batches()) {
      ours.append(decodeEntryBundle(entries!).map((entry) => Uint8Array.from(entry)));
      if (checkpoint.length > 0) ours.checkpoint(checkpoint);
    }
    source.close();
    ours.proofs([4]);
    const { status, stderr, lines } = check(ours.path);
    expect([status, stderr]).toEqual([0, '']);
    expect(count(lines, 'checkpoint')).toBeGreaterThan(20);
    removeDirectory();
  });
});
