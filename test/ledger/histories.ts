/**
 * Random histories for the reference model: a small cast of agencies, and steps that say what happens next. Steps hold
 * small numbers that are looked up in what has happened so far, so that a history can be shrunk and still make sense.
 */
import fc from 'fast-check';
import type { Command, SubmitCommand } from '../../ledger/decide.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import type { Enrol } from '../../protocol/generated/schema.ts';
import type { AgencyId } from '../../protocol/ids.ts';
import type { Message } from './reference-history.ts';
import {
  certify,
  DAY_MS,
  FAILED,
  filler,
  handover,
  HOUR_MS,
  keyStatement,
  makeAgency,
  MINUTE_MS,
  newEncryptionKey,
  operators,
  signAct,
  submission,
  type TestAgency,
} from './support.ts';

const at = <T>(list: readonly T[], i: number): T => list[i % list.length]!;

// The cast

export const customs = makeAgency('xa.customs');
export const police = makeAgency('xb.police', ['desk', 'lab']);
/** Its certificates run out within the histories. */
export const harbour = makeAgency('xc.harbour', ['desk'], 60);
export const agencies: readonly TestAgency[] = [customs, police, harbour];

const newSigning = certify('xa.customs', 'signing');
const rotated = newEncryptionKey();
const renewed = certify('xa.customs', 'signing', { keyPath: customs.signing.keyPath });
const stolen = certify('xc.harbour', 'tls-client', { keyPath: police.tls.keyPath });
const twoUses = certify('xb.police', 'signing', { keyPath: police.tls.keyPath });
const nothing = { units: [], tls: [], signing: [], keyStatements: [] };
const labKeys = newEncryptionKey();
const lab = keyStatement(customs.signing, 'xa.customs/lab', 1, [labKeys]);
const rotation = (signer: typeof newSigning, version: number): Enrol['keyStatements'] => [
  keyStatement(signer, 'xa.customs/desk', version, [rotated, customs.keys[0]!]),
];

const enrolments: readonly Enrol[] = [
  customs.enrol,
  police.enrol,
  harbour.enrol,
  // What an enrolled agency adds: a unit, a key with new encryption keys, a renewed certificate.
  { ...nothing, agency: 'xa.customs', units: ['lab'], keyStatements: [lab] },
  {
    ...nothing,
    agency: 'xa.customs',
    units: ['desk'],
    signing: [newSigning.chain],
    keyStatements: rotation(newSigning, 3),
  },
  { ...nothing, agency: 'xa.customs', units: ['desk'], keyStatements: rotation(customs.signing, 2) },
  { ...nothing, agency: 'xa.customs', signing: [renewed.chain] },
  // What must not pass.
  { ...customs.enrol, agency: 'xc.harbour' },
  { ...harbour.enrol, tls: [stolen.chain] },
  { ...police.enrol, signing: [...police.enrol.signing, twoUses.chain] },
  { ...harbour.enrol, tls: harbour.enrol.signing },
  { ...nothing, agency: 'xb.police', units: ['lab'], keyStatements: [lab] },
  { ...nothing, agency: 'xb.police', tls: [police.tls.chain, police.tls.chain] },
];

const mailboxes = [
  ...customs.mailboxes,
  ...police.mailboxes,
  ...harbour.mailboxes,
  'xa.customs/lab',
  'xd.unknown/desk',
];
const keys = [customs, police, harbour].flatMap(({ signing, tls }) => [signing.keyId, tls.keyId]);
const allKeys = [...keys, newSigning.keyId, filler(32)];
const messageIds = Array.from({ length: 6 }, (_, i) => {
  const id = new Uint8Array(16).fill(i + 1);
  id[6] = 0x70;
  id[8] = 0x80;
  return id;
});

const keysOf = (mailbox: string): Uint8Array[] => {
  if (mailbox === 'xa.customs/lab') return [labKeys.keyId];
  const agency = agencies.find((item) => item.mailboxes.includes(mailbox as never));
  const own = agency ? agency.keys[agency.mailboxes.indexOf(mailbox as never)]!.keyId : filler(32);
  return mailbox === 'xa.customs/desk' ? [own, rotated.keyId] : [own];
};
const signingKeysOf = (agency: string): Uint8Array[] =>
  agency === 'xa.customs'
    ? [customs.signing.keyId, newSigning.keyId]
    : [agencies.find((item) => item.agency === agency)?.signing.keyId ?? filler(32)];
const agencyOf = (mailbox: string): string => mailbox.split('/')[0] ?? '';

// The steps

