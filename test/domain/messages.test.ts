/** The message types: their fields, and one of each sealed, checked as a gateway does, and opened again. */
import { describe, expect, test } from 'vitest';
import { encode } from '../../protocol/codec.ts';
import { openEnvelope } from '../../protocol/envelope/open.ts';
import { sealedLength } from '../../protocol/envelope/attachments.ts';
import { parseHeader, verifyDigests } from '../../protocol/envelope/verify.ts';
import {
  type Body,
  BodySchema,
  CaseObjectSchema,
  EvaluationSchema,
  HeaderSchema,
  MessageType,
  NominalAnnexSchema,
  type Routing,
  RoutingSchema,
} from '../../protocol/generated/schema.ts';
import { bodyFromJson } from '../../protocol/messages/json.ts';
import { MESSAGE_TYPES } from '../../protocol/messages/types.ts';
import { validateBody } from '../../protocol/messages/validate.ts';
import type { FieldSchema, MessageSchema } from '../../protocol/schema.ts';
import { BODY_EXAMPLES, type BodyExample, exampleOf } from '../../scripts/vectors/body-examples.ts';
import { REFUSED_BODIES, spoiled } from '../../scripts/vectors/refused-bodies.ts';
import { BRIAR, codeOf, delivered, envelopeTo, keysOf, party, routingFor, signingKey } from '../protocol/support.ts';

const signer = signingKey();
const briar = party(BRIAR);

/** The header that goes with an example. */
function routingOf({ routing, body }: BodyExample): ReturnType<typeof routingFor> {
  const base = routingFor();
  const isAnnex = routing.type === MessageType.NOMINAL_ANNEX;
  return {
    ...base,
    ...{ availability: 1, containsPersonalData: isAnnex, annexOf: isAnnex ? base.messageId : base.annexOf },
    ...(routing.handlingTextPresent ? { handling: [2, 4] } : {}),
    ...routing,
    attachments: body.attachments.map(({ digest, sizeBytes }) => ({ digest, sizeBytes: sealedLength(sizeBytes) })),
  };
}

function sealedAndOpened(example: BodyExample): Body {
  const { envelope } = envelopeTo(signer, [briar], { routing: routingOf(example), body: example.body });
  const parsed = parseHeader(envelope.header);
  verifyDigests(envelope, parsed);
  return openEnvelope({ envelope: delivered(envelope, 0), parsed, mailbox: BRIAR, keys: keysOf(briar) }).body;
}

const TYPES: readonly (readonly [row: string, kind: Body['content']['kind'], fields: string])[] = [
  [
    'domain: messages/InformationRequest',
    'informationRequest',
    'subject informationSought purposeAndFacts offence crimeArea urgencyReason useRestrictions objects',
  ],
  [
    'domain: messages/InformationAnswer',
    'informationAnswer',
    'outcome text objects evaluation evidenceUseConsent interim',
  ],
  ['domain: messages/Refusal', 'refusal', 'reason partRefused explanation'],
  ['domain: messages/ClarificationRequest', 'clarificationRequest', 'question'],
  ['domain: messages/Clarification', 'clarification', 'answer objects'],
  ['domain: messages/DeadlineNotice', 'deadlineNotice', 'cause newEstimate explanation'],
  ['domain: messages/SpontaneousInformation', 'spontaneousInformation', 'crimeArea subject text objects evaluation'],
  [
    'domain: messages/RiskProfile',
    'riskProfile',
    'subject indicators route hs validFrom validUntil advanceDataSource evaluation objects',
  ],
  [
    'domain: messages/SeizureReport',
    'seizureReport',
    'nationalRef form seizedAt location locationType direction customsRegime conveyance route detectionMethod ' +
      'concealment goods photos modusOperandi operationId',
  ],
  ['domain: messages/NominalAnnex', 'nominalAnnex', 'persons organisations'],
  ['domain: messages/Alert', 'alert', 'kind colour subject threat actionRequested validUntil objects approval'],
  ['domain: messages/OperationNotice', 'operationNotice', 'operationId phase partners indicators tasking'],
  ['domain: messages/PermissionRequest', 'permissionRequest', 'targetMessage newRecipients purpose'],
  [
    'domain: messages/PermissionDecision',
    'permissionDecision',
    'targetMessage newRecipients granted conditions expiresAt reason',
  ],
  ['domain: messages/RestrictionUpdate', 'restrictionUpdate', 'targetMessage reason'],
  ['domain: messages/Correction', 'correction', 'targetMessage reason replacement'],
  ['domain: messages/Recall', 'recall', 'targetMessage reason replacement'],
  ['domain: messages/ComplianceReceipt', 'complianceReceipt', 'targetMessage actionDone doneAt'],
];

