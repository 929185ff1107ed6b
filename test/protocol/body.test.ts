import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  type Body,
  BodySchema,
  CrimeArea,
  type Evaluation,
  InfoCode,
  type InformationAnswer,
  type InformationRequest,
  MessageType,
  Outcome,
  SourceCode,
  type SpontaneousInformation,
  Urgency,
} from '../../protocol/generated/schema.ts';
import { bodyFromJson, bodyToJson } from '../../protocol/messages/json.ts';
import { type BodyRouting, validateBody } from '../../protocol/messages/validate.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import { BODY, NOW_MS, routingFor, valueOf } from './support.ts';

const evaluation: Evaluation = {
  sourceCode: SourceCode.B,
  infoCode: InfoCode['3'],
  assessedByUnit: 'portalder',
  assessedAtMs: NOW_MS,
};
const request: InformationRequest = {
  subject: 'Consignor history',
  informationSought: 'All consignments of Larkspur Freight Ltd since January.',
  purposeAndFacts: 'A container with undeclared goods was found.',
  offence: 'Smuggling of medicines',
  crimeArea: CrimeArea.HEALTH_SAFETY,
  urgencyReason: 'The vessel sails at noon.',
  useRestrictions: '',
  objects: [],
};
const answer: InformationAnswer = {
  outcome: Outcome.FULL,
  text: 'Eleven consignments.',
  evaluation,
  evidenceUseConsent: true,
  interim: false,
  objects: [],
};
const information: SpontaneousInformation = {
  crimeArea: CrimeArea.DRUGS,
  subject: 'A new route',
  text: 'Via three ports.',
  evaluation,
  objects: [],
};

const bodyWith = (content: Body['content']): Body => ({
  caseNumber: '',
  language: 'en',
  handlingText: '',
  attachments: [],
  content,
});
const asRequest = (change: Partial<InformationRequest>): Body =>
  bodyWith({ kind: 'informationRequest', value: { ...request, ...change } });
const asAnswer = (change: Partial<InformationAnswer>): Body =>
  bodyWith({ kind: 'informationAnswer', value: { ...answer, ...change } });
const asInformation = (change: Partial<SpontaneousInformation>): Body =>
  bodyWith({ kind: 'spontaneousInformation', value: { ...information, ...change } });

const normal = (type: MessageType): BodyRouting => ({ ...routingFor(), type, schemaVersion: 2 });

/** What is wrong, by code and detail. */
function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    expect(error.code).toBe('BODY_INVALID');
    return error.detail;
  }
  return 'none';
}

describe('bodies that are right', () => {
  test.each<[string, Body, MessageType]>([
    ['a request', asRequest({}), MessageType.INFORMATION_REQUEST],
    ['an answer', asAnswer({}), MessageType.INFORMATION_ANSWER],
    ['a no-hit answer with nothing else', asAnswer({ outcome: Outcome.NO_HIT, text: '', evaluation: undefined }), 2],
    ['spontaneous information', asInformation({}), MessageType.SPONTANEOUS_INFORMATION],
    ['the body of the other tests', BODY, MessageType.SPONTANEOUS_INFORMATION],
  ])('%s', (_, body, type) => {
    expect(complaint(() => validateBody(body))).toBe('none');
    expect(complaint(() => validateBody(body, normal(type)))).toBe('none');
  });

  test.each(['en', 'fr-CH', 'zh-Hant-TW', 'sr-Latn'])('the language %s', (language) => {
    expect(complaint(() => validateBody({ ...BODY, language }))).toBe('none');
  });
});

