/** Numbers that the gateway says have ended: they count when the end is proven, and are missing otherwise. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { AgencyNode } from '../../node/index.ts';
import { signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import { type ErrorCode, ERRORS } from '../../protocol/errors.ts';
import {
  type Delivery,
  HandoverOutcome,
  type HandoverStatement,
  HandoverStatementSchema,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { messageIdBytes, messageIdOf, newMessageId } from '../../protocol/ids.ts';
import { hasOpenssl } from '../support/openssl.ts';

describe.skipIf(!hasOpenssl)('an ended delivery', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, makeGateway, openNode, requireThat } = world;
  afterAll(world.removeWorld);
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  const messageId = messageIdBytes(newMessageId(Date.now(), world.random(10)));

  const statement = (fields: Partial<HandoverStatement> = {}, key = customs.signingKey): SignedLeaf =>
    signLeaf(
      'handover',
      key,
      encode(HandoverStatementSchema, {
        blind: world.random(16),
        messageId,
        sender: police.mailbox,
        recipient: customs.mailbox,
        number: 1,
        headerDigest: world.random(32),
        outcome: HandoverOutcome.FAILED,
        reason: ERRORS.SIGNATURE_INVALID.number,
        atMs: Date.now(),
        ...fields,
      }),
    );

  /** Delivers the end of number 1 as the numbers given. */
  const deliver = async (code: ErrorCode, signed?: SignedLeaf, numbers = [1]) => {
    const gateway = makeGateway();
    gateway.directory.set(customs.mailbox, world.recordOf(customs));
    const running = await openNode(gateway);
    nodes.push(running.node);
    const index = gateway.log.append({
      kind: 'contentHandoverFailure',
      value: {
        ...{ messageId, sender: police.mailbox, recipient: customs.mailbox, number: 1 },
        ...{ code: ERRORS[code].number, statement: signed, late: false },
      },
    });
    const hashes = gateway.log.tree.inclusionPath(index);
    const value = {
      index,
      entry: gateway.log.entries[index]!,
      path: hashes.map((_, i) => i),
      checkpoint: new Uint8Array(0),
    };
    const deliveries = numbers.map((number): Delivery => {
      const content = { kind: 'ended' as const, value };
      return { mailbox: customs.mailbox, number, content, acceptedAtMs: 1, acceptedIndex: 1 };
    });
    gateway.connection.answer({
      kind: 'deliver',
      value: { checkpoint: gateway.log.checkpoint(), hashes, deliveries },
    });
    await vi.waitFor(() => requireThat(gateway.of('ready').length === 2));
    return running;
  };
  const stored = ({ node }: { node: AgencyNode }) => {
    try {
      return node.find(messageIdOf(messageId));
    } catch {
      return [];
    }
  };

  test('has expired: the gateway may state that by itself', async () => {
    const running = await deliver('DELIVERY_EXPIRED');
    expect(stored(running)).toMatchObject([{ state: 'ended', number: 1, reason: 'DELIVERY_EXPIRED' }]);
    expect(running.alarms).toEqual([]);
  });

  test('has failed by the word of the own agency', async () => {
    const running = await deliver('SIGNATURE_INVALID', statement());
    expect(stored(running)).toMatchObject([{ state: 'ended', number: 1, reason: 'SIGNATURE_INVALID' }]);
    expect(running.alarms).toEqual([]);
  });

  const refused = async (delivered: ReturnType<typeof deliver>, why: string): Promise<void> => {
    const running = await delivered;
    const { gateway, alarms } = running;
    await vi.waitFor(() => requireThat(alarms.length === 1));
    expect(alarms[0]?.error.code).toBe('NUMBER_MISSING');
    expect(alarms[0]?.error.detail).toContain(`${customs.mailbox}: the gateway says that number 1 has ended`);
    expect(alarms[0]?.error.detail).toContain(why);
    expect(stored(running)).toEqual([]);
    gateway.connection.drop();
    await vi.waitFor(() => requireThat(gateway.of('hello').length === 2), { timeout: 3000 });
    expect(gateway.of('hello')[1]?.mailboxes).toEqual([{ mailbox: customs.mailbox, nextNumber: 1 }]);
  };

  test('for a reason that only this agency can state, without its statement', () =>
    refused(deliver('SIGNATURE_INVALID'), 'PROOF_INVALID'));
  test('by the word of another agency', () =>
    refused(deliver('SIGNATURE_INVALID', statement({}, police.signingKey)), 'KEY_UNKNOWN'));
  test('by a signature over something else', () => {
    const { signature, path } = statement();
    return refused(deliver('SIGNATURE_INVALID', { ...statement(), signature, path }), 'SIGNATURE_INVALID');
  });
  test('by a statement about another number', () =>
    refused(deliver('SIGNATURE_INVALID', statement({ number: 2 })), 'FILE_INVALID'));
  test('by a statement with another reason', () => refused(deliver('BODY_INVALID', statement()), 'PROOF_INVALID'));

  test('proves the end of no other number', async () => {
    const running = await deliver('DELIVERY_EXPIRED', undefined, [1, 2]);
    await vi.waitFor(() => requireThat(running.alarms.length === 1));
    expect(running.alarms[0]?.error.detail).toContain('number 2 has ended');
    expect(stored(running)).toMatchObject([{ number: 1 }]);
  });
});