/** Mostly 0: the ordinary case. */
const rarely = (...others: number[]): fc.Arbitrary<number> =>
  fc.oneof({ weight: 25, arbitrary: fc.constant(0) }, { weight: others.length, arbitrary: fc.constantFrom(...others) });
const index = fc.nat(1000);

/** Position in the list of mailboxes: seldom the one that is enrolled late or the one that does not exist. */
const mailbox = fc.constantFrom(...Array.from({ length: 30 }, (_, i) => (i < 28 ? i % 4 : i - 24)));

const steps = {
  submit: fc.record({
    sender: mailbox,
    recipients: fc.uniqueArray(mailbox, { minLength: 1, maxLength: 4 }),
    /** Position in the list of ids; many are used again. */
    id: index,
    variant: fc.nat(3),
    key: rarely(1, 2, 3),
    recipientKey: rarely(1, 2),
    session: rarely(1),
    createdMs: rarely(-DAY_MS, -1, 5 * MINUTE_MS, 5 * MINUTE_MS + 1),
    lifetimeMs: fc.constantFrom(1, 10 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS, 90 * DAY_MS, 90 * DAY_MS + 1),
  }),
  resubmit: fc.record({ which: index, session: rarely(1) }),
  handover: fc.record({
    which: index,
    place: index,
    failed: fc.boolean(),
    key: rarely(1, 2, 3),
    wrong: rarely(1, 2, 3, 4, 5, 6),
  }),
  enrol: fc.record({ which: index, number: rarely(1, -1), apartMs: rarely(1, 2, 3, 4), signer: rarely(1, 2, 3, 4) }),
  suspend: fc.record({ which: fc.nat(3), release: fc.boolean(), signer: rarely(1) }),
  revoke: fc.record({ which: index, listed: fc.boolean() }),
  confirm: fc.record({ signer: rarely(1) }),
  expire: fc.record({ which: index, all: fc.boolean() }),
  purge: fc.constant({}),
  note: fc.record({ which: fc.nat(3) }),
  wait: fc.record({
    ms: fc.constantFrom(1, 1000, 5 * MINUTE_MS, HOUR_MS, HOUR_MS, DAY_MS, DAY_MS, 30 * DAY_MS, 91 * DAY_MS),
  }),
};
type Steps = { [K in keyof typeof steps]: (typeof steps)[K] extends fc.Arbitrary<infer V> ? V : never };
export type Step = { [K in keyof Steps]: { kind: K; value: Steps[K] } }[keyof Steps];

const WEIGHTS: Record<keyof Steps, number> = {
  submit: 30,
  resubmit: 8,
  handover: 28,
  enrol: 5,
  suspend: 4,
  revoke: 2,
  confirm: 1,
  expire: 8,
  purge: 3,
  note: 3,
  wait: 8,
};

const step = fc.oneof(
  ...(Object.keys(steps) as (keyof Steps)[]).map((kind) => ({
    weight: WEIGHTS[kind],
    arbitrary: (steps[kind] as fc.Arbitrary<unknown>).map((value) => ({ kind, value }) as Step),
  })),
);

/** Steps that one transaction records; when `failsFirst`, it is rolled back once and done again. */
export interface Batch {
  steps: Step[];
  failsFirst: boolean;
}
export interface History {
  /** How many of the agencies are enrolled before the first batch. */
  enrolled: number;
  batches: Batch[];
}

export const history: fc.Arbitrary<History> = fc.record({
  enrolled: fc.constantFrom(3, 3, 3, 3, 3, 3, 3, 3, 2, 0),
  batches: fc.array(
    fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 9 }),
      failsFirst: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { minLength: 8, maxLength: 16 },
  ),
});

// What a step means at this point of the history

/** What {@link commandsOf} looks things up in. */
export interface Past {
  nowMs: number;
  /** Messages that were accepted and are not forgotten. */
  messages: readonly Message[];
  submitted: SubmitCommand[];
  /** Number of the first two operators' next act. */
  nextAct: [number, number];
}

