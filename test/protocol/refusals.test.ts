/** refusals.json: submissions and handovers, through the checks that the gateway makes and in their order. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Checked, HandoverItem, SubmitItem } from '../../gateway/pipeline.ts';
import { checkFrame, SigningKeys } from '../../gateway/verify/check.ts';
import { decide, type Command, type Decision } from '../../ledger/decide.ts';
import { canonicalJwk, keyThumbprint } from '../../protocol/algorithms.ts';
import { decode, encode } from '../../protocol/codec.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { CertificateChainSchema, EnvelopeSchema, FrameSchema, KeyUsage } from '../../protocol/generated/schema.ts';
import { type AgencyId, fromHex, toBase64Url } from '../../protocol/ids.ts';
import { directoryFrom } from '../../scripts/vectors/directory.ts';
import { inHex, load, stateAfter } from './vector-files.ts';

const file = load('refusals') as {
  entries: number;
  keys: string[];
  directory: unknown;
  submissions: { name: string; agency: AgencyId; atMs: number; envelope: string; code?: ErrorCode; index?: number }[];
  handovers: {
    name: string;
    agency: AgencyId;
    atMs: number;
    frame: string;
    codes: (ErrorCode | null)[];
    indices: (number | null)[];
  }[];
};
const state = stateAfter(file.entries);

/** As gateway/session/access.ts passes them on: all signing keys, revoked ones as well. */
const keys = new SigningKeys();
const registered = [...state.scan('keys')]
  .filter(({ usage }) => usage === KeyUsage.SIGNING)
  .map((row) => new X509Certificate(decode(CertificateChainSchema, row.chain, 'signed').certificates[0]!).publicKey);
keys.replace(
  registered.map((key) => ({
    keyId: toBase64Url(keyThumbprint(key)),
    spki: new Uint8Array(key.export({ format: 'der', type: 'spki' })),
  })),
);

/** The code of a refusal, the index of an entry written before, or `null` for a new one. */
type Answer = ErrorCode | number | null;

function decided(command: Command, nowMs: number): Answer {
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes);
  const context = { nowMs, random, revocationLists: [], requireRevocationLists: false };
  const decision: Decision = decide(state, command, context);
  if (decision.kind === 'refused') return decision.error.code;
  return decision.kind === 'repeat' ? decision.index : null;
}

function answers(frame: Uint8Array, agency: AgencyId, atMs: number): Answer[] {
  const work = checkFrame({ kind: 'job', job: 1, session: 1, agency, version: 1, frame, receivedMs: 0 }, keys);
  return (work.items as Checked<SubmitItem | HandoverItem>[]).map((checked) => {
    if (checked.kind === 'refused') return checked.fault.code;
    const { item } = checked;
    if ('signed' in item) return decided({ kind: 'handover', agency, ...item }, atMs);
    const { header, parsed, signature, path } = item;
    return decided({ kind: 'submit', agency, header, parsed, signature, path, contentBytes: 0 }, atMs);
  });
}

test('the directory and the keys are those of the state', () => {
  expect(inHex(directoryFrom(state))).toEqual(file.directory);
  expect(new Set(file.keys)).toEqual(new Set(registered.map(canonicalJwk)));
});

test.each(file.submissions)('a submission: $name', ({ agency, atMs, envelope, code, index }) => {
  const envelopes = [decode(EnvelopeSchema, fromHex(envelope), 'open')];
  const frame = encode(FrameSchema, { frame: { kind: 'submit', value: { request: 1, envelopes } } });
  expect(answers(frame, agency, atMs)).toEqual([code ?? index ?? null]);
});

test.each(file.handovers)('a handover: $name', ({ agency, atMs, frame, codes, indices }) => {
  expect(answers(fromHex(frame), agency, atMs)).toEqual(codes.map((code, i) => code ?? indices[i]));
});

describe('every code', () => {
  // Those of version 1: what came later is decided by rules that have tests of their own.
  const ofSubmissions = Object.entries((load('schema') as { codes: Record<string, { number: number }> }).codes)
    .filter(([, { number }]) => number >= 200 && number < 300)
    .map(([code]) => code);

  test('of a submission is among them', () => {
    expect(new Set(file.submissions.flatMap(({ code }) => code ?? []))).toEqual(
      new Set(['MALFORMED', ...ofSubmissions, 'AGENCY_SUSPENDED', 'CERTIFICATE_EXPIRED']),
    );
  });

  test('of a handover is among them', () => {
    const codes = new Set(file.handovers.flatMap((item) => item.codes).filter((code) => code !== null));
    expect(codes).toEqual(
      new Set([
        ...['MALFORMED', 'HEADER_INVALID', 'HANDOVER_MISMATCH', 'KEY_UNKNOWN', 'ALGORITHM_REFUSED'],
        ...['SIGNATURE_INVALID', 'MAILBOX_NOT_YOURS', 'KEY_REVOKED', 'MESSAGE_UNKNOWN'],
      ]),
    );
  });
});