describe('bodies that break a rule', () => {
  test.each<[string, Body]>([
    ['language is missing', { ...BODY, language: '' }],
    ['language is missing', { ...BODY, language: ' ' }],
    ['language is not a well-formed', { ...BODY, language: 'english language' }],
    ['language is not a well-formed', { ...BODY, language: 'e' }],
    ['informationRequest.subject is missing', asRequest({ subject: '' })],
    ['informationRequest.subject is missing', asRequest({ subject: ' \n\t' })],
    ['informationRequest.informationSought is missing', asRequest({ informationSought: '' })],
    ['informationRequest.purposeAndFacts is missing', asRequest({ purposeAndFacts: '' })],
    ['informationRequest.offence is missing', asRequest({ offence: '' })],
    ['informationRequest.crimeArea is missing', asRequest({ crimeArea: 0 })],
    ['informationAnswer.outcome is missing', asAnswer({ outcome: 0 })],
    ['informationAnswer.text is missing', asAnswer({ text: '' })],
    ['informationAnswer.evaluation is missing', asAnswer({ evaluation: undefined })],
    ['informationAnswer.evaluation.sourceCode is missing', asAnswer({ evaluation: { ...evaluation, sourceCode: 0 } })],
    [
      'informationAnswer.evaluation.infoCode is missing',
      asAnswer({ outcome: Outcome.NO_HIT, evaluation: { ...evaluation, infoCode: 0 } }),
    ],
    ['spontaneousInformation.crimeArea is missing', asInformation({ crimeArea: 0 })],
    ['spontaneousInformation.subject is missing', asInformation({ subject: '' })],
    ['spontaneousInformation.text is missing', asInformation({ text: '' })],
    ['spontaneousInformation.evaluation is missing', asInformation({ evaluation: undefined })],
    [
      'spontaneousInformation.evaluation.assessedByUnit is missing',
      asInformation({ evaluation: { ...evaluation, assessedByUnit: '' } }),
    ],
    [
      'spontaneousInformation.evaluation.assessedAtMs is missing',
      asInformation({ evaluation: { ...evaluation, assessedAtMs: 0 } }),
    ],
  ])('%s', (wanted, body) => {
    expect(complaint(() => validateBody(body))).toContain(wanted);
  });

  test('against the routing: type, handling text, reason for urgency', () => {
    const against = (body: Body, routing: BodyRouting): string => complaint(() => validateBody(body, routing));
    const { INFORMATION_REQUEST, INFORMATION_ANSWER } = MessageType;
    expect(against(asRequest({}), normal(INFORMATION_ANSWER))).toContain(
      'informationRequest is not the body of the type',
    );
    const h3 = { ...normal(INFORMATION_REQUEST), handlingTextPresent: true };
    expect(against(asRequest({}), h3)).toContain('handlingText is missing');
    expect(against({ ...asRequest({}), handlingText: 'Ask us first.' }, h3)).toBe('none');
    expect(against({ ...asRequest({}), handlingText: 'x' }, normal(INFORMATION_REQUEST))).toContain(
      'without the handling',
    );
    const urgent = { ...normal(INFORMATION_REQUEST), urgency: Urgency.URGENT };
    expect(against(asRequest({ urgencyReason: '' }), urgent)).toContain('informationRequest.urgencyReason is missing');
    expect(against(asRequest({}), urgent)).toBe('none');
    expect(against(asRequest({ urgencyReason: '' }), normal(INFORMATION_REQUEST))).toBe('none');
  });
});

describe('a body of version 1 keeps the rules of version 1', () => {
  const attachment = {
    ...{ digest: new Uint8Array(32), sizeBytes: 1, key: new Uint8Array(32), noncePrefix: new Uint8Array(7) },
    ...{ name: '../x', mediaType: '', plainDigest: new Uint8Array(32) },
  };
  const note = { identifiers: [], provenance: undefined, note: '' } as unknown as InformationAnswer['objects'][0];

  test.each<[string, Body]>([
    ['interim is not in the header', asAnswer({ interim: true })],
    ['objects are nothing that it knows', asAnswer({ objects: [note] })],
    ['nor are attachments', { ...asAnswer({}), attachments: [attachment] }],
  ])('%s', (_, body) => {
    const routing = normal(MessageType.INFORMATION_ANSWER);
    expect(complaint(() => validateBody(body, { ...routing, schemaVersion: 1 }))).toBe('none');
    expect(complaint(() => validateBody(body, routing))).not.toBe('none');
  });

  test('and these are kept', () => {
    const routing = { ...normal(MessageType.INFORMATION_ANSWER), schemaVersion: 1 };
    const against = (body: Body, change: Partial<BodyRouting> = {}): string =>
      complaint(() => validateBody(body, { ...routing, ...change }));
    expect(against(asAnswer({ text: '' }))).toContain('informationAnswer.text is missing');
    expect(against(asAnswer({ evaluation: undefined }))).toContain('informationAnswer.evaluation is missing');
    expect(against({ ...asAnswer({}), language: 'e' })).toContain('language is not');
    expect(against(asAnswer({}), { handlingTextPresent: true })).toContain('handlingText is missing');
    expect(against(asRequest({}))).toContain('is not the body of the type');
  });
});