describe.each(TYPES)('%s', (_, kind, fields) => {
  const schema = BodySchema.fields.find(({ name }) => name === kind)?.message;

  test('has its fields', () => {
    expect(schema?.fields.map(({ name }) => name).sort()).toEqual(fields.split(' ').sort());
  });

  test.each(BODY_EXAMPLES.filter(({ body }) => body.content.kind === kind))(
    'is sealed and opened again: $name',
    (example) => {
      expect(sealedAndOpened(example)).toEqual(example.body);
    },
  );

  const faults = REFUSED_BODIES.flatMap(([path, json, routing]) =>
    path === kind || path.startsWith(`${kind}.`) ? [{ path, json, routing }] : [],
  );
  test('has rules', () => expect(faults.length).toBeGreaterThan(0));
  test.each(faults)('is not sealed when a rule is broken: $path', ({ json, routing }) => {
    const example = exampleOf(kind);
    const changed = { ...example, body: bodyFromJson(json), routing: { ...example.routing, ...routing } };
    expect(codeOf(() => sealedAndOpened(changed))).toMatch(/^(BODY|HEADER)_INVALID$/);
  });
});

test('there is no other type', () => {
  expect(TYPES.map(([, kind]) => kind).sort()).toEqual(
    Object.values(MESSAGE_TYPES)
      .map((rule) => rule.kind)
      .sort(),
  );
});

