import { afterAll, describe, expect, test } from 'vitest';
import type { VerifyOptions } from '../../audit/verify-log.ts';
import { decode } from '../../protocol/codec.ts';
import { signKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { type Act, type KeyStatement, KeyStatementSchema, RevocationSource } from '../../protocol/generated/schema.ts';
import { makeAuthority } from '../support/openssl.ts';
import { type Event, flipped } from './forged-events.ts';
import { Forgery } from './forgery.ts';
import {
  customs,
  directory,
  harbour,
  makeAgency,
  police,
  removeDirectory,
  rootCertificate,
  signAct,
  signer,
  START_MS,
  type TestAgency,
} from './log-builder.ts';
import { makeSampleLog } from './sample-log.ts';
import { testKey } from './support.ts';
import { AND_MORE, audit, type Case, findsOut, found, seen, TRUST } from './verify-support.ts';

const sample = makeSampleLog();
const { at, size } = sample;
const stranger = makeAgency('xd.customs', 'desk', 'p256');
const impostor = makeAgency('xe.customs', 'desk', 'p256', makeAuthority(directory, { name: 'Other root' }));
afterAll(removeDirectory);

const act = (log: Forgery, content: Act['act'], number = 6, change: Parameters<typeof signAct>[3] = {}): Event => ({
  kind: 'operatorAct',
  value: { act: signAct(content, number, log.nextMs, change) },
});
const suspend = (agency: string): Act['act'] => ({ kind: 'suspend', value: { agency } });
const enrol = (agency: TestAgency, change: Partial<TestAgency['enrol']> = {}): Act['act'] => ({
  kind: 'enrol',
  value: { ...agency.enrol, ...change },
});

const openingOf = (log: Forgery): Event & { kind: 'shardOpen' } => log.entry(0).event as Event & { kind: 'shardOpen' };
const reopen = (log: Forgery, change: Partial<(Event & { kind: 'shardOpen' })['value']>): void =>
  log.replace(0, ({ event }) => ({ event: { ...event, value: { ...event.value, ...change } } as Event }));

describe('a log that a gateway wrote', () => {
  test('verifies, and says what it holds', async () => {
    const outside = [
      { name: 'earlier', note: sample.earlier },
      { name: 'last', note: sample.last },
    ];
    const report = await audit(sample.path, { ...TRUST, outside });
    expect(report).toMatchObject({ verdict: 'verified', findings: [], findingsTotal: 0, missingTrust: [], size });
    expect(report.entriesByKind).toMatchObject({ submissionAcceptance: 7, submissionRejection: 2, contentHandover: 5 });
    expect(report.acts.map(({ index }) => index)).toEqual([
      at.enrolCustoms,
      at.enrolPolice,
      at.enrolHarbour,
      at.suspend,
      at.release,
      at.revoke,
    ]);
    expect(report.outside.map(({ contained }) => contained)).toEqual([true, true]);
    expect(report.stateDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('verifies when it was forged from itself, so that the forgeries below differ in one thing only', async () => {
    const report = await audit(new Forgery(sample.path).write());
    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('verified');
  });

  test.each<[string, VerifyOptions, string[]]>([
    ['key', { anchors: [rootCertificate] }, ['--log-key']],
    ['authorities', { logVerifier: signer }, ['--anchors']],
    ['both', {}, ['--log-key', '--anchors']],
  ])('is only consistent without %s', async (_, options, missingTrust) => {
    expect(await audit(sample.path, options)).toMatchObject({
      verdict: 'consistent-origin-unproven',
      missingTrust,
      findings: [],
    });
  });

  test('lists silences without calling them wrong', async () => {
    const report = await audit(sample.path, { ...TRUST, silenceMs: 3_600_000 });
    expect(report).toMatchObject({ verdict: 'verified', silences: [{ index: at.expiry, lengthMs: 7_201_000 }] });
  });
});

test('an authority that the auditor does not trust, and whom it vouched for, are found', async () => {
  const [anchor] = impostor.enrol.signing[0]!.certificates;
  const report = await audit(sample.path, { ...TRUST, anchors: [anchor!] });
  const enrolments = [at.enrolCustoms, at.enrolPolice, at.enrolHarbour];
  const expected = enrolments.map((index) => found(index, 'enrolment-certificate'));
  expect(seen(report)).toEqual([found(0, 'anchor-unknown'), ...expected]);
});

const ACTS: Case[] = [
  [
    'an act that its operator did not sign',
    (log) => {
      const signed = signAct(suspend(police.agency), 6, log.nextMs);
      const value = { act: { ...signed, signature: flipped(signed.signature) } };
      log.append({ kind: 'operatorAct', value });
    },
    [found(size, 'act-signature')],
  ],
  [
    'an act of a stranger',
    (log) => log.append(act(log, suspend(police.agency), 0, { key: testKey(8) })),
    [found(size, 'act-signature')],
  ],
  ['an act that was left out', (log) => log.append(act(log, suspend(police.agency), 7)), [found(size, 'act-number')]],
  ['an act that was repeated', (log) => log.append(act(log, suspend(police.agency), 5)), [found(size, 'act-number')]],
  [
    'an act for another log',
    (log) => log.append(act(log, suspend(police.agency), 6, { origin: 'other.example/2026' })),
    [found(size, 'act-content')],
  ],
  [
    'an act without effect',
    (log) => log.append(act(log, { kind: 'release', value: { agency: police.agency } })),
    [found(size, 'act-content')],
  ],
  [
    'an enrolment by an unknown authority',
    (log) => log.append(act(log, enrol(impostor))),
    [found(size, 'enrolment-certificate')],
  ],
  [
    'an enrolment with the certificates of another agency',
    (log) => log.append(act(log, enrol(stranger, { tls: customs.enrol.tls }))),
    [found(size, 'enrolment-certificate')],
  ],
  [
    'an enrolment after the certificates had expired',
    (log) => {
      const later = log.nextMs + 60 * 86_400_000;
      const value = { act: signAct(enrol(stranger), 6, later) };
      log.append({ kind: 'operatorAct', value }, undefined, later);
    },
    [found(size, 'enrolment-certificate')],
  ],
  [
    'an encryption key that the agency did not sign',
    (log) => {
      const own = decode(KeyStatementSchema, customs.enrol.keyStatements[0]!.leaf, 'signed');
      const statement: KeyStatement = { ...own, version: 2 };
      const keyStatements = [signKeyStatement(police.signing, statement)];
      log.append(act(log, enrol(customs, { tls: [], signing: [], keyStatements })));
    },
    [found(size, 'key-statement')],
  ],
  [
    'an encryption key with a forged signature',
    (log) => {
      const signed = stranger.enrol.keyStatements[0]!;
      const keyStatements = [{ ...signed, signature: flipped(signed.signature) }];
      log.append(act(log, enrol(stranger, { keyStatements })));
    },
    [found(size, 'key-statement')],
  ],
  [
    'a second revocation',
    (log) => {
      const value = { keyId: harbour.tlsKeyId, source: RevocationSource.LIST, listDigest: new Uint8Array(32) };
      log.append({ kind: 'keyRevoked', value });
    },
    [found(size, 'revocation')],
  ],
  [
    'a revocation of an unknown key',
    (log) => {
      const value = { keyId: new Uint8Array(32), source: RevocationSource.LIST, listDigest: new Uint8Array(32) };
      log.append({ kind: 'keyRevoked', value });
    },
    [found(size, 'entry-fold')],
  ],
];

const WHOLE: Case[] = [
  [
    'a clock that runs back',
    (log) => log.append({ kind: 'tick', value: {} }, undefined, START_MS),
    [found(size, 'time-order')],
  ],
  ['bytes that are no entry', (log) => log.entries.push(Uint8Array.of(1, 2, 3)), [found(size, 'entry-encoding')]],
  [
    'an entry in another than the canonical encoding',
    (log) => log.entries.push(Buffer.concat([log.entries[at.tick]!, Uint8Array.of(0x10, 0)])),
    [found(size, 'entry-encoding')],
  ],
  ['a second opening', (log) => log.append(openingOf(log)), [found(size, 'log-identity')]],
  [
    'the key of another log in entry 0',
    (log) => reopen(log, { verifierKey: openingOf(log).value.verifierKey.replace('ef1f747b', 'ef1f747c') }),
    [found(0, 'log-identity')],
  ],
  [
    'another origin in entry 0',
    (log) => reopen(log, { origin: 'other.example/2026' }),
    [
      found(0, 'log-identity'),
      ...[at.enrolCustoms, at.enrolPolice, at.enrolHarbour, at.suspend, at.release, at.revoke].map((index) =>
        found(index, 'act-content'),
      ),
    ],
  ],
  [
    'an operator key under another id',
    (log) => reopen(log, { operators: [...openingOf(log).value.operators, { keyId: new Uint8Array(32), jwk: '{}' }] }),
    [found(0, 'log-identity')],
  ],
  [
    'a log without its opening',
    (log) => log.remove(0),
    [found(0, 'log-identity'), found(0, 'act-signature'), found(1, 'act-signature'), AND_MORE],
  ],
  [
    'an acceptance that was removed',
    (log) => log.remove(at.single),
    [found(at.single, 'mailbox-number'), found(at.handover - 1, 'handover-fit'), AND_MORE],
  ],
];

describe('a dishonest gateway is found out when it logs', () => findsOut(sample.path, ACTS));
describe('a dishonest gateway is found out when its log has', () => findsOut(sample.path, WHOLE));
