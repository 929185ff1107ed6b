/** One right body of each type, as JSON, with what its header says: for bodies-2.json and for tests. All is fictional. */
import { BODY_TYPES } from '../../protocol/messages/types.ts';
import type { BodyRouting } from '../../protocol/messages/validate.ts';
import { bodyFromJson } from '../../protocol/messages/json.ts';
import type { Body } from '../../protocol/generated/schema.ts';
import { fromHex, toBase64Url } from '../../protocol/ids.ts';
import { NOW_MS, seededRandom } from '../../test/protocol/support.ts';

export interface BodyExample {
  readonly name: string;
  readonly json: Record<string, unknown>;
  readonly body: Body;
  readonly routing: BodyRouting;
}

const random = seededRandom('bodies');
const some = (bytes: number): string => toBase64Url(random(bytes));
const TARGET = '0195b3a8-7a00-7c3e-9a51-0c6f2f1d7e01';
const OTHER = '0195b3a8-7a01-7b6d-8f20-5be1c40a9d02';
const idBytes = (id: string): Uint8Array => fromHex(id.replaceAll('-', ''));

const evaluation = { sourceCode: 'B', infoCode: '2', assessedByUnit: 'portalder', assessedAtMs: NOW_MS };
const provenance = { source: 'Declaration of 2 May', at: '2031-05-02T09:00:00+02:00', evaluation };
const identifiers = [{ scheme: 'passport', value: 'XD1234567', issuer: 'XD' }];
const person = {
  familyName: 'Marrow',
  givenNames: 'Ada',
  birthDate: '1988-02-29',
  birthPlace: 'Port Briar',
  nationality: 'XD',
  role: 'consignor',
  address: '4 Quay Street, Port Briar',
};
const organisation = { name: 'Larkspur Freight Ltd', country: 'XD', role: 'consignor', address: '1 Mole, Port Briar' };
const location = {
  name: 'Port Alder',
  country: 'XA',
  unLocode: 'XAALD',
  latitude: '54.25',
  longitude: '-4.5',
  address: 'Terminal 2',
};

/** Something of each kind. */
const objects = [
  { person, identifiers, provenance, note: 'Known under another name.' },
  { organisation, identifiers: [{ scheme: 'register', value: 'HR 417' }] },
  {
    vehicle: {
      registration: 'AL 4711',
      country: 'XA',
      make: 'Aurora',
      model: 'Kombi',
      colour: 'white',
      vin: '1M8GDM9AXKP042788',
    },
  },
  { vessel: { name: 'Sea Thrift', imo: '9074729', mmsi: '211000000', flag: 'XB', callSign: 'DAAA' } },
  { container: { number: 'ZZZU1234564', sizeType: '45G1', seals: ['S-100', 'S-101'] } },
  {
    consignment: {
      reference: 'BL 2031/88',
      consignor: 'Larkspur Freight Ltd',
      consignee: 'Tansy Tiles',
      origin: 'XD',
      destination: 'XA',
      description: 'Ceramic tiles',
    },
  },
  {
    document: {
      type: 'bill of lading',
      number: '2031/88',
      country: 'XD',
      issuedOn: '2031-04-20',
      expiresOn: '2031-10-20',
    },
  },
  {
    account: {
      institution: 'Bank of Alder',
      iban: 'GB82WEST12345698765432',
      number: '98765432',
      currency: 'EUR',
      holder: 'Larkspur Freight Ltd',
    },
  },
  { cashAmount: { amount: '412000.50', currency: 'EUR' } },
  { location },
  { communication: { kind: 'telephone', value: '+999 100 200', provider: 'Alder Tel' } },
];

