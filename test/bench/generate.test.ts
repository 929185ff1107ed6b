import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LedgerFile } from '../../audit/ledger-file.ts';
import { verifyLog } from '../../audit/verify-log.ts';
import { createSigner, KEY_TYPE, parseVerifierKey } from '../../audit/verifier-key.ts';
import { type Description, readDescription } from '../../bench/generate/description.ts';
import { generate, type GenerateOptions } from '../../bench/generate/generate.ts';
import { freePorts } from '../../bench/systems/servers.ts';
import { loadGatewayConfig } from '../../gateway/config.ts';
import { Gateway } from '../../gateway/gateway.ts';
import { LedgerEngine } from '../../gateway/ledger/engine.ts';
import { AgencyNode } from '../../node/index.ts';
import { readAnchors } from '../../node/keys.ts';
import { EntrySchema } from '../../protocol/generated/schema.ts';
import { take } from '../support/nodes.ts';

// Hundreds of commits, each synced: the disk decides how long that takes.
vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), 'liaison-generate-'));
const dir = join(root, 'log');
const options: GenerateOptions = {
  dir,
  messages: 3000,
  waiting: 200,
  waitingFor: 2,
  openable: true,
  seed: 7,
  agencies: 8,
  contentBytes: 1024,
  burst: 'mixed',
  single: 0.3,
  days: 2,
  port: 0,
  endMs: Date.now(),
};
/** What needs agreements, cases or groups is not in the generated log. */
/** The generated log is one shard, of messages of version 1. */
const NOT_MADE = [
  'shardClose',
  'snapshot',
  'auditRead',
  'contentAccessTracking',
  'consignmentAcceptance',
  'consignmentRejection',
  'acceptanceRejectionExpiry',
  'deadlineEvent',
  'groupChange',
];

let made: Description;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  made = await generate({ ...options, port });
}, 60_000);

afterAll(() => rmSync(root, { recursive: true }));

const at = (path: string): string => join(dir, path);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

test('a generated log keeps every rule, has every kind of entry, and as many as are described', async () => {
  const source = new LedgerFile(at(made.gateway.data));
  const anchors = readAnchors(at(made.anchors)).map(({ raw }) => new Uint8Array(raw));
  const report = await verifyLog(source, { logVerifier: parseVerifierKey(made.log.verifierKey), anchors });
  source.close();
  expect(report.findings).toEqual([]);
  expect(report.verdict).toBe('verified');
  // After the trial.
  expect(report.silences).toHaveLength(1);
  expect(report.entriesByKind).toEqual(made.log.entriesByKind);
  const kinds = EntrySchema.fields
    .filter(({ name, oneof }) => oneof !== undefined && !NOT_MADE.includes(name))
    .map(({ name }) => name);
  expect(Object.keys(made.log.entriesByKind).sort()).toEqual(kinds.sort());
  expect(sum(Object.values(made.log.entriesByKind))).toBe(made.log.size);
  expect(made.log.entriesByKind).toMatchObject({ submissionAcceptance: 3200 });
  expect([report.firstAtMs, report.lastAtMs]).toEqual([made.log.fromMs, options.endMs]);
});

test('the engine opens it, and what waits is stored as it was sent', () => {
  const signer = createSigner(made.log.origin, KEY_TYPE.ED25519, createPrivateKey(readFileSync(at('gateway/log.key'))));
  const engine = LedgerEngine.open(at(made.gateway.database), signer);
  try {
    expect(engine.tree.size).toBe(made.log.size);
    const waiting = [...engine.store.scan('messages')].filter(({ outstanding }) => outstanding > 0);
    expect(waiting).toHaveLength(200);
    expect(sum(made.agencies.flatMap(({ mailboxes }) => mailboxes.map((mailbox) => mailbox.waiting)))).toBe(200);
    for (const { entryIndex, expiresAtMs } of waiting) {
      expect(expiresAtMs).toBeGreaterThan(options.endMs + 80 * 86_400_000);
      const { content, wrappedKeys } = engine.content(entryIndex)!;
      expect(wrappedKeys).toHaveLength(1);
      expect(content.length).toBeGreaterThan(850);
      expect(content.length).toBeLessThanOrEqual(1024);
    }
  } finally {
    engine.close();
  }
});

test('a gateway serves it, and a node gets and opens what waits', async () => {
  expect(readDescription(dir)).toEqual(made);
  const gateway = await Gateway.start(
    loadGatewayConfig(at(made.gateway.config), { LIAISON_GATEWAY_LOG_LEVEL: 'silent' }),
  );
  const [agency] = made.agencies;
  const node = await AgencyNode.open(at(agency!.config), { logger: pino({ level: 'silent' }) });
  try {
    const messages = await take(node, 25);
    expect(messages.map(({ body }) => body.content.kind)).toEqual(Array(25).fill('spontaneousInformation'));
  } finally {
    await node.close();
    await gateway.stop();
  }
});

test('the same seed gives the same log whenever it is made', async () => {
  const small = { ...options, messages: 150, waiting: 10, openable: false, agencies: 6, days: 1, port: 7443 };
  const logs: unknown[] = [];
  for (const endMs of [options.endMs, options.endMs - 123_456_789]) {
    const { log, agencies } = await generate({ ...small, dir: join(root, `${logs.length}`), endMs });
    const numbers = agencies.map(({ mailboxes }) => mailboxes.map(({ nextNumber, waiting }) => [nextNumber, waiting]));
    logs.push([log.entriesByKind, numbers]);
  }
  expect(logs[1]).toEqual(logs[0]);
});

test('a backlog alone has no messages before it', async () => {
  const backlog = { ...options, messages: 0, waiting: 50, waitingFor: 1, openable: false, days: 1, port: 7443 };
  const { log, agencies } = await generate({ ...backlog, dir: join(root, 'backlog') });
  expect(log.entriesByKind).toMatchObject({ submissionAcceptance: 50, keyRevoked: 1 });
  expect(log.entriesByKind).not.toHaveProperty('contentHandover');
  expect(agencies[0]!.mailboxes[0]).toMatchObject({ waiting: 50, nextNumber: 51 });
});
