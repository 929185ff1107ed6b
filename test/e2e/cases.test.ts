/** Cases through a real gateway: what both nodes make of it, and what the gateway records. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AgencyNode, StatusNotice, UrgentNotice } from '../../node/index.ts';
import { messageIdBytes, toHex } from '../../protocol/ids.ts';
import { answer, clarification, information, question, recall, request } from '../node/cases-support.ts';
import { openNode, take } from '../support/nodes.ts';
import { type Agency, World } from '../support/world.ts';

let world: World;
let customs: Agency;
let police: Agency;
let a: AgencyNode;
let b: AgencyNode;

beforeAll(async () => {
  world = new World();
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
  a = await openNode(world, customs);
  b = await openNode(world, police);
});
afterAll(async () => {
  await Promise.all([a.close(), b.close()]);
  await world.close();
});

describe('cases', () => {
  test('a request is asked back about, clarified and answered; both nodes agree on it (domain: systems/siena-follow-up)', async () => {
    const urgent: UrgentNotice[] = [];
    b.on('urgent', (notice) => urgent.push(notice));
    const id = await a.send({ to: [police.mailbox], body: request('Larkspur', 'XA-17'), urgency: 'URGENT' });
    const [asked] = await take(b, 1);
    const threadId = toHex(asked!.routing.threadId);
    const stateAt = (node: AgencyNode) => node.thread(threadId).requests[0];
    await a.waitFor(id, 'accepted');
    expect(stateAt(b)).toMatchObject({ state: 'running', periodMs: 8 * 3_600_000 });
    expect(stateAt(a)).toEqual(stateAt(b));
    expect(urgent).toEqual([{ id, from: customs.mailbox, dueAt: stateAt(b)?.dueAt }]);

    const back = await b.send({ to: [customs.mailbox], body: question(), inReplyTo: id });
    await take(a, 1);
    await b.waitFor(back, 'accepted');
    expect([stateAt(a)?.state, stateAt(b)?.state]).toEqual(['paused', 'paused']);
    const clear = await a.send({ to: [police.mailbox], body: clarification(), inReplyTo: back });
    await take(b, 1);
    await a.waitFor(clear, 'accepted');
    expect([stateAt(a)?.state, stateAt(b)?.state]).toEqual(['running', 'running']);
    expect(stateAt(a)?.dueAt).toBe(stateAt(b)?.dueAt);
    const final = await b.send({ to: [customs.mailbox], body: answer(), inReplyTo: id });
    await take(a, 1);
    await b.waitFor(final, 'accepted');
    expect(stateAt(a)).toEqual(stateAt(b));
    expect(stateAt(a)?.state).toBe('answered');
    expect(a.thread(threadId).items.map((item) => item.id)).toEqual([id, back, clear, final]);
    expect(b.thread(threadId).items.map((item) => item.id)).toEqual([id, back, clear, final]);
    expect(b.threads({ caseNumber: 'XA-17' })).toHaveLength(1);
  });

  test('a recall erases at the recipient, who says so; opening is evidence (domain: systems/siena-restriction)', async () => {
    const statuses: StatusNotice[] = [];
    b.on('status', (notice) => statuses.push(notice));
    const id = await a.send({ to: [police.mailbox], body: information() });
    await take(b, 1);
    await b.opened(id);
    await vi.waitFor(() => expect(a.evidence(id).recipients[0]?.access).toBe('OPENED'), 10_000);
    const recalled = await a.send({ toHolders: true, body: recall(messageIdBytes(id)) });
    const [receipt] = await take(a, 1);
    expect(receipt?.body.content).toMatchObject({
      ...{ kind: 'complianceReceipt', value: { actionDone: expect.stringContaining('erased') as string } },
    });
    expect(a.evidence(recalled).compliance).toMatchObject([{ recipient: police.mailbox }]);
    expect(statuses).toContainEqual({ id, status: 'RECALLED' });
    expect(b.find(id)).toMatchObject([{ status: 'RECALLED', body: undefined }]);
    expect(a.evidence(id).status).toBe('RECALLED');
    const [said] = await take(b, 1);
    expect(said?.id).toBe(recalled);
    // The gateway has it once, whatever is repeated.
    await b.opened(id);
    await b.close();
    b = await openNode(world, police);
    await b.sync();
    expect(a.evidence(id).recipients[0]?.events.filter(({ event }) => event === 'ContentAccessTracking')).toHaveLength(
      1,
    );
  });
});
