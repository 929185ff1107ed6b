/** Access and consent over real sockets: frames, threads, pushed evidence, receipts that verify offline. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examineReceipt } from '../../audit/explain-receipt.ts';
import { resolvePath } from '../../audit/proof-table.ts';
import { formatReceipt, verifyReceipt } from '../../audit/receipt.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { encode } from '../../protocol/codec.ts';
import { signMessages } from '../../protocol/envelope/seal.ts';
import { ERRORS } from '../../protocol/errors.ts';
import {
  Availability,
  type Delivery,
  type Envelope,
  HeaderSchema,
  type LoggedEntry,
  MessageType,
  RecipientEvent,
  type Routing,
  RoutingSchema,
  Urgency,
} from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { newId, RawNode, seal } from '../support/raw-node.ts';
import { World, type Agency } from '../support/world.ts';

const { OPENED, CONSENT_GIVEN, CONSENT_REFUSED } = RecipientEvent;
let world: World;
let customs: Agency;
let police: Agency;

beforeAll(async () => {
  world = new World();
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
});
afterAll(() => world.close());

const open = (agency: Agency, version = 2): Promise<RawNode> =>
  RawNode.open(world, agency, { versions: version === 2 ? [1, 2] : [1] });

const asked = (messageId: Uint8Array): Partial<Routing> => ({
  messageId,
  type: MessageType.INFORMATION_REQUEST,
  schemaVersion: 2,
  urgency: Urgency.URGENT,
  availability: Availability.DIRECT,
  threadId: new Uint8Array(16).fill(4),
});

/** Envelopes whose headers say this. The gateway cannot see that their content is of another message, and nobody opens them. */
function crafted(from: Agency, to: Agency, changes: readonly Partial<Routing>[]): Envelope[] {
  const sealed = changes.map((change) => {
    const { routing: before, content, wrappedKeys } = seal(from, [to]);
    const routing = { ...before, ...change };
    const header = encode(HeaderSchema, {
      routing: encode(RoutingSchema, routing),
      contentDigest: sha256(content),
      wrappedKeyDigests: wrappedKeys.map(sha256),
    });
    return { header, routing, content, wrappedKeys };
  });
  return signMessages(from.signingKey, sealed);
}

/** A request and its recall, both handed over. */
async function exchanged(sender: RawNode, recipient: RawNode): Promise<{ id: Uint8Array; deliveries: Delivery[] }> {
  const id = newId();
  const recall = { ...asked(newId()), type: MessageType.RECALL, inReplyTo: id };
  const { outcomes } = await sender.submit(crafted(customs, police, [asked(id), recall]));
  expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(['accepted', 'accepted']);
  recipient.ready();
  const deliveries: Delivery[] = [];
  while (deliveries.length < 2) deliveries.push(...(await recipient.next('deliver')).deliveries);
  await recipient.handover(deliveries);
  return { id, deliveries };
}

async function nextEvidence(node: RawNode, count: number): Promise<{ kind: string; receipt: string }[]> {
  const found: { kind: string; receipt: string }[] = [];
  while (found.length < count) {
    const frame = await node.next('evidence');
    for (const logged of frame.entries) {
      const { kind } = node.verified(logged, frame).event;
      found.push({ kind, receipt: receiptOf(logged, frame) });
    }
  }
  return found;
}

const receiptOf = (logged: LoggedEntry, frame: { checkpoint: Uint8Array; hashes: Uint8Array[] }): string =>
  formatReceipt({
    entry: logged.entry,
    index: logged.index,
    path: resolvePath(frame.hashes, logged.path),
    checkpoint: frame.checkpoint,
  });

