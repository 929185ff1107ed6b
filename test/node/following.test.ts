/** Evidence of what follows a handover: access, consent, deadlines, disclosures. Nothing counts that does not fit. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { verifyReceipt } from '../../audit/index.ts';
import type { AgencyNode, SendRequest } from '../../node/index.ts';
import { signLeaf } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import {
  DeadlineStage,
  type Entry,
  type Envelope,
  EventStatementSchema,
  HandoverOutcome,
  HandoverStatementSchema,
  RecipientEvent,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes, messageIdOf, newMessageId } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { type FakeGateway, signer } from './fake-gateway.ts';

const HOUR_MS = 3_600_000;
const { OPENED, CONSENT_GIVEN, CONSENT_REFUSED } = RecipientEvent;

describe.skipIf(!hasOpenssl)('after the handover', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, makeGateway, openNode, requireThat } = world;
  afterAll(world.removeWorld);
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });

  const REQUEST: SendRequest = {
    to: [police.mailbox],
    urgency: 'URGENT',
    body: {
      language: 'en',
      informationRequest: {
        subject: 'Consignor',
        informationSought: 'Earlier consignments.',
        purposeAndFacts: 'Seizure of 3 June.',
        offence: 'Smuggling',
        crimeArea: 'REVENUE',
        urgencyReason: 'The vessel leaves.',
      },
    },
  };
  const recallOf = (id: MessageId): SendRequest => ({
    to: [police.mailbox],
    inReplyTo: id,
    body: {
      caseNumber: '',
      language: 'en',
      handlingText: '',
      attachments: [],
      content: {
        kind: 'recall',
        value: { targetMessage: messageIdBytes(id), reason: 'Sent in error.', replacement: new Uint8Array(0) },
      },
    },
  });

  const start = async (request: SendRequest = REQUEST) => {
    const running = await openNode(makeGateway());
    nodes.push(running.node);
    const id = await running.node.send(request);
    await running.node.waitFor(id, 'accepted');
    const push = (event: Entry['event'], atMs?: number): number => {
      const { gateway } = running;
      const index = gateway.log.append(event, atMs);
      const hashes = gateway.log.tree.inclusionPath(index);
      const entries = [
        { index, entry: gateway.log.entries[index]!, path: hashes.map((_, i) => i), checkpoint: new Uint8Array(0) },
      ];
      gateway.connection.answer({ kind: 'evidence', value: { checkpoint: gateway.log.checkpoint(), hashes, entries } });
      return index;
    };
    return { ...running, id, push };
  };
  type Started = Awaited<ReturnType<typeof start>>;
  const alarmOf = async ({ alarms }: Started): Promise<string | undefined> => {
    await vi.waitFor(() => requireThat(alarms.length > 0));
    return alarms[0]?.error.code;
  };
  const recipientOf = ({ node, id }: Started) => node.evidence(id).recipients[0]!;
  const lastHeader = (gateway: FakeGateway): Uint8Array => gateway.of('submit').at(-1)!.envelopes[0]!.header;

  const said = (gateway: FakeGateway, event: RecipientEvent, key = police.signingKey): SignedLeaf => {
    const header = lastHeader(gateway);
    const { messageId, sender } = parseHeader(header).routing;
    const leaf = encode(EventStatementSchema, {
      blind: world.random(16),
      messageId,
      sender,
      recipient: police.mailbox,
      number: 1,
      headerDigest: leafHash(header),
      event,
      atMs: Date.now(),
    });
    return signLeaf('event', key, leaf);
  };

  test('opened is told, kept with its receipt, and ends no delivery (domain: evidence/ContentAccessTracking)', async () => {
    const started = await start();
    const { node, gateway, id, push } = started;
    const told = new Promise((resolve) => node.once('evidence', resolve));
    expect(recipientOf(started)).toMatchObject({ access: 'NONE', consent: 'NONE', deadlines: [] });
    push({ kind: 'contentAccessTracking', value: { statement: said(gateway, OPENED) } });
    expect(await told).toMatchObject({ id, event: 'ContentAccessTracking', recipient: police.mailbox });
    expect(recipientOf(started)).toMatchObject({ state: 'ContentConsignment', access: 'OPENED' });
    const { subject } = verifyReceipt({
      text: node.receipt(id, 'access'),
      logVerifier: signer,
      expected: { sender: customs.mailbox, messageId: id },
    });
    expect(subject?.headerDigest).toEqual(leafHash(lastHeader(gateway)));
    expect(started.alarms).toEqual([]);
  });

  // Guards: what was opened while the sender's node was away stayed unknown: the gateway pushes it once.
  test('after a connect the node asks for what followed the handover', async () => {
    const started = await start();
    const { node, gateway, id, push } = started;
    const { blind, number, atMs, ...about } = decode(EventStatementSchema, said(gateway, OPENED).leaf, 'signed');
    const { messageId, sender, recipient, headerDigest } = about;
    const ended = { outcome: HandoverOutcome.HANDED_OVER, reason: 0, atMs };
    const leaf = encode(HandoverStatementSchema, {
      blind,
      messageId,
      sender,
      recipient,
      number,
      headerDigest,
      ...ended,
    });
    push({ kind: 'contentHandover', value: { statement: signLeaf('handover', police.signingKey, leaf), late: false } });
    await node.waitFor(id, 'handed-over');
    const opened = gateway.log.append({ kind: 'contentAccessTracking', value: { statement: said(gateway, OPENED) } });
    gateway.intercept = (frame, connection) => {
      if (frame.kind === 'hello') {
        connection.answer({ kind: 'welcome', value: { ...gateway.welcome(frame.value.checkpoint), version: 2 } });
        return true;
      }
      if (frame.kind !== 'proofGet' || frame.value.messageIds.length === 0) return false;
      expect(frame.value.messageIds).toEqual([messageIdBytes(id)]);
      gateway.proofs(frame.value, connection, [1, opened]);
      return true;
    };
    gateway.connection.drop();
    await vi.waitFor(() => requireThat(recipientOf(started).access === 'OPENED'), { timeout: 10_000 });
    expect(started.alarms).toEqual([]);
  });

  test('a recipient that has not taken it is shown as notified (domain: evidence/ConsignmentNotification)', async () => {
    const started = await start();
    expect(recipientOf(started)).toMatchObject({ state: 'ContentConsignment', notified: true });
    expect(recipientOf(started).events.map(({ event }) => event)).toEqual([
      'SubmissionAcceptance',
      'ContentConsignment',
    ]);
    const { linesOf } = await import('../../node/commands/send.ts');
    expect(linesOf(started.node.evidence(started.id)).join()).toContain('recipient offline');
  });

  test.each([
    ['somebody else has signed it', 'KEY_UNKNOWN', customs.signingKey, OPENED],
    ['the statement says something else', 'FILE_INVALID', police.signingKey, CONSENT_GIVEN],
  ] as const)('opened does not count when %s', async (_, code, key, event) => {
    const started = await start();
    started.push({ kind: 'contentAccessTracking', value: { statement: said(started.gateway, event, key) } });
    expect(await alarmOf(started)).toBe(code);
    expect(recipientOf(started).access).toBe('NONE');
  });

  test('the first word on consent stands (domain: evidence/Consent)', async () => {
    const first = await start();
    const id = await first.node.send(recallOf(first.id));
    await first.node.waitFor(id, 'accepted');
    first.push({ kind: 'consignmentRejection', value: { statement: said(first.gateway, CONSENT_REFUSED) } });
    first.push({ kind: 'consignmentAcceptance', value: { statement: said(first.gateway, CONSENT_GIVEN) } });
    await vi.waitFor(() => requireThat(first.node.receipts(id).length === 3));
    const [recipient] = first.node.evidence(id).recipients;
    expect(recipient).toMatchObject({ consent: 'REFUSED', access: 'NONE' });
    expect(recipient?.events.slice(2)).toMatchObject([
      { event: 'ConsignmentRejection' },
      { event: 'ConsignmentAcceptance', late: true },
    ]);
    expect(recipient?.events[2]?.late).toBeUndefined();
  });

  test('consent that was not asked for, and a lapse before its time, are not believed', async () => {
    const started = await start();
    started.push({ kind: 'consignmentAcceptance', value: { statement: said(started.gateway, CONSENT_GIVEN) } });
    expect(await alarmOf(started)).toBe('PROOF_INVALID');
    const id = await started.node.send(recallOf(started.id));
    await started.node.waitFor(id, 'accepted');
    started.alarms.length = 0;
    const value = { messageId: messageIdBytes(id), sender: customs.mailbox, recipient: police.mailbox, number: 2 };
    const { expiresAtMs } = parseHeader(lastHeader(started.gateway)).routing;
    started.push({ kind: 'acceptanceRejectionExpiry', value }, expiresAtMs - 1);
    expect(await alarmOf(started)).toBe('PROOF_INVALID');
    started.push({ kind: 'acceptanceRejectionExpiry', value }, expiresAtMs);
    await vi.waitFor(() => requireThat(started.node.evidence(id).recipients[0]?.consent === 'LAPSED'));
  });

  const stageOf = (id: MessageId, stage: DeadlineStage, dueAtMs: number): Entry['event'] => ({
    kind: 'deadlineEvent',
    value: { messageId: messageIdBytes(id), sender: customs.mailbox, recipient: police.mailbox, stage, dueAtMs },
  });

  test('stages of a deadline are kept in order; one that comes too early is not (domain: systems/siena-deadlines)', async () => {
    const started = await start();
    const dueAt = Date.now() + 8 * HOUR_MS;
    started.push(stageOf(started.id, DeadlineStage.HALF, dueAt), dueAt - 4 * HOUR_MS);
    started.push(stageOf(started.id, DeadlineStage.BREACHED, dueAt), dueAt);
    await vi.waitFor(() => requireThat(recipientOf(started).deadlines.length === 2));
    expect(recipientOf(started).deadlines).toMatchObject([
      { stage: 'half', dueAt },
      { stage: 'breached', dueAt, at: dueAt },
    ]);
    expect(verifyReceipt({ text: started.node.receipt(started.id, 'deadline'), logVerifier: signer }).entry.atMs).toBe(
      dueAt,
    );
    started.push(stageOf(started.id, DeadlineStage.FOUR_FIFTHS, dueAt), dueAt - 2 * HOUR_MS);
    expect(await alarmOf(started)).toBe('PROOF_INVALID');
    const other = await start(world.REQUEST);
    other.push(stageOf(other.id, DeadlineStage.HALF, 0));
    expect(await alarmOf(other)).toBe('PROOF_INVALID');
  });

  test('a stage of the own answer to a received request is kept; of an unknown one it is not', async () => {
    const started = await start();
    const { gateway, node } = started;
    const envelope = world.sealed();
    const { messageId } = parseHeader(envelope.header).routing;
    const received = new Promise((resolve) => node.once('received', resolve));
    gateway.deliver(world.delivery(envelope, 1));
    await received;
    const value = {
      messageId,
      sender: police.mailbox,
      recipient: customs.mailbox,
      stage: DeadlineStage.HALF,
      dueAtMs: 9,
    };
    const index = started.push({ kind: 'deadlineEvent', value });
    started.push({ kind: 'deadlineEvent', value: { ...value, messageId: messageIdBytes(newId()) } });
    expect(await alarmOf(started)).toBe('MESSAGE_UNKNOWN');
    const stored = world.storedNow(configOf(node), (db) => db.prepare('SELECT entry_index, event FROM evidence').all());
    expect(stored.map((row) => ({ ...row }))).toContainEqual({ entry_index: index, event: 'DeadlineEvent' });
  });
  const newId = (): MessageId => newMessageId(Date.now(), world.random(10));
  const configOf = (node: AgencyNode): string => node.config.dataDir;

  const passedOn = (envelope: Envelope): Entry['event'] => ({
    kind: 'submissionAcceptance',
    value: {
      header: envelope.header,
      signature: envelope.signature,
      path: envelope.path,
      numbers: [1],
      contentBytes: 1,
    },
  });

  test('a disclosure of an own message is kept under it, also at a remove (domain: systems/siena-restriction)', async () => {
    const started = await start();
    const derivedFrom = [messageIdBytes(started.id)];
    const forward = world.sealed({ alter: { derivedFrom } });
    const { messageId } = parseHeader(forward.header).routing;
    started.push(passedOn(forward));
    started.push(passedOn(world.sealed({ alter: { derivedFrom: [messageId] } })));
    await vi.waitFor(() => requireThat(started.node.evidence(started.id).disclosures.length === 2));
    const { disclosures, recipients } = started.node.evidence(started.id);
    expect(disclosures[0]).toMatchObject({
      messageId: messageIdOf(messageId),
      by: police.mailbox,
      to: [customs.mailbox],
    });
    // It is no event of the own message's delivery.
    expect(recipients[0]?.events).toHaveLength(2);
    expect(started.node.receipts(started.id).map(({ kind }) => kind)).toEqual([
      'acceptance',
      'disclosure',
      'disclosure',
    ]);
    expect(started.alarms).toEqual([]);
  });

  test.each([
    ['that nobody of that agency has signed', 'SIGNATURE_INVALID'],
    ['of a message that is not ours', 'MESSAGE_UNKNOWN'],
  ])('a disclosure %s is not believed', async (_, code) => {
    const started = await start();
    const derivedFrom = [code === 'MESSAGE_UNKNOWN' ? messageIdBytes(newId()) : messageIdBytes(started.id)];
    const forward = world.sealed({ alter: { derivedFrom } });
    const signature = { ...forward.signature, signature: world.random(forward.signature.signature.length) };
    started.push(passedOn(code === 'MESSAGE_UNKNOWN' ? forward : { ...forward, signature }));
    expect(await alarmOf(started)).toBe(code);
    expect(started.node.evidence(started.id).disclosures).toEqual([]);
  });
});
