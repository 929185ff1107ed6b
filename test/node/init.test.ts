/** `node init`: a directory that a node can open, and an enrolment that an operator can carry out. */
import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { reportError } from '../../cli/report.ts';
import { type InitFlags, initNode } from '../../node/commands/init.ts';
import { AgencyNode } from '../../node/index.ts';
import { formatEnrolmentFile, parseEnrolmentFile } from '../../protocol/enrolment.ts';
import { verifyKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { hasOpenssl, issue, makeAuthority } from '../support/openssl.ts';
import { logKey } from './fake-gateway.ts';

const dir = mkdtempSync(join(tmpdir(), 'liaison-init-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe.skipIf(!hasOpenssl)('node init', () => {
  if (!hasOpenssl) return;
  const authority = makeAuthority(dir);
  for (const name of ['certs', 'anchors']) mkdirSync(join(dir, name));
  copyFileSync(authority.certificatePath, join(dir, 'anchors', 'root.pem'));
  for (const [name, kind] of [['tls', 'tls-client'] as const, ['signing', 'signing'] as const]) {
    const made = issue(authority, { kind, agency: 'xa.customs' });
    copyFileSync(made.chainPath, join(dir, 'certs', `${name}.pem`));
    writeFileSync(join(dir, 'certs', `${name}.key`), readFileSync(made.keyPath), { mode: 0o600 });
  }
  const flags = {
    agency: 'xa.customs',
    units: 'portalder,targeting',
    certs: join(dir, 'certs'),
    gateway: 'wss://gateway.example:7443',
    gatewayCa: authority.certificatePath,
    logKey,
    anchors: join(dir, 'anchors'),
  };
  const home = join(dir, 'node');

  test('makes what a node can open; keys are closed to others', async () => {
    const { config, enrolment } = initNode({ ...flags, dir: home });
    for (const key of ['tls.key', 'signing.key', 'encryption/portalder.key', 'encryption/targeting.key']) {
      expect(statSync(join(home, key)).mode & 0o777).toBe(0o600);
    }
    await using node = await AgencyNode.open(config, { offline: true, logger: pino({ level: 'silent' }) });
    expect(node.config.mailboxes).toEqual(['xa.customs/portalder', 'xa.customs/targeting']);
    for (const name of ['node.db', 'node.db-wal']) {
      expect(statSync(join(node.config.dataDir, name)).mode & 0o777).toBe(0o600);
    }

    const text = readFileSync(enrolment, 'utf8');
    const enrol = parseEnrolmentFile(text);
    expect(formatEnrolmentFile(enrol)).toBe(text);
    const signing = new X509Certificate(enrol.signing[0]!.certificates[0]!).publicKey;
    const statements = enrol.keyStatements.map((signed) => verifyKeyStatement(signed, signing));
    expect(statements.map(({ mailbox }) => mailbox)).toEqual(['xa.customs/portalder', 'xa.customs/targeting']);
    expect(text).not.toContain('PRIVATE KEY');
  });

  test('takes a file for a directory of anchors', async () => {
    const { config } = initNode({ ...flags, dir: join(dir, 'second'), anchors: authority.certificatePath });
    await using node = await AgencyNode.open(config, { offline: true, logger: pino({ level: 'silent' }) });
    expect(node.config.agency).toBe('xa.customs');
  });

  const codeOf = (changed: Partial<InitFlags>): string => {
    try {
      initNode({ ...flags, dir: join(dir, 'other'), ...changed });
    } catch (error) {
      return (error as LiaisonError).code;
    }
    return '';
  };

  test('refuses what would not work later, before anything is written', () => {
    expect(codeOf({ dir: home })).toBe('FILE_EXISTS');
    expect(codeOf({ agency: 'xb.police' })).toBe('AGENCY_MISMATCH');
    expect(codeOf({ gateway: 'https://gateway.example' })).toBe('CONFIG_INVALID');
    expect(codeOf({ anchors: join(dir, 'certs') })).toBe('CERTIFICATE_UNTRUSTED');
    expect(codeOf({ logKey: 'no/such/file' })).toBe('FILE_UNREADABLE');
    for (const units of ['BAD UNIT', 'a,a', 'a,']) expect(codeOf({ units })).toBe('USAGE');
    expect(codeOf({ agency: 'XA' })).toBe('USAGE');
    expect(codeOf({ revocationLists: join(dir, 'none') })).toBe('FILE_UNREADABLE');
    expect(codeOf({ revocationLists: authority.certificatePath })).toBe('REVOCATION_LIST_INVALID');
    expect(statSync(join(dir, 'other'), { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('enrolment files', () => {
  test.each([
    ['', 'not JSON'],
    ['{}', 'format'],
    ['{"format":"liaison-enrolment@v1","agency":"XA","units":[],"tls":[],"signing":[],"keyStatements":[]}', 'agency'],
    [
      '{"format":"liaison-enrolment@v1","agency":"xa","units":["a"],"tls":[],"signing":[],"keyStatements":[]}',
      'one for each',
    ],
    [
      '{"format":"liaison-enrolment@v1","agency":"xa","units":["a"],"tls":[],"signing":[],"keyStatements":["AAAA"]}',
      'keyStatements.0',
    ],
    ['{"format":"liaison-enrolment@v1","agency":"xa","units":[],"tls":["x"],"signing":[],"keyStatements":[]}', 'tls.0'],
  ])('%s is refused: %s', (text, named) => {
    const parse = (): string => {
      try {
        parseEnrolmentFile(text);
        return '';
      } catch (error) {
        const { code, detail } = error as LiaisonError;
        return `${code} ${detail}`;
      }
    };
    expect(parse()).toContain('FILE_INVALID');
    expect(parse()).toContain(named);
  });
});

describe('errors of commands', () => {
  const printed = (error: unknown, json: boolean): { status: number; text: string } => {
    const lines: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (chunk: string | Uint8Array): boolean => lines.push(String(chunk)) > 0;
    try {
      return { status: reportError(error, { json }), text: lines.join('') };
    } finally {
      process.stderr.write = write;
    }
  };

  test('are a sentence, a code and a remedy; 2 for wrong use, 1 for findings', () => {
    const finding = printed(new LiaisonError('NOT_ENROLLED'), false);
    expect(finding.status).toBe(1);
    expect(finding.text).toMatch(/NOT_ENROLLED \(110\)[^]*Remedy: /);
    expect(printed(new LiaisonError('TRUST_MISSING'), false).status).toBe(2);
    expect(JSON.parse(printed(new LiaisonError('USAGE', 'x'), true).text)).toMatchObject({
      code: 'USAGE',
      retry: false,
    });
  });

  test('show no stack and let no remote text move the cursor', () => {
    expect(printed(new TypeError('boom'), false).text).not.toMatch(/\n\s+at /);
    expect(printed(new LiaisonError('INTERNAL', '\u001b[2Jgone\u202e'), false).text).not.toMatch(/[\u001b\u202e]/);
  });
});
