/**
 * The policy through a real gateway that denies by default: what is refused is refused with the promised code, in words at
 * the sender's node, and in the log; what is permitted is delivered and told to those whom it concerns.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LedgerFile } from '../../audit/source.ts';
import { verifyLog } from '../../audit/verify-log.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { signLeaf } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { signMessages } from '../../protocol/envelope/seal.ts';
import { readHeader } from '../../protocol/envelope/verify.ts';
import { type ErrorCode, ERRORS } from '../../protocol/errors.ts';
import {
  Classification,
  type Group,
  GroupSchema,
  type GroupStatement,
  GroupStatementSchema,
  HandlingCode,
  MessageType,
  type Routing,
  type SubmitOutcome,
} from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { type Draft, newId, RawNode, seal } from '../support/raw-node.ts';
import { type Agency, LIAISON, World } from '../support/world.ts';

let world: World;
let [customs, police, border, unodc, frontex]: Agency[] = [];
const nodes = new Map<string, RawNode>();
const V2 = { versions: [1, 2] };

beforeAll(async () => {
  world = new World({ byAgreement: true });
  await world.start();
  [customs, police, border, unodc, frontex] = await world.enrolled(
    ...['xa.customs', 'xb.police', 'xc.border', 'un.unodc', 'eu.frontex'],
  );
  for (const agency of [customs, police, border, unodc, frontex]) {
    nodes.set(agency!.agency, await RawNode.open(world, agency!, V2));
  }
  await agree('Most', ['xa.customs', 'xb.police', 'xc.border', 'un.unodc'], {});
  await agree('Over', ['xa.customs', 'eu.frontex'], { validUntilMs: Date.now() - 1000 });
  await world.control.act(world.operatorKey, {
    kind: 'setAgency',
    value: { agency: 'xc.border', clearance: Classification.EU_RESTRICTED, contact: '', attachmentBytesMax: 0 },
  });
}, 60_000);
afterAll(() => world.close());

const agree = (name: string, parties: string[], change: { validUntilMs?: number }): Promise<number> =>
  world.control.act(world.operatorKey, {
    kind: 'setAgreement',
    value: {
      agreement: {
        agreementId: new Uint8Array(randomBytes(16)),
        name,
        parties,
        types: [],
        classificationMax: Classification.EU_RESTRICTED,
        personalData: true,
        validFromMs: 0,
        validUntilMs: 0,
        ...change,
      },
    },
  });

const nodeOf = (agency: Agency): RawNode => nodes.get(agency.agency)!;
/** All messages of this file are of one thread. */
const threadId = new Uint8Array(randomBytes(16));

const draftOf = (messageId: Uint8Array, routing: Partial<Routing> = {}): Draft => {
  const content = contentOf(routing);
  return { messageId, routing: { schemaVersion: 2, threadId, ...routing }, ...(content && { content }) };
};

/** The gateway sees none of it. */
function contentOf({ type, inReplyTo = new Uint8Array(0) }: Partial<Routing>): Draft['content'] {
  const targetMessage = inReplyTo;
  switch (type) {
    case MessageType.PERMISSION_REQUEST:
      return {
        kind: 'permissionRequest',
        value: { targetMessage, newRecipients: ['un.unodc/desk'], purpose: 'A case.' },
      };
    case MessageType.PERMISSION_DECISION: {
      const value = {
        targetMessage,
        newRecipients: ['un.unodc/desk'],
        granted: true,
        conditions: '',
        expiresAt: '',
        reason: '',
      };
      return { kind: 'permissionDecision', value };
    }
    case MessageType.RECALL:
      return { kind: 'recall', value: { targetMessage, reason: 'An error.', replacement: new Uint8Array(0) } };
    case MessageType.COMPLIANCE_RECEIPT:
      return {
        kind: 'complianceReceipt',
        value: { targetMessage, actionDone: 'Erased.', doneAt: '2031-05-01T12:00:00Z' },
      };
    default:
      return undefined;
  }
}

