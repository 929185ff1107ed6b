/** Reviewed notices: taken with their publisher's approval, and not without. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import { type Alert, AlertSchema, MessageType, NoticeApprovalSchema } from '../../protocol/generated/schema.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { bodyOf } from './cases-support.ts';

describe.skipIf(!hasOpenssl)('notices', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { police, makeAgency, makeConfig, stranger } = world;
  const { deliver, guard, nodes, receive, start } = await import('./cases-world.ts');
  afterAll(world.removeWorld);
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });

  const alert = (kind: 1 | 2): Alert => ({
    ...{ kind, colour: kind === 2 ? 6 : 0, subject: 'Detonators', threat: 'Blast', actionRequested: 'Stop' },
    ...{ validUntil: '2036-01-01T00:00:00Z', objects: [], approval: undefined },
  });
  const approved = (key = guard.signingKey, of = alert(2)): Alert => ({
    ...alert(2),
    approval: signLeaf(
      'approval',
      key,
      encode(NoticeApprovalSchema, {
        blind: world.random(16),
        publisher: guard.mailbox,
        alertDigest: sha256(encode(AlertSchema, of)),
        approvedAtMs: 1,
      }),
    ),
  });
  const asAlert = { type: MessageType.ALERT, schemaVersion: 2 };

  test.each([
    ['with an approval of another text', () => approved(undefined, { ...alert(2), threat: 'None' })],
    ['with an approval by another key', () => approved(police.signingKey)],
    ['with an approval by a stranger', () => approved(makeAgency('xc.guard', 'desk', stranger).signingKey)],
  ])('a notice %s is not taken (domain: systems/i247-notices)', async (_name, make) => {
    const running = await start();
    const { node, gateway, alarms } = running;
    const id = deliver(running, { alter: asAlert, body: bodyOf('alert', make()) });
    await vi.waitFor(() => expect(alarms).toMatchObject([{ error: { code: 'APPROVAL_INVALID' }, messageId: id }]));
    expect(gateway.gateway.statements()).toMatchObject([{ outcome: 2, reason: alarms[0]!.error.number }]);
    expect(node.find(id)).toMatchObject([{ state: 'failed', reason: 'APPROVAL_INVALID' }]);
  });

  test('a notice without approval is not sent', async () => {
    const { node } = await start();
    await expect(node.send({ to: [police.mailbox], body: bodyOf('alert', alert(2)) })).rejects.toMatchObject({
      code: 'BODY_INVALID',
      detail: 'alert.approval is missing on a notice.',
    });
  });

  test('a notice with its publisher’s approval is taken, a diffusion needs none (domain: systems/i247-notices)', async () => {
    const running = await start();
    const { node, alarms } = running;
    await receive(running, { alter: asAlert, body: bodyOf('alert', approved()) });
    const diffusion = await receive(running, { alter: asAlert, body: bodyOf('alert', alert(1)) });
    expect(alarms).toEqual([]);
    expect(node.status(diffusion)).toBe('CURRENT');

    // This node as publisher: what it approves, it takes from others.
    const own = node.approveNotice(alert(2));
    await receive(running, { alter: asAlert, body: bodyOf('alert', own) });
    const sent = await node.send({ to: [police.mailbox], body: bodyOf('alert', own) });
    await node.waitFor(sent, 'accepted');
    expect(alarms).toEqual([]);
  });

  test('where publishers are named, no other approval makes a notice', async () => {
    const running = await start({ ...makeConfig(), noticePublishers: ['interpol/lyon'] });
    deliver(running, { alter: asAlert, body: bodyOf('alert', approved()) });
    await vi.waitFor(() => expect(running.alarms).toMatchObject([{ error: { code: 'APPROVAL_INVALID' } }]));
  });
});
