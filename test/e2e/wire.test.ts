import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { encode } from '../../protocol/codec.ts';
import { openEnvelope } from '../../protocol/envelope/open.ts';
import { signMessages } from '../../protocol/envelope/seal.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { FrameSchema, HandoverOutcome, type SubmitOutcome } from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { envelopes, newId, RawNode, seal } from '../support/raw-node.ts';
import { issue, makeAuthority } from '../support/openssl.ts';
import { World, type Agency } from '../support/world.ts';

let world: World;
let customs: Agency;
let police: Agency;
let secretariat: Agency;

beforeAll(async () => {
  world = new World();
  await world.start();
  [customs, police, secretariat] = (await world.enrolled('xa.customs', 'xb.police', 'wco.secretariat')) as [
    Agency,
    Agency,
    Agency,
  ];
});
afterAll(() => world.close());

const accepted = (outcome: SubmitOutcome | undefined): number => {
  if (outcome?.outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome?.outcome.value));
  return outcome.outcome.value.index;
};
const refusal = (outcome: SubmitOutcome | undefined): { code: number; logged: boolean } => {
  if (outcome?.outcome.kind !== 'refused') throw new Error('accepted');
  return { code: outcome.outcome.value.code, logged: outcome.outcome.value.logged !== undefined };
};

