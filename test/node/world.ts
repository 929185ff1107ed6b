/** Two agencies with certificates of their own, and nodes that talk to a gateway in memory. */
import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { vi } from 'vitest';
import {
  AgencyNode,
  type Alarm,
  type NodeConfigInput,
  type NodeOverrides,
  type SendRequest,
} from '../../node/index.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import {
  type EncryptionKeyPair,
  generateEncryptionKey,
  signKeyStatement,
} from '../../protocol/envelope/encryption-keys.ts';
import { sealMessage, signMessages } from '../../protocol/envelope/seal.ts';
import {
  AgencyStatus,
  type Body,
  type Delivery,
  type DirectoryRecord,
  type Envelope,
  type Routing,
} from '../../protocol/generated/schema.ts';
import { type Mailbox, messageIdBytes, newMessageId, parseMailbox } from '../../protocol/ids.ts';
import { bodyFromJson } from '../../protocol/messages/json.ts';
import { issue, makeAuthority, type OpensslAuthority, type OpensslCertificate } from '../support/openssl.ts';
import { FakeGateway, logKey } from './fake-gateway.ts';

export const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));

const dir = mkdtempSync(join(tmpdir(), 'liaison-node-'));
export const removeWorld = (): void => rmSync(dir, { recursive: true, force: true });
export const authority = makeAuthority(dir);
export const stranger = makeAuthority(dir, { name: 'Stranger' });

export interface TestAgency {
  readonly agency: string;
  readonly mailbox: Mailbox;
  readonly chain: Uint8Array[];
  readonly signing: OpensslCertificate;
  readonly signingKey: KeyObject;
  readonly encryption: EncryptionKeyPair;
}

export function makeAgency(agency: string, unit: string, by: OpensslAuthority = authority): TestAgency {
  const signing = issue(by, { kind: 'signing', agency });
  return {
    agency,
    mailbox: parseMailbox(`${agency}/${unit}`),
    chain: parseCertificates(readFileSync(signing.chainPath)).map(({ raw }) => new Uint8Array(raw)),
    signing,
    signingKey: createPrivateKey(readFileSync(signing.keyPath)),
    encryption: generateEncryptionKey(),
  };
}

export const customs = makeAgency('xa.customs', 'portalder');
export const police = makeAgency('xb.police', 'desk');

export function recordOf(
  { mailbox, chain, signingKey, encryption }: TestAgency,
  options: { version?: number; statementVersion?: number; revokedIndex?: number } = {},
): DirectoryRecord {
  const { version = 1, statementVersion = 1, revokedIndex = 0 } = options;
  const { keyId, jwk } = encryption;
  return {
    mailbox,
    status: AgencyStatus.ACTIVE,
    version,
    signingKeys: [{ certificates: chain, registeredIndex: 1, revokedIndex }],
    keyStatement: signKeyStatement(signingKey, {
      blind: new Uint8Array(16).fill(statementVersion),
      mailbox,
      version: statementVersion,
      keys: [{ keyId, jwk }],
      createdAtMs: 1,
    }),
    contact: '',
    clearance: 0,
    hostAgency: '',
  };
}

const tls = issue(authority, { kind: 'tls-client', agency: 'xa.customs' });

/** OpenSSL leaves its keys open to others, which a node refuses. */
function copyKey(from: string, to: string): string {
  writeFileSync(to, readFileSync(from), { mode: 0o600 });
  return to;
}

/** A new directory with everything the node of `customs` needs. */
export function makeConfig(): NodeConfigInput & { dataDir: string } {
  const home = mkdtempSync(join(dir, 'node-'));
  for (const sub of ['anchors', 'keys']) mkdirSync(join(home, sub));
  copyFileSync(authority.certificatePath, join(home, 'anchors', 'root.pem'));
  const pem = customs.encryption.privateKey.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(join(home, 'keys', 'portalder.key'), pem, { mode: 0o600 });
  return {
    agency: 'xa.customs',
    units: ['portalder'],
    gateway: { url: 'wss://gateway.test:7443', ca: authority.certificatePath },
    logKey,
    anchors: join(home, 'anchors'),
    tls: { certificate: tls.chainPath, key: copyKey(tls.keyPath, join(home, 'tls.key')) },
    signing: {
      certificate: customs.signing.chainPath,
      key: copyKey(customs.signing.keyPath, join(home, 'signing.key')),
    },
    encryptionKeys: join(home, 'keys'),
    dataDir: join(home, 'data'),
  };
}

