/**
 * What was acknowledged is never lost. Kill −9 alone would pass with synchronous=OFF too, because the page cache survives
 * it, so the order of sync and answer is also traced, and sync errors are injected.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { toHex } from '../../protocol/ids.ts';
import type { Envelope } from '../../protocol/generated/schema.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { LIAISON, World, type Agency } from '../support/world.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const idOf = (envelope: Envelope): string => toHex(parseHeader(envelope.header).routing.messageId);
const KILLS = Number(process.env['LIAISON_KILLS'] ?? 20);

let world: World;
let customs: Agency;
let police: Agency;

beforeAll(async () => {
  world = new World();
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
});
afterAll(() => world.close());

describe(`killed ${KILLS} times under load`, () => {
  test(
    "nothing accepted is lost, nothing is numbered twice, the state is the log's",
    async () => {
      const accepted = new Map<string, number>();
      const delivered = new Map<number, string>();
      const pool = envelopes(
        customs,
        [police],
        Array.from({ length: 200 }, () => ({})),
      );
      const stock = [...pool];
      let open: Envelope[] = [];
      for (let round = 0; round < KILLS; round++) {
        const sender = await RawNode.open(world, customs);
        const recipient = await RawNode.open(world, police);
        recipient.ready();
        const receiving = receive(recipient, delivered);
        const killAfterMs = 20 + Math.floor((round * 37) % 160);
        const kill = new Promise<void>((resolve) => {
          setTimeout(() => void world.stop('SIGKILL').then(() => resolve()), killAfterMs);
        });
        try {
          for (;;) {
            // What had no answer goes again, with the same bytes.
            if (open.length === 0)
              open = stock.length > 0 ? stock.splice(0, 10) : envelopes(customs, [police], [{}, {}, {}]);
            const result = await sender.submit(open);
            result.outcomes.forEach((outcome, i) => {
              if (outcome.outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
              const id = idOf(open[i]!);
              const before = accepted.get(id);
              const { index } = outcome.outcome.value;
              if (before !== undefined && before !== index) throw new Error(`${id} accepted at ${before} and ${index}`);
              accepted.set(id, index);
            });
            open = [];
          }
        } catch (error) {
          if (!String(error).includes('closed') && !String(error).includes('no submitResult')) throw error;
        }
        await kill;
        await receiving;
        await world.start();
      }
      const recipient = await RawNode.open(world, police);
      recipient.ready();
      await receive(recipient, delivered);
      recipient.close();
      const got = new Set(delivered.values());
      expect(delivered.size).toBe(got.size);
      expect([...accepted.keys()].filter((id) => !got.has(id))).toEqual([]);
      expect(accepted.size).toBeGreaterThan(KILLS);
      const numbers = [...delivered.keys()].sort((a, b) => a - b);
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
      // The auditor folds the log by itself and arrives at the rows that the gateway had when it was alive.
      const { stateDigest } = await quietStatus(world);
      await world.stop('SIGKILL');
      const audited = spawnSync(
        LIAISON,
        [
          ...['audit', 'verify', world.data, '--json'],
          ...['--log-key', world.verifierKey, '--anchors', world.authority.certificatePath],
        ],
        { encoding: 'utf8', maxBuffer: 2 ** 26 },
      );
      expect(audited.stderr).toBe('');
      expect(JSON.parse(audited.stdout)).toMatchObject({ verdict: 'verified', stateDigest });
      await world.start();
    },
    60_000 + KILLS * 6_000,
  );
});

/** The status when nothing is being recorded any more: the ends of sessions are entries too. */
async function quietStatus(of: World): ReturnType<World['control']['status']> {
  for (;;) {
    const before = await of.control.status({ digest: false });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = await of.control.status({ digest: true });
    if (after.sessions.length === 0 && before.treeSize === after.treeSize) return after;
  }
}

/** Takes deliveries and hands them over until nothing more comes. A number that comes again must be the same message. */
async function receive(recipient: RawNode, delivered: Map<number, string>): Promise<void> {
  try {
    for (;;) {
      const { deliveries } = await recipient.next('deliver', 700);
      for (const delivery of deliveries) {
        if (delivery.content.kind !== 'message') throw new Error('ended');
        const id = idOf(delivery.content.value);
        const before = delivered.get(delivery.number);
        if (before !== undefined && before !== id) throw new Error(`number ${delivery.number} came as two messages`);
        delivered.set(delivery.number, id);
      }
      await recipient.handover(deliveries);
      recipient.ready(deliveries.length);
    }
  } catch (error) {
    if (!/closed|no (deliver|handoverResult)/.test(String(error))) throw error;
  }
}

describe.skipIf(!hasStrace)(`sync (${hasStrace ? 'strace' : 'skipped: strace is not installed'})`, () => {
  test('an fsync error stops the gateway: no acknowledgement of that batch, non-zero exit', async () => {
    await world.stop();
    const inject = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync'];
    await world.start({ prefix: [...inject, '-e', 'inject=fsync,fdatasync:error=EIO:when=12+'] });
    const sender = await RawNode.open(world, customs);
    let answered = 0;
    let unanswered: Envelope[] = [];
    try {
      for (;;) {
        unanswered = envelopes(customs, [police]);
        await sender.submit(unanswered);
        answered++;
      }
    } catch (error) {
      expect(String(error)).toMatch(/closed|no submitResult/);
    }
    const code = await new Promise((resolve) => {
      if (world.process?.exitCode !== null) resolve(world.process?.exitCode);
      else world.process.once('exit', resolve);
    });
    expect(code).toBeGreaterThan(0);
    expect(answered).toBeGreaterThan(0);
    expect(world.output).toContain('STORAGE_FAILED');
    await world.start();
  });

  test('the sync returns before the answer is written', async () => {
    await world.stop();
    const trace = join(world.dir, 'trace.txt');
    const calls = 'trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg';
    await world.start({ prefix: ['strace', '-f', '-tt', '-y', '-s', '0', '-o', trace, '-e', calls] });
    const sender = await RawNode.open(world, customs);
    const before = existsSync(trace) ? readFileSync(trace, 'utf8').split('\n').length : 0;
    await sender.submit(envelopes(customs, [police]));
    sender.close();
    await world.stop();
    const lines = readFileSync(trace, 'utf8')
      .split('\n')
      .slice(before - 1);
    const written = lines.findIndex((line) => /pwrite64\(\d+<[^>]*ledger\.db-wal>/.test(line));
    const synced = lines.findIndex(
      (line, i) =>
        i > written &&
        /f(data)?sync\(\d+<[^>]*ledger\.db-wal>\)\s+= 0|<\.\.\. f(data)?sync resumed>\)\s+= 0/.test(line),
    );
    const answer = lines.findIndex(
      (line, i) => i > written && /(write|writev|sendto|sendmsg)\(\d+<(TCP|socket)/.test(line),
    );
    expect(written).toBeGreaterThanOrEqual(0);
    expect(synced).toBeGreaterThan(written);
    expect(answer).toBeGreaterThan(synced);
    await world.start();
  });
});
