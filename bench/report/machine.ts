/** The machine that was measured on, as far as it bears on the figures. */
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type as systemType } from 'node:os';
import { join, resolve } from 'node:path';
import { percentile } from '../load/statistics.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly openssl: string;
  /** Of the folder that every system keeps its data in. */
  readonly fileSystem: string;
  /** Median time of appending 4 KiB and fdatasync there, milliseconds. */
  readonly syncMs: number;
  /** Averages over 1, 5 and 15 minutes before the run. */
  readonly loadBefore: readonly number[];
}

/** @param dir where the systems keep their data */
export function describeMachine(dir: string): Machine {
  const list = cpus();
  return {
    processor: list[0]?.model ?? 'unknown',
    cores: list.length,
    memoryBytes: totalmem(),
    system: `${systemType()} ${release()}`,
    node: process.versions.node,
    openssl: process.versions.openssl,
    fileSystem: fileSystemOf(dir),
    syncMs: syncMs(dir),
    loadBefore: loadavg(),
  };
}

/** Type of the mount that holds a path (proc(5), mounts). */
function fileSystemOf(dir: string): string {
  const path = resolve(dir);
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, point]) => point !== undefined && (point === '/' || path === point || path.startsWith(`${point}/`)));
  return mounts.sort((a, b) => (a[1]?.length ?? 0) - (b[1]?.length ?? 0)).at(-1)?.[2] ?? 'unknown';
}

const SYNCS = 100;

function syncMs(dir: string): number {
  const path = join(dir, 'sync-probe');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  const times = Array.from({ length: SYNCS }, () => {
    const before = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - before;
  });
  closeSync(file);
  rmSync(path);
  return percentile(times, 50);
}