describe('a message over real sockets', () => {
  test('is accepted, delivered, handed over and evidenced', async () => {
    const sender = await RawNode.open(world, customs);
    const recipient = await RawNode.open(world, police);
    const sealed = envelopes(customs, [police], [{ text: 'Forty-eight thousand tablets.' }]);
    const result = await sender.submit(sealed);
    const outcome = result.outcomes[0]!.outcome;
    if (outcome.kind !== 'accepted') throw new Error('refused');
    expect(sender.verified(outcome.value, result).event.kind).toBe('submissionAcceptance');

    recipient.ready();
    const deliver = await recipient.next('deliver');
    const delivery = deliver.deliveries[0]!;
    expect(delivery.number).toBe(1);
    if (delivery.content.kind !== 'message') throw new Error('no message');
    expect(delivery.content.value.wrappedKeys).toHaveLength(1);
    const opened = openEnvelope({
      envelope: delivery.content.value,
      parsed: parseHeader(delivery.content.value.header),
      mailbox: police.mailbox,
      keys: () => police.encryption.privateKey,
    });
    expect(opened.body.content.value).toMatchObject({ text: 'Forty-eight thousand tablets.' });

    const handed = await recipient.handover(deliver.deliveries);
    expect(handed.items[0]).toMatchObject({ code: 0 });
    const again = await recipient.handover(deliver.deliveries);
    expect(again.items[0]).toMatchObject({ code: 0, index: handed.items[0]!.index });
    const evidence = await sender.next('evidence');
    const entry = sender.verified(evidence.entries[0]!, evidence);
    expect(entry.event.kind).toBe('contentHandover');
    sender.close();
    recipient.close();
  });

  test('waits for a recipient that is offline and comes again until it is handed over', async () => {
    const sender = await RawNode.open(world, customs);
    await sender.submit(envelopes(customs, [secretariat]));
    const first = await RawNode.open(world, secretariat);
    first.ready();
    const once = await first.next('deliver');
    first.socket.terminate();
    const second = await RawNode.open(world, secretariat, {
      mailboxes: [{ mailbox: secretariat.mailbox, nextNumber: 2 }],
    });
    second.ready();
    const twice = await second.next('deliver');
    expect(twice.deliveries[0]!.number).toBe(once.deliveries[0]!.number);
    await second.handover(twice.deliveries);
    second.close();
    const third = await RawNode.open(world, secretariat);
    third.ready();
    await expect(third.next('deliver', 500)).rejects.toThrow('no deliver');
    third.close();
    sender.close();
  });

  test('repeated with the same bytes gets a receipt for the same entry, with other bytes a refusal', async () => {
    const sender = await RawNode.open(world, customs);
    const messageId = newId();
    const sealed = envelopes(customs, [police], [{ messageId, text: 'one' }]);
    const index = accepted((await sender.submit(sealed)).outcomes[0]);
    expect(accepted((await sender.submit(sealed)).outcomes[0])).toBe(index);
    const other = envelopes(customs, [police], [{ messageId, text: 'two' }]);
    expect(refusal((await sender.submit(other)).outcomes[0])).toEqual({ code: ERRORS.ID_REUSED.number, logged: true });
    // Twice in one burst: the second is a repeat of the first.
    const fresh = envelopes(customs, [police]);
    const both = await sender.submit([fresh[0]!, fresh[0]!]);
    expect(accepted(both.outcomes[0])).toBe(accepted(both.outcomes[1]));
    sender.close();
  });

  test('goes in a burst of 500 under one signature', async () => {
    const sender = await RawNode.open(world, customs);
    const burst = envelopes(
      customs,
      [police],
      Array.from({ length: 500 }, (_, i) => ({ text: `No. ${i}` })),
    );
    expect(new Set(burst.map((envelope) => Buffer.from(envelope.signature.signature).toString('hex'))).size).toBe(1);
    const result = await sender.submit(burst);
    expect(result.outcomes).toHaveLength(500);
    for (const { outcome } of result.outcomes) {
      if (outcome.kind !== 'accepted') throw new Error('refused');
      sender.verified(outcome.value, result);
    }
    sender.close();
  });

  test('of somebody else, or with damage, is refused with its code', async () => {
    const sender = await RawNode.open(world, customs);
    const foreign = envelopes(police, [secretariat]);
    expect(refusal((await sender.submit(foreign)).outcomes[0]).code).toBe(ERRORS.SENDER_MISMATCH.number);
    const [good] = envelopes(customs, [police]);
    const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));
    const damaged = { ...good!, content: flip(good!.content) };
    expect(refusal((await sender.submit([damaged])).outcomes[0]).code).toBe(ERRORS.DIGEST_MISMATCH.number);
    const forged = { ...good!, signature: { ...good!.signature, signature: flip(good!.signature.signature) } };
    expect(refusal((await sender.submit([forged])).outcomes[0]).code).toBe(ERRORS.SIGNATURE_INVALID.number);
    const stranger = world.makeAgency('xz.unknown');
    const nowhere = envelopes(customs, [stranger]);
    expect(refusal((await sender.submit(nowhere)).outcomes[0])).toEqual({
      code: ERRORS.RECIPIENT_UNKNOWN.number,
      logged: true,
    });
    const now = Date.now();
    const drafts = [
      { routing: { createdAtMs: now - 10_000, expiresAtMs: now - 1 } },
      { routing: { createdAtMs: now + 3_600_000, expiresAtMs: now + 7_200_000 } },
      { routing: { createdAtMs: now, expiresAtMs: now + 91 * 86_400_000 } },
      { routing: { createdAtMs: now - 3_600_000, expiresAtMs: now + 3_600_000 } },
    ];
    const { outcomes } = await sender.submit(envelopes(customs, [police], drafts));
    const codes = outcomes.slice(0, 3).map((outcome) => refusal(outcome).code);
    expect(codes).toEqual([ERRORS.EXPIRED.number, ERRORS.CREATED_IN_FUTURE.number, ERRORS.EXPIRY_TOO_FAR.number]);
    accepted(outcomes[3]);
    sender.close();
  });

  test('signed as something else is refused: a handover signature is no message signature', async () => {
    const sender = await RawNode.open(world, customs);
    const { signBatch } = await import('../../protocol/batch.ts');
    const sealed = seal(customs, [police]);
    const { signature, paths } = signBatch('handover', customs.signingKey, [sealed.header]);
    const [good] = signMessages(customs.signingKey, [sealed]);
    const result = await sender.submit([{ ...good!, signature, path: paths[0]! }]);
    expect(refusal(result.outcomes[0]).code).toBe(ERRORS.SIGNATURE_INVALID.number);
    sender.close();
  });
});

