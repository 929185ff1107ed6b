/** Names travel apart: no byte of an annex is in anything that goes to a group that takes none. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openEnvelope } from '../../protocol/envelope/open.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import {
  type Body,
  BodySchema,
  type Group,
  MessageType,
  type NominalAnnex,
  RoutingSchema,
} from '../../protocol/generated/schema.ts';
import { requireApart } from '../../node/cases/nominal.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { messageIdBytes, toHex } from '../../protocol/ids.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { bodyOf, CaseGateway, seizure } from './cases-support.ts';

/** Letters that no report of these tests has, and those of reports: neither can hold the other by chance. */
const ofNames = fc.string({
  unit: fc.constantFrom('α', 'β', 'γ', 'δ', 'ε', 'ζ', 'η', 'θ'),
  minLength: 2,
  maxLength: 20,
});
const ofReports = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e', ' ', '0', '1'), maxLength: 200 });

const person = fc
  .record({ familyName: ofNames, givenNames: ofNames, birthPlace: ofNames, role: ofNames, address: ofNames })
  .map((given) => ({ ...given, birthDate: '', nationality: '' }));
const identifiers = fc.array(
  ofNames.map((value) => ({ scheme: 'passport', value, issuer: '' })),
  { maxLength: 3 },
);
const annex: fc.Arbitrary<NominalAnnex> = fc.record({
  persons: fc.array(fc.record({ person, identifiers, provenance: fc.constant(undefined) }), {
    minLength: 1,
    maxLength: 3,
  }),
  organisations: fc.array(
    fc.record({
      organisation: fc.record({ name: ofNames, role: ofNames, address: ofNames, country: fc.constant('') }),
      identifiers,
      provenance: fc.constant(undefined),
    }),
    { maxLength: 2 },
  ),
});

/** Every text of an annex. */
function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) yield* textsOf(member);
}

/** Every run of four bytes of the names of an annex. */
function windowsOf(value: NominalAnnex): Buffer[] {
  return [...textsOf(value)]
    .filter((text) => text !== 'passport')
    .map((text) => Buffer.from(text))
    .flatMap((bytes) => Array.from({ length: Math.max(bytes.length - 3, 0) }, (_, at) => bytes.subarray(at, at + 4)));
}

describe('the check that a report holds nothing of its annex (domain: systems/cen-non-nominal)', () => {
  test('finds every text of the annex, wherever it stands in the report', () => {
    fc.assert(
      fc.property(annex, ofReports, ofReports, fc.nat(), (names, before, after, choice) => {
        const texts = [...textsOf(names)].filter((text) => Buffer.byteLength(text) >= 4 && text !== 'passport');
        const text = texts[choice % texts.length] as string;
        const whole = bodyOf('nominalAnnex', names);
        const report = (modus: string): Uint8Array => encode(BodySchema, seizure(modus));
        expect(() => requireApart(report(`${before}${text}${after}`), whole)).toThrow(/BODY_INVALID|nominalAnnex\./);
        expect(() => requireApart(report(`${before}${after}`), whole)).not.toThrow();
      }),
    );
  });
});

describe.skipIf(!hasOpenssl)('reports with annexes', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const { customs, police, makeConfig, makeGateway, openNode, makeAgency, recordOf } = world;
  const guard = makeAgency('xc.guard', 'desk');
  afterAll(world.removeWorld);
  const groupId = world.random(16);
  const group: Group = {
    ...{ groupId, name: 'STOP', owner: customs.mailbox, startsAtMs: 1, endsAtMs: 0, simplifiedForm: false },
    ...{ members: [customs.mailbox, police.mailbox, guard.mailbox], nominalAllowed: false, classificationMax: 1 },
  };

  test('no byte of an annex is in anything sent to a non-nominal group (domain: systems/ncen-export)', async () => {
    const gateway = new CaseGateway(makeGateway());
    gateway.gateway.directory.set(guard.mailbox, recordOf(guard));
    gateway.setGroup(group);
    const { node, alarms } = await openNode(gateway.gateway, makeConfig());
    const composed = (id: Uint8Array): Body =>
      world.storedNow(node.config.dataDir, (db) =>
        decode(BodySchema, db.prepare('SELECT body FROM outbox WHERE id = ?').get(id)!['body'] as Uint8Array, 'open'),
      );
    await fc.assert(
      fc.asyncProperty(annex, ofReports, async (names, modus) => {
        const sent = await node.splitNominal(
          { group: toHex(groupId), body: seizure(modus) },
          { to: [police.mailbox], body: bodyOf('nominalAnnex', names) },
        );
        await node.waitFor(sent.report, 'accepted');
        await node.waitFor(sent.annex, 'accepted');
        const [report] = gateway.submittedBy(sent.report);
        const [apart] = gateway.submittedBy(sent.annex);
        expect(report).toMatchObject({ groupId, containsPersonalData: false });
        expect(apart).toMatchObject({ type: MessageType.NOMINAL_ANNEX, annexOf: messageIdBytes(sent.report) });
        expect(apart?.groupId).toHaveLength(0);
        expect(apart?.recipients.map(({ mailbox }) => mailbox)).toEqual([police.mailbox]);
        expect(toHex(apart!.threadId)).toBe(toHex(report!.threadId));
        // What is sealed, its header, and what a member of the group opens.
        const { envelopes } = gateway.gateway
          .of('submit')
          .findLast((frame) =>
            frame.envelopes.some(
              ({ header }) => toHex(parseHeader(header).routing.messageId) === toHex(report!.messageId),
            ),
          )!;
        const envelope = envelopes.find(({ header }) => parseHeader(header).routing.groupId.length > 0)!;
        const keys = () => guard.encryption.privateKey;
        const at = parseHeader(envelope.header).recipients.indexOf(guard.mailbox);
        const own = { ...envelope, wrappedKeys: [envelope.wrappedKeys[at]!] };
        const opened = openEnvelope({ envelope: own, parsed: parseHeader(own.header), mailbox: guard.mailbox, keys });
        const toGroup = [
          encode(BodySchema, composed(messageIdBytes(sent.report))),
          encode(RoutingSchema, report!),
          envelope.header,
          opened.padded,
        ].map((bytes) => Buffer.from(bytes));
        for (const window of windowsOf(names)) {
          for (const bytes of toGroup) expect(bytes.includes(window)).toBe(false);
        }
      }),
      { numRuns: 20 },
    );
    expect(alarms).toEqual([]);
    await node.close();
  }, 60_000);

  test('a report that holds a name of its annex is not sent, and neither is the annex', async () => {
    const gateway = new CaseGateway(makeGateway());
    const { node } = await openNode(gateway.gateway, makeConfig(), { offline: true });
    const names = bodyOf('nominalAnnex', {
      persons: [
        {
          person: {
            ...{ familyName: 'Quillfeather', givenNames: '', birthDate: '', birthPlace: '', nationality: '' },
            ...{ role: 'driver', address: '' },
          },
          ...{ identifiers: [], provenance: undefined },
        },
      ],
      organisations: [],
    });
    const report = { group: toHex(groupId), body: seizure('Told by Quillfeather himself.') };
    await expect(node.splitNominal(report, { to: [police.mailbox], body: names })).rejects.toMatchObject({
      code: 'BODY_INVALID',
      detail:
        'The report holds the text of nominalAnnex.persons[0].person.familyName, which belongs into the annex alone.',
    });
    expect(node.sent()).toEqual([]);
    await expect(
      node.splitNominal({ ...report, body: seizure() }, { to: [police.mailbox], body: seizure() }),
    ).rejects.toMatchObject({ code: 'HEADER_INVALID' });
    await node.close();
  });
});
