/**
 * Drop folders while `node serve` is killed at random moments, with messages under way in both directions. One program
 * writes files into outbox/, one takes files out of inbox/ as soon as it sees them, and one reads every file that becomes
 * visible. LIAISON_KILLS=100 for the long run.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { openNode, report } from '../support/nodes.ts';
import { Serving } from '../support/serve.ts';
import { type Agency, World } from '../support/world.ts';

const KILLS = Number(process.env['LIAISON_KILLS'] ?? 10);
const world = new World();
afterAll(() => world.close());

const visible = (dir: string): string[] => readdirSync(dir).filter((name) => !name.startsWith('.'));

/** Reads what is visible, as a case-management system would; a half file does not parse. */
class Watcher {
  readonly taken: string[] = [];
  readonly read = new Set<string>();
  private readonly dir: string;
  private isOver = false;

  constructor(dir: string) {
    this.dir = dir;
  }

  async run(): Promise<void> {
    while (!this.isOver) {
      this.look();
      await sleep(2);
    }
    this.look();
  }

  end(): void {
    this.isOver = true;
  }

  private look(): void {
    for (const folder of ['inbox', 'sent', 'failed']) {
      for (const name of visible(join(this.dir, folder))) {
        const path = join(this.dir, folder, name);
        if (this.read.has(path)) continue;
        const json = JSON.parse(readFileSync(path, 'utf8')) as { id?: string };
        if (folder !== 'inbox') {
          this.read.add(path);
          continue;
        }
        expect(name).toBe(`${json.id}.json`);
        this.taken.push(json.id!);
        rmSync(path);
      }
    }
  }
}

/** Three ways to write a file: under a temporary name, at once, and in place without haste. */
async function drop(outbox: string, name: string, text: string, way: number): Promise<void> {
  const path = join(outbox, `${name}.json`);
  if (way === 0) {
    writeFileSync(join(outbox, `.${name}.tmp`), text);
    renameSync(join(outbox, `.${name}.tmp`), path);
  } else if (way === 1) writeFileSync(path, text);
  else {
    writeFileSync(path, text.slice(0, 100));
    await sleep(15);
    writeFileSync(path, text.slice(100), { flag: 'a' });
  }
}

test(
  `nothing is lost, doubled or half when the service is killed ${KILLS} times`,
  async () => {
    await world.start();
    const [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
    const dir = join(world.dir, 'drop');
    const outbox = join(dir, 'outbox');
    for (const folder of ['outbox', 'inbox', 'sent', 'failed']) mkdirSync(join(dir, folder), { recursive: true });
    const serving = new Serving(world, customs, { drop: { dir, settleMs: 40 } });
    const watcher = new Watcher(dir);
    const watching = watcher.run();
    const other = await openNode(world, police);
    const got: string[] = [];
    const reading = new AbortController();
    const reader = (async () => {
      for await (const message of other.inbox({ signal: reading.signal })) {
        got.push((message.body.content.value as { text: string }).text);
        await message.done();
      }
    })();

    const written: string[] = [];
    const sent: string[] = [];
    const traffic = async (round: number): Promise<void> => {
      for (let i = 0; i < 6; i++) {
        const name = `report-${round}-${i}`;
        await drop(outbox, name, JSON.stringify(report(police, name)), i % 3);
        written.push(name);
        sent.push(await other.send(report(customs, name)));
        await sleep(Math.random() * 60);
      }
    };
    for (let round = 0; round < KILLS; round++) {
      const started = serving.start().then(
        () => true,
        () => false,
      );
      const busy = traffic(round);
      // Half of the kills soon after the start, when the last run's work is taken up; half in the middle of the traffic.
      if (round % 2 === 0) await started;
      await sleep(Math.random() * (round % 2 === 0 ? 400 : 1_200));
      await serving.stop('SIGKILL');
      await busy;
      await started;
    }

    await serving.start();
    const settle = { timeout: 60_000, interval: 100 };
    await expect.poll(() => readdirSync(outbox), settle).toEqual([]);
    await expect.poll(() => got.length, settle).toBeGreaterThanOrEqual(written.length);
    await expect.poll(() => watcher.taken.length, settle).toBeGreaterThanOrEqual(sent.length);
    // What comes twice comes soon after.
    await sleep(1_500);
    expect(await serving.stop()).toBe(0);
    watcher.end();
    await watching;
    reading.abort();
    await reader;
    expect(got.toSorted()).toEqual(written.toSorted());
    expect(watcher.taken.toSorted()).toEqual(sent.toSorted());
    expect(visible(join(dir, 'failed'))).toEqual([]);
    const names = visible(join(dir, 'sent')).map((name) => name.slice(0, name.indexOf('.')));
    expect(names.toSorted()).toEqual(written.toSorted());
    await other.close();
  },
  120_000 + KILLS * 6_000,
);
