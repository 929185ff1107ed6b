/** Bodies with one fault each, by the path that the refusal names: for bodies-2.json and for tests. */
import type { Body } from '../../protocol/generated/schema.ts';
import { fromHex } from '../../protocol/ids.ts';
import type { BodyRouting } from '../../protocol/messages/validate.ts';
import { exampleOf } from './body-examples.ts';

type Json = Record<string, unknown>;
type Refused = readonly [path: string, json: Json, routing?: Partial<BodyRouting>];

const OTHER_ID = fromHex('0195b3a87a097b6d8f205be1c40a9d09');

/** The example of a kind with one member, named by its path within the content, replaced; undefined removes it. */
export function spoiled(kind: Body['content']['kind'], path: string, value: unknown): Json {
  const json = structuredClone(exampleOf(kind).json);
  const parts = path.split(/[.[\]]+/).filter((part) => part !== '');
  let at = json[kind] as Json;
  for (const part of parts.slice(0, -1)) at = at[part] as Json;
  const last = parts.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return json;
}

const wrong = (kind: Body['content']['kind'], path: string, value: unknown): Refused => [
  `${kind}.${path}`,
  spoiled(kind, path, value),
];
const missing = (kind: Body['content']['kind'], ...paths: string[]): Refused[] =>
  paths.map((path) => wrong(kind, path, undefined));
const against = (kind: Body['content']['kind'], path: string, routing: Partial<BodyRouting>): Refused => [
  path,
  exampleOf(kind).json,
  routing,
];

const request = 'informationRequest.objects';
const ofObject = (index: number, path: string, value: unknown): Refused => [
  `${request}[${index}].${path}`,
  spoiled('informationRequest', `objects[${index}].${path}`, value),
];

const REQUIRED: readonly Refused[] = [
  ...missing('informationRequest', 'subject', 'informationSought', 'purposeAndFacts', 'offence', 'crimeArea'),
  ...missing('informationAnswer', 'outcome', 'text', 'evaluation', 'evaluation.sourceCode', 'evaluation.infoCode'),
  ...missing('informationAnswer', 'evaluation.assessedByUnit', 'evaluation.assessedAtMs'),
  ...missing('spontaneousInformation', 'crimeArea', 'text', 'evaluation', 'subject'),
  ...missing('refusal', 'reason', 'explanation'),
  ...missing('clarificationRequest', 'question'),
  ...missing('clarification', 'answer'),
  ...missing('deadlineNotice', 'cause', 'newEstimate'),
  ...missing('riskProfile', 'subject', 'indicators', 'validFrom', 'validUntil', 'evaluation'),
  ...missing('seizureReport', 'nationalRef', 'form', 'seizedAt', 'location', 'locationType', 'direction', 'goods'),
  ...missing('seizureReport', 'conveyance', 'route', 'detectionMethod', 'conveyance.mode', 'goods[0].commodity'),
  ...missing('seizureReport', 'goods[0].description', 'goods[0].quantity', 'goods[0].unit', 'goods[0].currency'),
  ...missing('nominalAnnex', 'persons[0].person', 'persons[0].identifiers[0].scheme', 'organisations[0].organisation'),
  ...missing('alert', 'kind', 'subject', 'threat', 'actionRequested', 'validUntil'),
  ...missing('operationNotice', 'operationId', 'phase', 'tasking'),
  ...missing('permissionRequest', 'targetMessage', 'newRecipients', 'purpose'),
  ...missing('permissionDecision', 'targetMessage', 'newRecipients'),
  ...missing('restrictionUpdate', 'targetMessage', 'reason'),
  ...missing('correction', 'targetMessage', 'reason'),
  ...missing('recall', 'targetMessage', 'reason'),
  ...missing('complianceReceipt', 'targetMessage', 'actionDone', 'doneAt'),
];

