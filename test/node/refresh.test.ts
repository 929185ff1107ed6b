/** Receipts get the witnesses' signatures afterwards: the same entry, proven by a checkpoint that more have signed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import {
  cosignNote,
  createSigner,
  KEY_TYPE,
  openNote,
  parseReceipt,
  ProofTable,
  signCheckpoint,
  verifyReceipt,
} from '../../audit/index.ts';
import type { AgencyNode } from '../../node/index.ts';
import { receiptsCommand } from '../../node/commands/receipts.ts';
import { testKey, witness } from '../audit/support.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { type FakeGateway, FakeLog, signer } from './fake-gateway.ts';

const TIME_S = 1_800_000_000;
const secondWitness = createSigner('witness.example/two', KEY_TYPE.COSIGNATURE, testKey(4));

describe.skipIf(!hasOpenssl)('receipts that are asked for again', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, makeConfig, makeGateway, openNode, REQUEST } = world;
  afterAll(world.removeWorld);
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  /** A node with one accepted message; the checkpoint that proves it is that of size 2. */
  const accepted = async () => {
    const gateway = makeGateway();
    const config = makeConfig();
    const running = await openNode(gateway, config);
    nodes.push(running.node);
    const id = await running.node.send(REQUEST);
    await running.node.waitFor(id, 'accepted');
    return { ...running, id, config };
  };
  /** Answers questions for proofs with a checkpoint of this size that these have signed. */
  const answerWith = (gateway: FakeGateway, size: number, witnesses = [witness], log = gateway.log): void => {
    gateway.intercept = (frame, connection) => {
      if (frame.kind !== 'proofGet') return false;
      const { request } = frame.value;
      const sized = new FakeLog(log.entries.slice(0, size));
      let checkpoint = sized.checkpoint();
      for (const each of witnesses) checkpoint = cosignNote(checkpoint, each, TIME_S);
      const table = new ProofTable();
      const entries = [sized.logged(1, table)];
      const value = { request, checkpoint, hashes: table.hashes, entries, consistency: [], unknown: [], remaining: [] };
      connection.answer({ kind: 'proofs', value });
      return true;
    };
  };
  const signersOf = (node: AgencyNode, id: string): string[] => {
    const text = node.receipt(id);
    verifyReceipt({ text, logVerifier: signer, expected: { sender: customs.mailbox, messageId: id as never } });
    const { verified } = openNote(parseReceipt(text).checkpoint, [signer, witness, secondWitness]);
    return verified.map(({ name }) => name);
  };

  test('carry the signatures, and keep what more have signed', async () => {
    const { node, gateway, id, alarms } = await accepted();
    const [before] = node.receipts(id);
    expect(before!.witnesses).toEqual([]);
    gateway.log.append({ kind: 'tick', value: {} });
    answerWith(gateway, 3);
    expect(await node.refreshReceipts(id)).toBe(1);
    expect(signersOf(node, id)).toEqual([signer.name, witness.name]);
    const [after] = node.receipts(id);
    expect(after).toMatchObject({ number: before!.number, index: before!.index, witnesses: [witness.name] });
    expect(parseReceipt(after!.text).entry).toEqual(parseReceipt(before!.text).entry);
    // By the same checkpoint, but signed by one more.
    answerWith(gateway, 3, [witness, secondWitness]);
    expect(await node.refreshReceipts(id)).toBe(1);
    expect(signersOf(node, id)).toEqual([signer.name, witness.name, secondWitness.name]);
    // Fewer: what is here is better.
    answerWith(gateway, 2, [witness]);
    expect(await node.refreshReceipts(id)).toBe(0);
    expect(node.receipts(id)[0]!.witnesses).toEqual([witness.name, secondWitness.name]);
    expect(alarms).toEqual([]);
  });

  test('survive a restart', async () => {
    const { node, gateway, id, config } = await accepted();
    answerWith(gateway, 2);
    expect(await node.refreshReceipts(id)).toBe(1);
    await nodes.pop()!.close();
    gateway.intercept = () => false;
    nodes.push((await openNode(gateway, config, { offline: true })).node);
    expect(signersOf(nodes[0]!, id)).toEqual([signer.name, witness.name]);
  });

  test('stay as they are when the new proof is wrong', async () => {
    const { node, gateway, id } = await accepted();
    const before = node.receipts(id);
    const forged = new FakeLog([...gateway.log.entries.slice(0, 2), world.random(30)]);
    const path = gateway.log.tree.inclusionPath(1);
    gateway.intercept = (frame, connection) => {
      if (frame.kind !== 'proofGet') return false;
      const root = forged.tree.root();
      const checkpoint = cosignNote(signCheckpoint({ origin: signer.name, size: 3, root }, signer), witness, TIME_S);
      const entries = [{ index: 1, entry: gateway.log.entries[1]!, path: [0], checkpoint: new Uint8Array(0) }];
      const { request } = frame.value;
      const value = { request, checkpoint, hashes: path, entries, consistency: [], unknown: [], remaining: [] };
      connection.answer({ kind: 'proofs', value });
      return true;
    };
    await expect(node.refreshReceipts(id)).rejects.toMatchObject({ code: 'PROOF_INVALID' });
    expect(node.receipts(id)).toEqual(before);
  });

  test('are shown with the names of the witnesses, as they claim', async () => {
    const { node, gateway, id, config } = await accepted();
    answerWith(gateway, 2, [witness, secondWitness]);
    await node.refreshReceipts(id);
    await nodes.pop()!.close();
    const file = join(config.dataDir, '..', 'node.yaml');
    writeFileSync(file, JSON.stringify({ ...config, gateway: { ...config.gateway, url: 'wss://127.0.0.1:1' } }));
    let out = '';
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
    await receiptsCommand().parseAsync([id, '--config', file], { from: 'user' });
    expect(out).toContain('2: witness.example/one, witness.example/two');
    expect(out).toContain(signer.name);
    await expect(
      receiptsCommand().parseAsync([id, '--refresh', '--config', file], { from: 'user' }),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
