/** What the audit finds out about agreements, groups and originator control: an honest log, and one forgery at a time. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import { type ErrorCode, ERRORS } from '../../protocol/errors.ts';
import {
  type Act,
  type Agreement,
  Exchange,
  type Group,
  type GroupStatement,
  GroupStatementSchema,
  HandlingCode,
  type Routing,
} from '../../protocol/generated/schema.ts';
import { acceptance, type Event, rejection } from './forged-events.ts';
import { Forgery } from './forgery.ts';
import {
  customs,
  directory,
  harbour,
  LogBuilder,
  makeMessage,
  police,
  removeDirectory,
  signAct,
  signer,
  submissions,
  type TestAgency,
  type TestMessage,
} from './log-builder.ts';
import { audit, findsOut, found } from './verify-support.ts';

afterAll(removeDirectory);

const id = (value: number): Uint8Array => new Uint8Array(16).fill(value);
const agreement = (change: Partial<Agreement> = {}): Act['act'] => ({
  kind: 'setAgreement',
  value: {
    agreement: {
      agreementId: id(1),
      name: 'XA and XB',
      parties: ['xa.customs', 'xb.police'],
      types: [],
      classificationMax: 1,
      personalData: true,
      validFromMs: 0,
      validUntilMs: 0,
      ...change,
    },
  },
});
const group = (change: Partial<Group> = {}): Group => ({
  groupId: id(2),
  name: 'LARKSPUR',
  owner: customs.mailbox,
  members: [customs.mailbox, police.mailbox],
  startsAtMs: 0,
  endsAtMs: 0,
  simplifiedForm: false,
  nominalAllowed: true,
  classificationMax: 1,
  ...change,
});

function statement(
  by: TestAgency,
  createdAtMs: number,
  change: Partial<GroupStatement> = {},
): ReturnType<typeof signLeaf> {
  const blind = new Uint8Array(randomBytes(16));
  const value = { blind, origin: signer.name, replaces: 0, createdAtMs, group: group(), end: false, ...change };
  return signLeaf('group', by.signing, encode(GroupStatementSchema, value));
}

interface Honest {
  readonly path: string;
  readonly size: number;
  readonly group: number;
  readonly original: TestMessage;
  /** Of the next act. */
  readonly acts: number;
}

function honestLog(name: string, exchange: Exchange): Honest {
  const log = new LogBuilder(join(directory, name), exchange);
  for (const { enrol } of [customs, police, harbour]) log.act({ kind: 'enrol', value: enrol });
  log.act(agreement());
  log.act({ kind: 'setAgency', value: { agency: 'xb.police', clearance: 2, contact: '', attachmentBytesMax: 0 } });
  const [made = 0] = log.command({ kind: 'group', agency: customs.agency, signed: statement(customs, log.nowMs) });
  const labels = { schemaVersion: 2, type: 3, handling: [HandlingCode.H2] } satisfies Partial<Routing>;
  const original = makeMessage(police, [customs], log.nowMs, labels);
  log.commit(...submissions(police, [original]));
  const refused = makeMessage(customs, [harbour], log.nowMs);
  const [last = 0] = exchange === 0 ? log.command({ kind: 'tick' }) : log.commit(...submissions(customs, [refused]));
  log.close();
  return { path: log.path, size: last + 1, group: made, original, acts: 5 };
}

const honest = honestLog('rules.db', Exchange.BY_AGREEMENT);
const open = honestLog('open.db', Exchange.UNSPECIFIED);
const { size } = honest;

const act = (log: Forgery, content: Act['act']): void =>
  void log.append({ kind: 'operatorAct', value: { act: signAct(content, honest.acts, log.nextMs) } });
const change = (log: Forgery, by: TestAgency, said: Partial<GroupStatement>): void =>
  void log.append({ kind: 'groupChange', value: { statement: statement(by, log.nextMs, said) } });
const send = (log: Forgery, to: TestAgency, labels: Partial<Routing>, number = 1): void => {
  const message = makeMessage(customs, [to], log.nextMs, { schemaVersion: 2, type: 3, ...labels });
  log.append(acceptance(message, [number]), message);
};
const refuse = (log: Forgery, code: ErrorCode, by = customs): void => {
  const message = makeMessage(by, [police], log.nextMs);
  const { signature, path } = (acceptance(message, [], by) as Event & { kind: 'submissionAcceptance' }).value;
  log.append(rejection(message, { code: ERRORS[code].number, signature, path }));
};

