/** The session as a whole: what the node says first, what makes it stop, and that it comes back otherwise. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { AgencyNode, type NodeConfigInput } from '../../node/index.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { type FakeGateway, FakeLog } from './fake-gateway.ts';

describe.skipIf(!hasOpenssl)('the session', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, makeConfig, makeGateway, openNode, REQUEST, requireThat } = world;
  afterAll(world.removeWorld);
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  const start = async (...given: Parameters<typeof openNode>) => {
    const running = await openNode(...given);
    nodes.push(running.node);
    return running;
  };

  /** Without waiting for a session that will not come. */
  const openAnyway = async ({ connect }: FakeGateway, config: NodeConfigInput): Promise<AgencyNode> => {
    const node = await AgencyNode.open(config, { connect, logger: pino({ level: 'silent' }) });
    nodes.push(node);
    return node;
  };

  test('Hello comes first, with cursors and, once there is one, the stored checkpoint', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    const first = await openNode(gateway, config);
    await first.node.close();
    await start(gateway, config);
    const [one, two] = gateway.of('hello');
    expect(gateway.received[0]?.kind).toBe('hello');
    expect(one).toMatchObject({ versions: [1, 2], mailboxes: [{ mailbox: customs.mailbox, nextNumber: 1 }] });
    expect(one?.checkpoint).toHaveLength(0);
    expect(two?.checkpoint).toEqual(gateway.log.checkpoint());
  });

  describe('a log that contradicts the stored checkpoint stops the node for good', () => {
    const rewritten = async (log: FakeLog): Promise<void> => {
      const gateway = makeGateway();
      for (let i = 0; i < 5; i++) gateway.log.append({ kind: 'tick', value: {} });
      const held = gateway.log.checkpoint();
      const config = makeConfig();
      await (await openNode(gateway, config)).node.close();
      gateway.log = log;
      const codes: string[] = [];
      const node = (await openAnyway(gateway, config)).on('alarm', ({ error }) => codes.push(error.code));
      await vi.waitFor(() => requireThat(codes.length > 0));
      expect(codes).toEqual(['CHECKPOINT_INCONSISTENT']);
      expect(gateway.connections).toHaveLength(2);
      const [conflict = ''] = readdirSync(config.dataDir).filter((name) => name.startsWith('conflict-'));
      expect(readFileSync(join(config.dataDir, conflict, 'held.note'))).toEqual(Buffer.from(held));
      expect(readFileSync(join(config.dataDir, conflict, 'shown.note'))).toEqual(Buffer.from(log.checkpoint()));
      await expect(node.ping()).rejects.toMatchObject({ code: 'CHECKPOINT_INCONSISTENT' });
    };
    const logOf = (size: number): FakeLog => {
      const log = new FakeLog();
      for (let i = 0; i < size; i++) log.append({ kind: 'tick', value: {} });
      return log;
    };

    test('rewritten and longer', () => rewritten(logOf(9)));
    test('rewritten at the same size', () => rewritten(logOf(6)));
    test('shorter', () => rewritten(logOf(2)));
  });

  test('it stops as well when the contradiction cannot be written to a file', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    await (await openNode(gateway, config)).node.close();
    gateway.log = new FakeLog([world.random(30)]);
    const moved = `${config.dataDir}.moved`;
    gateway.intercept = (frame) => {
      if (frame.kind !== 'hello') return false;
      renameSync(config.dataDir, moved);
      writeFileSync(config.dataDir, 'where a directory should be');
      return false;
    };
    const errors: LiaisonError[] = [];
    const node = (await openAnyway(gateway, config)).on('alarm', ({ error }) => errors.push(error));
    await vi.waitFor(() => requireThat(errors.length > 0));
    rmSync(config.dataDir);
    renameSync(moved, config.dataDir);
    expect(errors.map(({ code }) => code)).toEqual(['CHECKPOINT_INCONSISTENT']);
    expect(errors[0]?.detail).toMatch(/could not be written to .*conflict-/);
    expect(errors[0]?.detail).toContain(JSON.stringify(Buffer.from(gateway.log.checkpoint()).toString('utf8')));
    await expect(node.ping()).rejects.toMatchObject({ code: 'CHECKPOINT_INCONSISTENT' });
    expect(gateway.connections).toHaveLength(2);
  });

  test('a checkpoint of another log is refused', async () => {
    const gateway = makeGateway();
    gateway.intercept = (frame, connection) => {
      if (frame.kind !== 'hello') return false;
      const welcome = gateway.welcome(new Uint8Array(0));
      const note = Buffer.from(welcome.checkpoint).toString('utf8').replace('gateway.test/log\n', 'other.test/log\n');
      connection.answer({ kind: 'welcome', value: { ...welcome, checkpoint: Buffer.from(note) } });
      return true;
    };
    const node = await openAnyway(gateway, makeConfig());
    await expect(node.ping()).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    expect(gateway.connections).toHaveLength(1);
  });

  test('growth that cannot be proven stops it as well', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { node, gateway, alarms } = await start(makeGateway());
      await node.waitFor(await node.send(REQUEST), 'accepted');
      gateway.intercept = (frame, connection) => {
        if (frame.kind !== 'proofGet') return false;
        const log = new FakeLog(Array.from({ length: 5 }, () => world.random(30)));
        expect(frame.value.checkpoint.length).toBeGreaterThan(0);
        connection.answer({
          kind: 'proofs',
          value: {
            request: frame.value.request,
            checkpoint: log.checkpoint(),
            hashes: [],
            entries: [],
            consistency: log.tree.consistencyPath(1),
            unknown: [],
            remaining: [],
          },
        });
        return true;
      };
      vi.advanceTimersByTime(10_000);
      await vi.waitFor(() => requireThat(alarms.length > 0));
      expect(alarms[0]?.error.code).toBe('CHECKPOINT_INCONSISTENT');
      expect(node.isConnected).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test('proven growth becomes the checkpoint of the next Hello', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const gateway = makeGateway();
      const config = makeConfig();
      const { node } = await openNode(gateway, config);
      await node.waitFor(await node.send(REQUEST), 'accepted');
      vi.advanceTimersByTime(10_000);
      await vi.waitFor(() => requireThat(gateway.of('proofGet').some(({ checkpoint }) => checkpoint.length > 0)));
      await node.close();
      await start(gateway, config);
      expect(gateway.of('hello').at(-1)?.checkpoint).toEqual(gateway.log.checkpoint());
    } finally {
      vi.useRealTimers();
    }
  });

  test('taken over: it stops and says so', async () => {
    const { node, gateway, alarms } = await start(makeGateway());
    const error = new LiaisonError('TAKEN_OVER');
    gateway.connection.answer({ kind: 'goAway', value: { code: error.number, text: error.message, retryAfterMs: 0 } });
    await vi.waitFor(() => requireThat(alarms.length > 0));
    expect(alarms[0]?.error.code).toBe('TAKEN_OVER');
    await expect(node.ping()).rejects.toMatchObject({ code: 'TAKEN_OVER' });
    expect(gateway.connections).toHaveLength(1);
  });

  test('a frame that is none ends the session, and the node comes back', async () => {
    const { node, gateway } = await start(makeGateway());
    gateway.connection.answer({ kind: 'hello', value: gateway.of('hello')[0]! });
    await vi.waitFor(() => requireThat(gateway.connections.length === 2 && node.isConnected), { timeout: 3000 });
    await expect(node.ping()).resolves.toMatchObject({ treeSize: 1 });
  });

  test('a refused connection is what ping reports', async () => {
    const gateway = makeGateway();
    gateway.connectError = new LiaisonError('NOT_ENROLLED');
    const { node } = await start(gateway);
    await expect(node.ping()).rejects.toMatchObject({ code: 'NOT_ENROLLED' });
  });
});
