/** A gateway and three witnesses, each a process: cosignatures on receipts, witnesses that are away, and two settings. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatReceipt, verifyReceipt } from '../../audit/receipt.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { resolvePath } from '../../audit/proof-table.ts';
import { examineCosignatures, parseWitnessPolicy } from '../../audit/witness-policy.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { WitnessProcess, writePolicy } from '../support/witnesses.ts';
import { type Agency, World } from '../support/world.ts';

const dir = mkdtempSync(join(tmpdir(), 'liaison-witnesses-'));
const witnesses = ['customs', 'police', 'auditor'].map((name) => new WitnessProcess(dir, name));
const [customsWitness, policeWitness, auditorWitness] = witnesses as [WitnessProcess, WitnessProcess, WitnessProcess];
let world: World;
let customs: Agency;
let police: Agency;
let policy = '';
const WAIT = { timeout: 20_000, interval: 100 };

beforeAll(async () => {
  for (const witness of witnesses) await witness.start();
  policy = writePolicy(dir, 2, witnesses);
  const settings = {
    policy,
    whenAway: 'refuse',
    refuseAfterSeconds: 4,
    everySeconds: 1,
    timeoutSeconds: 2,
  };
  world = new World({ settings: { witnesses: settings, tickSeconds: 1, health: { host: '127.0.0.1', port: 0 } } });
  for (const witness of witnesses) witness.addLog(world.verifierKey);
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
});
afterAll(async () => {
  await world.close();
  for (const witness of witnesses) await witness.close();
  rmSync(dir, { recursive: true, force: true });
});

async function get(path: string): Promise<{ status: number; text: string }> {
  const port = /"healthPort":(\d+)/.exec(world.output)?.[1] ?? 'unknown';
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
}
async function figure(name: string): Promise<number> {
  const line = (await get('/metrics')).text.split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}
const debt = (witness: WitnessProcess): Promise<number> =>
  figure(`liaison_witness_debt_entries{witness="${witness.name}"}`);

const send = async (node: RawNode): Promise<{ id: Uint8Array; code: number; retry: boolean }> => {
  const [sealed] = envelopes(customs, [police], [{ text: 'Witnessed.' }]);
  const { outcomes } = await node.submit([sealed!]);
  const outcome = outcomes[0]!.outcome;
  const id = parseHeader(sealed!.header).routing.messageId;
  return { id, ...(outcome.kind === 'refused' ? outcome.value : { code: 0, retry: false }) };
};

/** Names of the witnesses on the proof of a message. */
async function cosigners(node: RawNode, id: Uint8Array): Promise<string[]> {
  const proofs = await node.proofs([id]);
  for (const logged of proofs.entries) node.verified(logged, proofs);
  const rules = parseWitnessPolicy(readFileSync(policy));
  return examineCosignatures(rules, proofs.checkpoint).cosigned.map(({ witness }) => witness.name);
}

test('within seconds the proof of a message carries the cosignatures of all, and so does a receipt', async () => {
  const node = await RawNode.open(world, customs);
  const { id } = await send(node);
  await expect.poll(() => cosigners(node, id), WAIT).toEqual(['customs', 'police', 'auditor']);
  const { entries, hashes, checkpoint } = await node.proofs([id]);
  const { entry, index, path } = entries[0]!;
  const text = formatReceipt({ entry, index, path: resolvePath(hashes, path), checkpoint });
  expect(verifyReceipt({ text, logVerifier: parseVerifierKey(world.verifierKey) }).index).toBe(index);
  const { witnesses: figures } = await world.control.status({ digest: false });
  expect(figures?.witnesses.map(({ name, failure }) => [name, failure])).toEqual(
    witnesses.map(({ name }) => [name, '']),
  );
  expect(figures?.isAway).toBe(false);
  expect(await figure('liaison_witness_last_cosigned_timestamp_seconds{witness="auditor"}')).toBeGreaterThan(1.7e9);
  node.close();
});

test('one is away: the other two are a quorum, and its debt grows', async () => {
  await policeWitness.stop();
  const node = await RawNode.open(world, customs);
  const { id } = await send(node);
  await expect.poll(() => cosigners(node, id), WAIT).toEqual(['customs', 'auditor']);
  await expect.poll(() => debt(policeWitness), WAIT).toBeGreaterThan(1);
  expect(await figure('liaison_witness_failures_total{witness="police",reason="unreachable"}')).toBeGreaterThan(0);
  expect((await get('/readyz')).status).toBe(200);
  // Back again, it signs what has come since.
  await policeWitness.start();
  await expect.poll(() => cosigners(node, id), WAIT).toEqual(['customs', 'police', 'auditor']);
  node.close();
});

test('two are away and the gateway is to refuse: new messages wait, what was accepted is handed over', async () => {
  const sender = await RawNode.open(world, customs);
  const recipient = await RawNode.open(world, police);
  const before = await send(sender);
  expect(before.code).toBe(0);
  await policeWitness.stop();
  await auditorWitness.stop('SIGKILL');
  await expect
    .poll(async () => (await get('/readyz')).text, WAIT)
    .toBe(JSON.stringify({ ready: false, code: 'WITNESSES_AWAY', detail: '' }));
  expect(await send(sender)).toMatchObject({ code: ERRORS.WITNESSES_AWAY.number, retry: true });
  recipient.ready();
  const { deliveries } = await recipient.next('deliver');
  const { items } = await recipient.handover(deliveries);
  expect(items.map(({ code }) => code)).toEqual(deliveries.map(() => 0));
  expect((await sender.next('evidence')).entries.length).toBeGreaterThan(0);
  // By itself in order again.
  await auditorWitness.start();
  await expect.poll(async () => (await get('/readyz')).status, WAIT).toBe(200);
  expect((await send(sender)).code).toBe(0);
  await policeWitness.start();
  sender.close();
  recipient.close();
});

test('two are away and the gateway is to go on: it goes on, and says so', async () => {
  await world.stop();
  await policeWitness.stop();
  await auditorWitness.stop();
  await world.start({ environment: { LIAISON_GATEWAY_WITNESSES_WHEN_AWAY: 'continue' } });
  expect(world.output).toContain('not asked before the start');
  await expect.poll(() => world.output, WAIT).toContain('no quorum of witnesses has signed');
  const node = await RawNode.open(world, customs);
  const { id, code } = await send(node);
  expect(code).toBe(0);
  // What the one signs is no quorum: the proof has the log's signature alone.
  expect(await cosigners(node, id)).toEqual([]);
  expect((await get('/readyz')).status).toBe(200);
  node.close();
  await policeWitness.start();
  await auditorWitness.start();
});

test('a policy that counts a witness of the gateway itself is refused at the start', async () => {
  await world.stop();
  const before = readFileSync(world.config, 'utf8');
  writeFileSync(world.config, before.replace('whenAway:', `own: [ "${customsWitness.verifierKey}" ]\n  whenAway:`));
  await expect(world.start()).rejects.toThrow(/CONFIG_INVALID/);
  expect(world.output).toContain('the key of the witness customs is listed as your own');
  writeFileSync(world.config, before);
  await world.start();
});
