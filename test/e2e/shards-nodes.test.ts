/** A gateway closes shards of its log, and the nodes go on: nothing is lost, and everything stays provable. */
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { verifyCheckpoint } from '../../audit/checkpoint.ts';
import { verifyReceipt } from '../../audit/receipt.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { AgencyNode } from '../../node/index.ts';
import { ERRORS } from '../../protocol/errors.ts';
import type { MessageId } from '../../protocol/ids.ts';
import { envelopes, newId, RawNode } from '../support/raw-node.ts';
import { nodeConfig, openNode, report, take } from '../support/nodes.ts';
import { type Agency, World } from '../support/world.ts';

describe('shards', () => {
  let world: World;
  const open: AgencyNode[] = [];
  const alarms: string[] = [];
  const watched = (node: AgencyNode): AgencyNode => {
    open.push(node.on('alarm', ({ error }) => alarms.push(error.message)));
    return node;
  };
  let year = 2030;
  /** @returns the key of the shard that begins */
  const closeShard = async (): Promise<string> => {
    await world.control.act(world.operatorKey, {
      kind: 'closeShard',
      value: { nextOrigin: `gateway.test/log/${++year}` },
    });
    const { origin, verifierKey } = await world.control.status({ digest: false });
    expect(origin).toBe(`gateway.test/log/${year}`);
    return verifierKey;
  };
  const again = async (...nodes: AgencyNode[]): Promise<void> => {
    for (const node of nodes) await vi.waitFor(() => expect(node.isConnected).toBe(true), { timeout: 10_000 });
  };
  /** Every receipt verifies with its own key and with no other; @returns the keys in the log's order. */
  const keysOf = (node: AgencyNode, id: MessageId, sender: Agency): string[] =>
    node.receipts(id).map(({ text, logKey }) => {
      const expected = { messageId: id, sender: sender.mailbox };
      verifyReceipt({ text, logVerifier: parseVerifierKey(logKey), expected });
      return logKey;
    });

  beforeAll(async () => {
    world = new World();
    await world.start();
  });
  afterAll(async () => {
    await Promise.all(open.map((node) => node.close()));
    await world.close();
  });

  test('messages before, across and after a close, with nodes that stay, leave and come later', async () => {
    const [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
    const first = world.verifierKey;
    const a = watched(await openNode(world, customs));
    let b = watched(await openNode(world, police));
    const before = await a.send(report(police, 'before'));
    await take(b, 1);
    await a.waitFor(before, 'handed-over', { timeoutMs: 10_000 });
    await b.close();
    const across = await a.send(report(police, 'across'));
    await a.waitFor(across, 'accepted', { timeoutMs: 10_000 });

    const second = await closeShard();
    await again(a);
    const after = await a.send(report(police, 'after'));
    await a.waitFor(after, 'accepted', { timeoutMs: 10_000 });
    const third = await closeShard();
    b = watched(await openNode(world, police));
    const taken = await take(b, 2);
    expect(taken.map(({ id }) => id)).toEqual([across, after]);
    await again(a);
    for (const id of [across, after]) await a.waitFor(id, 'handed-over', { timeoutMs: 10_000 });

    expect(keysOf(a, before, customs)).toEqual([first, first]);
    expect(keysOf(a, across, customs)).toEqual([first, third]);
    expect(keysOf(a, after, customs)).toEqual([second, third]);
    const [acceptance] = a.receipts(across);
    const logVerifier = parseVerifierKey(third);
    expect(() => verifyReceipt({ text: acceptance!.text, logVerifier })).toThrow(/not signed|another log|known key/);
    expect(alarms).toEqual([]);

    // Given only the newest key, and asked for what was logged before.
    await a.close();
    const newest = watched(
      await AgencyNode.open(
        { ...nodeConfig(world, customs, 'other'), logKey: third },
        { logger: pino({ level: 'silent' }) },
      ),
    );
    const last = await newest.send(report(police, 'last'));
    await take(b, 1);
    await newest.waitFor(last, 'handed-over', { timeoutMs: 10_000 });
    expect(keysOf(newest, last, customs)).toEqual([third, third]);
    const numbers = newest.receipts(last).map(({ number, index }) => number - index);
    expect(new Set(numbers).size).toBe(1);
    expect(numbers[0]).toBeGreaterThan(acceptance!.number);
    expect(alarms).toEqual([]);
  });

  test('nodes that do not know shards are told why, and get nothing that they could not verify', async () => {
    const [xc, xd] = (await world.enrolled('xc.customs', 'xd.police')) as [Agency, Agency];
    const raw = await RawNode.connect(world, xc);
    const { checkpoint } = await raw.hello();
    const messageId = newId();
    const early = envelopes(xc, [xd], [{ messageId }]);
    expect((await raw.submit(early)).outcomes[0]!.outcome.kind).toBe('accepted');
    const next = await closeShard();
    const { code, retryAfterMs } = await raw.next('goAway');
    expect([code, retryAfterMs]).toEqual([ERRORS.SHUTTING_DOWN.number, 0]);
    expect(await raw.untilClosed()).toMatchObject({ code: 1001 });

    const old = await RawNode.connect(world, xc);
    await expect(old.hello({ checkpoint })).rejects.toThrow(/CHECKPOINT_INVALID/);
    const refusal = await old.next('error');
    expect(refusal.text).toContain('Update the node');

    const keyed = await RawNode.open(world, xc);
    expect((await keyed.submit(early)).outcomes[0]!.outcome).toMatchObject({
      kind: 'refused',
      value: { code: ERRORS.VERSION_UNSUPPORTED.number },
    });
    const late = await keyed.submit(envelopes(xc, [xd]));
    expect(late.outcomes[0]!.outcome.kind).toBe('accepted');
    verifyCheckpoint(late.checkpoint, parseVerifierKey(next));
    const value = { request: 77, messageIds: [messageId], checkpoint: new Uint8Array(0) };
    keyed.send({ kind: 'proofGet', value });
    expect(await keyed.next('error')).toMatchObject({ request: 77, code: ERRORS.VERSION_UNSUPPORTED.number });
  });
});