const FORMATS: readonly Refused[] = [
  ofObject(0, 'person.birthDate', '1987-02-29'),
  ofObject(0, 'person.nationality', 'XQ1'.slice(0, 1)),
  ofObject(0, 'provenance.at', '2031-05-02T09:00:00'),
  ofObject(2, 'vehicle.vin', '1M8GDM9AXKPO42788'),
  ofObject(3, 'vessel.imo', '9074728'),
  ofObject(3, 'vessel.mmsi', '21100000'),
  ofObject(3, 'vessel.flag', 'ZY'),
  ofObject(4, 'container.number', 'ZZZU1234565'),
  ofObject(5, 'consignment.origin', 'xd'),
  ofObject(6, 'document.issuedOn', '20310420'),
  ofObject(7, 'account.iban', 'GB82WEST12345698765433'),
  ofObject(8, 'cashAmount.currency', 'DEM'),
  ofObject(8, 'cashAmount.amount', '1,5'),
  ofObject(9, 'location.latitude', '90.01'),
  ofObject(9, 'location.unLocode', 'XAAL1'),
  wrong('seizureReport', 'goods[0].hs', '770100'),
  wrong('seizureReport', 'goods[1].hs', '050'),
  wrong('seizureReport', 'goods[1].cites', 'IV'),
  wrong('seizureReport', 'route.transit[0]', 'EU'),
  wrong('seizureReport', 'seizedAt', '2031-02-29T06:40:00Z'),
  wrong('riskProfile', 'indicators[1]', ' '),
  wrong('riskProfile', 'hs[0]', '6907.21'),
  wrong('permissionRequest', 'newRecipients[0]', 'XB.police/liaison'),
  wrong('correction', 'replacement', '0195b3a8-7a01-4b6d-8f20-5be1c40a9d02'),
  ['language', { ...exampleOf('clarification').json, language: 'english language' }],
  [
    'attachments[0].name',
    {
      ...exampleOf('seizureReport').json,
      attachments: [{ ...(exampleOf('seizureReport').json['attachments'] as Json[])[0], name: '../tablets.jpg' }],
    },
  ],
];

const BETWEEN: readonly Refused[] = [
  [`${request}[4]`, spoiled('informationRequest', 'objects[4].person', { familyName: 'Marrow' })],
  [`${request}[4]`, spoiled('informationRequest', 'objects[4].container', undefined)],
  [`${request}[3].vessel`, spoiled('informationRequest', 'objects[3].vessel', {})],
  [`${request}[9].location.longitude`, spoiled('informationRequest', 'objects[9].location.longitude', undefined)],
  ['nominalAnnex', { language: 'en', nominalAnnex: {} }],
  ['seizureReport.goods[1].value', spoiled('seizureReport', 'goods[1].currency', 'EUR')],
  ['seizureReport.photos[0].digest', { ...exampleOf('seizureReport').json, attachments: [] }, { attachments: [] }],
  ['riskProfile.validUntil', spoiled('riskProfile', 'validUntil', '2031-05-05T22:00:00Z')],
  ['alert.colour', spoiled('alert', 'kind', 'NOTICE')],
  [
    'alert.approval',
    { language: 'en', alert: { ...(exampleOf('alert').json['alert'] as Json), approval: approval() } },
  ],
  ['recall.replacement', spoiled('recall', 'replacement', '0195b3a8-7a00-7c3e-9a51-0c6f2f1d7e01')],
];

const ROUTING: readonly Refused[] = [
  against('clarification', 'clarification', { type: 5 }),
  against('clarification', 'handlingText', { handlingTextPresent: true }),
  against('informationRequest', 'handlingText', { handlingTextPresent: false }),
  ['informationRequest.urgencyReason', spoiled('informationRequest', 'urgencyReason', undefined)],
  against('informationAnswer', 'informationAnswer.interim', { interim: false }),
  against('seizureReport', 'attachments', { attachments: [] }),
  against('seizureReport', 'attachments[0].digest', { attachments: [{ digest: new Uint8Array(32), sizeBytes: 1 }] }),
  against('permissionDecision', 'permissionDecision.granted', { grant: undefined }),
  against('permissionDecision', 'permissionDecision.targetMessage', { grant: { ...grant(), target: OTHER_ID } }),
  against('permissionDecision', 'permissionDecision.newRecipients', { grant: { ...grant(), recipients: ['xc.b/c'] } }),
  against('permissionDecision', 'permissionDecision.expiresAt', { grant: { ...grant(), expiresAtMs: 0 } }),
  ...(['permissionRequest', 'restrictionUpdate', 'correction', 'recall', 'complianceReceipt'] as const).map((kind) =>
    against(kind, `${kind}.targetMessage`, { inReplyTo: OTHER_ID }),
  ),
];

function grant(): NonNullable<BodyRouting['grant']> {
  const { routing } = exampleOf('permissionDecision');
  if (!routing.grant) throw new Error('The example grants nothing.');
  return routing.grant;
}

function approval(): Json {
  const digest = 'A'.repeat(43);
  return { leaf: 'AA', signature: { algorithm: 'ED25519', keyId: digest, size: 1 }, path: {} };
}

export const REFUSED_BODIES: readonly Refused[] = [...REQUIRED, ...FORMATS, ...BETWEEN, ...ROUTING];