test('the gateway reads the header, and only it (domain: messages/header)', () => {
  const wanted: (keyof Routing)[] = [
    ...(['messageId', 'type', 'schemaVersion', 'sender', 'signingKeyId', 'recipients', 'threadId'] as const),
    ...(['inReplyTo', 'annexOf', 'groupId', 'groupVersion', 'createdAtMs', 'expiresAtMs', 'urgency'] as const),
    ...(['availability', 'classification', 'handling', 'handlingTextPresent', 'containsPersonalData'] as const),
    ...(['purpose', 'exercise', 'derivedFrom', 'permissionIds', 'retentionUntilMs'] as const),
    ...(['contactCopyExemption', 'attachments', 'bodyDigest'] as const),
  ];
  expect(RoutingSchema.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
  expect(HeaderSchema.fields.map(({ name }) => name)).toEqual(['routing', 'contentDigest', 'wrappedKeyDigests']);
  const { envelope } = envelopeTo(signer, [briar]);
  const { routing } = parseHeader(envelope.header);
  expect(routing.recipients.map(({ mailbox }) => mailbox)).toEqual([BRIAR]);
  expect(Buffer.from(envelope.header).includes('tile cartons')).toBe(false);
});

test('a body begins with 32 random bytes, and has case number, language, then the type’s fields (domain: messages/body)', () => {
  const example = exampleOf('spontaneousInformation');
  const { envelope } = envelopeTo(signer, [briar], { routing: routingOf(example), body: example.body });
  const { padded, bodyBytes, body } = openEnvelope({
    envelope: delivered(envelope, 0),
    parsed: parseHeader(envelope.header),
    mailbox: BRIAR,
    keys: keysOf(briar),
  });
  expect(Buffer.from(padded).indexOf(Buffer.from(bodyBytes))).toBeGreaterThanOrEqual(32);
  expect(BodySchema.fields.slice(0, 2).map(({ name }) => name)).toEqual(['caseNumber', 'language']);
  expect([body.caseNumber, body.language]).toEqual(['XA-2031-00417', 'ar']);
});

test('an evaluation has source, information, unit and time, all of them (domain: messages/Evaluation)', () => {
  const names = EvaluationSchema.fields.map(({ name }) => name);
  expect(names).toEqual(['sourceCode', 'infoCode', 'assessedByUnit', 'assessedAtMs']);
  for (const name of names) {
    const json = spoiled('spontaneousInformation', `evaluation.${name}`, undefined);
    expect(() => validateBody(bodyFromJson(json))).toThrow(`spontaneousInformation.evaluation.${name} is missing.`);
  }
});

test('eleven kinds of objects, each with identifiers and provenance (domain: messages/objects)', () => {
  const kinds = CaseObjectSchema.fields.filter(({ id }) => id < 30).map(({ name }) => name);
  expect(kinds).toEqual([
    ...['person', 'organisation', 'vehicle', 'vessel', 'container', 'consignment', 'document', 'account'],
    ...['cashAmount', 'location', 'communication'],
  ]);
  const common = { identifiers: [{ scheme: 'own', value: '1' }], provenance: { source: 'a register' } };
  for (const kind of kinds) {
    const { json } = exampleOf('informationRequest');
    const objects = (json['informationRequest'] as { objects: Record<string, unknown>[] }).objects;
    const object = { ...objects.find((each) => each[kind]), ...common };
    const body = bodyFromJson({ language: 'en', clarification: { answer: 'x', objects: [object] } });
    expect(() => validateBody(body)).not.toThrow();
  }
});

test('no intelligence without handling and evaluation codes, no H3 without its text (domain: systems/siena-handling)', () => {
  const codeWith = (change: Partial<Routing>): string | undefined => {
    const routing = { ...routingFor(), schemaVersion: 2, ...change } as Routing;
    const header = { contentDigest: new Uint8Array(32), wrappedKeyDigests: [new Uint8Array(32)] };
    const recipients = [{ mailbox: BRIAR, keyId: new Uint8Array(32) }];
    const digests = { signingKeyId: new Uint8Array(32), bodyDigest: new Uint8Array(32), recipients };
    return codeOf(() =>
      parseHeader(encode(HeaderSchema, { ...header, routing: encode(RoutingSchema, { ...routing, ...digests }) })),
    );
  };
  const intelligence = Object.entries(MESSAGE_TYPES).filter(([, rule]) => rule.intelligence);
  expect(intelligence.length).toBeGreaterThan(8);
  expect(codeWith({ handling: [2] })).toBeUndefined();
  expect(codeWith({ handling: [] })).toBe('HEADER_INVALID');
  expect(codeWith({ handling: [4], handlingTextPresent: false })).toBe('HEADER_INVALID');
  for (const kind of ['spontaneousInformation', 'riskProfile', 'informationAnswer'] as const) {
    const json = spoiled(kind, 'evaluation', undefined);
    expect(() => validateBody(bodyFromJson(json))).toThrow(`${kind}.evaluation is missing.`);
  }
  const { body, routing } = exampleOf('clarification');
  expect(() => validateBody(body, { ...routing, handlingTextPresent: true })).toThrow('handlingText is missing');
});

test('a report has no field for a person or an organisation, at any depth (domain: messages/SeizureReport)', () => {
  const within = ({ fields }: MessageSchema<unknown>): FieldSchema[] =>
    fields.flatMap((field) => [field, ...(field.message ? within(field.message) : [])]);
  const report = BodySchema.fields.find(({ name }) => name === 'seizureReport')?.message;
  const names = (schema: MessageSchema<unknown>): (string | undefined)[] =>
    within(schema).map(({ message }) => message?.name);
  expect(names(report!)).not.toEqual(expect.arrayContaining(['Person']));
  expect(names(report!)).not.toEqual(expect.arrayContaining(['Organisation']));
  expect(names(NominalAnnexSchema)).toEqual(expect.arrayContaining(['Person', 'Organisation']));
});

test('a risk profile is a typed message with a time in which it holds (domain: systems/safe-risk)', () => {
  const example = exampleOf('riskProfile');
  const opened = sealedAndOpened(example);
  expect(opened.content.kind).toBe('riskProfile');
  const backwards = spoiled('riskProfile', 'validFrom', '2032-01-01T00:00:00Z');
  expect(() => validateBody(bodyFromJson(backwards))).toThrow('riskProfile.validUntil is not after validFrom.');
});
