/**
 * The wire as a second implementation sees it: test/interop is a client in Python, written from protocol/SPEC.md, the
 * .proto files and the vectors alone. It acts as one agency; a node over the SDK acts as the other.
 */
import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { verifyReceipt } from '../../audit/receipt.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import type { AgencyNode } from '../../node/index.ts';
import { nodeConfig, openNode, report, take } from '../support/nodes.ts';
import type { OpensslKeyType } from '../support/openssl.ts';
import { ROOT, World, type Agency } from '../support/world.ts';

/** Debian's own: the packages of scripts/setup-tools.sh are its modules, whatever other Python stands in the PATH. */
const PYTHON = '/usr/bin/python3';
const MODULES = ['websockets', 'google.protobuf', 'cryptography'];

function missing(): string | undefined {
  const run = spawnSync(PYTHON, ['-c', `import ${MODULES.join(', ')}`], { encoding: 'utf8' });
  if (run.error) return PYTHON;
  if (run.status !== 0) return run.stderr.trim().split('\n').at(-1);
  return spawnSync('protoc', ['--version']).status === 0 ? undefined : 'protoc';
}

const Report = z.strictObject({
  vectors: z.record(z.string(), z.number().positive()),
  sent: z.string(),
  received: z.strictObject({ id: z.string(), text: z.string(), expired: z.string() }),
  receipts: z.array(z.string()).length(2),
});

const reason = missing();
const title = `a second implementation${reason === undefined ? '' : ` (skipped, see scripts/setup-tools.sh: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  let world: World;
  const open: AgencyNode[] = [];

  beforeAll(async () => {
    world = new World();
    await world.start();
  });
  afterAll(async () => {
    await Promise.all(open.map((item) => item.close()));
    await world.close();
  });

  async function runClient(foreign: Agency, peer: Agency, text: string): Promise<z.infer<typeof Report>> {
    const files = nodeConfig(world, foreign, 'interop');
    const path = join(world.dir, `${foreign.agency}-interop.json`);
    const config = {
      protocol: join(ROOT, 'protocol'),
      errors: join(ROOT, 'docs/errors.md'),
      url: world.url,
      ca: files.gateway.ca,
      anchor: world.authority.certificatePath,
      logKey: world.verifierKey,
      mailbox: foreign.mailbox,
      peer: peer.mailbox,
      tlsCertificate: files.tls.certificate,
      tlsKey: files.tls.key,
      signingKey: files.signing.key,
      encryptionKey: join(files.encryptionKeys, 'desk.key'),
      text,
    };
    writeFileSync(path, JSON.stringify(config));
    const run = await promisify(execFile)(PYTHON, ['-B', join(ROOT, 'test/interop/run.py'), path], { timeout: 60_000 });
    return Report.parse(JSON.parse(run.stdout));
  }

  const types: OpensslKeyType[] = ['p256', 'ed25519', 'rsa3072'];
  test.each(types)('exchanges messages and evidence with a node, its keys being %s', async (type) => {
    const foreign = world.makeAgency(`xa.${type}`, 'desk', type);
    const own = world.makeAgency(`xb.${type}`);
    await world.enrol(foreign, own);
    const node = await openNode(world, own);
    open.push(node);
    const expired = await node.send({ ...report(foreign, 'Never to be read.'), expiresInMs: 1000 });
    await expect(node.waitFor(expired, 'handed-over')).rejects.toMatchObject({ code: 'DELIVERY_EXPIRED' });
    const id = await node.send(report(foreign, 'From the first implementation.'));
    const [[message], result] = await Promise.all([
      take(node, 1, 60_000),
      runClient(foreign, own, 'From the second: 48,000 tablets, Zürich – 薬.'),
    ]);

    const files = readdirSync(join(ROOT, 'protocol/vectors')).filter((name) => name.endsWith('.json'));
    expect(Object.keys(result.vectors).sort()).toEqual(files.map((name) => name.slice(0, -5)).sort());
    expect(result.received).toEqual({ id, text: 'From the first implementation.', expired });
    expect(message).toMatchObject({ id: result.sent, from: foreign.mailbox, to: own.mailbox, attempt: 1 });
    expect(message!.body).toMatchObject({
      content: { value: { text: 'From the second: 48,000 tablets, Zürich – 薬.' } },
    });
    const evidence = await node.waitFor(id, 'handed-over', { timeoutMs: 10_000 });
    expect(evidence.recipients[0]!.state).toBe('ContentHandover');

    const logVerifier = parseVerifierKey(world.verifierKey);
    for (const text of result.receipts) {
      verifyReceipt({ text, logVerifier, expected: { messageId: message!.id, sender: foreign.mailbox } });
    }
  });
});