describe('bodies as JSON', () => {
  test('look as people expect', () => {
    expect(bodyToJson(asAnswer({ interim: true, evidenceUseConsent: false }))).toEqual({
      language: 'en',
      informationAnswer: {
        outcome: 'FULL',
        text: 'Eleven consignments.',
        evaluation: { sourceCode: 'B', infoCode: '3', assessedByUnit: 'portalder', assessedAtMs: NOW_MS },
        evidenceUseConsent: false,
        interim: true,
      },
    });
  });

  test('are read again, whatever the body', () => {
    fc.assert(
      fc.property(valueOf(BodySchema as MessageSchema<unknown>), (value) => {
        const json: unknown = JSON.parse(JSON.stringify(bodyToJson(value as unknown as Body)));
        expect(bodyFromJson(json)).toEqual(value);
      }),
    );
  });

  const json = (change: object): unknown => ({
    language: 'en',
    informationRequest: { ...request, crimeArea: 'DRUGS', ...change },
  });
  test.each<[string, unknown]>([
    ['body is not an object', null],
    ['body is not an object', []],
    ['body is not an object', 'text'],
    ['body has none of informationRequest, informationAnswer', { language: 'en' }],
    ['spontaneousInformation is a second type', { ...(json({}) as object), spontaneousInformation: {} }],
    ['subjekt is not known', { ...(json({}) as object), subjekt: 'x' }],
    ['content is not known', { ...(json({}) as object), content: {} }],
    ['__proto__ is not known', JSON.parse('{"__proto__":{},"informationRequest":{}}')],
    ['informationRequest.subjekt is not known', json({ subjekt: 'x' })],
    ['informationRequest.crimeArea is not one of DRUGS, ENVIRONMENT', json({ crimeArea: 'CRIME_AREA_DRUGS' })],
    ['informationRequest.crimeArea is not one of', json({ crimeArea: 1 })],
    ['informationRequest.crimeArea is not one of', json({ crimeArea: 'UNSPECIFIED' })],
    ['informationRequest.crimeArea is not one of', json({ crimeArea: 'toString' })],
    ['informationRequest.subject is not a text', json({ subject: 5 })],
    ['informationRequest.subject is not a text', json({ subject: null })],
    ['informationRequest.subject is not a text', json({ subject: '\ud800' })],
    ['informationRequest.subject is longer than 1000 bytes', json({ subject: 'é'.repeat(501) })],
    ['informationRequest is not an object', { informationRequest: 'x' }],
    ['informationAnswer.interim is not true or false', { informationAnswer: { interim: 'yes' } }],
    ['informationAnswer.evaluation is not an object', { informationAnswer: { evaluation: null } }],
    [
      'informationAnswer.evaluation.assessedAtMs is not a whole',
      { informationAnswer: { evaluation: { assessedAtMs: 1.5 } } },
    ],
    [
      'informationAnswer.evaluation.assessedAtMs is not a whole',
      { informationAnswer: { evaluation: { assessedAtMs: -1 } } },
    ],
    ['informationAnswer.evaluation.unit is not known', { informationAnswer: { evaluation: { unit: 'x' } } }],
  ])('%s', (wanted, value) => {
    expect(complaint(() => bodyFromJson(value))).toContain(wanted);
  });

  test('what is left out has its default, for validation to judge', () => {
    const body = bodyFromJson({ informationRequest: {} });
    expect(body.content).toEqual({
      kind: 'informationRequest',
      value: {
        subject: '',
        informationSought: '',
        purposeAndFacts: '',
        offence: '',
        crimeArea: 0,
        urgencyReason: '',
        useRestrictions: '',
        objects: [],
      },
    });
    expect(complaint(() => validateBody(body))).toContain('language is missing');
  });
});
