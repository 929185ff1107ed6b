import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEnvelope } from '../../protocol/envelope/open.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { World, type Agency } from '../support/world.ts';

let world: World;
let customs: Agency;
let police: Agency;

beforeAll(async () => {
  world = new World();
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
});
afterAll(() => world.close());

describe('a message over real sockets', () => {
  test('is accepted, delivered, handed over and evidenced', async () => {
    const sender = await RawNode.open(world, customs);
    const recipient = await RawNode.open(world, police);
    const sealed = await envelopes(customs, [police], [{ text: 'Forty-eight thousand tablets.' }]);
    const result = await sender.submit(sealed);
    const outcome = result.outcomes[0]!.outcome;
    expect(outcome.kind).toBe('accepted');
    if (outcome.kind !== 'accepted') return;
    expect(sender.verified(outcome.value, result).event.kind).toBe('submissionAcceptance');

    recipient.ready();
    const deliver = await recipient.next('deliver');
    const delivery = deliver.deliveries[0]!;
    expect(delivery.number).toBe(1);
    if (delivery.content.kind !== 'message') throw new Error('no message');
    const opened = await openEnvelope({
      envelope: delivery.content.value,
      parsed: parseHeader(delivery.content.value.header),
      mailbox: police.mailbox,
      keys: () => police.encryption.privateKey,
    });
    expect(opened.body.content.value).toMatchObject({ text: 'Forty-eight thousand tablets.' });

    const handed = await recipient.handover(deliver.deliveries);
    expect(handed.items[0]).toMatchObject({ code: 0 });
    const evidence = await sender.next('evidence');
    const entry = sender.verified(evidence.entries[0]!, evidence);
    expect(entry.event.kind).toBe('contentHandover');
    sender.close();
    recipient.close();
  });
});