describe('handovers', () => {
  test('that do not fit, or contradict an earlier one, change nothing', async () => {
    const [from, to] = (await world.enrolled('xc.customs', 'xd.customs')) as [Agency, Agency];
    const sender = await RawNode.open(world, from);
    const recipient = await RawNode.open(world, to);
    await sender.submit(envelopes(from, [to]));
    recipient.ready();
    const { deliveries } = await recipient.next('deliver');
    const wrong = await recipient.handover(deliveries, { headerDigest: new Uint8Array(randomBytes(32)) });
    expect(wrong.items[0]!.code).toBe(ERRORS.HANDOVER_MISMATCH.number);
    const unknown = await recipient.handover(deliveries, { number: 99 });
    expect(unknown.items[0]!.code).toBe(ERRORS.MESSAGE_UNKNOWN.number);
    const stolen = await recipient.handover(deliveries, { recipient: from.mailbox });
    expect(stolen.items[0]!.code).toBe(ERRORS.MAILBOX_NOT_YOURS.number);
    const good = await recipient.handover(deliveries);
    expect(good.items[0]!.code).toBe(0);
    const failed = { outcome: HandoverOutcome.FAILED, reason: ERRORS.CANNOT_DECRYPT.number };
    const contradicting = await recipient.handover(deliveries, failed);
    expect(contradicting.items[0]!.index).toBeGreaterThan(good.items[0]!.index);
    expect((await recipient.handover(deliveries, failed)).items[0]!.index).toBe(contradicting.items[0]!.index);
    expect((await recipient.handover(deliveries)).items[0]!.index).toBe(good.items[0]!.index);
    sender.close();
    recipient.close();
  });
});

describe('proofs and directory', () => {
  test('a node that was away learns what became of its messages, and only of its own', async () => {
    const [from, to] = (await world.enrolled('xe.customs', 'xf.customs')) as [Agency, Agency];
    const sender = await RawNode.open(world, from);
    const [envelope] = envelopes(from, [to]);
    const result = await sender.submit([envelope!]);
    const index = accepted(result.outcomes[0]);
    sender.socket.terminate();
    const recipient = await RawNode.open(world, to);
    recipient.ready();
    const handed = await recipient.handover((await recipient.next('deliver')).deliveries);
    const back = await RawNode.open(world, from, { checkpoint: result.checkpoint });
    const id = parseHeader(envelope!.header).routing.messageId;
    back.send({ kind: 'proofGet', value: { request: 7, messageIds: [id], checkpoint: result.checkpoint } });
    const proofs = await back.next('proofs');
    expect(proofs.entries.map((logged) => logged.index)).toEqual([index, handed.items[0]!.index]);
    for (const logged of proofs.entries) back.verified(logged, proofs);
    recipient.send({ kind: 'proofGet', value: { request: 8, messageIds: [id], checkpoint: new Uint8Array(0) } });
    const foreign = await recipient.next('proofs');
    expect(foreign.entries).toEqual([]);
    expect(equalBytes(foreign.unknown[0]!, id)).toBe(true);
    back.close();
    recipient.close();
  });

  test('directory records come by name and in pages', async () => {
    const node = await RawNode.open(world, customs);
    node.send({ kind: 'directoryGet', value: { request: 1, mailboxes: [police.mailbox, 'no.body/desk'], after: '' } });
    const named = await node.next('directory');
    expect(named.records.map((record) => record.mailbox)).toEqual([police.mailbox]);
    expect(named.unknown).toEqual(['no.body/desk']);
    node.send({ kind: 'directoryGet', value: { request: 2, mailboxes: [], after: 'xa.customs/desk' } });
    const page = await node.next('directory');
    expect(page.records[0]!.mailbox > 'xa.customs/desk').toBe(true);
    expect(page.more).toBe(false);
    node.close();
  });
});

