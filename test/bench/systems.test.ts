/** Every system beside which Liaison is measured carries messages through the interface that the benchmark drives. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { type Client, type Running, type System } from '../../bench/load/types.ts';
import mosquittoClient from '../../bench/systems/mosquitto/client.ts';
import { mosquitto } from '../../bench/systems/mosquitto/server.ts';
import natsClient from '../../bench/systems/nats/client.ts';
import { nats } from '../../bench/systems/nats/server.ts';
import rabbitmqClient from '../../bench/systems/rabbitmq/client.ts';
import { rabbitmq } from '../../bench/systems/rabbitmq/server.ts';

const MESSAGES = 200;
const systems: { system: System; client: Client; missing: string | undefined }[] = await Promise.all(
  [
    { system: rabbitmq, client: rabbitmqClient },
    { system: nats, client: natsClient },
    { system: mosquitto, client: mosquittoClient },
  ].map(async (peer) => ({
    ...peer,
    missing: await peer.system.unavailable(),
  })),
);

/** A zombie has ended: it waits for its parent, which may be the container's first process, to take note. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Sends all messages in two calls, waits until nothing more is to be expected, and says what happened. */
async function carry(
  client: Client,
  running: Running,
  to: number,
): Promise<{ confirmed: number[]; delivered: number[] }> {
  const settings: unknown = JSON.parse(JSON.stringify(running.settings));
  const confirmed: number[] = [];
  const delivered: number[] = [];
  const errors: Error[] = [];
  let acknowledged = 0;
  const failed = (error: Error): void => void errors.push(error);

  const recipient = await client.connectRecipient(
    settings,
    { to },
    {
      delivered: (index) => delivered.push(index),
      acknowledged: (count) => (acknowledged += count),
      failed,
    },
  );
  const sender = await client.connectSender(
    settings,
    { from: 0, to, bodyBytes: 1024, signing: 'single' },
    {
      confirmed: (first, count) => confirmed.push(...Array.from({ length: count }, (_, index) => first + index)),
      proven: () => undefined,
      failed,
    },
  );
  sender.send(0, 1);
  sender.send(1, MESSAGES - 1);
  await vi.waitFor(() => expect([confirmed.length, acknowledged]).toEqual([MESSAGES, MESSAGES]), 20_000);
  // What comes twice comes now.
  await sleep(200);
  await sender.close();
  await recipient.close();
  expect(errors).toEqual([]);
  expect(acknowledged).toBe(MESSAGES);
  return { confirmed, delivered };
}

describe.each(systems)('$system.name', ({ system, client, missing }) => {
  test('confirms and delivers every message once, and leaves no process', async (context) => {
    context.skip(missing !== undefined, missing);
    const dir = await mkdtemp(join(tmpdir(), 'liaison-bench-'));
    const all = Array.from({ length: MESSAGES }, (_, index) => index);
    let pids: number[] = [];
    try {
      const running = await system.start(dir);
      try {
        pids = running.pids();
        expect(existsSync(new URL(running.client))).toBe(true);
        expect(pids.filter(isRunning)).not.toEqual([]);
        expect(running.version).toMatch(/^\S.* \d+\.\d+\.\d+, \S+ \d+\.\d+\.\d+/);
        for (const to of [0, 1]) {
          const { confirmed, delivered } = await carry(client, running, to);
          expect(confirmed.toSorted((a, b) => a - b)).toEqual(all);
          expect(delivered.toSorted((a, b) => a - b)).toEqual(all);
        }
        expect(await running.diskBytes()).toBeGreaterThanOrEqual(0);
      } finally {
        await running.stop();
      }
      expect(pids.filter(isRunning)).toEqual([]);
      expect(running.pids()).toEqual([]);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
