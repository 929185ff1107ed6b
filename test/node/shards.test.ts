/** The log goes on in another shard: the node follows, keeps what it has, and takes no key that nothing leads to. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { formatVerifierKey, ProofTable, signCheckpoint, type Verifier, verifyReceipt } from '../../audit/index.ts';
import { AgencyNode, type NodeConfigInput } from '../../node/index.ts';
import { signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { EntrySchema, HandoverOutcome, HandoverStatementSchema } from '../../protocol/generated/schema.ts';
import type { MessageId } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { type FakeGateway, FakeLog, logKey, type Received, signer } from './fake-gateway.ts';

type Link = Received<'welcome'>['shards'][number];

describe.skipIf(!hasOpenssl)('shards of the log', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, makeConfig, openNode, REQUEST, requireThat } = world;
  afterAll(world.removeWorld);
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  const makeGateway = (): FakeGateway => {
    const gateway = world.makeGateway();
    gateway.capabilities = ['shards.v1'];
    return gateway;
  };
  const start = async (...given: Parameters<typeof openNode>) => {
    const running = await openNode(...given);
    nodes.push(running.node);
    return running;
  };
  const stop = async (node: AgencyNode): Promise<void> => {
    nodes.splice(nodes.indexOf(node), 1);
    await node.close();
  };
  const tick = (log: FakeLog): number => log.append({ kind: 'tick', value: {} });

  /** The recipient says that it has the message that was submitted last; the gateway logs and proves it. */
  const handOver = (gateway: FakeGateway): void => {
    const { header } = gateway.of('submit').at(-1)!.envelopes[0]!;
    const { routing } = parseHeader(header);
    const leaf = encode(HandoverStatementSchema, {
      ...{ blind: world.random(16), messageId: routing.messageId, sender: routing.sender, recipient: police.mailbox },
      ...{
        number: 1,
        headerDigest: leafHash(header),
        outcome: HandoverOutcome.HANDED_OVER,
        reason: 0,
        atMs: Date.now(),
      },
    });
    const statement = signLeaf('handover', police.signingKey, leaf);
    const index = gateway.log.append({ kind: 'contentHandover', value: { statement, late: false } });
    push(gateway, gateway.log.firstNumber + index);
  };
  const push = (gateway: FakeGateway, ...numbers: number[]): void => {
    const table = new ProofTable();
    const entries = numbers.map((number) => gateway.logged(number, table));
    const value = { checkpoint: gateway.log.checkpoint(), hashes: table.hashes, entries };
    gateway.connection.answer({ kind: 'evidence', value });
  };
  const verify = (node: AgencyNode, id: MessageId, kind: 'acceptance' | 'handover', logVerifier: Verifier): void => {
    const text = node.receipt(id, kind);
    verifyReceipt({ text, logVerifier, expected: { sender: customs.mailbox, messageId: id } });
  };

  test('begins while the node is connected: evidence of both for one message, each proven by its own key', async () => {
    const gateway = makeGateway();
    const { node, alarms } = await start(gateway);
    const id = await node.send(REQUEST);
    await node.waitFor(id, 'accepted');
    const next = gateway.roll('gateway.test/2027', 21);
    gateway.sendAway();
    await vi.waitFor(() => requireThat(gateway.connections.length === 2 && node.isConnected), { timeout: 3000 });
    handOver(gateway);
    await node.waitFor(id, 'handed-over');

    expect(gateway.of('hello').map(({ capabilities }) => capabilities.includes('shards.v1'))).toEqual([true, true]);
    const [acceptance, handover] = node.receipts(id);
    // The same place in two trees: their numbers tell them apart.
    expect([acceptance, handover]).toMatchObject([
      { kind: 'acceptance', number: 1, index: 1, logKey },
      { kind: 'handover', number: 4, index: 1, logKey: formatVerifierKey(next) },
    ]);
    verify(node, id, 'acceptance', signer);
    verify(node, id, 'handover', next);
    expect(() => verify(node, id, 'handover', signer)).toThrow(/CHECKPOINT_INVALID|not signed/);
    expect(node.evidence(id).recipients[0]!.events.map(({ index }) => index)).toEqual([1, 1, 4]);
    expect(alarms).toEqual([]);
  });

  test('begin while the node is away, one or several, and what it has taken over is durable', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    const { node } = await openNode(gateway, config);
    const id = await node.send(REQUEST);
    await node.waitFor(id, 'accepted');
    await node.close();
    gateway.roll('gateway.test/2027', 21);
    tick(gateway.log);
    const third = gateway.roll('gateway.test/2028', 22);
    const again = await start(gateway, config);
    expect(gateway.of('hello').at(-1)!.checkpoint).toEqual(
      new FakeLog(gateway.closed[0]!.entries.slice(0, 1)).checkpoint(),
    );
    handOver(gateway);
    await again.node.waitFor(id, 'handed-over');
    verify(again.node, id, 'acceptance', signer);
    verify(again.node, id, 'handover', third);
    await stop(again.node);

    const last = await start(gateway, config);
    expect(Buffer.from(gateway.of('hello').at(-1)!.checkpoint).toString()).toMatch(/^gateway\.test\/2028\n/);
    verify(last.node, id, 'handover', third);
    expect(last.node.receipts(id).map(({ number, index }) => [number, index])).toEqual([
      [1, 1],
      [7, 1],
    ]);
    await stop(last.node);

    const rekeyed = await start(gateway, { ...config, logKey: formatVerifierKey(third) });
    verify(rekeyed.node, id, 'acceptance', signer);
    expect([...again.alarms, ...last.alarms, ...rekeyed.alarms]).toEqual([]);
  });

  test('a message that was accepted before is proven by its own shard when it is submitted again', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    gateway.intercept = (frame, connection) => {
      if (frame.kind !== 'submit') return false;
      gateway.submit(frame.value, { answer: () => undefined } as unknown as typeof connection);
      connection.drop();
      return true;
    };
    const { node } = await openNode(gateway, config);
    const id = await node.send(REQUEST);
    await vi.waitFor(() => requireThat(gateway.accepted.size === 1));
    gateway.intercept = () => false;
    gateway.roll('gateway.test/2027', 21);
    await node.close();
    const again = await start(gateway, config);
    await again.node.waitFor(id, 'accepted');
    verify(again.node, id, 'acceptance', signer);
    expect(again.alarms).toEqual([]);
  });

  test.each([
    ['the first key', () => logKey],
    ['the newest key', (gateway: FakeGateway) => formatVerifierKey(gateway.log.signer)],
  ])('a node that begins later with %s counts entries as everybody does', async (_, keyOf) => {
    const gateway = makeGateway();
    gateway.roll('gateway.test/2027', 21);
    const next = gateway.roll('gateway.test/2028', 22);
    const { node, alarms } = await start(gateway, { ...makeConfig(), logKey: keyOf(gateway) });
    const id = await node.send(REQUEST);
    await node.waitFor(id, 'accepted');
    expect(node.receipts(id)).toMatchObject([{ number: 5, index: 1, logKey: formatVerifierKey(next) }]);
    verify(node, id, 'acceptance', next);
    expect(alarms).toEqual([]);
  });

  test('a configured key to which the log that was followed does not lead is refused', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    await (await openNode(gateway, config)).node.close();
    gateway.roll('gateway.test/2027', 21);
    const stranger = formatVerifierKey(makeGateway().roll('gateway.test/2027', 33));
    await (await openNode(gateway, config)).node.close();
    gateway.roll('gateway.test/2028', 22);
    expect(await alarmsOf(gateway, { ...config, logKey: stranger })).toEqual(['CHECKPOINT_INVALID']);
    const { node } = await start(gateway, { ...config, logKey: formatVerifierKey(gateway.log.signer) });
    await node.waitFor(await node.send(REQUEST), 'accepted');
  });

  test('data of a version without shards is taken over', async () => {
    const gateway = makeGateway();
    gateway.capabilities = [];
    const config = makeConfig();
    const { node } = await openNode(gateway, config);
    const id = await node.send(REQUEST);
    await node.waitFor(id, 'accepted');
    await node.close();
    const db = new DatabaseSync(join(config.dataDir, 'node.db'));
    db.exec('DROP TABLE log_shards; PRAGMA user_version = 2');
    db.close();
    gateway.capabilities = ['shards.v1'];
    const next = gateway.roll('gateway.test/2027', 21);
    const again = await start(gateway, config);
    handOver(gateway);
    await again.node.waitFor(id, 'handed-over');
    verify(again.node, id, 'acceptance', signer);
    verify(again.node, id, 'handover', next);
    expect(again.alarms).toEqual([]);
  });

  /** Opens a node that will not stay connected. */
  async function alarmsOf(gateway: FakeGateway, config: NodeConfigInput): Promise<string[]> {
    const codes: string[] = [];
    const node = await AgencyNode.open(config, { connect: gateway.connect, logger: pino({ level: 'silent' }) });
    nodes.push(node.on('alarm', ({ error }) => codes.push(error.code)));
    await vi.waitFor(() => requireThat(codes.length > 0));
    await expect(node.ping()).rejects.toMatchObject({ code: codes[0] });
    await stop(node);
    return codes;
  }

  describe('what proves nothing stops the node for good, and nothing of it is kept', () => {
    /** A gateway that has gone on to another shard, and a node that has seen three entries of the one before. */
    const rolled = async () => {
      const gateway = makeGateway();
      for (let i = 0; i < 2; i++) tick(gateway.log);
      const config = makeConfig();
      await (await openNode(gateway, config)).node.close();
      tick(gateway.log);
      gateway.roll('gateway.test/2027', 21);
      return { gateway, config };
    };
    type Shown = Received<'welcome'>;
    const lies: [string, string, (shown: Shown, gateway: FakeGateway) => Partial<Shown>][] = [
      ['no link', 'CHECKPOINT_INVALID', () => ({ shards: [] })],
      [
        'a final checkpoint that the shard has not signed',
        'CHECKPOINT_INVALID',
        (shown, { closed, log }) => withLink(shown, { finalCheckpoint: closed[0]!.checkpoint(log.signer) }),
      ],
      [
        'an entry that is not the last',
        'CHECKPOINT_INVALID',
        (shown, { closed }) => {
          const [{ entries, tree }] = closed as [FakeLog];
          return withLink(shown, { close: entries[1]!, path: tree.inclusionPath(1) });
        },
      ],
      [
        'a path of another entry',
        'CHECKPOINT_INVALID',
        (shown, { closed }) => withLink(shown, { path: closed[0]!.tree.inclusionPath(0) }),
      ],
      [
        'another key in the entry',
        'CHECKPOINT_INVALID',
        (shown) => {
          const nextVerifierKey = formatVerifierKey({ ...signer, ...otherKey('gateway.test/2027') });
          const event = { kind: 'shardClose', value: { nextOrigin: 'gateway.test/2027', nextVerifierKey } } as const;
          return withLink(shown, { close: encode(EntrySchema, { blind: new Uint8Array(16), atMs: 1, event }) });
        },
      ],
      [
        'a checkpoint that the next key has not signed',
        'CHECKPOINT_INVALID',
        (_, { log }) => ({
          checkpoint: signCheckpoint(
            { origin: 'gateway.test/2027', size: 1, root: log.tree.root() },
            otherKey('gateway.test/2027'),
          ),
        }),
      ],
      [
        'another consistency',
        'CHECKPOINT_INCONSISTENT',
        (shown) => withLink(shown, { consistency: [new Uint8Array(32)] }),
      ],
      ['no consistency', 'CHECKPOINT_INCONSISTENT', (shown) => withLink(shown, { consistency: [] })],
      ['other numbers', 'CHECKPOINT_INCONSISTENT', () => ({ firstNumber: 4 })],
    ];
    const withLink = ({ shards: [link] }: Shown, change: Partial<Link>): Partial<Shown> => ({
      shards: [{ ...link!, ...change }],
    });
    const otherKey = (origin: string) => {
      const gateway = makeGateway();
      return gateway.roll(origin, 33);
    };

    test.each(lies)('%s', async (_, code, lie) => {
      const { gateway, config } = await rolled();
      gateway.intercept = (frame, connection) => {
        if (frame.kind !== 'hello') return false;
        const shown = gateway.welcome(frame.value.checkpoint);
        connection.answer({ kind: 'welcome', value: { ...shown, ...lie(shown, gateway) } });
        return true;
      };
      expect(await alarmsOf(gateway, config)).toEqual([code]);
      gateway.intercept = () => false;
      const { node, alarms } = await start(gateway, config);
      await node.waitFor(await node.send(REQUEST), 'accepted');
      expect(alarms).toEqual([]);
    });

    const ended: [string, (gateway: FakeGateway) => void][] = [
      ['ends with an entry that is no ShardClose', ({ log }) => void tick(log)],
      [
        'names a key that cannot be read',
        ({ log }) => {
          log.append({
            kind: 'shardClose',
            value: { nextOrigin: 'gateway.test/2027', nextVerifierKey: 'gateway.test/2027+00' },
          });
        },
      ],
      [
        'names another origin than that of the key',
        ({ log }) => {
          log.append({ kind: 'shardClose', value: { nextOrigin: 'gateway.test/2027', nextVerifierKey: logKey } });
        },
      ],
      [
        'leads back to itself',
        ({ log }) => {
          log.append({ kind: 'shardClose', value: { nextOrigin: signer.name, nextVerifierKey: logKey } });
        },
      ],
    ];
    test.each(ended)('a shard that %s', async (_, end) => {
      const gateway = makeGateway();
      const config = makeConfig();
      await (await openNode(gateway, config)).node.close();
      end(gateway);
      gateway.closed.push(gateway.log);
      const next = otherKey('gateway.test/2027');
      gateway.log = new FakeLog([world.random(30)], next, gateway.log.tree.size);
      expect(await alarmsOf(gateway, config)).toEqual(['CHECKPOINT_INVALID']);
    });

    test('a final checkpoint of another history: both notes are kept, also as one file for auditors', async () => {
      const { gateway, config } = await rolled();
      const held = new FakeLog(gateway.closed[0]!.entries.slice(0, 3)).checkpoint();
      const forged = new FakeLog([...gateway.closed[0]!.entries.slice(2), world.random(30)]);
      forged.appendBytes(gateway.closed[0]!.entries.at(-1)!);
      gateway.closed[0] = forged;
      gateway.log = new FakeLog(gateway.log.entries, gateway.log.signer, forged.tree.size);
      expect(await alarmsOf(gateway, config)).toEqual(['CHECKPOINT_INCONSISTENT']);
      const [conflict = ''] = readdirSync(config.dataDir).filter((name) => name.startsWith('conflict-'));
      expect(JSON.parse(readFileSync(join(config.dataDir, conflict, 'split-view.json'), 'utf8'))).toEqual({
        format: 'liaison-split-view',
        version: 1,
        origin: signer.name,
        checkpoints: [held, forged.checkpoint()].map((note) => Buffer.from(note).toString('utf8')),
      });
    });

    test('a shard that goes on after its end', async () => {
      const gateway = makeGateway();
      const { node, alarms } = await start(gateway);
      await node.waitFor(await node.send(REQUEST), 'accepted');
      gateway.roll('gateway.test/2027', 21);
      gateway.sendAway();
      await vi.waitFor(() => requireThat(gateway.connections.length === 2 && node.isConnected), { timeout: 3000 });
      tick(gateway.closed[0]!);
      push(gateway, 0);
      await vi.waitFor(() => requireThat(alarms.length > 0));
      expect(alarms[0]!.error.code).toBe('CHECKPOINT_INCONSISTENT');
      expect(node.isConnected).toBe(false);
    });

    test('an entry of a shard that nobody has heard of', async () => {
      const gateway = makeGateway();
      const { alarms } = await start(gateway);
      const table = new ProofTable();
      const logged = gateway.log.logged(
        0,
        table,
        signCheckpoint({ origin: 'x', size: 1, root: gateway.log.tree.rootAt(1) }, otherKey('x')),
      );
      const value = { checkpoint: gateway.log.checkpoint(), hashes: table.hashes, entries: [logged] };
      gateway.connection.answer({ kind: 'evidence', value });
      await vi.waitFor(() => requireThat(alarms.length > 0));
      expect(alarms[0]!.error.code).toBe('CHECKPOINT_INVALID');
    });
  });
});
