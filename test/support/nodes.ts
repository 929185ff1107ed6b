/** Agency nodes over the SDK for the agencies of a World. */
import { copyFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { AgencyNode } from '../../node/index.ts';
import type { NodeConfigInput } from '../../node/config.ts';
import type { NodeOverrides } from '../../node/agency-node.ts';
import type { InboxMessage, SendRequest } from '../../node/types.ts';
import type { Agency, World } from './world.ts';

/** Writes an agency's key files where a node expects them; `name` separates several nodes of one agency. */
export function nodeConfig(world: World, agency: Agency, name = 'node'): NodeConfigInput {
  const dir = join(world.dir, `${agency.agency}-${name}`);
  mkdirSync(join(dir, 'anchors'), { recursive: true });
  mkdirSync(join(dir, 'encryption'), { recursive: true });
  const copy = (from: string, to: string): string => {
    copyFileSync(from, join(dir, to));
    chmodSync(join(dir, to), 0o600);
    return join(dir, to);
  };
  copy(world.authority.certificatePath, 'anchors/root.pem');
  const pem = agency.encryption.privateKey.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(join(dir, 'encryption/desk.key'), pem, { mode: 0o600 });
  return {
    agency: agency.agency,
    node: name,
    units: [agency.mailbox.slice(agency.mailbox.indexOf('/') + 1)],
    gateway: { url: world.url, ca: copy(world.authority.certificatePath, 'ca.pem') },
    logKey: world.verifierKey,
    anchors: join(dir, 'anchors'),
    tls: { certificate: copy(agency.tls.chainPath, 'tls.pem'), key: copy(agency.tls.keyPath, 'tls.key') },
    signing: {
      certificate: copy(agency.signing.chainPath, 'signing.pem'),
      key: copy(agency.signing.keyPath, 'signing.key'),
    },
    encryptionKeys: join(dir, 'encryption'),
    dataDir: join(dir, 'data'),
  };
}

export const openNode = (
  world: World,
  agency: Agency,
  options: { name?: string; overrides?: NodeOverrides } = {},
): Promise<AgencyNode> =>
  AgencyNode.open(nodeConfig(world, agency, options.name), { logger: pino({ level: 'silent' }), ...options.overrides });

/** Takes messages as an application would, calling done on each, until `count` have come. */
export async function take(node: AgencyNode, count: number, timeoutMs = 20_000): Promise<InboxMessage[]> {
  const messages: InboxMessage[] = [];
  for await (const message of node.inbox({ signal: AbortSignal.timeout(timeoutMs) })) {
    messages.push(message);
    await message.done();
    if (messages.length === count) break;
  }
  return messages;
}

export const report = (to: Agency, text = 'A test message.'): SendRequest => ({
  to: [to.mailbox],
  purpose: 'DETECTION',
  body: {
    language: 'en',
    spontaneousInformation: {
      subject: 'Test',
      text,
      crimeArea: 'REVENUE',
      evaluation: { sourceCode: 'B', infoCode: '2', assessedByUnit: 'desk', assessedAtMs: Date.now() },
    },
  },
});
