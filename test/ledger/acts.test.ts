/** What the ledger decides about operators' acts and listed revocations. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { apply } from '../../ledger/apply.ts';
import type { Command } from '../../ledger/decide.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { signLeaf } from '../../protocol/batch.ts';
import { parseRevocationList } from '../../protocol/certificates.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { type Act, AgencyStatus, type Enrol, KeyUsage } from '../../protocol/generated/schema.ts';
import { makeRevocationList } from '../support/openssl.ts';
import {
  authority,
  certify,
  DAY_MS,
  filler,
  HOUR_MS,
  keyStatement,
  makeAgency,
  MINUTE_MS,
  newEncryptionKey,
  operators,
  removeDirectory,
  signAct,
  START_MS,
  TestLedger,
} from './support.ts';

const customs = makeAgency('xa.customs');
const police = makeAgency('xb.police', ['desk', 'lab']);
afterAll(removeDirectory);

let ledger: TestLedger;
beforeEach(() => {
  ledger = new TestLedger([customs]);
});

const suspend: Act['act'] = { kind: 'suspend', value: { agency: 'xa.customs' } };
const release: Act['act'] = { kind: 'release', value: { agency: 'xa.customs' } };
const refusedAct = (act: Act['act']): ErrorCode => {
  const before = ledger.size;
  const { code, logged } = ledger.refusal(ledger.nextAct(act));
  expect(logged).toBe(false);
  expect(ledger.size).toBe(before);
  return code;
};
const refusedEnrolment = (value: Enrol): ErrorCode => refusedAct({ kind: 'enrol', value });
const enrol = (value: Enrol): unknown => ledger.act({ kind: 'enrol', value });
const nothing = { units: [], tls: [], signing: [], keyStatements: [] };
const refused = (command: Command): ErrorCode => ledger.refusal(command).code;

describe('who may act, when and in which order', () => {
  test('an act of a known operator is recorded as it was signed', () => {
    const command = ledger.nextAct(suspend);
    expect(ledger.event(command, 'operatorAct')).toEqual({ act: command.signed });
    expect(ledger.store.get('agencies', 'xa.customs')).toMatchObject({
      status: AgencyStatus.SUSPENDED,
      changedIndex: ledger.size - 1,
    });
  });

  test('an unknown operator, a wrong signature and another kind of signature are refused', () => {
    expect(refused(signAct(suspend, 0, START_MS, { key: operators[2] }))).toBe('OPERATOR_UNKNOWN');
    const { signed } = ledger.nextAct(suspend);
    const borrowed = { ...signed.signature, keyId: keyThumbprint(operators[1]) };
    expect(refused({ kind: 'act', signed: { ...signed, signature: borrowed } })).toBe('SIGNATURE_INVALID');
    const changed = signed.leaf.slice();
    changed[changed.length - 1]! ^= 1;
    expect(refused({ kind: 'act', signed: { ...signed, leaf: changed } })).toBe('SIGNATURE_INVALID');
    const kind = signLeaf('handover', operators[0], signed.leaf);
    expect(refused({ kind: 'act', signed: kind })).toBe('SIGNATURE_INVALID');
    const malformed = signLeaf('act', operators[0], Uint8Array.of(1, 2, 3));
    expect(refused({ kind: 'act', signed: malformed })).toBe('MALFORMED');
  });

  test('an act for another log is refused', () => {
    expect(refused(signAct(suspend, 1, START_MS, { origin: 'ledger.test/log2' }))).toBe('ACT_INVALID');
    expect(refused(signAct(suspend, 1, START_MS, { origin: '' }))).toBe('ACT_INVALID');
  });

  test('each key counts its own acts from 0, without gaps; a refused act uses no number', () => {
    for (const number of [0, 2]) expect(refused(signAct(suspend, number, START_MS))).toBe('ACT_OUT_OF_ORDER');
    expect(refused(signAct(release, 1, START_MS))).toBe('ACT_INVALID');
    const first = signAct(suspend, 1, START_MS);
    ledger.recorded(first);
    expect(refused(first)).toBe('ACT_OUT_OF_ORDER');
    expect(refused(signAct(release, 1, START_MS, { key: operators[1] }))).toBe('ACT_OUT_OF_ORDER');
    ledger.recorded(signAct(release, 0, START_MS, { key: operators[1] }));
    expect(ledger.store.get('operators', keyThumbprint(operators[0]))?.nextNumber).toBe(2);
    expect(ledger.store.get('operators', keyThumbprint(operators[1]))?.nextNumber).toBe(1);
  });

  test.each([1, -1])('an act is fresh up to 5 minutes from the gateway’s time (side %i)', (side) => {
    const apartMs = 5 * MINUTE_MS * side;
    expect(refused(ledger.nextAct(suspend, START_MS + apartMs + side))).toBe('ACT_INVALID');
    ledger.recorded(ledger.nextAct(suspend, START_MS + apartMs));
  });

  test('who confirms the clock may have any time', () => {
    const confirm: Act['act'] = { kind: 'confirmClock', value: { atMs: START_MS } };
    for (const createdAtMs of [0, START_MS + 1000 * DAY_MS]) ledger.recorded(ledger.nextAct(confirm, createdAtMs));
  });

  test('the order is: operator, signature, origin, number, time, content', () => {
    const late = START_MS - HOUR_MS;
    const nobody: Act['act'] = { kind: 'suspend', value: { agency: 'xd.nobody' } };
    const origin = 'other.log';
    expect(refused(signAct(nobody, 9, late, { origin, key: operators[2] }))).toBe('OPERATOR_UNKNOWN');
    const { signed } = signAct(nobody, 9, late, { origin });
    const signature = { ...signed.signature, signature: signed.signature.signature.map((byte) => byte ^ 1) };
    expect(refused({ kind: 'act', signed: { ...signed, signature } })).toBe('SIGNATURE_INVALID');
    expect(refused(signAct(nobody, 9, late, { origin }))).toBe('ACT_INVALID');
    expect(refused(signAct(nobody, 9, late))).toBe('ACT_OUT_OF_ORDER');
    expect(refused(signAct(nobody, 1, late))).toBe('ACT_INVALID');
    expect(refused(signAct(nobody, 1, START_MS))).toBe('AGENCY_UNKNOWN');
  });
});

describe('suspending, releasing, revoking', () => {
  test('each once, and only what exists', () => {
    expect(refusedAct(release)).toBe('ACT_INVALID');
    ledger.act(suspend);
    expect(refusedAct(suspend)).toBe('ACT_INVALID');
    ledger.act(release);
    expect(ledger.store.get('agencies', 'xa.customs')?.status).toBe(AgencyStatus.ACTIVE);
    for (const kind of ['suspend', 'release'] as const) {
      expect(refusedAct({ kind, value: { agency: 'xb.police' } })).toBe('AGENCY_UNKNOWN');
    }
  });

  test('a key is revoked once, by act or by list', () => {
    const revoke = (keyId: Uint8Array): Act['act'] => ({ kind: 'revoke', value: { keyId } });
    const listed = (keyId: Uint8Array): Command => ({ kind: 'revoke-listed', keyId, listDigest: filler(32) });
    expect(refusedAct(revoke(police.tls.keyId))).toBe('KEY_UNKNOWN');
    expect(ledger.recorded(listed(police.tls.keyId))).toEqual([]);
    ledger.act(revoke(customs.tls.keyId));
    expect(ledger.store.get('keys', customs.tls.keyId)?.revokedIndex).toBe(ledger.size - 1);
    expect(refusedAct(revoke(customs.tls.keyId))).toBe('ACT_INVALID');
    expect(ledger.recorded(listed(customs.tls.keyId))).toEqual([]);
    const command = listed(customs.signing.keyId);
    expect(ledger.event(command, 'keyRevoked')).toMatchObject({ keyId: customs.signing.keyId, source: 1 });
    expect(ledger.store.get('keys', customs.signing.keyId)?.revokedIndex).toBe(ledger.size - 1);
    expect(ledger.store.get('agencies', 'xa.customs')?.changedIndex).toBe(ledger.size - 1);
    expect(ledger.recorded(command)).toEqual([]);
    expect(refusedAct(revoke(customs.signing.keyId))).toBe('ACT_INVALID');
  });
});

describe('enrolment', () => {
  test('makes agency, keys and mailboxes, numbered in the order of enrolment', () => {
    enrol(police.enrol);
    const index = ledger.size - 1;
    expect(ledger.store.get('agencies', 'xb.police')).toEqual({ agency: 'xb.police', status: 1, changedIndex: index });
    for (const [mailbox, id] of [
      ['xa.customs/desk', 1],
      ['xb.police/desk', 2],
      ['xb.police/lab', 3],
    ] as const) {
      expect(ledger.store.get('mailboxes', mailbox)).toMatchObject({ id, version: 1 });
      expect(ledger.store.mailboxOfId(id)).toBe(mailbox);
      expect(ledger.store.get('counters', id)?.nextNumber).toBe(1);
    }
    expect(ledger.store.get('keys', police.tls.keyId)).toMatchObject({ usage: KeyUsage.TLS, registeredIndex: index });
    expect(ledger.store.get('keys', police.signing.keyId)).toMatchObject({
      usage: KeyUsage.SIGNING,
      agency: 'xb.police',
      notAfterMs: police.signing.notAfterMs,
      revokedIndex: 0,
    });
  });

  test('a new agency needs a unit, a TLS certificate and a signing certificate', () => {
    expect(refusedEnrolment({ ...police.enrol, tls: [] })).toBe('ACT_INVALID');
    expect(refusedEnrolment({ ...police.enrol, signing: [] })).toBe('ACT_INVALID');
    expect(refusedEnrolment({ ...police.enrol, units: [], keyStatements: [] })).toBe('ACT_INVALID');
  });

  test('names follow the rules', () => {
    expect(refusedEnrolment({ ...police.enrol, agency: 'XB.police' })).toBe('HEADER_INVALID');
    expect(refusedEnrolment({ ...police.enrol, units: ['desk', 'la/b'] })).toBe('HEADER_INVALID');
  });

  test('each unit is named once and has one key statement, for itself', () => {
    const { units, keyStatements } = police.enrol;
    expect(refusedEnrolment({ ...police.enrol, units: ['desk', 'desk'] })).toBe('ACT_INVALID');
    expect(refusedEnrolment({ ...police.enrol, keyStatements: keyStatements.slice(0, 1) })).toBe('ACT_INVALID');
    expect(refusedEnrolment({ ...police.enrol, units: units.slice(0, 1) })).toBe('ACT_INVALID');
    expect(refusedEnrolment({ ...police.enrol, keyStatements: keyStatements.toReversed() })).toBe('ACT_INVALID');
  });

  test('a key statement is signed by a signing key of the agency, named here or registered and in force', () => {
    const keys = [newEncryptionKey()];
    const by = (signer: typeof customs.signing, mailbox = 'xa.customs/lab'): Enrol => {
      return {
        ...nothing,
        agency: 'xa.customs',
        units: ['lab'],
        keyStatements: [keyStatement(signer, mailbox, 1, keys)],
      };
    };
    expect(refusedEnrolment(by(police.signing))).toBe('KEY_UNKNOWN');
    enrol(police.enrol);
    expect(refusedEnrolment(by(police.signing))).toBe('KEY_UNKNOWN');
    expect(refusedEnrolment(by(customs.tls))).toBe('KEY_UNKNOWN');
    const forged = by(customs.signing);
    forged.keyStatements[0]!.signature.signature[0]! ^= 1;
    expect(refusedEnrolment(forged)).toBe('SIGNATURE_INVALID');
    const fresh = certify('xa.customs', 'signing');
    enrol({ ...by(fresh), signing: [fresh.chain] });
    ledger.act({ kind: 'revoke', value: { keyId: customs.signing.keyId } });
    expect(refusedEnrolment(by(customs.signing, 'xa.customs/lab'))).toBe('KEY_UNKNOWN');
  });

  test('versions of a mailbox’s keys must rise', () => {
    const at = (version: number): Enrol => {
      const statement = keyStatement(customs.signing, 'xa.customs/desk', version, [newEncryptionKey()]);
      return { ...nothing, agency: 'xa.customs', units: ['desk'], keyStatements: [statement] };
    };
    expect(refusedEnrolment(at(1))).toBe('ACT_INVALID');
    enrol(at(5));
    expect(ledger.store.get('mailboxes', 'xa.customs/desk')).toMatchObject({ id: 1, version: 5 });
    for (const version of [4, 5]) expect(refusedEnrolment(at(version))).toBe('ACT_INVALID');
    enrol(at(6));
  });

  test('a key belongs to one agency and one use, and is named once', () => {
    enrol(police.enrol);
    const stolen = certify('xa.customs', 'tls-client', { keyPath: police.tls.keyPath });
    expect(refusedEnrolment({ ...nothing, agency: 'xa.customs', tls: [stolen.chain] })).toBe('KEY_TAKEN');
    const both = certify('xa.customs', 'signing', { keyPath: customs.tls.keyPath });
    expect(refusedEnrolment({ ...nothing, agency: 'xa.customs', signing: [both.chain] })).toBe('KEY_TAKEN');
    const fresh = certify('xa.customs', 'tls-client');
    const same = certify('xa.customs', 'signing', { keyPath: fresh.keyPath });
    const twice = { ...nothing, agency: 'xa.customs', tls: [fresh.chain] };
    expect(refusedEnrolment({ ...twice, tls: [fresh.chain, fresh.chain] })).toBe('KEY_TAKEN');
    expect(refusedEnrolment({ ...twice, signing: [same.chain] })).toBe('KEY_TAKEN');
    enrol(twice);
  });

  test('a certificate is for this agency and this use', () => {
    const certificate = { ...nothing, agency: 'xa.customs' };
    expect(refusedEnrolment({ ...certificate, tls: [police.tls.chain] })).toBe('AGENCY_MISMATCH');
    expect(refusedEnrolment({ ...certificate, tls: [customs.signing.chain] })).toBe('CERTIFICATE_USAGE');
    expect(refusedEnrolment({ ...certificate, signing: [customs.tls.chain] })).toBe('CERTIFICATE_USAGE');
    ledger.nowMs = customs.tls.notAfterMs + 1;
    expect(refusedEnrolment({ ...certificate, tls: [customs.tls.chain] })).toBe('CERTIFICATE_EXPIRED');
  });

  test('a renewed certificate takes the place of the old one; a revoked key never comes back', () => {
    const renewed = certify('xa.customs', 'signing', { keyPath: customs.signing.keyPath, days: 3500 });
    const before = ledger.store.get('keys', renewed.keyId)!;
    enrol({ ...nothing, agency: 'xa.customs', signing: [renewed.chain] });
    const { notAfterMs, registeredIndex } = ledger.store.get('keys', renewed.keyId)!;
    expect({ notAfterMs, registeredIndex }).toEqual({
      notAfterMs: renewed.notAfterMs,
      registeredIndex: before.registeredIndex,
    });
    ledger.act({ kind: 'revoke', value: { keyId: renewed.keyId } });
    const again: Enrol = { ...nothing, agency: 'xa.customs', signing: [renewed.chain] };
    expect(refusedEnrolment(again)).toBe('KEY_REVOKED');
    // The fold would not bring it back either.
    const { signed } = ledger.nextAct({ kind: 'enrol', value: again });
    const event = { kind: 'operatorAct', value: { act: signed } } as const;
    const changes = apply(ledger.store, ledger.size, { blind: filler(16), atMs: ledger.nowMs, event });
    const { revokedIndex } = ledger.store.get('keys', renewed.keyId)!;
    expect(changes).toContainEqual(
      expect.objectContaining({ row: expect.objectContaining({ revokedIndex }) as object }),
    );
  });

  test('what an act does not name stays, a suspension too', () => {
    ledger.act(suspend);
    const fresh = certify('xa.customs', 'tls-client');
    enrol({ ...nothing, agency: 'xa.customs', tls: [fresh.chain] });
    expect(ledger.store.get('agencies', 'xa.customs')?.status).toBe(AgencyStatus.SUSPENDED);
    expect([...ledger.store.scan('keys')]).toHaveLength(3);
    expect(ledger.store.get('mailboxes', 'xa.customs/desk')?.version).toBe(1);
  });

  test('revocation lists are looked at, and required when they are', () => {
    const list = (serials: readonly string[]) =>
      parseRevocationList(readFileSync(makeRevocationList(authority, { serials })));
    ledger.requireLists = true;
    expect(refusedEnrolment(police.enrol)).toBe('REVOCATION_LIST_INVALID');
    ledger.lists = [list([police.signing.serial])];
    expect(refusedEnrolment(police.enrol)).toBe('CERTIFICATE_REVOKED');
    ledger.lists = [list([])];
    enrol(police.enrol);
  });
});