describe('sessions', () => {
  test('a newer session takes the mailbox over', async () => {
    const older = await RawNode.open(world, police);
    const newer = await RawNode.open(world, police);
    expect((await older.next('goAway')).code).toBe(ERRORS.TAKEN_OVER.number);
    expect((await older.untilClosed()).code).toBe(1000);
    newer.ready();
    newer.close();
  });

  test('the rules of Hello are enforced', async () => {
    const greedy = await RawNode.connect(world, customs);
    await expect(greedy.hello({ mailboxes: [{ mailbox: police.mailbox, nextNumber: 1 }] })).rejects.toThrow('closed');
    expect((await greedy.next('error')).code).toBe(ERRORS.MAILBOX_NOT_YOURS.number);
    const old = await RawNode.connect(world, customs);
    await expect(old.hello({ versions: [99] })).rejects.toThrow('closed');
    expect((await old.next('error')).code).toBe(ERRORS.VERSION_UNSUPPORTED.number);
    const hasty = await RawNode.connect(world, customs);
    hasty.ready();
    await hasty.untilClosed();
    expect((await hasty.next('error')).code).toBe(ERRORS.FRAME_UNEXPECTED.number);
    const mute = await RawNode.connect(world, customs);
    expect((await mute.untilClosed(12_000)).reason).toBe('HELLO_TIMEOUT');
  });

  test('a node with a checkpoint that this log never signed is told so', async () => {
    const node = await RawNode.connect(world, customs);
    const forged = Buffer.from('gateway.test/log\n1\nAAAA\n\n— gateway.test/log AAAA\n');
    await expect(node.hello({ checkpoint: new Uint8Array(forged) })).rejects.toThrow('closed');
    expect((await node.next('error')).code).toBe(ERRORS.CHECKPOINT_INVALID.number);
  });

  test('malformed, oversized and text frames end only their own session', async () => {
    const healthy = await RawNode.open(world, police);
    for (const bytes of [
      Buffer.from([0x1a, 0xff]),
      Buffer.from([0x3a, 0x05, 1]),
      Buffer.from([0x08, 1]),
      randomBytes(100),
    ]) {
      const node = await RawNode.open(world, customs);
      node.socket.send(bytes);
      await node.untilClosed();
      expect([ERRORS.MALFORMED.number]).toContain((await node.next('error')).code);
    }
    const text = await RawNode.open(world, customs);
    text.socket.send('hello');
    await text.untilClosed();
    const huge = await RawNode.open(world, customs);
    huge.socket.send(Buffer.alloc(5 * 1024 * 1024));
    expect((await huge.untilClosed()).code).toBe(1009);
    const fragmented = await RawNode.open(world, customs);
    for (let i = 0; i < 2000; i++) fragmented.socket.send(Buffer.from([0]), { fin: false });
    await fragmented.untilClosed();
    healthy.send({ kind: 'ping', value: { nonce: 5 } });
    expect((await healthy.next('pong')).nonce).toBe(5);
    healthy.close();
  });

  test('a recipient that gives no credit, or does not read, keeps its mail stored and costs nobody else', async () => {
    const [from, to] = (await world.enrolled('xg.customs', 'xh.customs')) as [Agency, Agency];
    const sender = await RawNode.open(world, from);
    const slow = await RawNode.open(world, to);
    const big = 'x'.repeat(100_000);
    const burst = envelopes(
      from,
      [to],
      Array.from({ length: 30 }, () => ({ text: big })),
    );
    await sender.submit(burst);
    await expect(slow.next('deliver', 300)).rejects.toThrow('no deliver');
    slow.ready(2, 1_000_000);
    const first = await slow.next('deliver');
    expect(first.deliveries.length).toBeLessThanOrEqual(2);
    slow.socket.pause();
    slow.ready(1000, 1_000_000_000);
    await sender.submit(envelopes(from, [to]));
    slow.socket.resume();
    let count = first.deliveries.length;
    while (count < 31) count += (await slow.next('deliver')).deliveries.length;
    expect(count).toBe(31);
    sender.close();
    slow.close();
  });
});

