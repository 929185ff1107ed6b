/** Disclosing a content: by the sender, by a recipient, and what is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { examineDisclosure } from '../../audit/explain-disclosure.ts';
import { formatDisclosure, parseDisclosure } from '../../audit/proof/disclosure.ts';
import type { AgencyNode } from '../../node/index.ts';
import { discloseCommand } from '../../node/commands/disclose.ts';
import { bodyFromJson } from '../../protocol/messages/json.ts';
import { padBody, unpadBody } from '../../protocol/envelope/padding.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { discloseMessage } from '../../node/disclose.ts';
import type { NodeRuntime } from '../../node/runtime.ts';
import { encode } from '../../protocol/codec.ts';
import { EnvelopeSchema } from '../../protocol/generated/schema.ts';
import { keyIdOf, messageIdOf, toBase64Url, toHex } from '../../protocol/ids.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { expectCode, otherLog } from '../audit/support.ts';

const REASON = { actor: 'J. Doe', justification: 'court order 12/31' };

describe.skipIf(!hasOpenssl)('a disclosure', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { signer } = await import('./fake-gateway.ts');
  const { customs, police } = world;
  const dir = mkdtempSync(join(tmpdir(), 'liaison-disclose-'));
  const nodes: AgencyNode[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  afterAll(() => {
    world.removeWorld();
    rmSync(dir, { recursive: true });
  });
  const anchors = parseCertificates(readFileSync(world.authority.certificatePath)).map(
    ({ raw }) => new Uint8Array(raw),
  );
  const TRUST = { logVerifier: signer, anchors };

  const { node, gateway } = await world.openNode(world.makeGateway());
  const sent = await node.send(world.REQUEST);
  await node.waitFor(sent, 'accepted');
  const envelope = world.sealed();
  const received = messageIdOf(parseHeader(envelope.header).routing.messageId);
  gateway.deliver(world.delivery(envelope, 1));
  await vi.waitFor(() => world.requireThat(gateway.of('handover').length === 1));
  const bySender = await node.disclose(sent, REASON);
  const byRecipient = await node.disclose(received, REASON);
  const entries = node.journal.list({ messageId: sent });
  await node.close();

  test('by the sender proves content and acceptance', () => {
    const report = examineDisclosure(bySender, TRUST);
    expect(report).toMatchObject({
      verdict: 'verified',
      findings: [],
      message: { id: sent, sender: customs.mailbox, recipients: [police.mailbox], type: 'SPONTANEOUS_INFORMATION' },
    });
    expect(JSON.stringify(report.message?.content)).toContain('Arrives on Monday.');
    expect(report.message?.acceptedAtMs).toBeGreaterThan(0);
    expect(report.proves.join('\n')).toMatch(/is what xa.customs\/portalder signed as message/);
    expect(report.proves.join('\n')).toMatch(/has the acceptance of this header as entry/);
    expect(formatDisclosure(parseDisclosure(bySender))).toBe(bySender);
  });

  test('by a recipient proves the content, and says that the acceptance is not in it', () => {
    const report = examineDisclosure(byRecipient, { anchors });
    expect(report).toMatchObject({ verdict: 'verified', missingTrust: [], message: { sender: police.mailbox } });
    expect(report.doesNotProve.join('\n')).toMatch(/no receipt of that/);
    expect(report.message).not.toHaveProperty('acceptedAtMs');
  });

  test('is recorded with who and why before it is given out', () => {
    expect(entries.filter(({ act }) => act === 'message.exported')).toMatchObject([
      { ...REASON, detail: 'as liaison-disclosure' },
    ]);
  });

  test('without trust it is only consistent', () => {
    const verdict = 'consistent-origin-unproven';
    expect(examineDisclosure(bySender, {})).toMatchObject({ verdict, missingTrust: ['--log-key', '--anchors'] });
    expect(examineDisclosure(bySender, { anchors })).toMatchObject({ verdict, missingTrust: ['--log-key'] });
    expect(examineDisclosure(byRecipient, {})).toMatchObject({ verdict, missingTrust: ['--anchors'] });
  });

  test('what is changed or mixed is found', () => {
    const disclosure = parseDisclosure(bySender);
    const other = parseDisclosure(byRecipient);
    const rulesOf = (change: Partial<typeof disclosure>, trust = TRUST): string[] => {
      const report = examineDisclosure(formatDisclosure({ ...disclosure, ...change }), trust);
      expect(report.message).toBeUndefined();
      return report.findings.map(({ rule }) => rule).sort();
    };
    const body = Buffer.from(unpadBody(disclosure.padded)).toString('latin1').replace('Monday', 'Friday');
    const padded = padBody(Buffer.from(body, 'latin1'), disclosure.padded.subarray(0, 32));
    expect(rulesOf({ padded })).toEqual(['disclosed-content']);
    expect(rulesOf({ padded: other.padded })).toEqual(['disclosed-content']);
    expect(rulesOf({ chain: other.chain })).toEqual(['sender-key']);
    expect(rulesOf({ signed: other.signed })).toEqual(['disclosed-content', 'receipt-entry', 'sender-key']);
    expect(rulesOf({}, { ...TRUST, logVerifier: otherLog })).toEqual(['receipt-checkpoint']);
    const { path, signature, leaf } = disclosure.signed;
    const broken = { ...signature, signature: signature.signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) };
    expect(rulesOf({ signed: { path, leaf, signature: broken } })).toEqual(['sender-signature']);
    expectCode(() => examineDisclosure(bySender.replace('"version": 1', '"version": 2'), TRUST), 'DATA_VERSION');
    expectCode(() => examineDisclosure(bySender.replace('"chain"', '"chains"'), TRUST), 'FILE_INVALID');
  });

  test('of what was erased, never came or was not accepted is refused', async () => {
    const running = await world.openNode(world.makeGateway());
    nodes.push(running.node);
    const id = await running.node.send(world.REQUEST);
    await running.node.waitFor(id, 'accepted');
    await expect(running.node.disclose(received, REASON)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    await expect(running.node.disclose(id, { actor: '', justification: '' })).rejects.toMatchObject({
      code: 'JUSTIFICATION_MISSING',
    });
    await running.node.erase(id, REASON);
    await expect(running.node.disclose(id, REASON)).rejects.toThrow(/erased/);
    const offline = await world.openNode(world.makeGateway(), world.makeConfig(), { offline: true });
    nodes.push(offline.node);
    const waiting = await offline.node.send(world.REQUEST);
    await expect(offline.node.disclose(waiting, REASON)).rejects.toThrow(/not accepted/);
  });

  test('of a content with attachments gives their keys only when that is agreed to', async () => {
    const [key, digest] = [new Uint8Array(32).fill(0xa5), sha256(new Uint8Array([1]))];
    const attachment = {
      ...{ digest, sizeBytes: 5, key, noncePrefix: new Uint8Array(7), plainDigest: new Uint8Array(32) },
      ...{ name: 'photo.jpg', mediaType: 'image/jpeg' },
    };
    const body = { ...bodyFromJson(world.BODY), attachments: [attachment] };
    const given = world.sealed({ body, alter: { schemaVersion: 2, attachments: [{ digest, sizeBytes: 21 }] } });
    const row = { state: 'done', mailbox: customs.mailbox, envelope: encode(EnvelopeSchema, given) };
    const recorded: unknown[] = [];
    const runtime = {
      outbox: { find: () => undefined },
      inbox: { byId: () => [row] },
      keys: {
        signingKeyId: new Uint8Array(32),
        decryptionKeys: new Map([[keyIdOf(customs.encryption.keyId), customs.encryption.privateKey]]),
      },
      directory: { signingChain: () => Promise.resolve(police.chain) },
      journal: { record: (...act: unknown[]) => Promise.resolve(recorded.push(act)) },
    } as unknown as NodeRuntime;
    const id = messageIdOf(parseHeader(given.header).routing.messageId);
    const refused = discloseMessage(runtime, id, REASON, { link: undefined });
    await expect(refused).rejects.toThrow(/the keys of its 1 attachments/);
    expect(recorded).toEqual([]);
    const text = await discloseMessage(runtime, id, REASON, { link: undefined, withAttachmentKeys: true });
    expect(recorded).toHaveLength(1);
    const report = examineDisclosure(text, { anchors });
    expect(report.message?.attachments).toEqual([{ name: 'photo.jpg', sizeBytes: 5, digest: toHex(digest) }]);
    expect(report.proves.join('\n')).toMatch(/digests of the ciphertexts/);
    expect(JSON.stringify(report)).not.toContain(toBase64Url(key).slice(0, 20));
  });

  test('from the command line', async () => {
    const config = {
      ...world.makeConfig(),
      gateway: { url: 'wss://127.0.0.1:1', ca: world.authority.certificatePath },
    };
    const running = await world.openNode(world.makeGateway(), config);
    const id = await running.node.send(world.REQUEST);
    await running.node.waitFor(id, 'accepted');
    await running.node.close();
    const file = join(dir, 'node.yaml');
    writeFileSync(file, JSON.stringify(config));
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    let out = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
    const target = join(dir, 'content.disclosure');
    const run = (...args: string[]) =>
      discloseCommand()
        .exitOverride()
        .parseAsync(['--message', id, '--out', target, '--config', file, ...args], { from: 'user' });
    await expect(run()).rejects.toMatchObject({ code: 'JUSTIFICATION_MISSING' });
    await run('--actor', 'J. Doe', '--reason', 'court order');
    expect(out).toContain(target);
    await expect(run('--actor', 'J. Doe', '--reason', 'court order')).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    vi.restoreAllMocks();
    const verified = spawnSync(
      join(import.meta.dirname, '../../liaison'),
      ['audit', 'verify', target, '--anchors', world.authority.certificatePath],
      { encoding: 'utf8' },
    );
    expect(verified.stdout).toMatch(/CONSISTENT, ORIGIN UNPROVEN: give --log-key/);
    expect(verified.stdout).toContain('Arrives on Monday.');
    expect(verified.status).toBe(2);
  });
});
