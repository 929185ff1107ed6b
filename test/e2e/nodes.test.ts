import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { verifyReceipt } from '../../audit/receipt.ts';
import type { AgencyNode } from '../../node/index.ts';
import { nodeConfig, openNode, report, take } from '../support/nodes.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { World, type Agency } from '../support/world.ts';

const hasFaketime = spawnSync('faketime', ['--version']).status === 0;

let world: World;
let customs: Agency;
let police: Agency;
const open: AgencyNode[] = [];
const node = async (agency: Agency, name?: string): Promise<AgencyNode> => {
  const made = await openNode(world, agency, name === undefined ? {} : { name });
  open.push(made);
  return made;
};

beforeAll(async () => {
  world = new World();
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
});
afterAll(async () => {
  await Promise.all(open.map((item) => item.close()));
  await world.close();
});

describe('agency nodes', () => {
  test('exchange a message and its answer, with receipts that verify offline', async () => {
    const a = await node(customs);
    const b = await node(police);
    const id = await a.send({
      to: [police.mailbox],
      urgency: 'URGENT',
      availability: 'DIRECT',
      purpose: 'INVESTIGATION',
      body: {
        language: 'en',
        informationRequest: {
          subject: 'Consignor',
          informationSought: 'History',
          purposeAndFacts: 'Facts',
          offence: 'Smuggling',
          crimeArea: 'DRUGS',
          urgencyReason: 'Tonight',
        },
      },
    });
    const [request] = await take(b, 1);
    expect(request).toMatchObject({ id, from: customs.mailbox, to: police.mailbox, attempt: 1 });
    const threadId = Buffer.from(request!.routing.threadId).toString('hex');
    const answer = await b.send({
      to: [customs.mailbox],
      inReplyTo: id,
      threadId,
      purpose: 'INVESTIGATION',
      body: { language: 'en', informationAnswer: { outcome: 'NO_HIT', text: 'Nothing known.' } },
    });
    const [reply] = await take(a, 1);
    expect(reply!.id).toBe(answer);
    const evidence = await a.waitFor(id, 'handed-over', { timeoutMs: 10_000 });
    expect(evidence.recipients[0]!.state).toBe('ContentHandover');
    const logVerifier = parseVerifierKey(world.verifierKey);
    for (const { text } of a.receipts(id)) {
      verifyReceipt({ text, logVerifier, expected: { messageId: id, sender: customs.mailbox } });
    }
    expect(
      a
        .receipts(id)
        .map((receipt) => receipt.kind)
        .sort(),
    ).toEqual(['acceptance', 'handover']);
    await a.close();
    await b.close();
  });

  test('a burst of 500 arrives complete, once and in order', async () => {
    const a = await node(customs);
    const b = await node(police);
    const ids = await a.sendMany(Array.from({ length: 500 }, (_, i) => report(police, `No. ${i}`)));
    const got = await take(b, 500, 60_000);
    expect(got.map((message) => message.id)).toEqual(ids);
    await a.close();
    await b.close();
  });

  test('a second node of an agency takes over, and the first does not fight for it', async () => {
    const first = await node(police, 'first');
    await first.ping();
    const gone = once(first, 'disconnected');
    const second = await node(police, 'second');
    await second.ping();
    const [notice] = (await gone) as [{ error: { code: string }; final: boolean }];
    expect(notice).toMatchObject({ final: true, error: { code: 'TAKEN_OVER' } });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(second.isConnected).toBe(true);
    expect(first.isConnected).toBe(false);
    await first.close();
    await second.close();
  });

  test('an outbox waits out an outage of the gateway', async () => {
    const a = await node(customs);
    await a.ping();
    await world.stop('SIGKILL');
    const ids = await a.sendMany([report(police), report(police)]);
    await a.close();
    const again = await node(customs);
    expect(again.evidence(ids[0]!).recipients[0]!.state).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await world.start();
    for (const id of ids) await again.waitFor(id, 'accepted', { timeoutMs: 20_000 });
    const b = await node(police);
    expect((await take(b, 2)).map((message) => message.id)).toEqual(ids);
    await again.close();
    await b.close();
  });

  test('one ciphertext that opens as two messages is refused by its recipient', async () => {
    // The sender's node is hostile: it signs content whose digest is not what the header's body digest says.
    const hostile = await RawNode.open(world, customs);
    const [good] = envelopes(customs, [police], [{ text: 'one' }]);
    const { resealed } = await import('../support/hostile.ts');
    const forged = resealed(customs, police, good!);
    const result = await hostile.submit([forged]);
    expect(result.outcomes[0]!.outcome.kind).toBe('accepted');
    const b = await node(police);
    const evidence = await hostile.next('evidence', 15_000);
    const entry = hostile.verified(evidence.entries[0]!, evidence);
    expect(entry.event.kind).toBe('contentHandoverFailure');
    if (entry.event.kind === 'contentHandoverFailure') expect(entry.event.value.code).toBe(402);
    await b.close();
    hostile.close();
  });

  test('mistakes of the caller are named before anything is sent', async () => {
    const a = await node(customs);
    await expect(a.send({ ...report(police), to: ['nonsense'] })).rejects.toMatchObject({ code: 'HEADER_INVALID' });
    await expect(a.send({ ...report(police), body: { language: 'en' } })).rejects.toMatchObject({
      code: 'BODY_INVALID',
    });
    await expect(a.send({ ...report(police), expiresInMs: 91 * 86_400_000 })).rejects.toMatchObject({
      code: 'EXPIRY_TOO_FAR',
    });
    const nowhere = await a.send({ ...report(police), to: ['no.body/desk'] });
    await expect(a.waitFor(nowhere, 'accepted', { timeoutMs: 10_000 })).rejects.toMatchObject({
      code: 'RECIPIENT_UNKNOWN',
    });
    await a.close();
  });
});

