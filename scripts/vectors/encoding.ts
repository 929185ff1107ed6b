/** encoding.json: canonical encodings, and encodings that a reader refuses in signed mode. */
import { encode } from '../../protocol/codec.ts';
import {
  type Body,
  BodySchema,
  HandoverStatementSchema,
  PathSchema,
  type Routing,
  RoutingSchema,
} from '../../protocol/generated/schema.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import { ALDER, BODY, BRIAR, CEDAR, NOW_MS, routingFor, seededRandom } from '../../test/protocol/support.ts';

import { inVersion1 } from './as-of.ts';

const H32 = '11'.repeat(32);
const PATH = `08051220${H32}`;
const random = seededRandom('vectors');

export function encodingVectors(): object {
  const statement = {
    blind: random(16),
    messageId: routingFor().messageId,
    sender: ALDER,
    recipient: BRIAR,
    number: 300,
    headerDigest: random(32),
    outcome: 1,
    reason: 0,
    atMs: NOW_MS,
  } as const;
  const routing: Routing = {
    ...routingFor(),
    handling: [2, 4],
    handlingTextPresent: true,
    recipients: [
      { mailbox: BRIAR, keyId: random(32) },
      { mailbox: CEDAR, keyId: random(32) },
    ],
    signingKeyId: random(32),
    bodyDigest: random(32),
  };
  const path = { index: 2 ** 53 - 1, hashes: [random(32), random(32)] };
  return {
    about: 'Canonical encodings, and encodings that a reader refuses in signed mode. Bytes are hexadecimal.',
    valid: [
      { name: 'a path', message: 'Path', value: path, encoded: encode(PathSchema, path) },
      { name: 'an empty path', message: 'Path', value: { index: 0, hashes: [] }, encoded: '' },
      { name: 'a routing', message: 'Routing', ...encoded(RoutingSchema, routing) },
      {
        name: 'a handover statement',
        message: 'HandoverStatement',
        value: statement,
        encoded: encode(HandoverStatementSchema, statement),
      },
      { name: 'a routing with every field', message: 'Routing', ...encoded(RoutingSchema, fullRouting(routing)) },
    ],
    bodies: BODIES.map((value) => ({ name: value.content.kind, message: 'Body', ...encoded(BodySchema, value) })),
    refused: [
      ['Path', `1220${H32}0805`, 'fields out of order'],
      ['Path', `0800`, 'a default value written out'],
      ['Path', `088500`, 'a number not in its shortest form'],
      ['Path', `880005`, 'a tag not in its shortest form'],
      ['Path', `080512a000${H32}`, 'a length not in its shortest form'],
      ['Path', `${PATH}1801`, 'an unknown field'],
      ['Path', `08050806`, 'a singular field given twice'],
      ['Path', `0880808080808080` + `10`, 'a number above 2^53 − 1'],
      ['Path', `08ffffffffffffffffff01`, 'a number above 2^53 − 1'],
      ['Path', `121f${'11'.repeat(31)}`, 'bytes of a wrong length'],
      ['Path', `1220${H32}`.repeat(21), 'more repetitions than the bound'],
      ['Path', `1005`, 'a wrong wire type'],
      ['Path', `0885`, 'an end within a number'],
      ['Path', `888080801005`, 'a tag above 32 bits'],
      ['Routing', `8801018801028801`, 'numbers not packed'],
      ['Routing', `8a0100`, 'an empty packed list'],
      ['Routing', `8a0101018a010102`, 'a packed list in two parts'],
      ['Routing', `900102`, 'a boolean that is neither 0 nor 1'],
      ['BatchSignature', `0805`, 'an unknown enumeration value'],
      ['BatchSignature', `0801`, 'a missing field of fixed length'],
      ['Body', `1202c0af`, 'a text that is not UTF-8'],
      ['Frame', ``, 'no member of a oneof'],
      ['Frame', `9a0100a20100`, 'two members of a oneof'],
    ].map(([message, encoded, rule]) => ({ message, encoded, rule, code: 'MALFORMED' })),
  };
}

const encoded = <T>(schema: MessageSchema<T>, value: T) => ({
  value: inVersion1(schema, value),
  encoded: encode(schema, value),
});

/** Also what this version reserves: an encoding says nothing about the rules. */
function fullRouting(routing: Routing): Routing {
  const id = routing.messageId;
  return {
    ...routing,
    type: 2,
    ...{ inReplyTo: id, annexOf: id, groupId: id, groupVersion: 300 },
    ...{
      availability: 2,
      containsPersonalData: true,
      exercise: true,
      retentionUntilMs: NOW_MS,
      contactCopyExemption: 3,
    },
    ...{ derivedFrom: [id, random(16)], permissionIds: [id] },
    attachments: [{ digest: random(32), sizeBytes: 2 ** 40 }],
  };
}

const EVALUATION = { sourceCode: 2, infoCode: 3, assessedByUnit: 'portalder', assessedAtMs: NOW_MS } as const;
const COMMON: Omit<Body, 'content'> = {
  caseNumber: 'XA-1',
  language: 'de-CH',
  handlingText: 'Nach Rücksprache.',
  attachments: [],
};

const BODIES: readonly Body[] = [
  BODY,
  {
    ...COMMON,
    content: {
      kind: 'informationRequest',
      value: {
        subject: 'Tablets',
        informationSought: 'Earlier consignments of the same sender.',
        purposeAndFacts: 'A find at the port.',
        offence: 'Smuggling of medicines',
        crimeArea: 6,
        urgencyReason: 'The ship leaves tomorrow.',
        useRestrictions: 'For intelligence only.',
        objects: [],
      },
    },
  },
  {
    ...COMMON,
    content: {
      kind: 'informationAnswer',
      value: {
        outcome: 2,
        text: 'Two consignments.',
        evaluation: EVALUATION,
        evidenceUseConsent: true,
        interim: true,
        objects: [],
      },
    },
  },
  {
    ...COMMON,
    content: {
      kind: 'informationAnswer',
      value: { outcome: 3, text: '', evaluation: undefined, evidenceUseConsent: false, interim: false, objects: [] },
    },
  },
];
