/** What the sender's node does by itself so that a gateway which denies by default takes its messages. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AgencyNode } from '../../node/index.ts';
import { messageIdBytes } from '../../protocol/ids.ts';
import { bodyOf, information, recall, request, seizure } from '../node/cases-support.ts';
import { openNode, take } from '../support/nodes.ts';
import { type Agency, World } from '../support/world.ts';

const world = new World({ byAgreement: true });
const NAMES = ['xa.customs', 'xb.police', 'xc.border', 'xb.contact'];
let agencies: Agency[];
const nodes: AgencyNode[] = [];

beforeAll(async () => {
  await world.start();
  agencies = await world.enrolled(...NAMES);
  const value = {
    agreementId: new Uint8Array(16).fill(7),
    name: 'All',
    parties: NAMES,
    types: [],
    classificationMax: 3 as const,
    personalData: true,
    validFromMs: 1,
    validUntilMs: 0,
  };
  await world.control.act(world.operatorKey, { kind: 'setAgreement', value: { agreement: value } });
  await world.control.act(world.operatorKey, {
    kind: 'setAgency',
    value: { agency: 'xb.police', clearance: 0, contact: 'xb.contact/desk', attachmentBytesMax: 0 },
  });
  for (const agency of agencies) nodes.push(await openNode(world, agency));
}, 60_000);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await world.close();
});

describe('the sender’s node', () => {
  test('adds the single point of contact', async () => {
    const [a, b, , contact] = nodes as [AgencyNode, AgencyNode, AgencyNode, AgencyNode];
    const id = await a.send({ to: ['xb.police/desk'], body: request(), urgency: 'URGENT' });
    await a.waitFor(id, 'accepted');
    expect(a.evidence(id).recipients.map(({ recipient }) => recipient)).toEqual(['xb.police/desk', 'xb.contact/desk']);
    await take(b, 1);
    await take(contact, 1);
    const [thread] = a.threads();
    expect(a.thread(thread!.threadId).requests.map(({ recipient }) => recipient)).toEqual(['xb.police/desk']);
    await vi.waitFor(() => expect(contact.thread(thread!.threadId).requests).toEqual([]));
  });

  test('expands a group, and again when it has changed', async () => {
    const [a, b] = nodes as [AgencyNode, AgencyNode];
    const members = ['xa.customs/desk', 'xb.police/desk'];
    const group = await a.putGroup({ name: 'STOP', members });
    expect((await b.groups()).map(({ groupId }) => groupId)).toEqual([group.groupId]);
    const first = await b.send({ group: group.groupId, body: seizure() });
    await b.waitFor(first, 'accepted');
    await a.putGroup({ groupId: group.groupId, name: 'STOP', members: [...members, 'xc.border/desk'] });
    const second = await b.send({ group: group.groupId, body: seizure() });
    await b.waitFor(second, 'accepted');
    expect(b.evidence(second).recipients.map(({ recipient }) => recipient)).toEqual([
      'xa.customs/desk',
      'xc.border/desk',
    ]);
    await a.putGroup({ groupId: group.groupId, name: 'STOP', members, end: true });
    const third = await b.send({ group: group.groupId, body: seizure() });
    await expect(b.waitFor(third, 'accepted')).rejects.toMatchObject({ code: 'GROUP_ENDED' });
    await take(a, 2);
    expect((await a.operation(group.groupId)).messages).toHaveLength(2);
  });

  test('passes H2 material on with permission, and the recall reaches everybody', async () => {
    const [a, b, c] = nodes as [AgencyNode, AgencyNode, AgencyNode];
    await take(c, 1);
    const id = await a.send({ to: ['xb.police/desk'], body: information(), handling: ['H2'] });
    await take(b, 1);
    const forward = { to: ['xc.border/desk'], body: information('On'), handling: ['H2'], derivedFrom: [id] } as const;
    const refused = await b.send(forward);
    await expect(b.waitFor(refused, 'accepted')).rejects.toMatchObject({ code: 'PERMISSION_MISSING' });
    const newRecipients = ['xc.border/desk'];
    const targetMessage = messageIdBytes(id);
    const asked = await b.send({
      to: ['xa.customs/desk'],
      body: bodyOf('permissionRequest', { targetMessage, newRecipients, purpose: 'Joint case' }),
    });
    await take(a, 1);
    await a.send({
      to: ['xb.police/desk'],
      inReplyTo: asked,
      body: bodyOf('permissionDecision', {
        ...{ targetMessage, newRecipients, granted: true, conditions: '', expiresAt: '', reason: '' },
      }),
    });
    await take(b, 1);
    const passed = await b.send(forward);
    await b.waitFor(passed, 'accepted');
    await take(c, 1);
    const recalled = await a.send({ toHolders: true, body: recall(targetMessage) });
    await a.waitFor(recalled, 'accepted');
    expect(a.evidence(recalled).recipients.map(({ recipient }) => recipient)).toContain('xc.border/desk');
    await vi.waitFor(() => expect(a.evidence(recalled).compliance).toHaveLength(3), 15_000);
    expect(a.evidence(id).disclosures).toMatchObject([{ messageId: passed, by: 'xb.police/desk' }]);
  });
});
