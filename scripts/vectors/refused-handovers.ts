/** Handover frames and what becomes of each statement: a part of refusals.json. */
import type { KeyObject } from 'node:crypto';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { signBatch } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import {
  type BatchSignature,
  FrameSchema,
  HandoverOutcome,
  type HandoverStatement,
  HandoverStatementSchema,
} from '../../protocol/generated/schema.ts';
import { ed25519Key } from './keys.ts';
import { SAMPLE } from './log.ts';
import { briar, cedar, random, statementOf, type VectorAgency } from './world.ts';

/** `null`: recorded by a new entry; a number: answered with this entry. */
type Answer = ErrorCode | number | null;

interface Plan {
  readonly name: string;
  readonly leaves: Uint8Array[];
  readonly answers: Answer[];
  readonly key?: KeyObject;
  readonly signature?: (signature: BatchSignature) => BatchSignature;
  readonly by?: VectorAgency;
}

const leafOf = (statement: HandoverStatement): Uint8Array => encode(HandoverStatementSchema, statement);
const badSignature = (signature: BatchSignature): BatchSignature => ({
  ...signature,
  signature: signature.signature.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
});

export function handoverCases(atMs: number): object[] {
  return [...brokenStatements(), ...brokenBatches(), ...decided()].map((plan) => {
    const { signature } = signBatch('handover', plan.key ?? briar.signing[0], plan.leaves);
    const value = { request: 1, statements: plan.leaves, signature: plan.signature?.(signature) ?? signature };
    const codes = plan.answers.map((answer) => (typeof answer === 'string' ? answer : null));
    const indices = plan.answers.map((answer) => (typeof answer === 'number' ? answer : null));
    const { name, by = briar } = plan;
    const frame = encode(FrameSchema, { frame: { kind: 'handover', value } });
    return { name, agency: by.agency, atMs, frame, codes, indices };
  });
}

const { messages, at } = SAMPLE;
/** About number 2 of briar's mailbox, which is outstanding. */
const about = (change: Partial<HandoverStatement> = {}): HandoverStatement =>
  statementOf(messages.burst, briar, 2, change);
const failed = { outcome: HandoverOutcome.FAILED, reason: 401 };

function brokenStatements(): Plan[] {
  const plan = (name: string, leaf: Uint8Array, code: ErrorCode, broken = false): Plan => ({
    ...{ name, leaves: [leaf], answers: [code] },
    ...(broken ? { signature: badSignature } : {}),
  });
  const extra = Uint8Array.from([...leafOf(about()), 0x78, 1]);
  return [
    plan('no statement', new Uint8Array(0), 'MALFORMED'),
    plan('an unknown field', extra, 'MALFORMED'),
    plan('an unknown field, and a changed signature', extra, 'MALFORMED', true),
    plan('an id of no version', leafOf(about({ messageId: new Uint8Array(16) })), 'HEADER_INVALID'),
    plan('a sender without unit', leafOf(about({ sender: 'xa.customs' })), 'HEADER_INVALID'),
    plan('a recipient without unit', leafOf(about({ recipient: 'xb.police' })), 'HEADER_INVALID'),
    plan('a sender without unit, and no outcome', leafOf(about({ sender: 'x', outcome: 0 })), 'HEADER_INVALID'),
    plan('no outcome', leafOf(about({ outcome: 0 })), 'HANDOVER_MISMATCH'),
    plan('FAILED without reason', leafOf(about({ outcome: 2 })), 'HANDOVER_MISMATCH'),
    plan('HANDED_OVER with a reason', leafOf(about({ reason: 401 })), 'HANDOVER_MISMATCH'),
    plan('no outcome, and a changed signature', leafOf(about({ outcome: 0 })), 'HANDOVER_MISMATCH', true),
  ];
}

