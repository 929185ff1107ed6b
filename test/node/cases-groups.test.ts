/** Whom a message goes to is decided when it is sealed: groups, holders, contacts. And what an operation shows. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { AgencyNode } from '../../node/index.ts';
import { signLeaf, verifyLeaf } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import {
  AgencyStatus,
  type Body,
  type Entry,
  type Envelope,
  type Group,
  GroupStatementSchema,
  HandoverStatementSchema,
  type Routing,
} from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes, newMessageId, toHex } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { sealMessage, signMessages } from '../../protocol/envelope/seal.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { CaseGateway, information, operatorAct, recall, request, seizure } from './cases-support.ts';

describe.skipIf(!hasOpenssl)('recipients', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, makeAgency, makeConfig, makeGateway, openNode, recordOf } = world;
  const guard = makeAgency('xc.guard', 'desk');
  const contact = makeAgency('xb.contact', 'desk');
  afterAll(world.removeWorld);
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  const start = async (options: { offline?: boolean } = {}) => {
    const gateway = new CaseGateway(makeGateway());
    for (const agency of [guard, contact]) gateway.gateway.directory.set(agency.mailbox, recordOf(agency));
    const config = makeConfig();
    const { node, alarms } = await openNode(gateway.gateway, config, options);
    nodes.push(node);
    return { node, gateway, alarms, config };
  };
  const groupId = world.random(16);
  const group = (members: readonly string[], more: Partial<Group> = {}): Group => ({
    ...{ groupId, name: 'STOP', owner: customs.mailbox, members: [...members], startsAtMs: 1, endsAtMs: 0 },
    ...{ simplifiedForm: false, nominalAllowed: false, classificationMax: 1 },
    ...more,
  });
  const recipientsOf = (routing: Routing | undefined): string[] | undefined =>
    routing?.recipients.map(({ mailbox }) => mailbox);
  const all = [customs.mailbox, police.mailbox, guard.mailbox];
  const toGroup = { group: toHex(groupId), body: seizure() };
  /** Refuses the first `times` submissions with a code. */
  const refuseFirst = ({ gateway }: { gateway: CaseGateway }, code: ErrorCode, times = 1): void => {
    let left = times;
    gateway.gateway.refuse = () => (left-- > 0 ? code : undefined);
  };

  test('the sender’s node expands a group (domain: systems/cencomm-groups)', async () => {
    const { node, gateway } = await start();
    const version = gateway.setGroup(group(all));
    const id = await node.send(toGroup);
    await node.waitFor(id, 'accepted');
    const [routing] = gateway.submittedBy(id);
    expect(recipientsOf(routing)).toEqual([police.mailbox, guard.mailbox]);
    expect(routing).toMatchObject({ groupId, groupVersion: version });
    expect(node.evidence(id).recipients.map(({ recipient }) => recipient)).toEqual([police.mailbox, guard.mailbox]);
    // An acceptance alone ends nobody's delivery.
    expect(
      world.storedNow(node.config.dataDir, (db) => db.prepare('SELECT open_recipients AS n FROM outbox').get()),
    ).toEqual({ n: 2 });
  });

  test('a group that changed meanwhile is sealed for anew: GROUP_CHANGED (domain: systems/cencomm-groups)', async () => {
    const running = await start();
    const { node, gateway, alarms } = running;
    gateway.setGroup(group(all));
    const first = await node.send(toGroup);
    await node.waitFor(first, 'accepted');
    const version = gateway.setGroup(group([customs.mailbox, guard.mailbox, contact.mailbox]));
    refuseFirst(running, 'GROUP_CHANGED');
    const id = await node.send(toGroup);
    await node.waitFor(id, 'accepted');
    expect(gateway.submittedBy(id).map(recipientsOf)).toEqual([
      [police.mailbox, guard.mailbox],
      [guard.mailbox, contact.mailbox],
    ]);
    expect(gateway.submittedBy(id)[1]?.groupVersion).toBe(version);
    expect(alarms).toEqual([]);
  });

  test('a draft made without a session is expanded when there is one', async () => {
    const gateway = new CaseGateway(makeGateway());
    gateway.gateway.directory.set(guard.mailbox, recordOf(guard));
    const config = makeConfig();
    const offline = await openNode(gateway.gateway, config, { offline: true });
    const id = await offline.node.send(toGroup);
    expect(offline.node.thread(offline.node.threads()[0]!.threadId).items[0]?.to).toEqual([]);
    await offline.node.close();
    gateway.setGroup(group(all));
    const { node } = await openNode(gateway.gateway, config);
    nodes.push(node);
    await node.waitFor(id, 'accepted');
    expect(recipientsOf(gateway.submittedBy(id)[0])).toEqual([police.mailbox, guard.mailbox]);
    expect(node.thread(node.threads()[0]!.threadId).items[0]?.to).toEqual([police.mailbox, guard.mailbox]);
  });

  test.each([
    ['GROUP_UNKNOWN', undefined, toGroup],
    ['GROUP_ENDED', group(all, { endsAtMs: 2 }), toGroup],
    ['GROUP_NOT_MEMBER', group([police.mailbox, guard.mailbox]), toGroup],
    ['GROUP_NON_NOMINAL', group(all), { group: toHex(groupId), body: information() }],
  ] as const)('%s is said before anything leaves (domain: systems/cen-non-nominal)', async (code, of, what) => {
    const { node, gateway } = await start();
    if (of) gateway.setGroup(of);
    const id = await node.send(what);
    await expect(node.waitFor(id, 'accepted')).rejects.toMatchObject({ code });
    expect(gateway.submitted).toEqual([]);
  });

  test('an owner makes, changes and ends a group', async () => {
    const { node, gateway } = await start();
    const made = await node.putGroup({
      name: 'STOP II',
      members: [customs.mailbox, police.mailbox],
      form: 'SIMPLIFIED',
    });
    expect(made).toMatchObject({
      ...{ name: 'STOP II', owner: customs.mailbox, members: [customs.mailbox, police.mailbox], ended: false },
      ...{ nominalAllowed: false, form: 'SIMPLIFIED', endsAt: 0 },
    });
    const [put] = gateway.gateway.of('groupPut');
    verifyLeaf('group', customs.signingKey, put!.statement);
    expect(decode(GroupStatementSchema, put!.statement.leaf, 'signed')).toMatchObject({
      ...{ origin: 'gateway.test/log', replaces: 0, end: false },
    });
    expect(await node.groups()).toEqual([made]);
    const ended = await node.putGroup({ groupId: made.groupId, name: made.name, members: made.members, end: true });
    expect(ended).toMatchObject({ ended: true, form: 'SIMPLIFIED' });
    const statement = decode(GroupStatementSchema, gateway.gateway.of('groupPut')[1]!.statement.leaf, 'signed');
    expect(statement).toMatchObject({ replaces: made.version, end: true });
  });

  test('a group outlives the shard that it was made in, and its changes name the newest one', async () => {
    const { node, gateway, alarms } = await start();
    const fake = gateway.gateway;
    const members = [customs.mailbox, police.mailbox];
    const made = await node.putGroup({ name: 'STOP III', members });
    fake.capabilities = ['shards.v1'];
    const { length: before } = fake.log.entries;
    fake.roll('gateway.test/2027', 21);
    fake.sendAway();
    await vi.waitFor(() => world.requireThat(fake.connections.length === 2 && node.isConnected), { timeout: 3000 });
    expect(await node.groups()).toEqual([made]);
    const changed = await node.putGroup({ groupId: made.groupId, name: made.name, members, end: true });
    expect(changed).toMatchObject({ ended: true, version: before + 2 });
    const statement = decode(GroupStatementSchema, fake.of('groupPut')[1]!.statement.leaf, 'signed');
    expect(statement).toMatchObject({ origin: 'gateway.test/2027', replaces: made.version });
    expect(alarms).toEqual([]);
  });

  test('a group that an operator ended before the node knew it hides no other group', async () => {
    const { node, gateway } = await start();
    gateway.setGroup(group(all));
    const unknown = new Uint8Array(16).fill(7);
    gateway.put(unknown, operatorAct({ kind: 'endGroup', value: { groupId: unknown } }));
    expect((await node.groups()).map(({ name }) => name)).toEqual(['STOP']);
    await expect(node.operation(toHex(unknown))).rejects.toMatchObject({ code: 'GROUP_ENDED' });
  });

  test('a group that its owner has not signed is believed by nobody', async () => {
    const { node, gateway } = await start();
    const statement = {
      ...{ blind: world.random(16), origin: 'gateway.test/log', replaces: 0, createdAtMs: 1, end: false },
      group: group(all),
    };
    const leaf = encode(GroupStatementSchema, statement);
    gateway.put(groupId, { kind: 'groupChange', value: { statement: signLeaf('group', police.signingKey, leaf) } });
    await expect(node.groups()).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
    // The owner's signature over something else.
    const signed = signLeaf('group', customs.signingKey, encode(GroupStatementSchema, { ...statement, end: true }));
    gateway.put(groupId, { kind: 'groupChange', value: { statement: { ...signed, leaf } } });
    await expect(node.groups()).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(await node.send(toGroup)).toBeDefined();
    expect(gateway.submitted).toEqual([]);
  });

  test('an older entry of a group than before is refused', async () => {
    const { node, gateway } = await start();
    const old = gateway.setGroup(group(all));
    gateway.setGroup(group([customs.mailbox, guard.mailbox]));
    await node.groups();
    gateway.groups.set(toHex(groupId), old);
    await expect(node.groups()).rejects.toMatchObject({ code: 'DIRECTORY_ROLLED_BACK' });
  });

  test('the copy to the single point of contact is added (domain: systems/siena-contact)', async () => {
    const running = await start();
    const { node, gateway } = running;
    gateway.gateway.directory.set(police.mailbox, { ...recordOf(police), contact: contact.mailbox });
    const send = async (fields: Parameters<AgencyNode['send']>[0]): Promise<string[] | undefined> => {
      const id = await node.send(fields);
      await node.waitFor(id, 'accepted');
      return recipientsOf(gateway.submittedBy(id).at(-1));
    };
    const to = [police.mailbox];
    expect(await send({ to, body: request() })).toEqual([police.mailbox, contact.mailbox]);
    expect(await send({ to, body: information() })).toEqual([police.mailbox, contact.mailbox]);
    expect(await send({ to: [contact.mailbox], body: information() })).toEqual([contact.mailbox]);
    expect(await send({ to, body: seizure() })).toEqual(to);
    const contactCopyExemption = 'PERSONAL_SAFETY';
    expect(await send({ to, body: request(), contactCopyExemption })).toEqual(to);

    // A contact that the node does not know of yet.
    gateway.gateway.directory.set(guard.mailbox, { ...recordOf(guard), contact: 'xc.contact/desk' });
    gateway.gateway.directory.set('xc.contact/desk', { ...recordOf(makeAgency('xc.contact', 'desk')) });
    gateway.gateway.directory.set(guard.mailbox, recordOf(guard));
    await send({ to: [guard.mailbox], body: request() });
    gateway.gateway.directory.set(guard.mailbox, { ...recordOf(guard), contact: 'xc.contact/desk' });
    refuseFirst(running, 'CONTACT_COPY_MISSING');
    expect(await send({ to: [guard.mailbox], body: request() })).toEqual([guard.mailbox, 'xc.contact/desk']);
  });

  test('nothing runs against a contact that only gets the copy (domain: systems/siena-contact)', async () => {
    const { node, gateway } = await start();
    gateway.gateway.directory.set(police.mailbox, { ...recordOf(police), contact: contact.mailbox });
    const id = await node.send({ to: [police.mailbox], body: request() });
    await node.waitFor(id, 'accepted');
    const [own] = node.threads();
    expect(node.thread(own!.threadId).requests.map(({ recipient }) => recipient)).toEqual([police.mailbox]);
    // This node as the contact of somebody else.
    gateway.gateway.directory.set(guard.mailbox, { ...recordOf(guard), contact: customs.mailbox });
    const threadId = world.random(16);
    const received = new Promise((resolve) => node.once('received', resolve));
    const envelope = sealedForTwo(request(), { type: 1, schemaVersion: 2, availability: 1, threadId });
    gateway.gateway.deliver(world.delivery(envelope, 1));
    await received;
    await vi.waitFor(() => expect(node.thread(toHex(threadId)).requests).toEqual([]));
    await node.closeThread(toHex(threadId));
  });

  /** From police to the guard and, as a copy, to customs: as customs gets it. */
  const sealedForTwo = (body: Body, alter: Partial<Routing>): Envelope => {
    const alone = parseHeader(world.sealed({ body, alter }).header).routing;
    const made = sealMessage({
      ...{ routing: alone, body, random: world.random, signingKeyId: keyThumbprint(police.signingKey) },
      recipients: [guard, customs].map(({ mailbox, encryption }) => ({ mailbox, key: encryption })),
    });
    const [envelope] = signMessages(police.signingKey, [made]);
    return { ...envelope!, wrappedKeys: [envelope!.wrappedKeys[1]!] };
  };

  test('a recall does not wait for a holder whose agency is suspended', async () => {
    const running = await start();
    const { node, gateway } = running;
    const id = await node.send({ to: [police.mailbox, guard.mailbox], body: information() });
    await node.waitFor(id, 'accepted');
    gateway.gateway.directory.set(guard.mailbox, { ...recordOf(guard), status: AgencyStatus.SUSPENDED });
    refuseFirst(running, 'RECIPIENT_SUSPENDED');
    const recalled = await node.send({ toHolders: true, body: recall(messageIdBytes(id)) });
    await node.waitFor(recalled, 'accepted');
    expect(gateway.submittedBy(recalled).map(recipientsOf)).toEqual([
      [police.mailbox, guard.mailbox],
      [police.mailbox],
    ]);
  });

  test('a contact outside of the recipient’s country is not added by itself', async () => {
    const { node, gateway } = await start();
    gateway.gateway.directory.set(police.mailbox, { ...recordOf(police), contact: guard.mailbox });
    const id = await node.send({ to: [police.mailbox], body: information() });
    await node.waitFor(id, 'accepted');
    expect(recipientsOf(gateway.submittedBy(id)[0])).toEqual([police.mailbox]);
  });

  test('a recall reaches those to whom others have passed it on (domain: systems/siena-restriction)', async () => {
    const running = await start();
    const { node, gateway, alarms } = running;
    const id = await node.send({ to: [police.mailbox], body: information() });
    await node.waitFor(id, 'accepted');
    // Police pass it on to the guard; the gateway says so when it is asked.
    const passed = newMessageId(Date.now(), world.random(10));
    const envelope = world.sealed({
      ...{ from: police, to: guard, id: messageIdBytes(passed), body: information() },
      alter: { schemaVersion: 2, derivedFrom: [messageIdBytes(id)] },
    });
    const { header, signature, path } = envelope;
    const value = { header, signature, path, numbers: [1], contentBytes: 1 };
    gateway.proofs = [gateway.gateway.log.append({ kind: 'submissionAcceptance', value })];
    refuseFirst(running, 'HOLDERS_MISSING');
    const recalled = await node.send({ toHolders: true, body: recall(messageIdBytes(id)) });
    await node.waitFor(recalled, 'accepted');
    expect(gateway.submittedBy(recalled).map(recipientsOf)).toEqual([
      [police.mailbox],
      [police.mailbox, guard.mailbox],
    ]);
    expect(node.evidence(id).disclosures).toMatchObject([
      { messageId: passed, by: police.mailbox, to: [guard.mailbox] },
    ]);
    expect(alarms).toEqual([]);
    await node.close();
  });

  const push = (gateway: CaseGateway, event: Entry['event']): void => {
    const { log, connection } = gateway.gateway;
    const index = log.append(event);
    const hashes = log.tree.inclusionPath(index);
    const entries = [
      { index, entry: log.entries[index]!, path: hashes.map((_, i) => i), checkpoint: new Uint8Array(0) },
    ];
    connection.answer({ kind: 'evidence', value: { checkpoint: log.checkpoint(), hashes, entries } });
  };
  const headerOf = (gateway: CaseGateway, id: MessageId): Uint8Array =>
    gateway.gateway
      .of('submit')
      .flatMap(({ envelopes }) => envelopes)
      .findLast(({ header }) => toHex(parseHeader(header).routing.messageId) === toHex(messageIdBytes(id)))!.header;
  const handover = (gateway: CaseGateway, id: MessageId, from: typeof police): void => {
    const header = headerOf(gateway, id);
    const leaf = encode(HandoverStatementSchema, {
      ...{ blind: world.random(16), messageId: messageIdBytes(id), sender: customs.mailbox, recipient: from.mailbox },
      ...{ number: 1, headerDigest: leafHash(header), outcome: 1, reason: 0, atMs: Date.now() },
    });
    push(gateway, {
      kind: 'contentHandover',
      value: { statement: signLeaf('handover', from.signingKey, leaf), late: false },
    });
  };

  test('an operation shows members, what was sent, who has it, what is overdue (domain: systems/i2c-operation)', async () => {
    const { node, gateway, config } = await start();
    gateway.setGroup(group(all, { nominalAllowed: true }));
    const inGroup = { group: toHex(groupId) };
    const report = await node.send({ ...inGroup, body: seizure() });
    const asked = await node.send({ ...inGroup, body: request(), urgency: 'URGENT' });
    const drill = await node.send({ ...inGroup, body: seizure(), exercise: true });
    for (const id of [report, asked, drill]) await node.waitFor(id, 'accepted');
    gateway.gateway.refuse = () => 'GROUP_ENDED';
    const refused = await node.send({ ...inGroup, body: seizure() });
    await expect(node.waitFor(refused, 'accepted')).rejects.toMatchObject({ code: 'GROUP_ENDED' });
    handover(gateway, report, police);
    handover(gateway, asked, police);
    handover(gateway, asked, guard);
    await node.waitFor(asked, 'handed-over');

    const operation = await node.operation(toHex(groupId));
    expect(operation.group).toMatchObject({ name: 'STOP', members: all, nominalAllowed: true });
    expect(operation.messages.map(({ id, exercise }) => [id, exercise])).toEqual([
      [report, false],
      [asked, false],
      [drill, true],
    ]);
    expect(operation.messages[0]).toMatchObject({ handedOver: [police.mailbox], waiting: [guard.mailbox], failed: [] });
    expect(operation).toMatchObject({ sent: 2, received: 0, held: 1, overdue: [] });
    await node.close();

    // Nine hours later, and without a session.
    const later = await openNode(gateway.gateway, config, { now: () => Date.now() + 9 * 3_600_000 });
    nodes.push(later.node);
    const { overdue } = await later.node.operation(toHex(groupId));
    expect(overdue.map(({ id, recipient }) => [id, recipient])).toEqual([
      [asked, police.mailbox],
      [asked, guard.mailbox],
    ]);
    await expect(later.node.operation('00'.repeat(16))).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' });
  });
});
