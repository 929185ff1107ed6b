/** Originator control at the node: what its originator says of a document counts wherever the document is shown. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { DocumentStatus } from '../../node/index.ts';
import { openEnvelope } from '../../protocol/envelope/open.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { type Body, HandlingCode, MessageType, RecipientEvent } from '../../protocol/generated/schema.ts';
import { messageIdBytes, newMessageId, toHex } from '../../protocol/ids.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { bodyOf, compliance, correction, information, recall, restriction } from './cases-support.ts';

describe.skipIf(!hasOpenssl)('originator control', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, openNode } = world;
  const { about, erasures, guard, nodes, receive, start, submitted } = await import('./cases-world.ts');
  afterAll(world.removeWorld);
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });

  const FOLLOW_UPS = [
    { name: 'a restriction', type: MessageType.RESTRICTION_UPDATE, make: restriction, status: 'RESTRICTED' },
    { name: 'a correction', type: MessageType.CORRECTION, make: correction, status: 'CORRECTED' },
    { name: 'a recall', type: MessageType.RECALL, make: recall, status: 'RECALLED' },
  ] as const satisfies { name: string; type: MessageType; make: (id: Uint8Array) => Body; status: DocumentStatus }[];

  test.each(FOLLOW_UPS)(
    '$name shows wherever the document appears, and is answered once (domain: systems/siena-restriction) (domain: enumerations/DocumentStatus)',
    async ({ type, make, status }) => {
      const running = await start();
      const { node, statuses } = running;
      const id = await receive(running, { body: information(), alter: { schemaVersion: 2 } });
      const derived = await receive(running, {
        from: guard,
        body: information('Derived'),
        alter: { schemaVersion: 2, derivedFrom: [messageIdBytes(id)] },
      });
      expect(node.status(id)).toBe('CURRENT');
      const said = await receive(running, {
        body: make(messageIdBytes(id)),
        alter: about(type, id, { handling: [HandlingCode.H2] }),
      });
      expect(node.status(id)).toBe(status);
      await vi.waitFor(() => expect(statuses).toEqual([{ id, status }]));
      expect(node.find(id)).toMatchObject([{ status }]);
      const [item] = node.thread(toHex(node.find(id)[0]!.routing!.threadId)).items;
      expect(item).toMatchObject({ status, handling: type === MessageType.RESTRICTION_UPDATE ? ['H0', 'H2'] : ['H0'] });
      expect(node.find(derived)).toMatchObject([{ status: 'CURRENT', origins: [{ id, status }] }]);
      const seen: string[] = [];
      for await (const message of node.inbox({ follow: false })) {
        seen.push(message.id);
        if (message.id === id) expect(message.status).toBe(status);
        await message.done();
      }
      // What was recalled is offered to nobody any more.
      expect(seen).toEqual(status === 'RECALLED' ? [derived, said] : [id, derived, said]);

      await vi.waitFor(() => expect(submitted(running, MessageType.COMPLIANCE_RECEIPT)).toHaveLength(1));
      const [receipt] = submitted(running, MessageType.COMPLIANCE_RECEIPT);
      expect(receipt?.recipients.map(({ mailbox }) => mailbox)).toEqual([police.mailbox]);
      expect(toHex(receipt!.inReplyTo)).toBe(toHex(messageIdBytes(said)));
      // The same delivery again, and a restart: still one receipt.
      running.gateway.gateway.connection.drop();
      await node.close();
      const again = await start(running.config, running.gateway);
      await again.node.sync();
      expect(again.node.status(id)).toBe(status);
      expect(submitted(again, MessageType.COMPLIANCE_RECEIPT)).toHaveLength(1);
      expect(running.alarms).toEqual([]);
      const corrections = again.node.journal.list({ messageId: id }).filter(({ act }) => act === 'message.corrected');
      const detail = `by ${police.mailbox} with ${said}`;
      expect(corrections).toMatchObject(type === MessageType.CORRECTION ? [{ detail }] : []);
    },
  );

  test('a recall erases the content from the node’s files and keeps the header (domain: systems/siena-restriction)', async () => {
    const running = await start();
    const { node, config } = running;
    // Larger than what the recall brings, so that nothing of it is overwritten by chance.
    const large = information();
    if (large.content.kind === 'spontaneousInformation') large.content.value.text = 'x'.repeat(40_000);
    const id = await receive(running, { body: large, alter: { schemaVersion: 2 } });
    const stored = Buffer.from(
      world.storedNow(
        config.dataDir,
        (db) => db.prepare('SELECT envelope FROM inbox').get()!['envelope'] as Uint8Array,
      ),
    );
    const pieces = [0.2, 0.4, 0.6, 0.8].map((part) => stored.subarray(stored.length * part, stored.length * part + 60));
    await receive(running, { body: recall(messageIdBytes(id)), alter: about(MessageType.RECALL, id) });
    expect(node.find(id)).toMatchObject([{ status: 'RECALLED', body: undefined, routing: { sender: police.mailbox } }]);
    await node.close();
    for (const name of readdirSync(config.dataDir, { withFileTypes: true }).flatMap((item) =>
      item.isFile() ? [item.name] : [],
    )) {
      const bytes = readFileSync(join(config.dataDir, name));
      for (const piece of pieces) expect(bytes.includes(piece), name).toBe(false);
    }
  });

  test('only the originator decides: the word of another agency changes nothing', async () => {
    const running = await start();
    const { node, alarms } = running;
    const id = await receive(running, { body: information(), alter: { schemaVersion: 2 } });
    await receive(running, {
      from: guard,
      body: recall(messageIdBytes(id)),
      alter: about(MessageType.RECALL, id),
    });
    expect(node.status(id)).toBe('CURRENT');
    expect(node.find(id)[0]?.body).toBeDefined();
    await vi.waitFor(() => expect(alarms).toMatchObject([{ error: { code: 'NOT_ORIGINATOR' } }]));
    expect(submitted(running, MessageType.COMPLIANCE_RECEIPT)).toEqual([]);
  });

  test('a recall that comes before its target counts when the target comes', async () => {
    const running = await start();
    const { node } = running;
    const target = newMessageId(Date.now(), world.random(10));
    await receive(running, { body: recall(messageIdBytes(target)), alter: about(MessageType.RECALL, target) });
    const received = new Promise((resolve) => node.once('received', resolve));
    const envelope = world.sealed({ id: messageIdBytes(target), body: information(), alter: { schemaVersion: 2 } });
    running.gateway.gateway.deliver(world.delivery(envelope, 50));
    await received;
    expect(node.status(target)).toBe('RECALLED');
    expect(node.find(target)).toMatchObject([{ body: undefined }]);
    const [record] = erasures(node, target);
    expect([record?.actor, record?.detail]).toEqual([
      undefined,
      expect.stringMatching(/^recalled by xb\.police\/desk with /),
    ]);
  });

  test('the originator sees who has complied (domain: systems/siena-restriction)', async () => {
    const running = await start();
    const { node } = running;
    const id = await node.send({ to: [police.mailbox, guard.mailbox], body: information() });
    await node.waitFor(id, 'accepted');
    const recalled = await node.send({ toHolders: true, body: recall(messageIdBytes(id)) });
    await node.waitFor(recalled, 'accepted');
    expect(node.evidence(id).status).toBe('RECALLED');
    const [routing] = submitted(running, MessageType.RECALL);
    expect(routing?.recipients.map(({ mailbox }) => mailbox)).toEqual([police.mailbox, guard.mailbox]);
    expect(toHex(routing!.inReplyTo)).toBe(toHex(messageIdBytes(id)));
    expect(node.evidence(recalled).compliance).toEqual([]);
    for (const from of [police, guard]) {
      await receive(running, {
        from,
        body: compliance(messageIdBytes(recalled)),
        alter: about(MessageType.COMPLIANCE_RECEIPT, recalled),
      });
    }
    expect(node.evidence(recalled).compliance.map(({ recipient }) => recipient)).toEqual([
      police.mailbox,
      guard.mailbox,
    ]);
    // The originator keeps what it has sent.
    expect(node.find(id)[0]?.body).toBeDefined();
  });

  test('what may not be kept longer is erased at its time, also after a restart (domain: enumerations/DocumentStatus)', async () => {
    const running = await start();
    const { clock, config, gateway } = running;
    const retentionUntilMs = clock.now + 3_600_000;
    const id = await receive(running, { body: information(), alter: { schemaVersion: 2, retentionUntilMs } });
    const own = await running.node.send({ to: [police.mailbox], body: information(), retentionUntilMs });
    await running.node.waitFor(own, 'accepted');
    expect(running.node.status(id)).toBe('CURRENT');
    await running.node.close();
    const again = await start(config, gateway);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(again.node.find(id)[0]?.body).toBeDefined();
    await again.node.close();
    const late = { now: retentionUntilMs };
    const last = await openNode(gateway.gateway, config, { now: () => late.now });
    nodes.push(last.node);
    await vi.waitFor(() => expect(last.node.find(id)).toMatchObject([{ status: 'EXPIRED', body: undefined }]));
    expect(last.node.find(own)).toMatchObject([{ direction: 'sent', status: 'EXPIRED', body: undefined }]);
    expect(last.alarms).toEqual([]);
    for (const each of [id, own]) {
      const [record, ...others] = erasures(last.node, each);
      expect([record?.actor, record?.detail, others]).toEqual([
        undefined,
        expect.stringMatching(/^retention until 20/),
        [],
      ]);
    }
  });

  test('erase removes the content and keeps what has been said of it', async () => {
    const running = await start();
    const { node } = running;
    const id = await receive(running, { body: information(), alter: { schemaVersion: 2 } });
    const reason = { actor: 'J. Doe', justification: 'the case is closed' };
    await expect(node.erase(id, { ...reason, justification: ' ' })).rejects.toMatchObject({
      code: 'JUSTIFICATION_MISSING',
    });
    expect(node.find(id)[0]?.body).toBeDefined();
    await node.erase(id, reason);
    expect(erasures(node, id)).toMatchObject([reason]);
    expect(node.find(id)).toMatchObject([{ status: 'CURRENT', body: undefined, routing: { sender: police.mailbox } }]);
    const sent = await node.send({ to: [police.mailbox], body: information() });
    await node.erase(sent, reason);
    await node.waitFor(sent, 'accepted');
    expect(node.find(sent)).toMatchObject([{ direction: 'sent', body: undefined }]);
    const unknown = node.erase(newMessageId(1, world.random(10)), reason);
    await expect(unknown).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    expect(erasures(node, sent)).toHaveLength(1);
  });

  test('opening and consent are stated once, with the node’s signature, when there is a session', async () => {
    const running = await start();
    const { node, gateway } = running;
    const id = await receive(running, { body: information(), alter: { schemaVersion: 2 } });
    gateway.version = 1;
    gateway.gateway.connection.drop();
    await vi.waitFor(() => expect(node.isConnected).toBe(true));
    await node.opened(id);
    await node.opened(id);
    await node.consent(id, 'given');
    await node.consent(id, 'refused');
    expect(gateway.events).toEqual([]);
    gateway.version = 2;
    gateway.gateway.connection.drop();
    await vi.waitFor(() => expect(gateway.events).toHaveLength(2));
    expect(gateway.events).toMatchObject([
      { event: RecipientEvent.OPENED, recipient: customs.mailbox, sender: police.mailbox, number: 1 },
      { event: RecipientEvent.CONSENT_GIVEN },
    ]);
    gateway.gateway.connection.drop();
    await vi.waitFor(() => expect(node.isConnected).toBe(true));
    await node.sync();
    expect(gateway.events).toHaveLength(2);
    await expect(node.opened(newMessageId(1, world.random(10)))).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  });

  test('what is passed on names its originator’s permission, while that lasts', async () => {
    const running = await start();
    const { node } = running;
    const id = await receive(running, {
      body: information(),
      alter: { schemaVersion: 2, handling: [HandlingCode.H2] },
    });
    const forward = {
      ...{ to: [guard.mailbox], body: information('Passed on'), derivedFrom: [id] },
      handling: ['H2'] as const,
    };
    const asked = await node.send({
      to: [police.mailbox],
      body: bodyOf('permissionRequest', {
        ...{ targetMessage: messageIdBytes(id), newRecipients: [guard.mailbox], purpose: 'Joint case' },
      }),
    });
    await node.waitFor(asked, 'accepted');
    expect(toHex(submitted(running, MessageType.PERMISSION_REQUEST)[0]!.inReplyTo)).toBe(toHex(messageIdBytes(id)));
    const decided = await receive(running, {
      body: bodyOf('permissionDecision', {
        ...{ targetMessage: messageIdBytes(id), newRecipients: [guard.mailbox], granted: true },
        ...{ conditions: '', expiresAt: new Date(running.clock.now + 1000).toISOString(), reason: '' },
      }),
      alter: about(MessageType.PERMISSION_DECISION, asked, {
        grant: { target: messageIdBytes(id), recipients: [guard.mailbox], expiresAtMs: running.clock.now + 1000 },
      }),
    });
    const passed = await node.send(forward);
    await node.waitFor(passed, 'accepted');
    const [routing] = running.gateway.submittedBy(passed);
    expect(routing?.permissionIds.map(toHex)).toEqual([toHex(messageIdBytes(decided))]);
    // What has run out is not named any more.
    running.clock.now += 1000;
    const late = await node.send(forward);
    await node.waitFor(late, 'accepted');
    expect(running.gateway.submittedBy(late)[0]?.permissionIds).toEqual([]);
  });

  test('a decision that grants says in the header what it permits', async () => {
    const running = await start();
    const { node } = running;
    const id = await node.send({ to: [police.mailbox], body: information(), handling: ['H2'] });
    const asked = await receive(running, {
      body: bodyOf('permissionRequest', {
        ...{ targetMessage: messageIdBytes(id), newRecipients: [guard.mailbox], purpose: 'Joint case' },
      }),
      alter: about(MessageType.PERMISSION_REQUEST, id),
    });
    for (const granted of [true, false]) {
      const decision = bodyOf('permissionDecision', {
        ...{ targetMessage: messageIdBytes(id), newRecipients: [guard.mailbox], granted },
        ...{ conditions: 'Name no source.', expiresAt: '2026-12-31T00:00:00Z', reason: 'Joint case' },
      });
      const sent = await node.send({ to: [police.mailbox], body: decision, inReplyTo: asked });
      await node.waitFor(sent, 'accepted');
      expect(running.gateway.submittedBy(sent)[0]?.grant).toEqual(
        granted
          ? { target: messageIdBytes(id), recipients: [guard.mailbox], expiresAtMs: Date.parse('2026-12-31T00:00:00Z') }
          : undefined,
      );
    }
  });

  test('the receipt says in words what was done', async () => {
    const running = await start();
    const id = await receive(running, { body: information(), alter: { schemaVersion: 2 } });
    await receive(running, { body: recall(messageIdBytes(id)), alter: about(MessageType.RECALL, id) });
    await vi.waitFor(() => expect(submitted(running, MessageType.COMPLIANCE_RECEIPT)).toHaveLength(1));
    const envelope = running.gateway.gateway.of('submit').at(-1)!.envelopes[0]!;
    const { mailbox, encryption } = police;
    const parsed = parseHeader(envelope.header);
    const { body } = openEnvelope({ envelope, parsed, mailbox, keys: () => encryption.privateKey });
    expect(body.content).toMatchObject({
      kind: 'complianceReceipt',
      value: { actionDone: 'The content has been erased; header facts are kept.' },
    });
  });
});