async function submit(from: Agency, to: readonly Agency[], routing: Partial<Routing> = {}): Promise<SubmitOutcome> {
  const messageId = newId();
  const envelopes = signMessages(from.signingKey, [seal(from, to, draftOf(messageId, routing))]);
  const { outcomes } = await nodeOf(from).submit(envelopes);
  return outcomes[0]!;
}

async function accepted(...draft: Parameters<typeof submit>): Promise<{ id: Uint8Array; index: number }> {
  const { messageId, outcome } = await submit(...draft);
  if (outcome.kind !== 'accepted') throw new Error(outcome.value.text);
  return { id: messageId, index: outcome.value.index };
}

const refusals: number[] = [];

/** Expects a refusal in words with this code, and its entry in the log. */
async function refused(code: ErrorCode, words: string, ...draft: Parameters<typeof submit>): Promise<void> {
  const node = nodeOf(draft[0]);
  const messageId = newId();
  const sealed = seal(draft[0], draft[1], draftOf(messageId, draft[2]));
  const result = await node.submit(signMessages(draft[0].signingKey, [sealed]));
  const { outcome } = result.outcomes[0]!;
  if (outcome.kind !== 'refused') throw new Error('accepted');
  expect(outcome.value).toMatchObject({ code: ERRORS[code].number, retry: ERRORS[code].retry });
  expect(outcome.value.text).toBe(`${ERRORS[code].text} ${words}`.trim());
  const { event } = node.verified(outcome.value.logged!, result);
  if (event.kind !== 'submissionRejection') throw new Error(event.kind);
  expect(event.value).toMatchObject({ sender: draft[0].mailbox, code: ERRORS[code].number });
  expect(equalBytes(event.value.messageId, messageId)).toBe(true);
  refusals.push(ERRORS[code].number);
}

const groupOf = (change: Partial<Group> = {}): Group => ({
  groupId: new Uint8Array(randomBytes(16)),
  name: 'LARKSPUR',
  owner: customs!.mailbox,
  members: [customs!.mailbox, police!.mailbox],
  startsAtMs: 0,
  endsAtMs: 0,
  simplifiedForm: false,
  nominalAllowed: false,
  classificationMax: Classification.BPL,
  ...change,
});

let lastRequest = 1000;

async function putGroup(
  by: Agency,
  group: Group,
  change: Partial<GroupStatement> = {},
): Promise<{ code: number; index: number; text: string }> {
  const statement = {
    blind: new Uint8Array(randomBytes(16)),
    origin: 'gateway.test/log',
    replaces: 0,
    createdAtMs: Date.now(),
    group,
    end: false,
  };
  const leaf = encode(GroupStatementSchema, { ...statement, ...change });
  const signed = signLeaf('group', by.signingKey, leaf);
  nodeOf(by).send({ kind: 'groupPut', value: { request: ++lastRequest, statement: signed } });
  return nodeOf(by).next('groupPutResult');
}

