/** The way in: verified, durable, then handed over; once into the inbox, again and again to the application until done. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { AgencyNode, InboxMessage } from '../../node/index.ts';
import { CREDIT_BYTES, CREDIT_MESSAGES } from '../../node/inbox.ts';
import { verifyLeafHash } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import { parseCanonicalJwk } from '../../protocol/algorithms.ts';
import { encryptContent } from '../../protocol/envelope/jwe.ts';
import { signMessages } from '../../protocol/envelope/seal.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { type ErrorCode, ERRORS, LiaisonError } from '../../protocol/errors.ts';
import { DeliverySchema, type Envelope, HandoverOutcome, HeaderSchema } from '../../protocol/generated/schema.ts';
import { messageIdOf } from '../../protocol/ids.ts';
import { BatchTree, leafHash, sha256 } from '../../protocol/merkle.ts';
import { hasOpenssl } from '../support/openssl.ts';

describe.skipIf(!hasOpenssl)('receiving', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, delivery, makeConfig, makeGateway, openNode, recordOf, requireThat, sealed, stranger } =
    world;
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
  const list = async (node: AgencyNode): Promise<InboxMessage[]> => {
    const found: InboxMessage[] = [];
    for await (const message of node.inbox({ follow: false })) found.push(message);
    return found;
  };

  test('a message is stored, handed over with a valid signature, and opened on reading', async () => {
    const { node, gateway, alarms } = await start(makeGateway());
    const envelope = sealed();
    gateway.deliver(delivery(envelope, 1));
    await vi.waitFor(() => requireThat(gateway.of('handover').length === 1));

    const [message, ...more] = await list(node);
    expect(more).toEqual([]);
    expect(message).toMatchObject({ from: police.mailbox, to: customs.mailbox, attempt: 1 });
    expect(message?.body.content.kind).toBe('spontaneousInformation');

    const [{ statements, signature }] = gateway.of('handover') as [ReturnType<typeof gateway.of<'handover'>>[0]];
    const tree = new BatchTree(statements.map(leafHash));
    verifyLeafHash('handover', customs.signingKey, leafHash(statements[0]!), signature, {
      index: 0,
      hashes: tree.path(0),
    });
    expect(gateway.statements()[0]).toMatchObject({
      sender: police.mailbox,
      recipient: customs.mailbox,
      number: 1,
      outcome: HandoverOutcome.HANDED_OVER,
      reason: 0,
      headerDigest: leafHash(envelope.header),
    });
    expect(alarms).toEqual([]);
  });

  test('it is durable before the handover leaves', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    const stored: unknown[] = [];
    gateway.intercept = (frame) => {
      if (frame.kind !== 'handover') return false;
      const all = 'SELECT state, statement FROM inbox JOIN handovers USING (mailbox, number)';
      stored.push(world.storedNow(config.dataDir, (db) => ({ ...db.prepare(all).get() })));
      return true;
    };
    await start(gateway, config);
    gateway.deliver(delivery(sealed(), 1));
    await vi.waitFor(() => requireThat(stored.length === 1));
    expect(stored).toEqual([{ state: 2, statement: gateway.of('handover')[0]?.statements[0] }]);
    // Otherwise closing waits for the answer.
    gateway.connectError = new LiaisonError('UNAVAILABLE');
    gateway.connection.drop();
  });

  test('a repeated delivery enters once and is handed over with the same bytes, also after a restart', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    const first = await openNode(gateway, config);
    const envelope = sealed();
    gateway.deliver(delivery(envelope, 1));
    await vi.waitFor(() => requireThat(gateway.of('handover').length === 1));
    gateway.deliver(delivery(envelope, 1));
    await vi.waitFor(() => requireThat(gateway.of('handover').length === 2));
    await first.node.close();
    const { node } = await start(gateway, config);
    gateway.deliver(delivery(envelope, 1));
    await vi.waitFor(() => requireThat(gateway.of('handover').length === 3));
    const [one, two, three] = gateway.of('handover');
    expect(two).toMatchObject({ statements: one!.statements, signature: one!.signature });
    expect(three).toMatchObject({ statements: one!.statements, signature: one!.signature });
    expect(await list(node)).toHaveLength(1);
  });

  test('an unanswered handover is repeated after the next connect', async () => {
    const gateway = makeGateway();
    gateway.intercept = (frame) => frame.kind === 'handover';
    await start(gateway);
    gateway.deliver(delivery(sealed(), 1));
    await vi.waitFor(() => requireThat(gateway.of('handover').length === 1));
    gateway.intercept = () => false;
    gateway.connection.drop();
    await vi.waitFor(() => requireThat(gateway.of('handover').length === 2), { timeout: 3000 });
    const [one, two] = gateway.of('handover');
    expect(two!.statements).toEqual(one!.statements);
  });

  test('all statements of a frame share one signature, and credit is renewed as it is stored', async () => {
    const { gateway } = await start(makeGateway());
    expect(gateway.of('ready')).toEqual([{ messages: CREDIT_MESSAGES, bytes: CREDIT_BYTES }]);
    const deliveries = [1, 2, 3].map((number) => delivery(sealed(), number));
    gateway.deliver(...deliveries);
    await vi.waitFor(() => requireThat(gateway.statements().length === 3));
    expect(gateway.of('handover')).toHaveLength(1);
    const bytes = deliveries.reduce((sum, item) => sum + encode(DeliverySchema, item).length, 0);
    await vi.waitFor(() => requireThat(gateway.of('ready').length === 2));
    expect(gateway.of('ready')[1]).toEqual({ messages: 3, bytes });
  });

  test('more than the credit ends the session', async () => {
    const { node, gateway } = await start(makeGateway());
    const codes: string[] = [];
    node.on('disconnected', ({ error }) => codes.push(error.code));
    const item = delivery(sealed(), 1);
    gateway.deliver(...Array.from({ length: CREDIT_MESSAGES + 1 }, () => item));
    await vi.waitFor(() => requireThat(codes.length > 0));
    expect(codes[0]).toBe('LIMIT_EXCEEDED');
  });

  describe('what is wrong for good is answered FAILED with its code', () => {
    const failed = async (
      envelope: Envelope,
      fields: Parameters<typeof delivery>[2],
      code: ErrorCode,
    ): Promise<void> => {
      const { node, gateway, alarms } = await start(makeGateway());
      gateway.deliver(delivery(envelope, 1, fields));
      await vi.waitFor(() => requireThat(gateway.statements().length === 1));
      expect(gateway.statements()[0]).toMatchObject({ outcome: HandoverOutcome.FAILED, reason: ERRORS[code].number });
      expect(await list(node)).toEqual([]);
      await vi.waitFor(() => requireThat(alarms.length === 1));
      expect(alarms[0]?.error.code).toBe(code);
    };

    test('misrouted', async () => {
      await failed(sealed({ to: police }), {}, 'NOT_ADDRESSED');
    });

    test('another wrapped key', async () => {
      const [one, two] = [sealed(), sealed()];
      await failed({ ...one, wrappedKeys: two.wrappedKeys }, {}, 'DIGEST_MISMATCH');
    });

    test("another agency's signature", async () => {
      const envelope = sealed();
      const other = sealed();
      await failed({ ...envelope, signature: other.signature, path: other.path }, {}, 'SIGNATURE_INVALID');
    });

    test('one ciphertext for two contents', async () => {
      await failed(twoContents(), {}, 'BODY_DIGEST_MISMATCH');
    });

    test('signed after the key was revoked', async () => {
      const { gateway } = await start(makeGateway());
      gateway.directory.set(police.mailbox, recordOf(police, { revokedIndex: 10 }));
      gateway.deliver(delivery(sealed(), 1, { acceptedIndex: 9 }), delivery(sealed(), 2, { acceptedIndex: 11 }));
      await vi.waitFor(() => requireThat(gateway.statements().length === 2));
      expect(gateway.statements().map(({ reason }) => reason)).toEqual([0, ERRORS.KEY_REVOKED.number]);
    });

    /** What a hostile sender can make: the body digest it signs is not that of the content it signs. */
    function twoContents(): Envelope {
      const honest = sealed();
      const { header, routing } = parseHeader(honest.header);
      const key = parseCanonicalJwk(customs.encryption.jwk);
      const { content, wrappedKeys } = encryptContent(world.random(300), header.routing, [key], world.random);
      const digests = { contentDigest: sha256(content), wrappedKeyDigests: wrappedKeys.map(sha256) };
      const forged = encode(HeaderSchema, { routing: header.routing, ...digests });
      return signMessages(police.signingKey, [{ header: forged, routing, content, wrappedKeys }])[0]!;
    }
  });

  test('a header that cannot be read is kept and alarmed, without a statement', async () => {
    const { gateway, alarms } = await start(makeGateway());
    const envelope = sealed();
    gateway.deliver(delivery({ ...envelope, header: world.random(100) }, 1));
    await vi.waitFor(() => requireThat(alarms.length === 1));
    expect(alarms[0]?.error.code).toBe('MALFORMED');
    expect(gateway.of('handover')).toEqual([]);
  });

  test('a mailbox that this node does not serve', async () => {
    const { gateway, alarms } = await start(makeGateway());
    gateway.deliver(delivery(sealed({ to: police }), 1, { mailbox: police.mailbox }));
    await vi.waitFor(() => requireThat(alarms.length === 1));
    expect(alarms[0]?.error.code).toBe('NOT_ADDRESSED');
    expect(gateway.of('handover')).toEqual([]);
  });

  test("a directory that is wrong is not the sender's fault: the message is held and judged again", async () => {
    const gateway = makeGateway();
    const honest = gateway.directory.get(police.mailbox)!;
    const envelope = sealed();
    gateway.directory.set(police.mailbox, recordOf(world.makeAgency('xb.police', 'desk', stranger)));
    const config = makeConfig();
    const first = await openNode(gateway, config);
    gateway.deliver(delivery(envelope, 1));
    await vi.waitFor(() => requireThat(first.alarms.length === 1));
    expect(first.alarms[0]?.error.code).toBe('KEY_UNKNOWN');
    expect(gateway.of('handover')).toEqual([]);
    expect(first.node.find(messageIdOf(parseHeader(envelope.header).routing.messageId))).toMatchObject([
      { state: 'held', reason: 'KEY_UNKNOWN' },
    ]);
    await first.node.close();

    gateway.directory.set(police.mailbox, honest);
    const { node } = await start(gateway, config);
    await vi.waitFor(() => requireThat(gateway.statements().length === 1));
    expect(gateway.statements()[0]?.outcome).toBe(HandoverOutcome.HANDED_OVER);
    expect(await list(node)).toHaveLength(1);
  });

  test('a missing key of the own is held, and so is whatever error the directory gives', async () => {
    const { node, gateway, alarms } = await start(makeGateway());
    const renewed = { ...customs, encryption: world.makeAgency('xa.customs', 'portalder').encryption };
    gateway.deliver(delivery(sealed({ to: renewed }), 1));
    await vi.waitFor(() => requireThat(alarms.length === 1));
    gateway.intercept = (frame, connection) => {
      if (frame.kind !== 'directoryGet') return false;
      const { number: code, message: text } = new LiaisonError('MALFORMED');
      connection.answer({ kind: 'error', value: { request: frame.value.request, code, text, retry: false } });
      return true;
    };
    const harbour = world.makeAgency('xc.customs', 'harbour');
    gateway.deliver(delivery(sealed({ from: harbour }), 2));
    await vi.waitFor(() => requireThat(alarms.length === 2));
    expect(alarms.map(({ error }) => error.code)).toEqual(['CANNOT_DECRYPT', 'MALFORMED']);
    expect(gateway.of('handover')).toEqual([]);
    expect(await list(node)).toEqual([]);
  });

  describe('numbers', () => {
    test('a gap is an alarm that names it, and the cursor stays before it', async () => {
      const { gateway, alarms } = await start(makeGateway());
      gateway.deliver(delivery(sealed(), 1));
      gateway.deliver(delivery(sealed(), 4));
      await vi.waitFor(() => requireThat(alarms.length === 1));
      expect(alarms[0]?.error).toMatchObject({ code: 'NUMBER_MISSING' });
      expect(alarms[0]?.error.detail).toContain('2 of the numbers 2 to 3');
      await vi.waitFor(() => requireThat(gateway.statements().length === 2));
      gateway.connection.drop();
      await vi.waitFor(() => requireThat(gateway.of('hello').length === 2), { timeout: 3000 });
      expect(gateway.of('hello')[1]?.mailboxes).toEqual([{ mailbox: customs.mailbox, nextNumber: 2 }]);
    });

    test('one message under two numbers enters once', async () => {
      const { node, gateway, alarms } = await start(makeGateway());
      const envelope = sealed();
      gateway.deliver(delivery(envelope, 1));
      gateway.deliver(delivery(envelope, 2));
      await vi.waitFor(() => requireThat(alarms.length === 1));
      expect(alarms[0]?.error.code).toBe('ID_REUSED');
      expect(await list(node)).toHaveLength(1);
      expect(gateway.statements()).toHaveLength(1);
    });
  });

  describe('the application', () => {
    test('gets a message again until it is done, with the same id and a higher attempt', async () => {
      const gateway = makeGateway();
      const config = makeConfig();
      const first = await openNode(gateway, config);
      gateway.deliver(delivery(sealed(), 1));
      await vi.waitFor(() => requireThat(gateway.of('handover').length === 1));
      const [one] = await list(first.node);
      const [two] = await list(first.node);
      await first.node.close();
      const { node } = await start(gateway, config);
      const [three] = await list(node);
      expect([one?.attempt, two?.attempt, three?.attempt]).toEqual([1, 2, 3]);
      expect(new Set([one?.id, two?.id, three?.id]).size).toBe(1);
      await three?.done();
      await three?.done();
      expect(await list(node)).toEqual([]);
    });

    test('follows what arrives, and the loop ends when the node is closed', async () => {
      const { node, gateway } = await start(makeGateway());
      const seen: string[] = [];
      const loop = (async () => {
        for await (const message of node.inbox()) {
          seen.push(message.id);
          await message.done();
        }
      })();
      gateway.deliver(delivery(sealed(), 1));
      gateway.deliver(delivery(sealed(), 2));
      await vi.waitFor(() => requireThat(seen.length === 2));
      await node.close();
      await loop;
    });

    test('is offered a message again when its time with it is over', async () => {
      const { node, gateway } = await start(makeGateway());
      gateway.deliver(delivery(sealed(), 1));
      const attempts: number[] = [];
      for await (const message of node.inbox({ redeliverAfterMs: 20 })) {
        attempts.push(message.attempt);
        if (attempts.length === 2) break;
      }
      expect(attempts).toEqual([1, 2]);
    });
  });
});