export function commandsOf(step: Step, past: Past): Command[] {
  switch (step.kind) {
    case 'submit': {
      const command = submit(step.value, past);
      past.submitted.push(command);
      return [command];
    }
    case 'resubmit': {
      const command = at([...past.submitted, undefined], step.value.which);
      if (!command) return [];
      return [step.value.session === 1 ? { ...command, agency: 'xb.police' as AgencyId } : command];
    }
    case 'handover':
      return handOver(step.value, past);
    case 'enrol':
      return [act({ kind: 'enrol', value: at(enrolments, step.value.which) }, step.value, past)];
    case 'suspend': {
      const agency = at([...agencies.map((item) => item.agency as string), 'xd.unknown'], step.value.which);
      const kind = step.value.release ? 'release' : 'suspend';
      return [act({ kind, value: { agency } }, step.value, past)];
    }
    case 'revoke': {
      const keyId = at(allKeys, step.value.which);
      if (step.value.listed) return [{ kind: 'revoke-listed', keyId, listDigest: new Uint8Array(32).fill(5) }];
      return [act({ kind: 'revoke', value: { keyId } }, {}, past)];
    }
    case 'confirm':
      return [act({ kind: 'confirmClock', value: { atMs: past.nowMs } }, { ...step.value, apartMs: 4 }, past)];
    case 'expire': {
      const indices = [...past.messages.map((message) => message.index), 0];
      const chosen = step.value.all ? indices : [at(indices, step.value.which)];
      return chosen.map((entryIndex) => ({ kind: 'expire', entryIndex }));
    }
    case 'purge':
      return [{ kind: 'purge' }];
    case 'note':
      return [at(NOTES, step.value.which)];
    case 'wait':
      past.nowMs += step.value.ms;
      return [];
  }
}

const session = new Uint8Array(16).fill(1);
const opened = { session, agency: 'xa.customs', node: 'one', tlsKeyId: customs.tls.keyId, mailboxes: [] };
const NOTES: readonly Command[] = [
  { kind: 'tick' },
  { kind: 'summary', counts: [{ code: 204, count: 2 }] },
  { kind: 'session-opened', session: opened },
  { kind: 'session-closed', session: { session, code: 0 } },
];

function submit(value: Steps['submit'], past: Past): SubmitCommand {
  const sender = at(mailboxes, value.sender);
  const agency = agencyOf(sender);
  const createdAtMs = past.nowMs + value.createdMs;
  const ordinary = value.key === 0 ? signingKeysOf(agency)[0]! : undefined;
  return submission(
    {
      sender,
      signingKeyId: ordinary ?? at([...signingKeysOf(agency).slice(1), ...allKeys], value.key),
      recipients: value.recipients.map((i) => {
        const mailbox = mailboxes[i]!;
        return { mailbox, keyId: at([...keysOf(mailbox), filler(32)], value.recipientKey) };
      }),
      messageId: at(messageIds, value.id),
      createdAtMs,
      expiresAtMs: createdAtMs + value.lifetimeMs,
      bodyDigest: new Uint8Array(32).fill(value.variant),
    },
    value.session === 0 ? agency : at(agencies, value.sender).agency,
  );
}

function handOver(value: Steps['handover'], { messages }: Past): Command[] {
  if (messages.length === 0) return [];
  const message = at(messages, value.which);
  const { recipients, routing } = message.command.parsed;
  const place = value.place % recipients.length;
  const recipient = recipients[place]!;
  const agency = agencies.find((item) => item.agency === agencyOf(recipient))!;
  const wrong = at(
    [
      {},
      { messageId: messageIds[0]! },
      { sender: mailboxes[4]! },
      { headerDigest: filler(32) },
      { number: message.numbers[place]! + 1 },
      { recipient: mailboxes[0]! },
      { number: 1000 + routing.schemaVersion },
    ],
    value.wrong,
  );
  const change = { recipient, ...(value.failed ? FAILED : {}), ...wrong };
  const signer = at([...signingKeysOf(agency.agency), ...allKeys], value.key);
  return [handover(message.command, agency, message.numbers[place]!, change, signer)];
}

type ActChoice = Partial<Pick<Steps['enrol'], 'number' | 'apartMs' | 'signer'>>;
type ActContent = Parameters<typeof signAct>[0];

/** `signer`: the first operator, the second, a stranger, the first for another log, the second out of turn. */
function act(content: ActContent, { number = 0, apartMs = 0, signer = 0 }: ActChoice, past: Past): Command {
  const who = signer === 1 || signer === 4 ? 1 : 0;
  const key = signer === 2 ? operators[2] : operators[who];
  const createdAtMs = past.nowMs + [0, 5 * MINUTE_MS, 5 * MINUTE_MS + 1, -5 * MINUTE_MS, -5 * MINUTE_MS - 1][apartMs]!;
  const next = Math.max(0, past.nextAct[who] + number + (signer === 4 ? 1 : 0));
  return signAct(content, next, createdAtMs, { key, ...(signer === 3 ? { origin: 'another.log' } : {}) });
}

export const operatorIds = operators.map(keyThumbprint);
