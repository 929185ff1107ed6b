import { copyFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS } from '../../protocol/errors.ts';
import { openNode, report, take } from '../support/nodes.ts';
import { makeRevocationList, type OpensslKeyType } from '../support/openssl.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { World, type Agency } from '../support/world.ts';

let world: World;
let list = '';

beforeAll(async () => {
  world = new World({ revocationList: (authority) => (list = makeRevocationList(authority)) });
  await world.start();
});
afterAll(() => world.close());

describe('certificates of any authority', () => {
  const types: OpensslKeyType[] = ['rsa3072', 'p256', 'p384', 'ed25519'];

  test(`agencies with ${types.join(', ')} keys send to each other`, async () => {
    const agencies = types.map((type) => world.makeAgency(`xa.${type}`, 'desk', type));
    await world.enrol(...agencies);
    const nodes = await Promise.all(agencies.map((agency) => openNode(world, agency)));
    for (const [i, node] of nodes.entries()) {
      const next = (i + 1) % nodes.length;
      const id = await node.send(report(agencies[next]!));
      const [message] = await take(nodes[next]!, 1);
      expect(message!.id).toBe(id);
      await node.waitFor(id, 'handed-over', { timeoutMs: 10_000 });
    }
    await Promise.all(nodes.map((node) => node.close()));
  });
});

describe('revocation lists', () => {
  test('a certificate that appears on the list ends its live session and its signatures', async () => {
    const [lost, other] = (await world.enrolled('xb.lost', 'xb.other')) as [Agency, Agency];
    const session = await RawNode.open(world, lost);
    const serials = [lost.tls.serial, lost.signing.serial];
    copyFileSync(makeRevocationList(world.authority, { serials }), list);
    expect((await session.next('goAway', 5000)).code).toBe(ERRORS.CERTIFICATE_REVOKED.number);
    await session.untilClosed(5000);
    await expect(RawNode.connect(world, lost)).rejects.toThrow(/CERTIFICATE_REVOKED/);
    // The signing key is gone as well: another TLS key of the same agency could not use it.
    const renewed = { ...world.makeAgency('xb.lost'), mailbox: lost.mailbox };
    await world.control.act(world.operatorKey, {
      kind: 'enrol',
      value: {
        agency: 'xb.lost',
        units: [],
        tls: [(await import('../support/world.ts')).chainOf(renewed.tls)],
        signing: [],
        keyStatements: [],
      },
    });
    const back = await RawNode.open(world, { ...lost, tls: renewed.tls });
    const result = await back.submit(envelopes(lost, [other]));
    expect(result.outcomes[0]!.outcome.value).toMatchObject({ code: ERRORS.KEY_REVOKED.number });
    back.close();
  });

  test('a revoked certificate, and any under an expired list, cannot be enrolled', async () => {
    const revoked = world.makeAgency('xc.revoked');
    copyFileSync(makeRevocationList(world.authority, { serials: [revoked.signing.serial] }), list);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await expect(world.enrol(revoked)).rejects.toMatchObject({ code: 'CERTIFICATE_REVOKED' });
    const now = Date.now();
    const stale = makeRevocationList(world.authority, { thisUpdateMs: now - 7_200_000, nextUpdateMs: now - 3_600_000 });
    copyFileSync(stale, list);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await expect(world.enrol(world.makeAgency('xc.good'))).rejects.toMatchObject({ code: 'REVOCATION_LIST_INVALID' });
  });
});