const photo = some(32);
const attachment = {
  digest: photo,
  sizeBytes: 184_320,
  key: some(32),
  noncePrefix: some(7),
  name: 'tablets behind tiles.jpg',
  mediaType: 'image/jpeg',
  plainDigest: some(32),
};
const route = { departure: 'XD', transit: ['XB'], destination: 'XA' };
const goods = [
  {
    commodity: 'MEDICAL',
    hs: '300490',
    description: 'Ivermectin tablets without authorisation',
    quantity: '48000',
    unit: 'pieces',
    value: '96000.00',
    currency: 'EUR',
    brand: 'Vermexol',
  },
  {
    commodity: 'FAUNA_FLORA',
    hs: '0507',
    description: 'Pangolin scales',
    quantity: '212',
    unit: 'kg',
    cites: 'I',
  },
];
const report = {
  nationalRef: 'XA-S-2031-0815',
  form: 'LONG',
  seizedAt: '2031-05-06T06:40:00+02:00',
  location,
  locationType: 'SEAPORT',
  direction: 'IMPORT',
  customsRegime: '40 00',
  conveyance: { mode: 'SEA', id: 'voyage 17', carrier: 'Thrift Line', container: 'ZZZU 123456-4' },
  route,
  detectionMethod: 'SCANNER',
  concealment: 'Behind tile cartons',
  goods,
  photos: [{ digest: photo, kind: 'CONCEALMENT', caption: 'Third row' }],
  modusOperandi: 'Declared as tiles',
  operationId: 'op-lantern',
};
const alert = {
  subject: 'Detonators on the move',
  threat: '1,200 detonators and 4.5 t of ammonium nitrate are missing from a depot.',
  actionRequested: 'Check consignments of HS 3603 and 3102.',
  validUntil: '2031-06-01T00:00:00Z',
};
const approval = {
  leaf: some(120),
  signature: { algorithm: 'ED25519', keyId: some(32), size: 2, signature: some(64) },
  path: { index: 1, hashes: [some(32)] },
};

type Content = Record<string, unknown>;