describe('a log with agreements and groups', () => {
  test.each([honest, open])('verifies', async ({ path }) => {
    expect(await audit(path)).toMatchObject({ verdict: 'verified', findings: [] });
  });
});

describe('a forged act or group', () => {
  findsOut(honest.path, [
    [
      'names a party that is not enrolled',
      (log) => act(log, agreement({ parties: ['xa.customs', 'zz.none'] })),
      [found(size, 'act-content')],
    ],
    [
      'ends an agreement that is not there',
      (log) => act(log, { kind: 'endAgreement', value: { agreementId: id(9) } }),
      [found(size, 'act-content')],
    ],
    [
      'changes a group by another than its owner',
      (log) => change(log, police, { replaces: honest.group }),
      [found(size, 'group-signature')],
    ],
    [
      'takes a group over',
      (log) => change(log, police, { replaces: honest.group, group: group({ owner: police.mailbox }) }),
      [found(size, 'group-signature')],
    ],
    [
      'replaces another version',
      (log) => change(log, customs, { replaces: 1, group: group({ name: 'B' }) }),
      [found(size, 'group-content')],
    ],
    [
      'names a member that is not enrolled',
      (log) => change(log, customs, { replaces: honest.group, group: group({ members: ['zz.none/desk'] }) }),
      [found(size, 'group-content')],
    ],
    ['says what was said', (log) => change(log, customs, {}), [found(size, 'group-content')]],
  ]);
});

describe('a forged acceptance', () => {
  findsOut(honest.path, [
    ['without an agreement', (log) => send(log, harbour, {}), [found(size, 'submission-policy')]],
    ['above the clearance', (log) => send(log, police, { classification: 3 }), [found(size, 'submission-policy')]],
    ['above what is agreed', (log) => send(log, police, { classification: 2 }), [found(size, 'submission-policy')]],
    [
      'to a group that is not there',
      (log) => send(log, police, { groupId: id(7), groupVersion: 1 }),
      [found(size, 'submission-policy')],
    ],
    [
      'to an old version of a group',
      (log) => send(log, police, { groupId: id(2), groupVersion: 1 }),
      [found(size, 'submission-policy')],
    ],
    [
      'of what it does not know',
      (log) => send(log, police, { derivedFrom: [makeMessage(customs, [police], log.nextMs).routing.messageId] }),
      [found(size, 'submission-policy')],
    ],
    [
      'of what is marked lower',
      (log) => send(log, police, { derivedFrom: [honest.original.routing.messageId] }),
      [found(size, 'submission-policy')],
    ],
  ]);
  findsOut(open.path, [
    [
      'of what its originator keeps',
      (log) => send(log, harbour, { derivedFrom: [open.original.routing.messageId], handling: [HandlingCode.H2] }),
      [found(open.size, 'submission-policy')],
    ],
  ]);
});

describe('a forged refusal', () => {
  findsOut(open.path, [
    ...(['CLEARANCE_TOO_LOW', 'AGREEMENT_MISSING', 'AGREEMENT_EXPIRED', 'CONTACT_COPY_MISSING'] as const).map(
      (code) =>
        [
          `as ${code} where none is asked for`,
          (log: Forgery) => refuse(log, code),
          [found(open.size, 'refusal-policy')],
        ] as const,
    ),
  ]);
  findsOut(honest.path, [
    [
      'for an agreement that nobody has',
      (log) => refuse(log, 'AGREEMENT_EXPIRED', harbour),
      [found(size, 'refusal-policy')],
    ],
    ['for a contact that nobody has', (log) => refuse(log, 'CONTACT_COPY_MISSING'), [found(size, 'refusal-policy')]],
  ]);
  test('that may have been right is not one', async () => {
    const log = new Forgery(honest.path);
    for (const code of ['AGREEMENT_EXPIRED', 'GROUP_CHANGED', 'PERMISSION_MISSING', 'CLEARANCE_TOO_LOW'] as const)
      refuse(log, code);
    expect((await audit(log.write())).findings).toEqual([]);
  });
});