function brokenBatches(): Plan[] {
  const plan = (name: string, code: ErrorCode, change: Partial<Plan>): Plan => ({
    ...{ name, leaves: [leafOf(about())], answers: [code] },
    ...change,
  });
  const changed = (change: Partial<BatchSignature>) => ({
    signature: (signature: BatchSignature): BatchSignature => ({ ...signature, ...change }),
  });
  const strangerId = keyThumbprint(ed25519Key(99));
  return [
    plan('another size', 'SIGNATURE_INVALID', changed({ size: 2 })),
    plan('another size, and an unregistered key', 'SIGNATURE_INVALID', changed({ size: 2, keyId: strangerId })),
    plan('an unregistered key', 'KEY_UNKNOWN', { key: ed25519Key(99) }),
    plan('an unregistered key, and no algorithm', 'KEY_UNKNOWN', changed({ keyId: strangerId, algorithm: 0 })),
    plan('no algorithm', 'ALGORITHM_REFUSED', changed({ algorithm: 0 })),
    plan("another key's algorithm", 'SIGNATURE_INVALID', changed({ algorithm: 1 })),
    plan('a changed signature', 'SIGNATURE_INVALID', { signature: badSignature }),
    plan('a changed signature, and a mailbox of another agency', 'SIGNATURE_INVALID', {
      leaves: [leafOf(about({ recipient: cedar.mailbox }))],
      signature: badSignature,
    }),
  ];
}

function decided(): Plan[] {
  const plan = (
    name: string,
    answers: Answer[],
    statements: HandoverStatement[],
    change: Partial<Plan> = {},
  ): Plan => ({
    ...{ name, leaves: statements.map(leafOf), answers },
    ...change,
  });
  const [, revoked] = briar.signing;
  if (!revoked) throw new Error('No revoked key.');
  const of = (message: keyof typeof messages, number: number, change: Partial<HandoverStatement> = {}) =>
    statementOf(messages[message], briar, number, change);
  const index = (name: string): number => at[name] ?? 0;
  const foreign = about({ recipient: cedar.mailbox, number: 1 });
  return [
    plan('a mailbox of another agency', ['MAILBOX_NOT_YOURS'], [foreign]),
    plan('a mailbox that does not exist', ['MAILBOX_NOT_YOURS'], [about({ recipient: 'xb.police/nobody' })]),
    plan("a mailbox of another agency, and a third one's key", ['MAILBOX_NOT_YOURS'], [about()], {
      ...{ by: cedar, key: ed25519Key(51) },
    }),
    plan("another agency's key", ['KEY_UNKNOWN'], [about()], { key: cedar.signing[0] }),
    plan('a revoked key', ['KEY_REVOKED'], [about()], { key: revoked }),
    plan('a revoked key, and an unknown number', ['KEY_REVOKED'], [about({ number: 99 })], { key: revoked }),
    plan('an unknown number', ['MESSAGE_UNKNOWN'], [about({ number: 99 })]),
    plan('number 0', ['MESSAGE_UNKNOWN'], [about({ number: 0 })]),
    plan('another number', ['HANDOVER_MISMATCH'], [about({ number: 1 })]),
    plan('another sender', ['HANDOVER_MISMATCH'], [about({ sender: cedar.mailbox })]),
    plan('another header', ['HANDOVER_MISMATCH'], [about({ headerDigest: random(32) })]),
    plan('another id', ['HANDOVER_MISMATCH'], [about({ messageId: statementOf(messages.single, briar, 1).messageId })]),
    plan('said before', [index('handover')], [of('single', 1)]),
    plan('FAILED after an expiry', [index('expiry')], [of('expiring', 4, failed)]),
    plan('HANDED_OVER after an expiry, again', [index('late')], [of('expiring', 4)]),
    plan('FAILED after HANDED_OVER', [null], [of('single', 1, failed)]),
    plan(
      'a batch of which some are refused',
      [null, 'MESSAGE_UNKNOWN', index('handover')],
      [about(), about({ number: 99 }), of('single', 1)],
    ),
  ];
}