const CONTENTS: readonly (readonly [
  name: string,
  content: Content,
  common?: Content,
  routing?: Partial<BodyRouting>,
])[] = [
  [
    'an urgent request',
    {
      informationRequest: {
        subject: 'Consignor history of Larkspur Freight Ltd',
        informationSought: 'All consignments since January.',
        purposeAndFacts: 'A container with undeclared tablets was found.',
        offence: 'Smuggling of medicines',
        crimeArea: 'HEALTH_SAFETY',
        urgencyReason: 'The vessel sails at noon.',
        useRestrictions: 'For intelligence only.',
        objects,
      },
    },
    { handlingText: 'Ask before any use in court.' },
    { urgency: 2, handlingTextPresent: true },
  ],
  [
    'a first answer',
    {
      informationAnswer: {
        outcome: 'PARTIAL',
        text: 'Eleven consignments; more to come.',
        evaluation,
        evidenceUseConsent: true,
        interim: true,
        objects: objects.slice(1, 2),
      },
    },
    {},
    { interim: true, inReplyTo: idBytes(TARGET) },
  ],
  ['an answer without a hit', { informationAnswer: { outcome: 'NO_HIT' } }, {}, { inReplyTo: idBytes(TARGET) }],
  [
    'spontaneous information',
    {
      spontaneousInformation: {
        crimeArea: 'DRUGS',
        text: 'نقل عبر ثلاثة موانئ.',
        evaluation,
        subject: 'طريق جديد',
        objects: objects.slice(4, 6),
      },
    },
    { language: 'ar' },
  ],
  [
    'a refusal of a part',
    {
      refusal: {
        reason: 'JEOPARDISES_INVESTIGATION_OR_PERSON',
        partRefused: 'Names of drivers',
        explanation: 'An investigation is open.',
      },
    },
    {},
    { inReplyTo: idBytes(TARGET) },
  ],
  ['a question', { clarificationRequest: { question: 'Which port of loading?' } }, {}, { inReplyTo: idBytes(TARGET) }],
  [
    'its answer',
    { clarification: { answer: 'Port Briar.', objects: objects.slice(9, 10) } },
    {},
    { inReplyTo: idBytes(TARGET) },
  ],
  [
    'a later answer announced',
    {
      deadlineNotice: {
        cause: 'JUDICIAL_AUTHORISATION',
        newEstimate: '2031-05-09T12:00:00+02:00',
        explanation: 'The court sits on Friday.',
      },
    },
    {},
    { inReplyTo: idBytes(TARGET) },
  ],
  [
    'a risk profile',
    {
      riskProfile: {
        subject: 'Tiles from new consignors',
        indicators: ['First consignment', 'Weight does not fit tiles'],
        route,
        hs: ['6907', '3004'],
        validFrom: '2031-05-06T00:00:00+02:00',
        validUntil: '2031-08-06T00:00:00+02:00',
        advanceDataSource: 'Entry summary declarations',
        evaluation,
        objects: objects.slice(5, 6),
      },
    },
  ],
  [
    'a seizure in the long form',
    { seizureReport: report },
    { attachments: [attachment] },
    { attachments: [{ digest: new Uint8Array(Buffer.from(photo, 'base64url')), sizeBytes: 184_400 }] },
  ],
  [
    'a seizure in the simplified form',
    {
      seizureReport: {
        nationalRef: 'XB-7',
        form: 'SIMPLIFIED',
        seizedAt: '2031-05-06T05:00:00Z',
        location: { country: 'XB' },
        locationType: 'LAND_BORDER',
        direction: 'TRANSIT',
        goods: goods.slice(1),
      },
    },
    { language: 'fr' },
  ],
  [
    'a nominal annex',
    {
      nominalAnnex: {
        persons: [{ person, identifiers, provenance }],
        organisations: [{ organisation, identifiers, provenance }],
      },
    },
  ],
  ['a diffusion', { alert: { kind: 'DIFFUSION', ...alert } }],
  ['a notice', { alert: { kind: 'NOTICE', colour: 'ORANGE', ...alert, objects: objects.slice(3, 4), approval } }],
  [
    'a notice of an operation',
    {
      operationNotice: {
        operationId: 'op-lantern',
        phase: 'ACTIVE',
        partners: ['xa.customs', 'wco.secretariat'],
        indicators: ['Tiles'],
        tasking: 'Report finds within a day.',
      },
    },
  ],
  [
    'a permission asked for',
    {
      permissionRequest: {
        targetMessage: TARGET,
        newRecipients: ['xb.police/liaison'],
        purpose: 'A connected investigation.',
      },
    },
    {},
    { inReplyTo: idBytes(TARGET) },
  ],
  [
    'a permission given',
    {
      permissionDecision: {
        targetMessage: TARGET,
        newRecipients: ['xb.police/liaison'],
        granted: true,
        conditions: 'Not in court.',
        expiresAt: '2031-06-06T00:00:00Z',
        reason: 'The investigation is ours too.',
      },
    },
    {},
    {
      inReplyTo: idBytes(OTHER),
      grant: {
        target: idBytes(TARGET),
        recipients: ['xb.police/liaison'],
        expiresAtMs: Date.UTC(2031, 5, 6),
      },
    },
  ],
  [
    'a permission refused',
    { permissionDecision: { targetMessage: TARGET, granted: false, reason: 'A source is at risk.' } },
    {},
    { inReplyTo: idBytes(OTHER) },
  ],
  [
    'a restriction',
    { restrictionUpdate: { targetMessage: TARGET, reason: 'A trial has begun.' } },
    {},
    { inReplyTo: idBytes(TARGET) },
  ],
  [
    'a correction',
    { correction: { targetMessage: TARGET, reason: 'EUR 421,000, not 412,000.', replacement: OTHER } },
    {},
    { inReplyTo: idBytes(TARGET) },
  ],
  [
    'a recall',
    { recall: { targetMessage: TARGET, reason: 'Sent by mistake.', replacement: OTHER } },
    {},
    { inReplyTo: idBytes(TARGET) },
  ],
  [
    'compliance',
    {
      complianceReceipt: {
        targetMessage: OTHER,
        actionDone: 'Erased in all systems.',
        doneAt: '2031-05-07T08:00:00+02:00',
      },
    },
    {},
    { inReplyTo: idBytes(OTHER) },
  ],
];

export const BODY_EXAMPLES: readonly BodyExample[] = CONTENTS.map(([name, content, common = {}, routing = {}]) => {
  const json = { caseNumber: 'XA-2031-00417', language: 'en', ...common, ...content };
  const body = bodyFromJson(json);
  const of = BODY_TYPES[body.content.kind];
  return {
    name,
    json,
    body,
    routing: {
      ...{ type: of, schemaVersion: 2, urgency: 1, handlingTextPresent: false, interim: false },
      ...{ inReplyTo: new Uint8Array(0), grant: undefined, attachments: [] },
      ...routing,
    },
  };
});

/** The first example of a kind, for a test to change. */
export function exampleOf(kind: Body['content']['kind']): BodyExample {
  const found = BODY_EXAMPLES.find(({ body }) => body.content.kind === kind);
  if (!found) throw new Error(`no example of ${kind}`);
  return found;
}