describe('what is not permitted is refused in words, and logged', () => {
  test('a non-member', async () => {
    const group = groupOf();
    const { index } = await putGroup(customs!, group);
    const id = Buffer.from(group.groupId).toString('hex');
    await refused(
      'GROUP_NOT_MEMBER',
      `"LARKSPUR" (${id}): xc.border/desk is not a member.`,
      border!,
      [customs!, police!],
      { groupId: group.groupId, groupVersion: index },
    );
    await accepted(police!, [customs!], { groupId: group.groupId, groupVersion: index });
  });

  test('a suspended agency', async () => {
    await world.control.act(world.operatorKey, { kind: 'suspend', value: { agency: 'un.unodc' } });
    await refused('RECIPIENT_SUSPENDED', 'un.unodc/desk', customs!, [unodc!]);
    expect(await nodeOf(unodc!).untilClosed()).toMatchObject({ reason: 'AGENCY_SUSPENDED' });
    await world.control.act(world.operatorKey, { kind: 'release', value: { agency: 'un.unodc' } });
    nodes.set('un.unodc', await RawNode.open(world, unodc!, V2));
    await accepted(customs!, [unodc!]);
  });

  test('an expired agreement, and none', async () => {
    const stdout = liaison('gateway', 'agreement', 'list', '--config', world.config, '--json').stdout;
    const { agreements } = JSON.parse(stdout) as { agreements: { id: string; name: string; state: string }[] };
    const over = agreements.find(({ name }) => name === 'Over')!;
    expect(over.state).toBe('run out');
    await refused('AGREEMENT_EXPIRED', `eu.frontex/desk: the agreement "Over" (${over.id}) has run out.`, customs!, [
      frontex!,
    ]);
    await refused('AGREEMENT_MISSING', 'None names both xb.police and eu.frontex (eu.frontex/desk).', police!, [
      frontex!,
    ]);
  });

  test('an over-classified message', async () => {
    const labels = { classification: Classification.EU_RESTRICTED };
    await refused(
      'CLEARANCE_TOO_LOW',
      'xb.police/desk is cleared up to BPL, not EU_RESTRICTED.',
      customs!,
      [border!, police!],
      labels,
    );
    await accepted(customs!, [border!], labels);
  });

  test('a missing permission, until it is given; the originator sees the disclosure (domain: systems/siena-restriction)', async () => {
    const labels = { handling: [HandlingCode.H2] };
    const original = await accepted(border!, [police!], labels);
    const id = Buffer.from(original.id).toString('hex');
    const derived = { ...labels, derivedFrom: [original.id] };
    await refused(
      'PERMISSION_MISSING',
      `xc.border has not permitted xb.police to pass ${id} on to un.unodc/desk.`,
      police!,
      [unodc!],
      derived,
    );
    const request = await accepted(police!, [border!], {
      type: MessageType.PERMISSION_REQUEST,
      inReplyTo: original.id,
      handling: [],
    });
    const grant = { target: original.id, recipients: [unodc!.mailbox as string], expiresAtMs: 0 };
    const decision = await accepted(border!, [police!], {
      type: MessageType.PERMISSION_DECISION,
      inReplyTo: request.id,
      handling: [],
      grant,
    });
    // A session of version 1 of the same agency is not told what it could not read.
    const forward = await accepted(police!, [unodc!], { ...derived, permissionIds: [decision.id] });

    const evidence = await nodeOf(border!).next('evidence');
    const { event } = nodeOf(border!).verified(evidence.entries[0]!, evidence);
    if (event.kind !== 'submissionAcceptance') throw new Error(event.kind);
    expect(evidence.entries.map(({ index }) => index)).toEqual([forward.index]);
    expect(readHeader(event.value.header).recipients).toEqual([unodc!.mailbox]);

    nodeOf(border!).send({
      kind: 'proofGet',
      value: { request: ++lastRequest, messageIds: [original.id], checkpoint: new Uint8Array(0) },
    });
    const proofs = await nodeOf(border!).next('proofs');
    expect(proofs.entries.map(({ index }) => index)).toEqual([original.index, forward.index]);
    const old = await RawNode.open(world, border!, { mailboxes: [] });
    old.send({ kind: 'proofGet', value: { request: 1, messageIds: [original.id], checkpoint: new Uint8Array(0) } });
    expect((await old.next('proofs')).entries.map(({ index }) => index)).toEqual([original.index]);
    old.close();

    const recall = { type: MessageType.RECALL, inReplyTo: original.id, handling: [] };
    await refused('HOLDERS_MISSING', `un.unodc/desk holds ${id} and is not a recipient.`, border!, [police!], recall);
    const recalled = await accepted(border!, [police!, unodc!], recall);
    await accepted(unodc!, [border!], { type: MessageType.COMPLIANCE_RECEIPT, inReplyTo: recalled.id, handling: [] });
  });

  test('a missing contact copy (domain: systems/siena-contact)', async () => {
    const set = (contact: string): Promise<number> =>
      world.control.act(world.operatorKey, {
        kind: 'setAgency',
        value: { agency: 'xb.police', clearance: 0, contact, attachmentBytesMax: 0 },
      });
    await set(unodc!.mailbox);
    await refused('CONTACT_COPY_MISSING', 'un.unodc/desk must get a copy of what goes to xb.police/desk.', customs!, [
      police!,
    ]);
    await accepted(customs!, [police!, unodc!]);
    nodeOf(customs!).send({
      kind: 'directoryGet',
      value: { request: ++lastRequest, mailboxes: [police!.mailbox], after: '' },
    });
    const directory = await nodeOf(customs!).next('directory');
    expect(directory.records[0]).toMatchObject({
      contact: unodc!.mailbox,
      clearance: Classification.BPL,
      hostAgency: '',
    });
    expect(directory.records[0]!.version).toBe(directory.version);
    await set('');
  });
});