describe('certificates at the door', () => {
  test('unknown, foreign, expired and missing ones are refused, each in words', async () => {
    const stranger = world.makeAgency('xy.unknown');
    await expect(RawNode.connect(world, stranger)).rejects.toThrow(/403 .*NOT_ENROLLED/);
    const elsewhere = makeAuthority(world.dir, { name: 'Another root' });
    const foreign = { ...customs, tls: issue(elsewhere, { kind: 'tls-client', agency: 'xa.customs' }) };
    await expect(RawNode.connect(world, foreign)).rejects.toThrow(/403 .*CERTIFICATE_UNTRUSTED/);
    const expired = { ...customs, tls: issue(world.authority, { kind: 'tls-client', agency: 'xa.customs', days: -1 }) };
    await expect(RawNode.connect(world, expired)).rejects.toThrow(/403 .*CERTIFICATE_EXPIRED/);
    const server = { ...customs, tls: issue(world.authority, { kind: 'tls-server', hosts: ['a.example'] }) };
    await expect(RawNode.connect(world, server)).rejects.toThrow(/403 .*CERTIFICATE_USAGE/);
    const wrongHost = `wss://127.0.0.1:${world.port}`;
    await expect(RawNode.connect(world, customs, { url: wrongHost })).rejects.toThrow(/altnames/);
    const bare = new WebSocket(world.url, 'liaison.v1', { ca: world.ca });
    await expect(new Promise((_, reject) => bare.once('error', reject))).rejects.toThrow(/403/);
    const old = new WebSocket(world.url, 'liaison.v1', { ca: world.ca, maxVersion: 'TLSv1.2' });
    await expect(new Promise((_, reject) => old.once('error', reject))).rejects.toThrow(/protocol version|alert/i);
  });

  test('a revoked key, and a suspended agency, lose their session and the way back', async () => {
    const [lost, other] = (await world.enrolled('xi.customs', 'xj.customs')) as [Agency, Agency];
    const session = await RawNode.open(world, lost);
    const { keyThumbprint } = await import('../../protocol/algorithms.ts');
    const { parseCertificates } = await import('../../protocol/certificates.ts');
    const { readFileSync } = await import('node:fs');
    const [leaf] = parseCertificates(readFileSync(lost.tls.certificatePath));
    await world.control.act(world.operatorKey, { kind: 'revoke', value: { keyId: keyThumbprint(leaf!.publicKey) } });
    expect((await session.next('goAway')).code).toBe(ERRORS.CERTIFICATE_REVOKED.number);
    await session.untilClosed(5000);
    await expect(RawNode.connect(world, lost)).rejects.toThrow(/403 .*CERTIFICATE_REVOKED/);

    const active = await RawNode.open(world, other);
    await world.control.act(world.operatorKey, { kind: 'suspend', value: { agency: other.agency } });
    expect((await active.next('goAway')).code).toBe(ERRORS.AGENCY_SUSPENDED.number);
    await expect(RawNode.connect(world, other)).rejects.toThrow(/503 .*AGENCY_SUSPENDED/);
    const sender = await RawNode.open(world, customs);
    const toSuspended = await sender.submit(envelopes(customs, [other]));
    expect(refusal(toSuspended.outcomes[0]).code).toBe(ERRORS.RECIPIENT_SUSPENDED.number);
    await world.control.act(world.operatorKey, { kind: 'release', value: { agency: other.agency } });
    (await RawNode.open(world, other)).close();
    sender.close();
  });

  test("an act needs the operator's key, the right order and sense", async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const suspend = { kind: 'suspend', value: { agency: 'xa.customs' } } as const;
    await expect(world.control.act(stranger, suspend)).rejects.toMatchObject({ code: 'OPERATOR_UNKNOWN' });
    const nobody = { kind: 'suspend', value: { agency: 'no.body' } } as const;
    await expect(world.control.act(world.operatorKey, nobody)).rejects.toMatchObject({ code: 'AGENCY_UNKNOWN' });
    const again = world.enrol(customs);
    await expect(again).rejects.toMatchObject({ code: 'ACT_INVALID' });
    const thief = { ...world.makeAgency('xk.customs'), tls: customs.tls };
    await expect(world.enrol(thief)).rejects.toMatchObject({ code: 'AGENCY_MISMATCH' });
  });
});

test('encoded frames of the largest size are accepted', async () => {
  const sender = await RawNode.open(world, customs);
  const drafts = Array.from({ length: 12 }, () => ({ text: 'y'.repeat(190_000) }));
  const burst = envelopes(customs, [secretariat], drafts);
  expect(
    encode(FrameSchema, { frame: { kind: 'submit', value: { request: 1, envelopes: burst } } }).length,
  ).toBeLessThan(4 * 1024 * 1024);
  for (const outcome of (await sender.submit(burst)).outcomes) accepted(outcome);
  sender.close();
});