export interface Running {
  readonly node: AgencyNode;
  readonly gateway: FakeGateway;
  readonly alarms: Alarm[];
}

export function makeGateway(): FakeGateway {
  const gateway = new FakeGateway();
  for (const agency of [customs, police]) gateway.directory.set(agency.mailbox, recordOf(agency));
  return gateway;
}

/** Opens a node; unless offline, resolves when it is connected. */
export async function openNode(
  gateway: FakeGateway,
  config: NodeConfigInput = makeConfig(),
  overrides: NodeOverrides = {},
): Promise<Running> {
  const node = await AgencyNode.open(config, {
    connect: gateway.connect,
    logger: pino({ level: 'silent' }),
    ...overrides,
  });
  const alarms: Alarm[] = [];
  node.on('alarm', (alarm) => alarms.push(alarm));
  if (overrides.offline !== true && !gateway.connectError) await vi.waitFor(() => requireThat(node.isConnected));
  return { node, gateway, alarms };
}

export function requireThat(condition: boolean): void {
  if (!condition) throw new Error('not yet');
}

export const BODY = {
  language: 'en',
  spontaneousInformation: {
    subject: 'Vessel',
    text: 'Arrives on Monday.',
    crimeArea: 'REVENUE',
    evaluation: { sourceCode: 'B', infoCode: '2', assessedByUnit: 'xb.police/desk', assessedAtMs: 1 },
  },
};

export const REQUEST: SendRequest = { to: [police.mailbox], body: BODY };

/** A message as its sender sealed it, for one recipient and as the gateway passes it on. */
export function sealed(
  options: { from?: TestAgency; to?: TestAgency; id?: Uint8Array; alter?: Partial<Routing>; body?: Body } = {},
): Envelope {
  const { from = police, to = customs } = options;
  const nowMs = Date.now();
  const made = sealMessage({
    routing: {
      messageId: options.id ?? messageIdBytes(newMessageId(nowMs, random(10))),
      type: 3,
      schemaVersion: 1,
      sender: from.mailbox,
      threadId: random(16),
      inReplyTo: new Uint8Array(0),
      annexOf: new Uint8Array(0),
      groupId: new Uint8Array(0),
      groupVersion: 0,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + 86_400_000,
      urgency: 1,
      availability: 0,
      classification: 1,
      handling: [1],
      handlingTextPresent: false,
      containsPersonalData: false,
      purpose: 1,
      exercise: false,
      derivedFrom: [],
      permissionIds: [],
      retentionUntilMs: 0,
      contactCopyExemption: 0,
      attachments: [],
      grant: undefined,
      interim: false,
      ...options.alter,
    },
    recipients: [{ mailbox: to.mailbox, key: to.encryption }],
    signingKeyId: keyThumbprint(from.signingKey),
    body: options.body ?? bodyFromJson(BODY),
    random,
  });
  return signMessages(from.signingKey, [made])[0]!;
}

/** What would be left if the machine lost power now: a copy of the files, opened as after a crash. */
export function storedNow<T>(dataDir: string, look: (db: DatabaseSync) => T): T {
  const copy = mkdtempSync(join(dir, 'crashed-'));
  for (const name of ['node.db', 'node.db-wal']) copyFileSync(join(dataDir, name), join(copy, name));
  const db = new DatabaseSync(join(copy, 'node.db'));
  try {
    return look(db);
  } finally {
    db.close();
  }
}

export const delivery = (envelope: Envelope, number: number, fields: Partial<Delivery> = {}): Delivery => ({
  mailbox: customs.mailbox,
  number,
  content: { kind: 'message', value: envelope },
  acceptedAtMs: Date.now(),
  acceptedIndex: 5,
  ...fields,
});