describe('groups (domain: systems/cencomm-groups)', () => {
  test('an owner changes its group; members see it, others do not', async () => {
    const group = groupOf({ members: [customs!.mailbox, police!.mailbox, border!.mailbox] });
    const made = await putGroup(customs!, group);
    expect(made).toMatchObject({ code: 0, text: '' });
    expect(await putGroup(customs!, group)).toMatchObject({ code: 0, index: made.index });
    expect(await putGroup(police!, group)).toMatchObject({ code: ERRORS.MAILBOX_NOT_YOURS.number });
    const smaller = { ...group, members: [customs!.mailbox as string, police!.mailbox] };
    expect(await putGroup(customs!, smaller, { replaces: 1 })).toMatchObject({
      code: ERRORS.GROUP_CHANGED.number,
      retry: true,
    });
    const changed = await putGroup(customs!, smaller, { replaces: made.index });
    await refused(
      'GROUP_CHANGED',
      `"LARKSPUR" (${Buffer.from(group.groupId).toString('hex')}): its version is ${changed.index}, not ${made.index}.`,
      customs!,
      [police!, border!],
      { groupId: group.groupId, groupVersion: made.index },
    );

    const get = async (agency: Agency, groupIds: Uint8Array[]) => {
      nodeOf(agency).send({ kind: 'groupGet', value: { request: ++lastRequest, groupIds } });
      const frame = await nodeOf(agency).next('groups');
      const found = frame.entries.map((logged) => {
        const { event } = nodeOf(agency).verified(logged, frame);
        if (event.kind !== 'groupChange') throw new Error(event.kind);
        const said = decode(GroupStatementSchema, event.value.statement.leaf, 'signed').group;
        return { index: logged.index, group: encode(GroupSchema, said) };
      });
      return { found, unknown: frame.unknown.length };
    };
    const now = { index: changed.index, group: encode(GroupSchema, smaller) };
    expect(await get(police!, [group.groupId])).toEqual({ found: [now], unknown: 0 });
    expect((await get(police!, [])).found).toContainEqual(now);
    expect(await get(border!, [group.groupId])).toEqual({ found: [], unknown: 1 });
    expect((await get(border!, [])).found).not.toContainEqual(now);

    const ended = await putGroup(customs!, smaller, { replaces: changed.index, end: true });
    expect((await get(police!, [group.groupId])).found[0]!.index).toBe(ended.index);
    await refused(
      'GROUP_ENDED',
      `"LARKSPUR" (${Buffer.from(group.groupId).toString('hex')}): it was ended.`,
      police!,
      [customs!],
      { groupId: group.groupId, groupVersion: ended.index },
    );
  });

  test('a session of version 1 has no frames for them', async () => {
    const old = await RawNode.open(world, frontex!, { mailboxes: [] });
    old.send({ kind: 'groupGet', value: { request: 1, groupIds: [] } });
    expect((await old.untilClosed()).reason).toBe('FRAME_UNEXPECTED');
  });
});

