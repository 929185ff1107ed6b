/** The enumerations: their values, UNSPECIFIED at 0, and what stands in none of them is refused. */
import { describe, expect, test } from 'vitest';
import { encode } from '../../protocol/codec.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import * as generated from '../../protocol/generated/schema.ts';
import { BodySchema, HeaderSchema, MessageType, type Routing, RoutingSchema } from '../../protocol/generated/schema.ts';
import { bodyFromJson, bodyToJson } from '../../protocol/messages/json.ts';
import { validateBody } from '../../protocol/messages/validate.ts';
import { spoiled } from '../../scripts/vectors/refused-bodies.ts';
import { BRIAR, codeOf, routingFor } from '../protocol/support.ts';

/** In bodies: where a value stands, and all values. */
const IN_BODIES = [
  ['domain: enumerations/SourceCode', 'SourceCode', 'spontaneousInformation', 'evaluation.sourceCode', 'A B C X'],
  ['domain: enumerations/InfoCode', 'InfoCode', 'spontaneousInformation', 'evaluation.infoCode', '1 2 3 4'],
  [
    'domain: enumerations/RefusalReason',
    'RefusalReason',
    'refusal',
    'reason',
    'NOT_AVAILABLE NON_COMPLIANT_REQUEST JUDICIAL_AUTHORISATION_REFUSED DATA_CATEGORY_NOT_PERMITTED ' +
      'INACCURATE_OR_OUTDATED NATIONAL_SECURITY JEOPARDISES_INVESTIGATION_OR_PERSON LEGAL_PERSON_INTERESTS ' +
      'OFFENCE_MAX_ONE_YEAR',
  ],
  [
    'domain: enumerations/CrimeArea',
    'CrimeArea',
    'informationRequest',
    'crimeArea',
    'DRUGS ENVIRONMENT CULTURAL_HERITAGE MONEY_LAUNDERING_TF IPR HEALTH_SAFETY REVENUE SECURITY TERRORISM FRAUD ' +
      'ILLEGAL_IMMIGRATION ROBBERY',
  ],
  [
    'domain: enumerations/Commodity',
    'Commodity',
    'seizureReport',
    'goods[0].commodity',
    'DRUGS PRECURSORS TOBACCO ALCOHOL OTHER_REVENUE COUNTERFEIT MEDICAL FAUNA_FLORA TIMBER WASTE_HAZARDOUS ' +
      'WEAPONS_EXPLOSIVES NUCLEAR CULTURAL_GOODS CURRENCY',
  ],
  [
    'domain: enumerations/NoticeColour',
    'NoticeColour',
    'alert',
    'colour',
    'RED BLUE GREEN YELLOW BLACK ORANGE PURPLE SILVER UNSC',
  ],
] as const;

const valuesOf = (name: string): Record<string, number> =>
  (generated as unknown as Record<string, Record<string, number>>)[name] ?? {};

function expectValues(name: string, wanted: readonly string[]): void {
  const { UNSPECIFIED, ...others } = valuesOf(name);
  expect(UNSPECIFIED).toBe(0);
  expect(Object.keys(others)).toEqual(wanted);
  expect(new Set(Object.values(others)).size).toBe(wanted.length);
}

describe.each(IN_BODIES)('%s', (_, name, kind, path, values) => {
  test('has its values, and no other', () => {
    expectValues(name, values.split(' '));
  });

  test.each(values.split(' '))('%s is written, read and valid', (value) => {
    const body = bodyFromJson(spoiled(kind, path, value));
    expect(() => validateBody(body)).not.toThrow();
    expect(bodyFromJson(bodyToJson(body))).toEqual(body);
    expect(encode(BodySchema, body).length).toBeGreaterThan(0);
  });

  test.each(['UNSPECIFIED', 'SOMETHING_ELSE', 1, null])('%s is refused', (value) => {
    expect(() => bodyFromJson(spoiled(kind, path, value))).toThrow(`${kind}.${path} is not one of`);
  });
});

function headerWith(change: Partial<Routing>): string | undefined {
  const digest = new Uint8Array(32);
  const routing = {
    ...{ ...routingFor(), schemaVersion: 2, signingKeyId: digest, bodyDigest: digest },
    ...{ recipients: [{ mailbox: BRIAR, keyId: digest }], ...change },
  };
  return codeOf(() =>
    parseHeader(
      encode(HeaderSchema, {
        ...{ routing: encode(RoutingSchema, routing), contentDigest: digest, wrappedKeyDigests: [digest] },
      }),
    ),
  );
}

describe('in the header', () => {
  const none = 9 as never;

  test('H0 to H3, none of them twice (domain: enumerations/HandlingCode)', () => {
    expectValues('HandlingCode', ['H0', 'H1', 'H2', 'H3']);
    for (const code of [1, 2, 3] as const) expect(headerWith({ handling: [code] })).toBeUndefined();
    expect(headerWith({ handling: [4], handlingTextPresent: true })).toBeUndefined();
    expect(headerWith({ handling: [1, 1] })).toBe('HEADER_INVALID');
    expect(headerWith({ handling: [0] })).toBe('HEADER_INVALID');
    expect(headerWith({ handling: [none] })).toBe('MALFORMED');
  });

  test('nothing above EU_CONFIDENTIAL can be written (domain: enumerations/Classification)', () => {
    expectValues('Classification', ['BPL', 'EU_RESTRICTED', 'EU_CONFIDENTIAL']);
    for (const classification of [1, 2, 3] as const) expect(headerWith({ classification })).toBeUndefined();
    expect(headerWith({ classification: 0 })).toBe('HEADER_INVALID');
    expect(headerWith({ classification: 4 as never })).toBe('MALFORMED');
  });

  test('NORMAL and URGENT (domain: enumerations/Urgency)', () => {
    expectValues('Urgency', ['NORMAL', 'URGENT']);
    for (const urgency of [1, 2] as const) expect(headerWith({ urgency })).toBeUndefined();
    expect(headerWith({ urgency: 0 })).toBe('HEADER_INVALID');
    expect(headerWith({ urgency: none })).toBe('MALFORMED');
  });

  test('DIRECT and INDIRECT, one of them on a request (domain: enumerations/Availability)', () => {
    expectValues('Availability', ['DIRECT', 'INDIRECT']);
    const type = MessageType.INFORMATION_REQUEST;
    for (const availability of [1, 2] as const) expect(headerWith({ type, availability })).toBeUndefined();
    expect(headerWith({ type, availability: 0 })).toBe('HEADER_INVALID');
    expect(headerWith({ type, availability: none })).toBe('MALFORMED');
  });

  test('six purposes, one of them on every message (domain: enumerations/Purpose)', () => {
    const wanted = ['PREVENTION', 'DETECTION', 'INVESTIGATION', 'RISK_ANALYSIS', 'IMMEDIATE_THREAT', 'EXERCISE'];
    expectValues('Purpose', wanted);
    for (const purpose of [1, 2, 3, 4, 5, 6] as const) expect(headerWith({ purpose })).toBeUndefined();
    expect(headerWith({ purpose: 0 })).toBe('HEADER_INVALID');
    expect(headerWith({ purpose: none })).toBe('MALFORMED');
  });
});