describe('what a recipient says after the handover (domain: evidence/ContentAccessTracking)', () => {
  test('is logged once, told to the sender, and its receipts verify offline', async () => {
    const [sender, recipient] = [await open(customs), await open(police)];
    const { id, deliveries } = await exchanged(sender, recipient);
    const [request, recall] = deliveries as [Delivery, Delivery];
    await nextEvidence(sender, 2);
    const opened = await recipient.events(deliveries, OPENED);
    expect(opened.items.map(({ code }) => code)).toEqual([0, 0]);
    const again = await recipient.events(deliveries, OPENED);
    expect(again.items.map(({ index }) => index)).toEqual(opened.items.map(({ index }) => index));
    const given = await recipient.events([recall], CONSENT_GIVEN);
    expect(given.items[0]).toMatchObject({ code: 0 });
    const told = await nextEvidence(sender, 3);
    expect(told.map(({ kind }) => kind)).toEqual([
      'contentAccessTracking',
      'contentAccessTracking',
      'consignmentAcceptance',
    ]);
    const logVerifier = parseVerifierKey(world.verifierKey);
    for (const { receipt } of told)
      expect(verifyReceipt({ text: receipt, logVerifier }).subject?.sender).toBe(customs.mailbox);
    const { verdict, statement } = examineReceipt(told[0]!.receipt, logVerifier);
    expect(verdict).toBe('verified');
    expect(statement?.proves.join(' ')).toContain('xb.police/desk that it opened the message');
    expect(statement?.proves.join(' ')).not.toMatch(/read|understood/);
    expect(statement?.doesNotProve[0]).toContain('read or understood');
    const { proves } = examineReceipt(told[2]!.receipt, logVerifier).statement!;
    expect(proves.join(' ')).toContain('consents to what the message asks');

    const proofs = await sender.proofs([id]);
    const kinds = (frame: typeof proofs): string[] =>
      frame.entries.map((logged) => sender.verified(logged, frame).event.kind);
    expect(kinds(proofs)).toEqual(['submissionAcceptance', 'contentHandover', 'contentAccessTracking']);
    // What a node of version 1 could not read it is not sent.
    const old = await open(customs, 1);
    expect(kinds(await old.proofs([id]))).toEqual(['submissionAcceptance', 'contentHandover']);
    await recipient.events([request], CONSENT_REFUSED);
    for (const node of [sender, recipient, old]) node.close();
  });

  test('is not pushed to a session of version 1', async () => {
    const [sender, recipient] = [await open(customs), await open(police)];
    const { deliveries } = await exchanged(sender, recipient);
    await nextEvidence(sender, 2);
    sender.close();
    await sender.untilClosed();
    const old = await open(customs, 1);
    await recipient.events(deliveries, OPENED);
    await expect(old.next('evidence', 500)).rejects.toThrow('no evidence');
    for (const node of [old, recipient]) node.close();
  });

  test('is refused item by item', async () => {
    const [sender, recipient] = [await open(customs), await open(police)];
    const { deliveries } = await exchanged(sender, recipient);
    const codes = async (result: Promise<{ items: { code: number }[] }>): Promise<number[]> =>
      (await result).items.map(({ code }) => code);
    const { EVENT_MISMATCH, SIGNATURE_INVALID, MAILBOX_NOT_YOURS, HEADER_INVALID } = ERRORS;
    const both = (row: { number: number }): number[] => [row.number, row.number];
    expect(await codes(recipient.events(deliveries, OPENED, { headerDigest: new Uint8Array(32) }))).toEqual(
      both(EVENT_MISMATCH),
    );
    expect(await codes(recipient.events(deliveries, 0))).toEqual(both(EVENT_MISMATCH));
    expect(await codes(recipient.events(deliveries, OPENED, {}, 'handover'))).toEqual(both(SIGNATURE_INVALID));
    expect(await codes(sender.events(deliveries, OPENED))).toEqual(both(MAILBOX_NOT_YOURS));
    expect(await codes(recipient.events(deliveries, OPENED, { sender: 'nobody' }))).toEqual(both(HEADER_INVALID));
    // Consent is asked for by the recall only.
    expect(await codes(recipient.events(deliveries, CONSENT_GIVEN))).toEqual([EVENT_MISMATCH.number, 0]);
    for (const node of [sender, recipient]) node.close();
  });

  test.each([
    ['small', 1],
    ['large', 600],
  ])('a %s frame of events ends a session of version 1 and is answered in one of version 2', async (_, count) => {
    const [sender, recipient] = [await open(customs), await open(police)];
    const { deliveries } = await exchanged(sender, recipient);
    const many = Array.from({ length: count }, () => deliveries[0]!);
    const { items } = await recipient.events(many, OPENED);
    expect(new Set(items.map(({ index }) => index)).size).toBe(1);
    const old = await open(police, 1);
    old.events(many, OPENED).catch(() => undefined);
    expect((await old.next('error')).code).toBe(ERRORS.FRAME_UNEXPECTED.number);
    for (const node of [sender, recipient]) node.close();
  });

  test('the deadline of a request is in the state of the gateway and its replies are judged', async () => {
    const [sender, recipient] = [await open(customs), await open(police)];
    const { id } = await exchanged(sender, recipient);
    const answer = { ...asked(newId()), type: MessageType.INFORMATION_ANSWER, inReplyTo: id };
    const wrong = { ...answer, messageId: newId(), threadId: new Uint8Array(16).fill(5) };
    const [good, bad] = (await recipient.submit(crafted(police, customs, [answer, wrong]))).outcomes;
    expect(good?.outcome.kind).toBe('accepted');
    expect(bad?.outcome).toMatchObject({ kind: 'refused', value: { code: ERRORS.REPLY_INVALID.number } });
    expect(bad?.outcome.kind === 'refused' && bad.outcome.value.text).toContain('thread_id is not that');
    expect(equalBytes(id, answer.inReplyTo)).toBe(true);
    for (const node of [sender, recipient]) node.close();
  });
});