describe('a node and a gateway that cannot be trusted', () => {
  test('a log that contradicts the one seen before stops the node for good', async () => {
    const a = await node(customs, 'witness');
    await a.ping();
    await a.close();
    // Another log under the same key: the data of a restored backup would look like this.
    const { rmSync, readFileSync } = await import('node:fs');
    const { createPrivateKey } = await import('node:crypto');
    const { join } = await import('node:path');
    const { LedgerEngine } = await import('../../gateway/ledger/engine.ts');
    const { createSigner, KEY_TYPE } = await import('../../audit/verifier-key.ts');
    await world.stop();
    const signer = createSigner(
      'gateway.test/log',
      KEY_TYPE.ED25519,
      createPrivateKey(readFileSync(join(world.data, 'log.key'))),
    );
    const database = join(world.data, 'ledger.db');
    const old = LedgerEngine.open(database, signer);
    const first = old.entry(0);
    old.close();
    const saved = readFileSync(database);
    rmSync(database);
    LedgerEngine.create(database, signer, { ...first, blind: new Uint8Array(randomBytes(16)) });
    // Whoever writes the log anew does not leave this lying about.
    const mark = join(world.data, 'released.checkpoint');
    rmSync(mark);
    await world.start();
    await world.enrol(customs, police);
    const again = await node(customs, 'witness');
    const [notice] = (await once(again, 'disconnected')) as [{ error: { code: string }; final: boolean }];
    expect(notice).toMatchObject({ final: true, error: { code: 'CHECKPOINT_INCONSISTENT' } });
    await again.close();
    await world.stop();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(database, saved);
    rmSync(mark);
    await world.start();
  });

  test('a wrong log key, a foreign gateway authority and a missing file are named', async () => {
    const config = nodeConfig(world, customs, 'wrong');
    const other = new World();
    const { AgencyNode: Node } = await import('../../node/index.ts');
    const { pino } = await import('pino');
    const logger = pino({ level: 'silent' });
    const wrongKey = await Node.open({ ...config, logKey: other.verifierKey }, { logger });
    await expect(wrongKey.ping({ timeoutMs: 5000 })).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    await wrongKey.close();
    const foreign = await Node.open(
      { ...config, gateway: { url: world.url, ca: other.authority.certificatePath } },
      { logger },
    );
    await expect(foreign.ping({ timeoutMs: 5000 })).rejects.toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' });
    await foreign.close();
    const elsewhere = { ...config.gateway, url: `wss://127.0.0.1:${world.port}` };
    const wrongHost = await Node.open({ ...config, gateway: elsewhere }, { logger });
    await expect(wrongHost.ping({ timeoutMs: 5000 })).rejects.toMatchObject({ code: 'HOST_MISMATCH' });
    await wrongHost.close();
    await expect(Node.open({ ...config, anchors: '/nowhere' }, { logger })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
    await other.close();
  });
});

describe.skipIf(!hasFaketime)(`clock (${hasFaketime ? 'faketime' : 'skipped: faketime is not installed'})`, () => {
  test('after an outage of hours the gateway waits for an operator, then the outbox drains', async () => {
    await world.stop();
    await world.start({ prefix: ['faketime', '-f', '+3h'], environment: { DONT_FAKE_MONOTONIC: '1' } });
    const a = await node(customs, 'late');
    const id = await a.send(report(police));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const status = await world.control.status({ digest: false });
    expect(status.clockFault).toMatch(/old/);
    expect(a.evidence(id).recipients[0]!.state).toBeUndefined();
    await world.control.act(world.operatorKey, { kind: 'confirmClock', value: { atMs: Date.now() + 3 * 3_600_000 } });
    await a.waitFor(id, 'accepted', { timeoutMs: 20_000 });
    await a.close();
  });
});
