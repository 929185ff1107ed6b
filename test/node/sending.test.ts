/** The way out: durable first, the same bytes every time, one signature for a burst, evidence only with proof. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { verifyReceipt } from '../../audit/index.ts';
import type { AgencyNode } from '../../node/index.ts';
import { signBatch, signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import { parseHeader, verifySender } from '../../protocol/envelope/verify.ts';
import { type ErrorCode, ERRORS, LiaisonError } from '../../protocol/errors.ts';
import {
  type Entry,
  EnvelopeSchema,
  HandoverOutcome,
  HandoverStatementSchema,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { type FakeGateway, signer } from './fake-gateway.ts';

describe.skipIf(!hasOpenssl)('sending', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, makeConfig, makeGateway, openNode, recordOf, REQUEST, requireThat } = world;
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
  const codeOf = async (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => '',
      (error: unknown) => (error as LiaisonError).code,
    );

  /** The recipient's signed word about the message that the gateway accepted last. */
  const statementOf = (
    gateway: FakeGateway,
    fields: { key?: typeof police.signingKey; failure?: LiaisonError } = {},
  ): SignedLeaf => {
    const { header } = gateway.of('submit').at(-1)!.envelopes[0]!;
    const { routing } = parseHeader(header);
    const leaf = encode(HandoverStatementSchema, {
      blind: world.random(16),
      messageId: routing.messageId,
      sender: routing.sender,
      recipient: police.mailbox,
      number: 1,
      headerDigest: leafHash(header),
      outcome: fields.failure ? HandoverOutcome.FAILED : HandoverOutcome.HANDED_OVER,
      reason: fields.failure?.number ?? 0,
      atMs: Date.now(),
    });
    return signLeaf('handover', fields.key ?? police.signingKey, leaf);
  };
  /** A failure as the gateway states it by itself. */
  const failureOf = (id: MessageId, code: ErrorCode = 'DELIVERY_EXPIRED'): Entry['event'] => ({
    kind: 'contentHandoverFailure',
    value: {
      messageId: messageIdBytes(id),
      sender: customs.mailbox,
      recipient: police.mailbox,
      number: 1,
      code: ERRORS[code].number,
      statement: undefined,
      late: false,
    },
  });
  /** When the message that the gateway accepted last expires. */
  const expiryOf = (gateway: FakeGateway): number =>
    parseHeader(gateway.of('submit').at(-1)!.envelopes[0]!.header).routing.expiresAtMs;
  const push = (gateway: FakeGateway, index: number): void => {
    const logged = gateway.log.entries[index]!;
    const hashes = gateway.log.tree.inclusionPath(index);
    gateway.connection.answer({
      kind: 'evidence',
      value: {
        checkpoint: gateway.log.checkpoint(),
        hashes,
        entries: [{ index, entry: logged, path: hashes.map((_, i) => i), checkpoint: new Uint8Array(0) }],
      },
    });
  };

  test('a message is accepted, handed over, and both receipts verify', async () => {
    const { node, gateway, alarms } = await start(makeGateway());
    const id = await node.send(REQUEST);
    const accepted = await node.waitFor(id, 'accepted');
    expect(accepted.recipients[0]).toMatchObject({ recipient: police.mailbox, state: 'ContentConsignment' });

    const statement = statementOf(gateway);
    push(gateway, gateway.log.append({ kind: 'contentHandover', value: { statement, late: false } }));
    const handed = await node.waitFor(id, 'handed-over');
    expect(handed.recipients[0]?.events.map(({ event }) => event)).toEqual([
      'SubmissionAcceptance',
      'ContentConsignment',
      'ContentHandover',
    ]);
    for (const kind of ['acceptance', 'handover'] as const) {
      const { subject } = verifyReceipt({
        text: node.receipt(id, kind),
        logVerifier: signer,
        expected: { sender: customs.mailbox, messageId: id },
      });
      expect(subject?.headerDigest).toEqual(leafHash(gateway.of('submit')[0]!.envelopes[0]!.header));
    }
    expect(alarms).toEqual([]);
  });

  test('the sealed envelope is durable before it is submitted, and a restart submits the same bytes', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    const submitted: Uint8Array[] = [];
    const stored: unknown[] = [];
    gateway.intercept = (frame) => {
      if (frame.kind !== 'submit') return false;
      submitted.push(encode(EnvelopeSchema, frame.value.envelopes[0]!));
      stored.push(
        world.storedNow(config.dataDir, (db) => db.prepare('SELECT envelope FROM outbox').get()?.['envelope']),
      );
      return true;
    };
    const first = await openNode(gateway, config);
    const id = await first.node.send(REQUEST);
    await vi.waitFor(() => requireThat(submitted.length === 1));
    gateway.connectError = new LiaisonError('UNAVAILABLE');
    gateway.connection.drop();
    await first.node.close();
    gateway.connectError = undefined;
    expect(stored[0]).toEqual(submitted[0]);

    const second = await start(gateway, config);
    await vi.waitFor(() => requireThat(submitted.length === 2));
    expect(submitted[1]).toEqual(submitted[0]);
    gateway.intercept = () => false;
    gateway.connection.drop();
    await second.node.waitFor(id, 'accepted');
    expect(gateway.log.entries).toHaveLength(2);
    expect(second.alarms).toEqual([]);
  });

  test('an acceptance that was lost is answered with the same entry', async () => {
    const gateway = makeGateway();
    let lost = 0;
    gateway.intercept = (frame, connection) => {
      if (frame.kind !== 'submit' || lost++ > 0) return false;
      gateway.submit(frame.value, { answer: () => connection.drop() } as never);
      return true;
    };
    const { node } = await start(gateway);
    const id = await node.send(REQUEST);
    const { recipients } = await node.waitFor(id, 'accepted');
    expect(recipients[0]?.events[0]?.index).toBe(1);
    expect(gateway.log.entries).toHaveLength(2);
  });

  test('a burst is sealed under one signature and submitted in one frame', async () => {
    const { node, gateway } = await start(makeGateway());
    const ids = await node.sendMany(Array.from({ length: 40 }, () => REQUEST));
    await Promise.all(ids.map((id) => node.waitFor(id, 'accepted')));
    const [submit, ...more] = gateway.of('submit');
    expect(more).toEqual([]);
    expect(
      new Set(submit!.envelopes.map(({ signature }) => Buffer.from(signature.signature).toString('hex'))).size,
    ).toBe(1);
    for (const envelope of submit!.envelopes) verifySender(envelope, parseHeader(envelope.header), customs.signingKey);
    expect(submit!.envelopes[0]?.signature.size).toBe(40);
  });

  test('bursts of one moment share a frame but not a signature with one that has no room left', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    const offline = await openNode(gateway, config, { offline: true });
    await offline.node.sendMany(Array.from({ length: 600 }, () => REQUEST));
    const ids = await offline.node.sendMany(Array.from({ length: 500 }, () => REQUEST));
    await offline.node.close();
    const { node } = await start(gateway, config);
    await Promise.all(ids.map((id) => node.waitFor(id, 'accepted', { timeoutMs: 15_000 })));
    const sizes = gateway.of('submit').flatMap(({ envelopes }) => envelopes.map(({ signature }) => signature.size));
    expect([sizes.filter((size) => size === 600).length, sizes.filter((size) => size === 500).length]).toEqual([
      600, 500,
    ]);
  });

  test('what was sent while there was no gateway is sent when there is one', async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    const offline = await openNode(gateway, config, { offline: true });
    const id = await offline.node.send(REQUEST);
    expect(offline.node.evidence(id)).toMatchObject({ state: 'composed', recipients: [{ state: undefined }] });
    await offline.node.close();
    const { node } = await start(gateway, config);
    await node.waitFor(id, 'accepted');
  });

  test('an invalid message is refused before it is stored', async () => {
    const { node } = await start(makeGateway(), makeConfig(), { offline: true });
    expect(await codeOf(node.send({ ...REQUEST, to: [] }))).toBe('HEADER_INVALID');
    expect(await codeOf(node.send({ ...REQUEST, body: { language: 'en' } }))).toBe('BODY_INVALID');
    expect(await codeOf(node.send({ ...REQUEST, from: 'xb.police/desk' }))).toBe('MAILBOX_NOT_YOURS');
    expect(await codeOf(node.send({ ...REQUEST, expiresInMs: 91 * 86_400_000 }))).toBe('EXPIRY_TOO_FAR');
    expect(node.sent()).toEqual([]);
  });

  describe('refusals', () => {
    test('a final one ends the message with its code', async () => {
      const gateway = makeGateway();
      gateway.refuse = () => 'ID_REUSED';
      const { node } = await start(gateway);
      const id = await node.send(REQUEST);
      expect(await codeOf(node.waitFor(id, 'accepted'))).toBe('ID_REUSED');
      expect(node.evidence(id)).toMatchObject({ state: 'refused', recipients: [{ state: 'SubmissionRejection' }] });
    });

    test('one that time mends is tried again with the same bytes', async () => {
      const gateway = makeGateway();
      let refusals = 0;
      gateway.refuse = () => (refusals++ === 0 ? 'STORAGE_FULL' : undefined);
      const { node } = await start(gateway);
      await node.waitFor(await node.send(REQUEST), 'accepted');
      const [first, second] = gateway.of('submit');
      expect(second?.envelopes).toEqual(first?.envelopes);
    });

    test('an outdated key is fetched anew and the message sealed again under its id', async () => {
      const gateway = makeGateway();
      const { node } = await start(gateway);
      await node.waitFor(await node.send(REQUEST), 'accepted');
      const renewed = { ...police, encryption: world.makeAgency('xb.police', 'desk').encryption };
      gateway.directory.set(police.mailbox, recordOf(renewed, { version: 2, statementVersion: 2 }));
      gateway.refuse = ({ header }) => {
        const [recipient] = parseHeader(header).routing.recipients;
        return Buffer.compare(recipient!.keyId, renewed.encryption.keyId) === 0 ? undefined : 'RECIPIENT_KEY_OUTDATED';
      };
      const id = await node.send(REQUEST);
      await node.waitFor(id, 'accepted');
      const ids = gateway
        .of('submit')
        .slice(-2)
        .map(({ envelopes }) => parseHeader(envelopes[0]!.header).messageId);
      expect(ids).toEqual([id, id]);
    });

    test('an unknown recipient ends it without a submission', async () => {
      const { node, gateway } = await start(makeGateway());
      const id = await node.send({ ...REQUEST, to: ['xz.nobody/desk'] });
      expect(await codeOf(node.waitFor(id, 'accepted'))).toBe('RECIPIENT_UNKNOWN');
      expect(gateway.of('submit')).toEqual([]);
    });
  });

  describe('evidence that is not proven is not believed', () => {
    const accepted = async (): Promise<Awaited<ReturnType<typeof start>> & { id: MessageId }> => {
      const running = await start(makeGateway());
      const id = await running.node.send(REQUEST);
      await running.node.waitFor(id, 'accepted');
      return { ...running, id };
    };

    test('a handover that somebody else has signed', async () => {
      const { node, gateway, alarms, id } = await accepted();
      const statement = statementOf(gateway, { key: customs.signingKey });
      push(gateway, gateway.log.append({ kind: 'contentHandover', value: { statement, late: false } }));
      await vi.waitFor(() => requireThat(alarms.length > 0));
      expect(alarms[0]?.error.code).toBe('KEY_UNKNOWN');
      expect(node.evidence(id).recipients[0]?.state).toBe('ContentConsignment');
    });

    test('a signature over another batch', async () => {
      const { node, gateway, alarms, id } = await accepted();
      const { leaf } = statementOf(gateway);
      const { signature, paths } = signBatch('handover', police.signingKey, [world.random(40)]);
      const statement = { leaf, signature, path: paths[0]! };
      push(gateway, gateway.log.append({ kind: 'contentHandover', value: { statement, late: false } }));
      await vi.waitFor(() => requireThat(alarms.length > 0));
      expect(alarms[0]?.error.code).toBe('SIGNATURE_INVALID');
      expect(node.evidence(id).recipients[0]?.state).toBe('ContentConsignment');
    });

    test('an entry that is not in the log', async () => {
      const { node, gateway, alarms, id } = await accepted();
      const index = gateway.log.append({
        kind: 'contentHandover',
        value: { statement: statementOf(gateway), late: false },
      });
      gateway.log.entries[index] = gateway.log.entries[0]!;
      push(gateway, index);
      await vi.waitFor(() => requireThat(alarms.length > 0));
      expect(alarms[0]?.error.code).toBe('PROOF_INVALID');
      expect(node.evidence(id).recipients[0]?.state).toBe('ContentConsignment');
    });

    test.each([
      ['with a reason that only the recipient can state', 'BODY_INVALID', 0, 'without the recipient'],
      ['before the message expires', 'DELIVERY_EXPIRED', -1, 'before its time'],
    ] as const)('a failure without a statement, %s', async (_, code, afterExpiryMs, why) => {
      const { node, gateway, alarms, id } = await accepted();
      push(gateway, gateway.log.append(failureOf(id, code), expiryOf(gateway) + afterExpiryMs));
      await vi.waitFor(() => requireThat(alarms.length > 0));
      expect(alarms[0]?.error.code).toBe('PROOF_INVALID');
      expect(alarms[0]?.error.detail).toContain(why);
      expect(node.evidence(id).recipients[0]?.state).toBe('ContentConsignment');
    });

    test('an acceptance of another message is none', async () => {
      const gateway = makeGateway();
      const { node, alarms } = await start(gateway);
      await node.waitFor(await node.send(REQUEST), 'accepted');
      gateway.intercept = (frame, connection) => {
        if (frame.kind !== 'submit') return false;
        const known = gateway.of('submit')[0]!.envelopes[0]!;
        gateway.submit({ request: frame.value.request, envelopes: [known] }, connection);
        return true;
      };
      const id = await node.send(REQUEST);
      await vi.waitFor(() => requireThat(alarms.length > 0));
      expect(alarms[0]?.error.code).toBe('PROOF_INVALID');
      expect(node.evidence(id).state).toBe('sealed');
    });
  });

  test('terminal states do not change: a late handover stands beside the failure', async () => {
    const { node, gateway } = await start(makeGateway());
    const id = await node.send(REQUEST);
    await node.waitFor(id, 'accepted');
    push(gateway, gateway.log.append(failureOf(id), expiryOf(gateway)));
    expect(await codeOf(node.waitFor(id, 'handed-over'))).toBe('DELIVERY_EXPIRED');
    push(
      gateway,
      gateway.log.append({ kind: 'contentHandover', value: { statement: statementOf(gateway), late: true } }),
    );
    await vi.waitFor(() => requireThat(node.receipts(id).length === 3));
    expect(node.evidence(id).recipients[0]).toMatchObject({
      state: 'ContentHandoverFailure',
      events: [{}, {}, { reason: 'DELIVERY_EXPIRED' }, { event: 'ContentHandover', late: true }],
    });
  });

  test('after a connect the node asks for the evidence it lacks', async () => {
    const gateway = makeGateway();
    const { node } = await start(gateway);
    const id = await node.send(REQUEST);
    await node.waitFor(id, 'accepted');
    const index = gateway.log.append({
      kind: 'contentHandover',
      value: { statement: statementOf(gateway), late: false },
    });
    gateway.intercept = (frame, connection) => {
      if (frame.kind !== 'proofGet' || frame.value.messageIds.length === 0) return false;
      expect(frame.value.messageIds).toEqual([messageIdBytes(id)]);
      gateway.proofs(frame.value, connection, [1, index]);
      return true;
    };
    gateway.connection.drop();
    await node.waitFor(id, 'handed-over');
  });
});
