/**
 * The policy through a real gateway that denies by default: what is refused is refused with the promised code, in words at
 * the sender's node, and in the log; what is permitted is delivered and told to those whom it concerns.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LedgerFile } from '../../audit/ledger-file.ts';
import { verifyLog } from '../../audit/verify-log.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { readHeader } from '../../protocol/envelope/verify.ts';
import { ERRORS } from '../../protocol/errors.ts';
import {
  Classification,
  type Group,
  GroupSchema,
  GroupStatementSchema,
  HandlingCode,
  MessageType,
} from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import { PolicyWorld } from '../support/policy-world.ts';
import { RawNode } from '../support/raw-node.ts';
import { type Agency, LIAISON } from '../support/world.ts';

const stage = new PolicyWorld();
const { world } = stage;
let customs: Agency;
let police: Agency;
let border: Agency;
let unodc: Agency;
let frontex: Agency;

beforeAll(async () => {
  const names = ['xa.customs', 'xb.police', 'xc.border', 'un.unodc', 'eu.frontex'];
  [customs, police, border, unodc, frontex] = (await stage.start(...names)) as [Agency, Agency, Agency, Agency, Agency];
  await stage.agree('Most', names.slice(0, 4));
  await stage.agree('Over', ['xa.customs', 'eu.frontex'], { validUntilMs: Date.now() - 1000 });
  await stage.setAgency('xc.border', Classification.EU_RESTRICTED);
}, 60_000);
afterAll(() => world.close());

const groupOf = (change: Partial<Group> = {}): Group => ({
  groupId: new Uint8Array(randomBytes(16)),
  name: 'LARKSPUR',
  owner: customs.mailbox,
  members: [customs.mailbox, police.mailbox],
  startsAtMs: 0,
  endsAtMs: 0,
  simplifiedForm: false,
  nominalAllowed: false,
  classificationMax: Classification.BPL,
  ...change,
});

describe('what is not permitted is refused in words, and logged', () => {
  test('a non-member', async () => {
    const group = groupOf();
    const { index } = await stage.putGroup(customs, group);
    const id = toHex(group.groupId);
    await stage.refused(
      'GROUP_NOT_MEMBER',
      `"LARKSPUR" (${id}): xc.border/desk is not a member.`,
      border,
      [customs, police],
      { groupId: group.groupId, groupVersion: index },
    );
    await stage.accepted(police, [customs], { groupId: group.groupId, groupVersion: index });
  });

  test('a suspended agency', async () => {
    await world.control.act(world.operatorKey, { kind: 'suspend', value: { agency: 'un.unodc' } });
    await stage.refused('RECIPIENT_SUSPENDED', 'un.unodc/desk', customs, [unodc]);
    expect(await stage.node(unodc).untilClosed()).toMatchObject({ reason: 'AGENCY_SUSPENDED' });
    await world.control.act(world.operatorKey, { kind: 'release', value: { agency: 'un.unodc' } });
    await stage.connect(unodc);
    await stage.accepted(customs, [unodc]);
  });

  test('an expired agreement, and none', async () => {
    const stdout = liaison('gateway', 'agreement', 'list', '--config', world.config, '--json').stdout;
    const { agreements } = JSON.parse(stdout) as { agreements: { id: string; name: string; state: string }[] };
    const over = agreements.find(({ name }) => name === 'Over')!;
    expect(over.state).toBe('run out');
    await stage.refused(
      'AGREEMENT_EXPIRED',
      `eu.frontex/desk: the agreement "Over" (${over.id}) has run out.`,
      customs,
      [frontex],
    );
    await stage.refused('AGREEMENT_MISSING', 'None names both xb.police and eu.frontex (eu.frontex/desk).', police, [
      frontex,
    ]);
  });

  test('an over-classified message', async () => {
    const labels = { classification: Classification.EU_RESTRICTED };
    await stage.refused(
      'CLEARANCE_TOO_LOW',
      'xb.police/desk is cleared up to BPL, not EU_RESTRICTED.',
      customs,
      [border, police],
      labels,
    );
    await stage.accepted(customs, [border], labels);
  });

  test('a missing permission, until it is given; the originator sees the disclosure (domain: systems/siena-restriction)', async () => {
    const labels = { handling: [HandlingCode.H2] };
    const original = await stage.accepted(border, [police], labels);
    const id = toHex(original.id);
    const derived = { ...labels, derivedFrom: [original.id] };
    await stage.refused(
      'PERMISSION_MISSING',
      `xc.border has not permitted xb.police to pass ${id} on to un.unodc/desk.`,
      police,
      [unodc],
      derived,
    );
    const request = await stage.accepted(police, [border], {
      type: MessageType.PERMISSION_REQUEST,
      inReplyTo: original.id,
      handling: [],
    });
    const grant = { target: original.id, recipients: [unodc.mailbox as string], expiresAtMs: 0 };
    const decision = await stage.accepted(border, [police], {
      type: MessageType.PERMISSION_DECISION,
      inReplyTo: request.id,
      handling: [],
      grant,
    });
    const forward = await stage.accepted(police, [unodc], { ...derived, permissionIds: [decision.id] });

    const evidence = await stage.node(border).next('evidence');
    const { event } = stage.node(border).verified(evidence.entries[0]!, evidence);
    if (event.kind !== 'submissionAcceptance') throw new Error(event.kind);
    expect(evidence.entries.map(({ index }) => index)).toEqual([forward.index]);
    expect(readHeader(event.value.header).recipients).toEqual([unodc.mailbox]);

    stage.node(border).send({
      kind: 'proofGet',
      value: { request: stage.nextRequest(), messageIds: [original.id], checkpoint: new Uint8Array(0) },
    });
    const proofs = await stage.node(border).next('proofs');
    expect(proofs.entries.map(({ index }) => index)).toEqual([original.index, forward.index]);
    const old = await RawNode.open(world, border, { mailboxes: [] });
    old.send({ kind: 'proofGet', value: { request: 1, messageIds: [original.id], checkpoint: new Uint8Array(0) } });
    expect((await old.next('proofs')).entries.map(({ index }) => index)).toEqual([original.index]);
    old.close();

    const recall = { type: MessageType.RECALL, inReplyTo: original.id, handling: [] };
    await stage.refused(
      'HOLDERS_MISSING',
      `un.unodc/desk holds ${id} and is not a recipient.`,
      border,
      [police],
      recall,
    );
    const recalled = await stage.accepted(border, [police, unodc], recall);
    await stage.accepted(unodc, [border], {
      type: MessageType.COMPLIANCE_RECEIPT,
      inReplyTo: recalled.id,
      handling: [],
    });
  });

  test('a missing contact copy (domain: systems/siena-contact)', async () => {
    const set = (contact: string): Promise<number> => stage.setAgency('xb.police', 0, contact);
    await set(unodc.mailbox);
    await stage.refused(
      'CONTACT_COPY_MISSING',
      'un.unodc/desk must get a copy of what goes to xb.police/desk.',
      customs,
      [police],
    );
    await stage.accepted(customs, [police, unodc]);
    stage.node(customs).send({
      kind: 'directoryGet',
      value: { request: stage.nextRequest(), mailboxes: [police.mailbox], after: '' },
    });
    const directory = await stage.node(customs).next('directory');
    expect(directory.records[0]).toMatchObject({
      contact: unodc.mailbox,
      clearance: Classification.BPL,
      hostAgency: '',
    });
    expect(directory.records[0]!.version).toBe(directory.version);
    await set('');
  });
});

describe('groups (domain: systems/cencomm-groups)', () => {
  test('an owner changes its group; members see it, others do not', async () => {
    const group = groupOf({ members: [customs.mailbox, police.mailbox, border.mailbox] });
    const made = await stage.putGroup(customs, group);
    expect(made).toMatchObject({ code: 0, text: '' });
    expect(await stage.putGroup(customs, group)).toMatchObject({ code: 0, index: made.index });
    expect(await stage.putGroup(police, group)).toMatchObject({ code: ERRORS.MAILBOX_NOT_YOURS.number });
    const smaller = { ...group, members: [customs.mailbox as string, police.mailbox] };
    expect(await stage.putGroup(customs, smaller, { replaces: 1 })).toMatchObject({
      code: ERRORS.GROUP_CHANGED.number,
      retry: true,
    });
    const changed = await stage.putGroup(customs, smaller, { replaces: made.index });
    await stage.refused(
      'GROUP_CHANGED',
      `"LARKSPUR" (${toHex(group.groupId)}): its version is ${changed.index}, not ${made.index}.`,
      customs,
      [police, border],
      { groupId: group.groupId, groupVersion: made.index },
    );

    const get = async (agency: Agency, groupIds: Uint8Array[]) => {
      stage.node(agency).send({ kind: 'groupGet', value: { request: stage.nextRequest(), groupIds } });
      const frame = await stage.node(agency).next('groups');
      const found = frame.entries.map((logged) => {
        const { event } = stage.node(agency).verified(logged, frame);
        if (event.kind !== 'groupChange') throw new Error(event.kind);
        const said = decode(GroupStatementSchema, event.value.statement.leaf, 'signed').group;
        return { index: logged.index, group: encode(GroupSchema, said) };
      });
      return { found, unknown: frame.unknown.length };
    };
    const now = { index: changed.index, group: encode(GroupSchema, smaller) };
    expect(await get(police, [group.groupId])).toEqual({ found: [now], unknown: 0 });
    expect((await get(police, [])).found).toContainEqual(now);
    expect(await get(border, [group.groupId])).toEqual({ found: [], unknown: 1 });
    expect((await get(border, [])).found).not.toContainEqual(now);

    const ended = await stage.putGroup(customs, smaller, { replaces: changed.index, end: true });
    expect((await get(police, [group.groupId])).found[0]!.index).toBe(ended.index);
    await stage.refused('GROUP_ENDED', `"LARKSPUR" (${toHex(group.groupId)}): it was ended.`, police, [customs], {
      groupId: group.groupId,
      groupVersion: ended.index,
    });
  });

  test('a session of version 1 has no frames for them', async () => {
    const old = await RawNode.open(world, frontex, { mailboxes: [] });
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
    expect(await stage.stop()).toBe(0);
    const source = new LedgerFile(join(world.data, 'ledger.db'));
    const anchors = parseCertificates(world.ca).map(({ raw }) => new Uint8Array(raw));
    const report = await verifyLog(source, { logVerifier: parseVerifierKey(world.verifierKey), anchors });
    source.close();
    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('verified');
    expect(report.entriesByKind['submissionRejection']).toBe(stage.refusals.length);
    expect(report.entriesByKind['groupChange']).toBe(4);
  });
});