const liaison = (...words: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(LIAISON, words, { encoding: 'utf8', cwd: world.dir });

describe('the operator (domain: systems/memoranda)', () => {
  const explain = (...words: string[]): ReturnType<typeof liaison> =>
    liaison('gateway', 'explain', '--config', world.config, ...words);

  test('is told which rule decides, and which agreement', () => {
    const permitted = explain('--from', 'xa.customs/desk', '--to', 'xb.police/desk');
    expect(permitted).toMatchObject({ status: 0, stderr: '' });
    expect(permitted.stdout).toMatch(
      /agreement +passed +xb\.police\/desk: the agreement "Most" \([0-9a-f]{32}\) covers it\./,
    );
    expect(permitted.stdout).toMatch(/\nPermitted\.\n$/);
    const not = explain(
      '--from',
      'xa.customs/desk',
      '--to',
      'eu.frontex/desk',
      '--classification',
      'eu-restricted',
      '--json',
    );
    expect(not.status).toBe(1);
    const {
      permitted: is,
      refusal,
      steps,
    } = JSON.parse(not.stdout) as {
      permitted: boolean;
      refusal: { code: string };
      steps: { rule: string; outcome: string }[];
    };
    expect({ is, code: refusal.code }).toEqual({ is: false, code: 'CLEARANCE_TOO_LOW' });
    expect(steps.filter(({ outcome }) => outcome === 'failed').map(({ rule }) => rule)).toEqual([
      'clearance',
      'agreement',
    ]);
  });

  test('sets a group, which explain expands', () => {
    const members = ['xa.customs/desk', 'un.unodc/desk'];
    const set = liaison(
      ...[
        'gateway',
        'group',
        'set',
        '--config',
        world.config,
        '--name',
        'ROBIN',
        '--owner',
        'xa.customs/desk',
        '--members',
        ...members,
      ],
    );
    expect(set).toMatchObject({ status: 0, stderr: '' });
    expect(liaison('gateway', 'group', 'show', 'ROBIN', '--config', world.config).stdout).toContain('  un.unodc/desk');
    expect(explain('--from', 'xa.customs/desk', '--group', 'ROBIN').stdout).toMatch(/group +passed +"ROBIN"/);
    expect(explain('--from', 'xb.police/desk', '--group', 'ROBIN').stdout).toContain('GROUP_NOT_MEMBER');
    expect(liaison('gateway', 'group', 'end', 'ROBIN', '--config', world.config).status).toBe(0);
    expect(explain('--from', 'xa.customs/desk', '--group', 'ROBIN').stdout).toContain('GROUP_ENDED');
  });

  test.each([
    [['agreement', 'set', '--name', 'A', '--parties', 'xa.customs', 'XB'], 2, /--parties: /],
    [
      ['agreement', 'set', '--name', 'A', '--parties', 'xa.customs', 'xb.police', '--classification', 'secret'],
      2,
      /expected bpl, eu-restricted, eu-confidential, not "secret"/,
    ],
    [['agreement', 'set', '--name', 'A', '--parties', 'xa.customs', 'zz.none'], 1, /AGENCY_UNKNOWN/],
    [['agreement', 'set', '--name', 'A', '--parties', '*', '--until', 'tomorrow'], 2, /--until: expected 2031-05-01/],
    [['agreement', 'end', 'nothing'], 1, /AGREEMENT_UNKNOWN/],
    [['group', 'show', 'nothing'], 1, /GROUP_UNKNOWN/],
    [['unit', 'set', 'xa.customs', '--clearance', 'bpl'], 2, /<mailbox>: /],
  ])('%j is answered with %i and a sentence', (words, status, sentence) => {
    const [noun = '', verb = '', ...rest] = words;
    const answer = liaison('gateway', noun, verb, '--config', world.config, ...rest);
    expect(answer.status).toBe(status);
    expect(answer.stderr).toMatch(sentence);
  });

  test('has all of it in a log that the auditor decides again and finds in order', async () => {
    for (const node of nodes.values()) node.close();
    expect(await world.stop()).toBe(0);
    const source = new LedgerFile(join(world.data, 'ledger.db'));
    const anchors = parseCertificates(world.ca).map(({ raw }) => new Uint8Array(raw));
    const report = await verifyLog(source, { logVerifier: parseVerifierKey(world.verifierKey), anchors });
    source.close();
    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('verified');
    expect(report.entriesByKind['submissionRejection']).toBe(refusals.length);
    expect(report.entriesByKind['groupChange']).toBe(4);
  });
});
