// Generated from protocol/proto by `npm run generate`. Do not edit.

import { defineMessage, type MessageSchema } from '../schema.ts';

export const SignatureAlgorithm = { UNSPECIFIED: 0, PS256: 1, ES256: 2, ES384: 3, ED25519: 4 } as const;
export type SignatureAlgorithm = (typeof SignatureAlgorithm)[keyof typeof SignatureAlgorithm];

export const MessageType = {
  UNSPECIFIED: 0,
  INFORMATION_REQUEST: 1,
  INFORMATION_ANSWER: 2,
  SPONTANEOUS_INFORMATION: 3,
  REFUSAL: 4,
  CLARIFICATION_REQUEST: 5,
  CLARIFICATION: 6,
  DEADLINE_NOTICE: 7,
  RISK_PROFILE: 8,
  SEIZURE_REPORT: 9,
  NOMINAL_ANNEX: 10,
  ALERT: 11,
  OPERATION_NOTICE: 12,
  PERMISSION_REQUEST: 13,
  PERMISSION_DECISION: 14,
  RESTRICTION_UPDATE: 15,
  CORRECTION: 16,
  RECALL: 17,
  COMPLIANCE_RECEIPT: 18,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

export const Urgency = { UNSPECIFIED: 0, NORMAL: 1, URGENT: 2 } as const;
export type Urgency = (typeof Urgency)[keyof typeof Urgency];

export const Availability = { UNSPECIFIED: 0, DIRECT: 1, INDIRECT: 2 } as const;
export type Availability = (typeof Availability)[keyof typeof Availability];

export const Classification = { UNSPECIFIED: 0, BPL: 1, EU_RESTRICTED: 2, EU_CONFIDENTIAL: 3 } as const;
export type Classification = (typeof Classification)[keyof typeof Classification];

export const HandlingCode = { UNSPECIFIED: 0, H0: 1, H1: 2, H2: 3, H3: 4 } as const;
export type HandlingCode = (typeof HandlingCode)[keyof typeof HandlingCode];

export const Purpose = {
  UNSPECIFIED: 0,
  PREVENTION: 1,
  DETECTION: 2,
  INVESTIGATION: 3,
  RISK_ANALYSIS: 4,
  IMMEDIATE_THREAT: 5,
  EXERCISE: 6,
} as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

export const ContactCopyExemption = {
  UNSPECIFIED: 0,
  SENSITIVE_INVESTIGATION: 1,
  TERRORISM_WITHOUT_CONTACT_POINT: 2,
  PERSONAL_SAFETY: 3,
} as const;
export type ContactCopyExemption = (typeof ContactCopyExemption)[keyof typeof ContactCopyExemption];

export const Outcome = { UNSPECIFIED: 0, FULL: 1, PARTIAL: 2, NO_HIT: 3 } as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

export const CrimeArea = {
  UNSPECIFIED: 0,
  DRUGS: 1,
  ENVIRONMENT: 2,
  CULTURAL_HERITAGE: 3,
  MONEY_LAUNDERING_TF: 4,
  IPR: 5,
  HEALTH_SAFETY: 6,
  REVENUE: 7,
  SECURITY: 8,
  TERRORISM: 9,
  FRAUD: 10,
  ILLEGAL_IMMIGRATION: 11,
  ROBBERY: 12,
} as const;
export type CrimeArea = (typeof CrimeArea)[keyof typeof CrimeArea];

export const SourceCode = { UNSPECIFIED: 0, A: 1, B: 2, C: 3, X: 4 } as const;
export type SourceCode = (typeof SourceCode)[keyof typeof SourceCode];

export const InfoCode = { UNSPECIFIED: 0, '1': 1, '2': 2, '3': 3, '4': 4 } as const;
export type InfoCode = (typeof InfoCode)[keyof typeof InfoCode];

export const RefusalReason = {
  UNSPECIFIED: 0,
  NOT_AVAILABLE: 1,
  NON_COMPLIANT_REQUEST: 2,
  JUDICIAL_AUTHORISATION_REFUSED: 3,
  DATA_CATEGORY_NOT_PERMITTED: 4,
  INACCURATE_OR_OUTDATED: 5,
  NATIONAL_SECURITY: 6,
  JEOPARDISES_INVESTIGATION_OR_PERSON: 7,
  LEGAL_PERSON_INTERESTS: 8,
  OFFENCE_MAX_ONE_YEAR: 9,
} as const;
export type RefusalReason = (typeof RefusalReason)[keyof typeof RefusalReason];

export const DeadlineCause = { UNSPECIFIED: 0, JUDICIAL_AUTHORISATION: 1, OTHER: 2 } as const;
export type DeadlineCause = (typeof DeadlineCause)[keyof typeof DeadlineCause];

export const Commodity = {
  UNSPECIFIED: 0,
  DRUGS: 1,
  PRECURSORS: 2,
  TOBACCO: 3,
  ALCOHOL: 4,
  OTHER_REVENUE: 5,
  COUNTERFEIT: 6,
  MEDICAL: 7,
  FAUNA_FLORA: 8,
  TIMBER: 9,
  WASTE_HAZARDOUS: 10,
  WEAPONS_EXPLOSIVES: 11,
  NUCLEAR: 12,
  CULTURAL_GOODS: 13,
  CURRENCY: 14,
} as const;
export type Commodity = (typeof Commodity)[keyof typeof Commodity];

export const ReportForm = { UNSPECIFIED: 0, LONG: 1, SIMPLIFIED: 2 } as const;
export type ReportForm = (typeof ReportForm)[keyof typeof ReportForm];

export const LocationType = {
  UNSPECIFIED: 0,
  SEAPORT: 1,
  AIRPORT: 2,
  LAND_BORDER: 3,
  RAIL: 4,
  MAIL_CENTRE: 5,
  WAREHOUSE: 6,
  INLAND: 7,
  AT_SEA: 8,
  OTHER: 9,
} as const;
export type LocationType = (typeof LocationType)[keyof typeof LocationType];

export const Direction = { UNSPECIFIED: 0, IMPORT: 1, EXPORT: 2, TRANSIT: 3, INTERNAL: 4 } as const;
export type Direction = (typeof Direction)[keyof typeof Direction];

export const TransportMode = {
  UNSPECIFIED: 0,
  SEA: 1,
  AIR: 2,
  ROAD: 3,
  RAIL: 4,
  MAIL: 5,
  INLAND_WATERWAY: 6,
  PEDESTRIAN: 7,
  OTHER: 8,
} as const;
export type TransportMode = (typeof TransportMode)[keyof typeof TransportMode];

export const DetectionMethod = {
  UNSPECIFIED: 0,
  RISK_PROFILE: 1,
  INTELLIGENCE: 2,
  ROUTINE_CONTROL: 3,
  RANDOM_CONTROL: 4,
  SCANNER: 5,
  DOG: 6,
  INVESTIGATION: 7,
  OTHER: 8,
} as const;
export type DetectionMethod = (typeof DetectionMethod)[keyof typeof DetectionMethod];

export const AlertKind = { UNSPECIFIED: 0, DIFFUSION: 1, NOTICE: 2 } as const;
export type AlertKind = (typeof AlertKind)[keyof typeof AlertKind];

export const NoticeColour = {
  UNSPECIFIED: 0,
  RED: 1,
  BLUE: 2,
  GREEN: 3,
  YELLOW: 4,
  BLACK: 5,
  ORANGE: 6,
  PURPLE: 7,
  SILVER: 8,
  UNSC: 9,
} as const;
export type NoticeColour = (typeof NoticeColour)[keyof typeof NoticeColour];

export const OperationPhase = {
  UNSPECIFIED: 0,
  PLANNING: 1,
  PRE_OPERATION: 2,
  ACTIVE: 3,
  EVALUATION: 4,
  CLOSED: 5,
} as const;
export type OperationPhase = (typeof OperationPhase)[keyof typeof OperationPhase];

export const PhotoKind = { UNSPECIFIED: 0, GOODS: 1, CONCEALMENT: 2, DOCUMENT: 3, CONVEYANCE: 4, OTHER: 5 } as const;
export type PhotoKind = (typeof PhotoKind)[keyof typeof PhotoKind];

export const HandoverOutcome = { UNSPECIFIED: 0, HANDED_OVER: 1, FAILED: 2 } as const;
export type HandoverOutcome = (typeof HandoverOutcome)[keyof typeof HandoverOutcome];

export const KeyUsage = { UNSPECIFIED: 0, TLS: 1, SIGNING: 2 } as const;
export type KeyUsage = (typeof KeyUsage)[keyof typeof KeyUsage];

export const RecipientEvent = { UNSPECIFIED: 0, OPENED: 1, CONSENT_GIVEN: 2, CONSENT_REFUSED: 3 } as const;
export type RecipientEvent = (typeof RecipientEvent)[keyof typeof RecipientEvent];

export const Exchange = { UNSPECIFIED: 0, BY_AGREEMENT: 1 } as const;
export type Exchange = (typeof Exchange)[keyof typeof Exchange];

export const DeadlineStage = { UNSPECIFIED: 0, HALF: 1, FOUR_FIFTHS: 2, BREACHED: 3 } as const;
export type DeadlineStage = (typeof DeadlineStage)[keyof typeof DeadlineStage];

export const RevocationSource = { UNSPECIFIED: 0, LIST: 1, AUTHORITY_REVOKED: 2 } as const;
export type RevocationSource = (typeof RevocationSource)[keyof typeof RevocationSource];

export const AgencyStatus = { UNSPECIFIED: 0, ACTIVE: 1, SUSPENDED: 2 } as const;
export type AgencyStatus = (typeof AgencyStatus)[keyof typeof AgencyStatus];

export const NodeAct = {
  UNSPECIFIED: 0,
  MESSAGE_DRAFTED: 1,
  MESSAGE_SIGNED: 2,
  MESSAGE_SUBMITTED: 3,
  MESSAGE_RECEIVED: 4,
  MESSAGE_DECRYPTED: 5,
  MESSAGE_DECRYPT_FAILED: 6,
  MESSAGE_CONSULTED: 7,
  MESSAGE_EXPORTED: 8,
  MESSAGE_FORWARDED: 9,
  MESSAGE_CORRECTED: 10,
  MESSAGE_ERASED: 11,
  ATTACHMENT_OPENED: 12,
} as const;
export type NodeAct = (typeof NodeAct)[keyof typeof NodeAct];

/** A JWS (RFC 7515) whose protected header and payload are built from these fields, never parsed. */
export interface BatchSignature {
  algorithm: SignatureAlgorithm;
  keyId: Uint8Array;
  size: number;
  signature: Uint8Array;
}
export const BatchSignatureSchema: MessageSchema<BatchSignature> = defineMessage('BatchSignature', [
  { id: 1, name: 'algorithm', type: 'enum', repeated: false, values: SignatureAlgorithm },
  { id: 2, name: 'keyId', type: 'bytes', repeated: false, lengths: [32] },
  { id: 3, name: 'size', type: 'uint64', repeated: false },
  { id: 4, name: 'signature', type: 'bytes', repeated: false, max: 4096 },
]);

/** Where one leaf stands in its batch. The hashes run from the leaf's sibling to the root (RFC 9162 section 2.1.3). */
export interface Path {
  index: number;
  hashes: Uint8Array[];
}
export const PathSchema: MessageSchema<Path> = defineMessage('Path', [
  { id: 1, name: 'index', type: 'uint64', repeated: false },
  { id: 2, name: 'hashes', type: 'bytes', repeated: true, lengths: [32], count: 20 },
]);

/** A signed leaf on its own: the form in which acts, key statements and handovers are stored. */
export interface SignedLeaf {
  leaf: Uint8Array;
  signature: BatchSignature;
  path: Path;
}
export const SignedLeafSchema: MessageSchema<SignedLeaf> = defineMessage('SignedLeaf', [
  { id: 1, name: 'leaf', type: 'bytes', repeated: false, max: 58000 },
  { id: 2, name: 'signature', type: 'message', repeated: false, message: BatchSignatureSchema },
  { id: 3, name: 'path', type: 'message', repeated: false, message: PathSchema },
]);

export interface Recipient {
  mailbox: string;
  keyId: Uint8Array;
}
export const RecipientSchema: MessageSchema<Recipient> = defineMessage('Recipient', [
  { id: 1, name: 'mailbox', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'keyId', type: 'bytes', repeated: false, lengths: [32] },
]);

export interface AttachmentReference {
  digest: Uint8Array;
  sizeBytes: number;
}
export const AttachmentReferenceSchema: MessageSchema<AttachmentReference> = defineMessage('AttachmentReference', [
  { id: 1, name: 'digest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 2, name: 'sizeBytes', type: 'uint64', repeated: false },
]);

/** Of a PermissionDecision: what its sender, the originator, permits. Version 2. */
export interface Grant {
  target: Uint8Array;
  recipients: string[];
  expiresAtMs: number;
}
export const GrantSchema: MessageSchema<Grant> = defineMessage('Grant', [
  { id: 1, name: 'target', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'recipients', type: 'string', repeated: true, max: 64, count: 32 },
  { id: 3, name: 'expiresAtMs', type: 'uint64', repeated: false },
]);

/** The part of the header that says what, from whom, to whom. The gateway reads it; the content is bound to its digest. */
export interface Routing {
  messageId: Uint8Array;
  type: MessageType;
  schemaVersion: number;
  sender: string;
  signingKeyId: Uint8Array;
  recipients: Recipient[];
  threadId: Uint8Array;
  inReplyTo: Uint8Array;
  annexOf: Uint8Array;
  groupId: Uint8Array;
  groupVersion: number;
  createdAtMs: number;
  expiresAtMs: number;
  urgency: Urgency;
  availability: Availability;
  classification: Classification;
  handling: HandlingCode[];
  handlingTextPresent: boolean;
  containsPersonalData: boolean;
  purpose: Purpose;
  exercise: boolean;
  derivedFrom: Uint8Array[];
  permissionIds: Uint8Array[];
  retentionUntilMs: number;
  contactCopyExemption: ContactCopyExemption;
  attachments: AttachmentReference[];
  bodyDigest: Uint8Array;
  grant: Grant | undefined;
  interim: boolean;
}
export const RoutingSchema: MessageSchema<Routing> = defineMessage('Routing', [
  { id: 1, name: 'messageId', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'type', type: 'enum', repeated: false, values: MessageType },
  { id: 3, name: 'schemaVersion', type: 'uint32', repeated: false },
  { id: 4, name: 'sender', type: 'string', repeated: false, max: 64 },
  { id: 5, name: 'signingKeyId', type: 'bytes', repeated: false, lengths: [32] },
  { id: 6, name: 'recipients', type: 'message', repeated: true, count: 256, message: RecipientSchema },
  { id: 7, name: 'threadId', type: 'bytes', repeated: false, lengths: [16] },
  { id: 8, name: 'inReplyTo', type: 'bytes', repeated: false, lengths: [0, 16] },
  { id: 9, name: 'annexOf', type: 'bytes', repeated: false, lengths: [0, 16] },
  { id: 10, name: 'groupId', type: 'bytes', repeated: false, lengths: [0, 16] },
  { id: 11, name: 'groupVersion', type: 'uint64', repeated: false },
  { id: 12, name: 'createdAtMs', type: 'uint64', repeated: false },
  { id: 13, name: 'expiresAtMs', type: 'uint64', repeated: false },
  { id: 14, name: 'urgency', type: 'enum', repeated: false, values: Urgency },
  { id: 15, name: 'availability', type: 'enum', repeated: false, values: Availability },
  { id: 16, name: 'classification', type: 'enum', repeated: false, values: Classification },
  { id: 17, name: 'handling', type: 'enum', repeated: true, count: 8, values: HandlingCode },
  { id: 18, name: 'handlingTextPresent', type: 'bool', repeated: false },
  { id: 19, name: 'containsPersonalData', type: 'bool', repeated: false },
  { id: 20, name: 'purpose', type: 'enum', repeated: false, values: Purpose },
  { id: 21, name: 'exercise', type: 'bool', repeated: false },
  { id: 22, name: 'derivedFrom', type: 'bytes', repeated: true, lengths: [16], count: 32 },
  { id: 23, name: 'permissionIds', type: 'bytes', repeated: true, lengths: [16], count: 32 },
  { id: 24, name: 'retentionUntilMs', type: 'uint64', repeated: false },
  { id: 25, name: 'contactCopyExemption', type: 'enum', repeated: false, values: ContactCopyExemption },
  { id: 26, name: 'attachments', type: 'message', repeated: true, count: 64, message: AttachmentReferenceSchema },
  { id: 27, name: 'bodyDigest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 28, name: 'grant', type: 'message', repeated: false, optional: true, message: GrantSchema },
  { id: 29, name: 'interim', type: 'bool', repeated: false },
]);

/** What is signed: the leaf of the sender's batch is exactly these bytes. */
export interface Header {
  routing: Uint8Array;
  contentDigest: Uint8Array;
  wrappedKeyDigests: Uint8Array[];
}
export const HeaderSchema: MessageSchema<Header> = defineMessage('Header', [
  { id: 1, name: 'routing', type: 'bytes', repeated: false, max: 42000 },
  { id: 2, name: 'contentDigest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 3, name: 'wrappedKeyDigests', type: 'bytes', repeated: true, lengths: [32], count: 256 },
]);

export interface Envelope {
  header: Uint8Array;
  signature: BatchSignature;
  path: Path;
  content: Uint8Array;
  wrappedKeys: Uint8Array[];
}
export const EnvelopeSchema: MessageSchema<Envelope> = defineMessage('Envelope', [
  { id: 1, name: 'header', type: 'bytes', repeated: false, max: 52000 },
  { id: 2, name: 'signature', type: 'message', repeated: false, message: BatchSignatureSchema },
  { id: 3, name: 'path', type: 'message', repeated: false, message: PathSchema },
  { id: 4, name: 'content', type: 'bytes', repeated: false, max: 300000 },
  { id: 5, name: 'wrappedKeys', type: 'bytes', repeated: true, max: 2048, count: 256 },
]);

export interface Evaluation {
  sourceCode: SourceCode;
  infoCode: InfoCode;
  assessedByUnit: string;
  assessedAtMs: number;
}
export const EvaluationSchema: MessageSchema<Evaluation> = defineMessage('Evaluation', [
  { id: 1, name: 'sourceCode', type: 'enum', repeated: false, required: true, values: SourceCode },
  { id: 2, name: 'infoCode', type: 'enum', repeated: false, required: true, values: InfoCode },
  { id: 3, name: 'assessedByUnit', type: 'string', repeated: false, max: 64, required: true },
  { id: 4, name: 'assessedAtMs', type: 'uint64', repeated: false, required: true },
]);

/** A name of something in a scheme of names: a passport number, a chassis number, a MAC address. */
export interface Identifier {
  scheme: string;
  value: string;
  issuer: string;
}
export const IdentifierSchema: MessageSchema<Identifier> = defineMessage('Identifier', [
  { id: 1, name: 'scheme', type: 'string', repeated: false, max: 64, required: true },
  { id: 2, name: 'value', type: 'string', repeated: false, max: 200, required: true },
  { id: 3, name: 'issuer', type: 'string', repeated: false, max: 200 },
]);

/** Where a fact comes from. */
export interface Provenance {
  source: string;
  at: string;
  evaluation: Evaluation | undefined;
}
export const ProvenanceSchema: MessageSchema<Provenance> = defineMessage('Provenance', [
  { id: 1, name: 'source', type: 'string', repeated: false, max: 500 },
  { id: 2, name: 'at', type: 'string', repeated: false, max: 64, format: 'time' },
  { id: 3, name: 'evaluation', type: 'message', repeated: false, optional: true, message: EvaluationSchema },
]);

export interface Person {
  familyName: string;
  givenNames: string;
  birthDate: string;
  birthPlace: string;
  nationality: string;
  role: string;
  address: string;
}
export const PersonSchema: MessageSchema<Person> = defineMessage('Person', [
  { id: 1, name: 'familyName', type: 'string', repeated: false, max: 200 },
  { id: 2, name: 'givenNames', type: 'string', repeated: false, max: 200 },
  { id: 3, name: 'birthDate', type: 'string', repeated: false, max: 10, format: 'date' },
  { id: 4, name: 'birthPlace', type: 'string', repeated: false, max: 200 },
  { id: 5, name: 'nationality', type: 'string', repeated: false, max: 2, format: 'country' },
  { id: 6, name: 'role', type: 'string', repeated: false, max: 200 },
  { id: 7, name: 'address', type: 'string', repeated: false, max: 1000 },
]);

export interface Organisation {
  name: string;
  country: string;
  role: string;
  address: string;
}
export const OrganisationSchema: MessageSchema<Organisation> = defineMessage('Organisation', [
  { id: 1, name: 'name', type: 'string', repeated: false, max: 300, required: true },
  { id: 2, name: 'country', type: 'string', repeated: false, max: 2, format: 'country' },
  { id: 3, name: 'role', type: 'string', repeated: false, max: 200 },
  { id: 4, name: 'address', type: 'string', repeated: false, max: 1000 },
]);

export interface Vehicle {
  registration: string;
  country: string;
  make: string;
  model: string;
  colour: string;
  vin: string;
}
export const VehicleSchema: MessageSchema<Vehicle> = defineMessage('Vehicle', [
  { id: 1, name: 'registration', type: 'string', repeated: false, max: 32 },
  { id: 2, name: 'country', type: 'string', repeated: false, max: 2, format: 'country' },
  { id: 3, name: 'make', type: 'string', repeated: false, max: 100 },
  { id: 4, name: 'model', type: 'string', repeated: false, max: 100 },
  { id: 5, name: 'colour', type: 'string', repeated: false, max: 50 },
  { id: 6, name: 'vin', type: 'string', repeated: false, max: 17, format: 'vin' },
]);

export interface Vessel {
  name: string;
  imo: string;
  mmsi: string;
  flag: string;
  callSign: string;
}
export const VesselSchema: MessageSchema<Vessel> = defineMessage('Vessel', [
  { id: 1, name: 'name', type: 'string', repeated: false, max: 200 },
  { id: 2, name: 'imo', type: 'string', repeated: false, max: 7, format: 'imo' },
  { id: 3, name: 'mmsi', type: 'string', repeated: false, max: 9, format: 'mmsi' },
  { id: 4, name: 'flag', type: 'string', repeated: false, max: 2, format: 'country' },
  { id: 5, name: 'callSign', type: 'string', repeated: false, max: 16 },
]);

export interface Container {
  number: string;
  sizeType: string;
  seals: string[];
}
export const ContainerSchema: MessageSchema<Container> = defineMessage('Container', [
  { id: 1, name: 'number', type: 'string', repeated: false, max: 16, required: true, format: 'container' },
  { id: 2, name: 'sizeType', type: 'string', repeated: false, max: 4 },
  { id: 3, name: 'seals', type: 'string', repeated: true, max: 64, count: 16 },
]);

export interface Consignment {
  reference: string;
  consignor: string;
  consignee: string;
  origin: string;
  destination: string;
  description: string;
}
export const ConsignmentSchema: MessageSchema<Consignment> = defineMessage('Consignment', [
  { id: 1, name: 'reference', type: 'string', repeated: false, max: 100, required: true },
  { id: 2, name: 'consignor', type: 'string', repeated: false, max: 300 },
  { id: 3, name: 'consignee', type: 'string', repeated: false, max: 300 },
  { id: 4, name: 'origin', type: 'string', repeated: false, max: 2, format: 'country' },
  { id: 5, name: 'destination', type: 'string', repeated: false, max: 2, format: 'country' },
  { id: 6, name: 'description', type: 'string', repeated: false, max: 2000 },
]);

export interface Document {
  type: string;
  number: string;
  country: string;
  issuedOn: string;
  expiresOn: string;
}
export const DocumentSchema: MessageSchema<Document> = defineMessage('Document', [
  { id: 1, name: 'type', type: 'string', repeated: false, max: 100, required: true },
  { id: 2, name: 'number', type: 'string', repeated: false, max: 100 },
  { id: 3, name: 'country', type: 'string', repeated: false, max: 2, format: 'country' },
  { id: 4, name: 'issuedOn', type: 'string', repeated: false, max: 10, format: 'date' },
  { id: 5, name: 'expiresOn', type: 'string', repeated: false, max: 10, format: 'date' },
]);

export interface Account {
  institution: string;
  iban: string;
  number: string;
  currency: string;
  holder: string;
}
export const AccountSchema: MessageSchema<Account> = defineMessage('Account', [
  { id: 1, name: 'institution', type: 'string', repeated: false, max: 200 },
  { id: 2, name: 'iban', type: 'string', repeated: false, max: 34, format: 'iban' },
  { id: 3, name: 'number', type: 'string', repeated: false, max: 64 },
  { id: 4, name: 'currency', type: 'string', repeated: false, max: 3, format: 'currency' },
  { id: 5, name: 'holder', type: 'string', repeated: false, max: 300 },
]);

export interface CashAmount {
  amount: string;
  currency: string;
}
export const CashAmountSchema: MessageSchema<CashAmount> = defineMessage('CashAmount', [
  { id: 1, name: 'amount', type: 'string', repeated: false, max: 32, required: true, format: 'decimal' },
  { id: 2, name: 'currency', type: 'string', repeated: false, max: 3, required: true, format: 'currency' },
]);

export interface Location {
  name: string;
  country: string;
  unLocode: string;
  latitude: string;
  longitude: string;
  address: string;
}
export const LocationSchema: MessageSchema<Location> = defineMessage('Location', [
  { id: 1, name: 'name', type: 'string', repeated: false, max: 200 },
  { id: 2, name: 'country', type: 'string', repeated: false, max: 2, format: 'country' },
  { id: 3, name: 'unLocode', type: 'string', repeated: false, max: 5, format: 'unlocode' },
  { id: 4, name: 'latitude', type: 'string', repeated: false, max: 16, format: 'latitude' },
  { id: 5, name: 'longitude', type: 'string', repeated: false, max: 16, format: 'longitude' },
  { id: 6, name: 'address', type: 'string', repeated: false, max: 1000 },
]);

export interface Communication {
  kind: string;
  value: string;
  provider: string;
}
export const CommunicationSchema: MessageSchema<Communication> = defineMessage('Communication', [
  { id: 1, name: 'kind', type: 'string', repeated: false, max: 64, required: true },
  { id: 2, name: 'value', type: 'string', repeated: false, max: 500, required: true },
  { id: 3, name: 'provider', type: 'string', repeated: false, max: 200 },
]);

/** One thing of a case. Exactly one kind is set; of a kind that this version does not know there is none, and its field is kept. */
export interface CaseObject {
  person: Person | undefined;
  organisation: Organisation | undefined;
  vehicle: Vehicle | undefined;
  vessel: Vessel | undefined;
  container: Container | undefined;
  consignment: Consignment | undefined;
  document: Document | undefined;
  account: Account | undefined;
  cashAmount: CashAmount | undefined;
  location: Location | undefined;
  communication: Communication | undefined;
  identifiers: Identifier[];
  provenance: Provenance | undefined;
  note: string;
}
export const CaseObjectSchema: MessageSchema<CaseObject> = defineMessage('CaseObject', [
  { id: 1, name: 'person', type: 'message', repeated: false, optional: true, message: PersonSchema },
  { id: 2, name: 'organisation', type: 'message', repeated: false, optional: true, message: OrganisationSchema },
  { id: 3, name: 'vehicle', type: 'message', repeated: false, optional: true, message: VehicleSchema },
  { id: 4, name: 'vessel', type: 'message', repeated: false, optional: true, message: VesselSchema },
  { id: 5, name: 'container', type: 'message', repeated: false, optional: true, message: ContainerSchema },
  { id: 6, name: 'consignment', type: 'message', repeated: false, optional: true, message: ConsignmentSchema },
  { id: 7, name: 'document', type: 'message', repeated: false, optional: true, message: DocumentSchema },
  { id: 8, name: 'account', type: 'message', repeated: false, optional: true, message: AccountSchema },
  { id: 9, name: 'cashAmount', type: 'message', repeated: false, optional: true, message: CashAmountSchema },
  { id: 10, name: 'location', type: 'message', repeated: false, optional: true, message: LocationSchema },
  { id: 11, name: 'communication', type: 'message', repeated: false, optional: true, message: CommunicationSchema },
  { id: 30, name: 'identifiers', type: 'message', repeated: true, count: 16, message: IdentifierSchema },
  { id: 31, name: 'provenance', type: 'message', repeated: false, optional: true, message: ProvenanceSchema },
  { id: 32, name: 'note', type: 'string', repeated: false, max: 2000 },
]);

/** What a body says of a file that travels beside it. The key opens its spool; SPEC.md section 5.7. */
export interface Attachment {
  digest: Uint8Array;
  sizeBytes: number;
  key: Uint8Array;
  noncePrefix: Uint8Array;
  name: string;
  mediaType: string;
  plainDigest: Uint8Array;
}
export const AttachmentSchema: MessageSchema<Attachment> = defineMessage('Attachment', [
  { id: 1, name: 'digest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 2, name: 'sizeBytes', type: 'uint64', repeated: false },
  { id: 3, name: 'key', type: 'bytes', repeated: false, lengths: [32] },
  { id: 4, name: 'noncePrefix', type: 'bytes', repeated: false, lengths: [7] },
  { id: 5, name: 'name', type: 'string', repeated: false, max: 255, required: true, format: 'filename' },
  { id: 6, name: 'mediaType', type: 'string', repeated: false, max: 127, required: true, format: 'mediatype' },
  { id: 7, name: 'plainDigest', type: 'bytes', repeated: false, lengths: [32] },
]);

export interface InformationRequest {
  subject: string;
  informationSought: string;
  purposeAndFacts: string;
  offence: string;
  crimeArea: CrimeArea;
  urgencyReason: string;
  useRestrictions: string;
  objects: CaseObject[];
}
export const InformationRequestSchema: MessageSchema<InformationRequest> = defineMessage('InformationRequest', [
  { id: 1, name: 'subject', type: 'string', repeated: false, max: 1000, required: true },
  { id: 2, name: 'informationSought', type: 'string', repeated: false, max: 200000, required: true },
  { id: 3, name: 'purposeAndFacts', type: 'string', repeated: false, max: 200000, required: true },
  { id: 4, name: 'offence', type: 'string', repeated: false, max: 1000, required: true },
  { id: 5, name: 'crimeArea', type: 'enum', repeated: false, required: true, values: CrimeArea },
  { id: 6, name: 'urgencyReason', type: 'string', repeated: false, max: 10000 },
  { id: 7, name: 'useRestrictions', type: 'string', repeated: false, max: 10000 },
  { id: 8, name: 'objects', type: 'message', repeated: true, count: 200, message: CaseObjectSchema },
]);

export interface InformationAnswer {
  outcome: Outcome;
  text: string;
  evaluation: Evaluation | undefined;
  evidenceUseConsent: boolean;
  interim: boolean;
  objects: CaseObject[];
}
export const InformationAnswerSchema: MessageSchema<InformationAnswer> = defineMessage('InformationAnswer', [
  { id: 1, name: 'outcome', type: 'enum', repeated: false, required: true, values: Outcome },
  { id: 2, name: 'text', type: 'string', repeated: false, max: 200000 },
  { id: 4, name: 'evaluation', type: 'message', repeated: false, optional: true, message: EvaluationSchema },
  { id: 5, name: 'evidenceUseConsent', type: 'bool', repeated: false },
  { id: 6, name: 'interim', type: 'bool', repeated: false },
  { id: 7, name: 'objects', type: 'message', repeated: true, count: 200, message: CaseObjectSchema },
]);

export interface SpontaneousInformation {
  crimeArea: CrimeArea;
  text: string;
  evaluation: Evaluation | undefined;
  subject: string;
  objects: CaseObject[];
}
export const SpontaneousInformationSchema: MessageSchema<SpontaneousInformation> = defineMessage(
  'SpontaneousInformation',
  [
    { id: 1, name: 'crimeArea', type: 'enum', repeated: false, required: true, values: CrimeArea },
    { id: 2, name: 'text', type: 'string', repeated: false, max: 200000, required: true },
    {
      id: 4,
      name: 'evaluation',
      type: 'message',
      repeated: false,
      optional: true,
      required: true,
      message: EvaluationSchema,
    },
    { id: 5, name: 'subject', type: 'string', repeated: false, max: 1000, required: true },
    { id: 6, name: 'objects', type: 'message', repeated: true, count: 200, message: CaseObjectSchema },
  ],
);

/** Named apart from the frame's Refusal. */
export interface RequestRefusal {
  reason: RefusalReason;
  partRefused: string;
  explanation: string;
}
export const RequestRefusalSchema: MessageSchema<RequestRefusal> = defineMessage('RequestRefusal', [
  { id: 1, name: 'reason', type: 'enum', repeated: false, required: true, values: RefusalReason },
  { id: 2, name: 'partRefused', type: 'string', repeated: false, max: 10000 },
  { id: 3, name: 'explanation', type: 'string', repeated: false, max: 20000, required: true },
]);

export interface ClarificationRequest {
  question: string;
}
export const ClarificationRequestSchema: MessageSchema<ClarificationRequest> = defineMessage('ClarificationRequest', [
  { id: 1, name: 'question', type: 'string', repeated: false, max: 50000, required: true },
]);

export interface Clarification {
  answer: string;
  objects: CaseObject[];
}
export const ClarificationSchema: MessageSchema<Clarification> = defineMessage('Clarification', [
  { id: 1, name: 'answer', type: 'string', repeated: false, max: 50000, required: true },
  { id: 2, name: 'objects', type: 'message', repeated: true, count: 200, message: CaseObjectSchema },
]);

export interface DeadlineNotice {
  cause: DeadlineCause;
  newEstimate: string;
  explanation: string;
}
export const DeadlineNoticeSchema: MessageSchema<DeadlineNotice> = defineMessage('DeadlineNotice', [
  { id: 1, name: 'cause', type: 'enum', repeated: false, required: true, values: DeadlineCause },
  { id: 2, name: 'newEstimate', type: 'string', repeated: false, max: 64, required: true, format: 'time' },
  { id: 3, name: 'explanation', type: 'string', repeated: false, max: 10000 },
]);

export interface Route {
  departure: string;
  transit: string[];
  destination: string;
}
export const RouteSchema: MessageSchema<Route> = defineMessage('Route', [
  { id: 1, name: 'departure', type: 'string', repeated: false, max: 2, format: 'country' },
  { id: 2, name: 'transit', type: 'string', repeated: true, max: 2, count: 20, format: 'country' },
  { id: 3, name: 'destination', type: 'string', repeated: false, max: 2, format: 'country' },
]);

export interface RiskProfile {
  subject: string;
  indicators: string[];
  route: Route | undefined;
  hs: string[];
  validFrom: string;
  validUntil: string;
  advanceDataSource: string;
  evaluation: Evaluation | undefined;
  objects: CaseObject[];
}
export const RiskProfileSchema: MessageSchema<RiskProfile> = defineMessage('RiskProfile', [
  { id: 1, name: 'subject', type: 'string', repeated: false, max: 1000, required: true },
  { id: 2, name: 'indicators', type: 'string', repeated: true, max: 2000, count: 100, required: true },
  { id: 3, name: 'route', type: 'message', repeated: false, optional: true, message: RouteSchema },
  { id: 4, name: 'hs', type: 'string', repeated: true, max: 10, count: 100, format: 'hs' },
  { id: 5, name: 'validFrom', type: 'string', repeated: false, max: 64, required: true, format: 'time' },
  { id: 6, name: 'validUntil', type: 'string', repeated: false, max: 64, required: true, format: 'time' },
  { id: 7, name: 'advanceDataSource', type: 'string', repeated: false, max: 500 },
  {
    id: 8,
    name: 'evaluation',
    type: 'message',
    repeated: false,
    optional: true,
    required: true,
    message: EvaluationSchema,
  },
  { id: 9, name: 'objects', type: 'message', repeated: true, count: 200, message: CaseObjectSchema },
]);

export interface Conveyance {
  mode: TransportMode;
  id: string;
  carrier: string;
  container: string;
}
export const ConveyanceSchema: MessageSchema<Conveyance> = defineMessage('Conveyance', [
  { id: 1, name: 'mode', type: 'enum', repeated: false, required: true, values: TransportMode },
  { id: 2, name: 'id', type: 'string', repeated: false, max: 64 },
  { id: 3, name: 'carrier', type: 'string', repeated: false, max: 200 },
  { id: 4, name: 'container', type: 'string', repeated: false, max: 16, format: 'container' },
]);

export interface Goods {
  commodity: Commodity;
  hs: string;
  description: string;
  quantity: string;
  unit: string;
  value: string;
  currency: string;
  brand: string;
  cites: string;
}
export const GoodsSchema: MessageSchema<Goods> = defineMessage('Goods', [
  { id: 1, name: 'commodity', type: 'enum', repeated: false, required: true, values: Commodity },
  { id: 2, name: 'hs', type: 'string', repeated: false, max: 10, format: 'hs' },
  { id: 3, name: 'description', type: 'string', repeated: false, max: 2000, required: true },
  { id: 4, name: 'quantity', type: 'string', repeated: false, max: 32, required: true, format: 'decimal' },
  { id: 5, name: 'unit', type: 'string', repeated: false, max: 32, required: true },
  { id: 6, name: 'value', type: 'string', repeated: false, max: 32, format: 'decimal' },
  { id: 7, name: 'currency', type: 'string', repeated: false, max: 3, format: 'currency' },
  { id: 8, name: 'brand', type: 'string', repeated: false, max: 200 },
  { id: 9, name: 'cites', type: 'string', repeated: false, max: 3, format: 'cites' },
]);

export interface Photo {
  digest: Uint8Array;
  kind: PhotoKind;
  caption: string;
}
export const PhotoSchema: MessageSchema<Photo> = defineMessage('Photo', [
  { id: 1, name: 'digest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 2, name: 'kind', type: 'enum', repeated: false, values: PhotoKind },
  { id: 3, name: 'caption', type: 'string', repeated: false, max: 500 },
]);

/** Non-nominal: it has no field for a person or an organisation. */
export interface SeizureReport {
  nationalRef: string;
  form: ReportForm;
  seizedAt: string;
  location: Location | undefined;
  locationType: LocationType;
  direction: Direction;
  customsRegime: string;
  conveyance: Conveyance | undefined;
  route: Route | undefined;
  detectionMethod: DetectionMethod;
  concealment: string;
  goods: Goods[];
  photos: Photo[];
  modusOperandi: string;
  operationId: string;
}
export const SeizureReportSchema: MessageSchema<SeizureReport> = defineMessage('SeizureReport', [
  { id: 1, name: 'nationalRef', type: 'string', repeated: false, max: 100, required: true },
  { id: 2, name: 'form', type: 'enum', repeated: false, required: true, values: ReportForm },
  { id: 3, name: 'seizedAt', type: 'string', repeated: false, max: 64, required: true, format: 'time' },
  {
    id: 4,
    name: 'location',
    type: 'message',
    repeated: false,
    optional: true,
    required: true,
    message: LocationSchema,
  },
  { id: 5, name: 'locationType', type: 'enum', repeated: false, required: true, values: LocationType },
  { id: 6, name: 'direction', type: 'enum', repeated: false, required: true, values: Direction },
  { id: 7, name: 'customsRegime', type: 'string', repeated: false, max: 100 },
  { id: 8, name: 'conveyance', type: 'message', repeated: false, optional: true, message: ConveyanceSchema },
  { id: 9, name: 'route', type: 'message', repeated: false, optional: true, message: RouteSchema },
  { id: 10, name: 'detectionMethod', type: 'enum', repeated: false, values: DetectionMethod },
  { id: 11, name: 'concealment', type: 'string', repeated: false, max: 5000 },
  { id: 12, name: 'goods', type: 'message', repeated: true, count: 100, required: true, message: GoodsSchema },
  { id: 13, name: 'photos', type: 'message', repeated: true, count: 64, message: PhotoSchema },
  { id: 14, name: 'modusOperandi', type: 'string', repeated: false, max: 20000 },
  { id: 15, name: 'operationId', type: 'string', repeated: false, max: 64 },
]);

export interface NominalPerson {
  person: Person;
  identifiers: Identifier[];
  provenance: Provenance | undefined;
}
export const NominalPersonSchema: MessageSchema<NominalPerson> = defineMessage('NominalPerson', [
  { id: 1, name: 'person', type: 'message', repeated: false, message: PersonSchema },
  { id: 2, name: 'identifiers', type: 'message', repeated: true, count: 16, message: IdentifierSchema },
  { id: 3, name: 'provenance', type: 'message', repeated: false, optional: true, message: ProvenanceSchema },
]);

export interface NominalOrganisation {
  organisation: Organisation;
  identifiers: Identifier[];
  provenance: Provenance | undefined;
}
export const NominalOrganisationSchema: MessageSchema<NominalOrganisation> = defineMessage('NominalOrganisation', [
  { id: 1, name: 'organisation', type: 'message', repeated: false, message: OrganisationSchema },
  { id: 2, name: 'identifiers', type: 'message', repeated: true, count: 16, message: IdentifierSchema },
  { id: 3, name: 'provenance', type: 'message', repeated: false, optional: true, message: ProvenanceSchema },
]);

/** The nominal part of a report: a message of its own, under its own key, linked by Routing.annex_of. */
export interface NominalAnnex {
  persons: NominalPerson[];
  organisations: NominalOrganisation[];
}
export const NominalAnnexSchema: MessageSchema<NominalAnnex> = defineMessage('NominalAnnex', [
  { id: 1, name: 'persons', type: 'message', repeated: true, count: 100, message: NominalPersonSchema },
  { id: 2, name: 'organisations', type: 'message', repeated: true, count: 100, message: NominalOrganisationSchema },
]);

export interface Alert {
  kind: AlertKind;
  colour: NoticeColour;
  subject: string;
  threat: string;
  actionRequested: string;
  validUntil: string;
  objects: CaseObject[];
  approval: SignedLeaf | undefined;
}
export const AlertSchema: MessageSchema<Alert> = defineMessage('Alert', [
  { id: 1, name: 'kind', type: 'enum', repeated: false, required: true, values: AlertKind },
  { id: 2, name: 'colour', type: 'enum', repeated: false, values: NoticeColour },
  { id: 3, name: 'subject', type: 'string', repeated: false, max: 1000, required: true },
  { id: 4, name: 'threat', type: 'string', repeated: false, max: 50000, required: true },
  { id: 5, name: 'actionRequested', type: 'string', repeated: false, max: 20000, required: true },
  { id: 6, name: 'validUntil', type: 'string', repeated: false, max: 64, required: true, format: 'time' },
  { id: 7, name: 'objects', type: 'message', repeated: true, count: 200, message: CaseObjectSchema },
  { id: 8, name: 'approval', type: 'message', repeated: false, optional: true, message: SignedLeafSchema },
]);

export interface OperationNotice {
  operationId: string;
  phase: OperationPhase;
  partners: string[];
  indicators: string[];
  tasking: string;
}
export const OperationNoticeSchema: MessageSchema<OperationNotice> = defineMessage('OperationNotice', [
  { id: 1, name: 'operationId', type: 'string', repeated: false, max: 64, required: true },
  { id: 2, name: 'phase', type: 'enum', repeated: false, required: true, values: OperationPhase },
  { id: 3, name: 'partners', type: 'string', repeated: true, max: 64, count: 256 },
  { id: 4, name: 'indicators', type: 'string', repeated: true, max: 2000, count: 100 },
  { id: 5, name: 'tasking', type: 'string', repeated: false, max: 50000, required: true },
]);

export interface PermissionRequest {
  targetMessage: Uint8Array;
  newRecipients: string[];
  purpose: string;
}
export const PermissionRequestSchema: MessageSchema<PermissionRequest> = defineMessage('PermissionRequest', [
  { id: 1, name: 'targetMessage', type: 'bytes', repeated: false, lengths: [16], format: 'messageid' },
  {
    id: 2,
    name: 'newRecipients',
    type: 'string',
    repeated: true,
    max: 64,
    count: 32,
    required: true,
    format: 'mailbox',
  },
  { id: 3, name: 'purpose', type: 'string', repeated: false, max: 10000, required: true },
]);

/** What it permits stands in the routing's grant as well, where the gateway can read it. */
export interface PermissionDecision {
  targetMessage: Uint8Array;
  newRecipients: string[];
  granted: boolean;
  conditions: string;
  expiresAt: string;
  reason: string;
}
export const PermissionDecisionSchema: MessageSchema<PermissionDecision> = defineMessage('PermissionDecision', [
  { id: 1, name: 'targetMessage', type: 'bytes', repeated: false, lengths: [16], format: 'messageid' },
  { id: 2, name: 'newRecipients', type: 'string', repeated: true, max: 64, count: 32, format: 'mailbox' },
  { id: 3, name: 'granted', type: 'bool', repeated: false },
  { id: 4, name: 'conditions', type: 'string', repeated: false, max: 10000 },
  { id: 5, name: 'expiresAt', type: 'string', repeated: false, max: 64, format: 'time' },
  { id: 6, name: 'reason', type: 'string', repeated: false, max: 10000 },
]);

export interface RestrictionUpdate {
  targetMessage: Uint8Array;
  reason: string;
}
export const RestrictionUpdateSchema: MessageSchema<RestrictionUpdate> = defineMessage('RestrictionUpdate', [
  { id: 1, name: 'targetMessage', type: 'bytes', repeated: false, lengths: [16], format: 'messageid' },
  { id: 2, name: 'reason', type: 'string', repeated: false, max: 10000, required: true },
]);

export interface Correction {
  targetMessage: Uint8Array;
  reason: string;
  replacement: Uint8Array;
}
export const CorrectionSchema: MessageSchema<Correction> = defineMessage('Correction', [
  { id: 1, name: 'targetMessage', type: 'bytes', repeated: false, lengths: [16], format: 'messageid' },
  { id: 2, name: 'reason', type: 'string', repeated: false, max: 10000, required: true },
  { id: 3, name: 'replacement', type: 'bytes', repeated: false, lengths: [0, 16], format: 'messageid' },
]);

export interface Recall {
  targetMessage: Uint8Array;
  reason: string;
  replacement: Uint8Array;
}
export const RecallSchema: MessageSchema<Recall> = defineMessage('Recall', [
  { id: 1, name: 'targetMessage', type: 'bytes', repeated: false, lengths: [16], format: 'messageid' },
  { id: 2, name: 'reason', type: 'string', repeated: false, max: 10000, required: true },
  { id: 3, name: 'replacement', type: 'bytes', repeated: false, lengths: [0, 16], format: 'messageid' },
]);

export interface ComplianceReceipt {
  targetMessage: Uint8Array;
  actionDone: string;
  doneAt: string;
}
export const ComplianceReceiptSchema: MessageSchema<ComplianceReceipt> = defineMessage('ComplianceReceipt', [
  { id: 1, name: 'targetMessage', type: 'bytes', repeated: false, lengths: [16], format: 'messageid' },
  { id: 2, name: 'actionDone', type: 'string', repeated: false, max: 10000, required: true },
  { id: 3, name: 'doneAt', type: 'string', repeated: false, max: 64, required: true, format: 'time' },
]);

export interface Body {
  caseNumber: string;
  language: string;
  handlingText: string;
  attachments: Attachment[];
  content:
    | { kind: 'informationRequest'; value: InformationRequest }
    | { kind: 'informationAnswer'; value: InformationAnswer }
    | { kind: 'spontaneousInformation'; value: SpontaneousInformation }
    | { kind: 'refusal'; value: RequestRefusal }
    | { kind: 'clarificationRequest'; value: ClarificationRequest }
    | { kind: 'clarification'; value: Clarification }
    | { kind: 'deadlineNotice'; value: DeadlineNotice }
    | { kind: 'riskProfile'; value: RiskProfile }
    | { kind: 'seizureReport'; value: SeizureReport }
    | { kind: 'nominalAnnex'; value: NominalAnnex }
    | { kind: 'alert'; value: Alert }
    | { kind: 'operationNotice'; value: OperationNotice }
    | { kind: 'permissionRequest'; value: PermissionRequest }
    | { kind: 'permissionDecision'; value: PermissionDecision }
    | { kind: 'restrictionUpdate'; value: RestrictionUpdate }
    | { kind: 'correction'; value: Correction }
    | { kind: 'recall'; value: Recall }
    | { kind: 'complianceReceipt'; value: ComplianceReceipt };
}
export const BodySchema: MessageSchema<Body> = defineMessage('Body', [
  { id: 1, name: 'caseNumber', type: 'string', repeated: false, max: 200 },
  { id: 2, name: 'language', type: 'string', repeated: false, max: 35, required: true, format: 'language' },
  { id: 3, name: 'handlingText', type: 'string', repeated: false, max: 10000 },
  { id: 4, name: 'attachments', type: 'message', repeated: true, count: 64, message: AttachmentSchema },
  {
    id: 10,
    name: 'informationRequest',
    type: 'message',
    repeated: false,
    oneof: 'content',
    message: InformationRequestSchema,
  },
  {
    id: 11,
    name: 'informationAnswer',
    type: 'message',
    repeated: false,
    oneof: 'content',
    message: InformationAnswerSchema,
  },
  {
    id: 12,
    name: 'spontaneousInformation',
    type: 'message',
    repeated: false,
    oneof: 'content',
    message: SpontaneousInformationSchema,
  },
  { id: 13, name: 'refusal', type: 'message', repeated: false, oneof: 'content', message: RequestRefusalSchema },
  {
    id: 14,
    name: 'clarificationRequest',
    type: 'message',
    repeated: false,
    oneof: 'content',
    message: ClarificationRequestSchema,
  },
  { id: 15, name: 'clarification', type: 'message', repeated: false, oneof: 'content', message: ClarificationSchema },
  { id: 16, name: 'deadlineNotice', type: 'message', repeated: false, oneof: 'content', message: DeadlineNoticeSchema },
  { id: 17, name: 'riskProfile', type: 'message', repeated: false, oneof: 'content', message: RiskProfileSchema },
  { id: 18, name: 'seizureReport', type: 'message', repeated: false, oneof: 'content', message: SeizureReportSchema },
  { id: 19, name: 'nominalAnnex', type: 'message', repeated: false, oneof: 'content', message: NominalAnnexSchema },
  { id: 20, name: 'alert', type: 'message', repeated: false, oneof: 'content', message: AlertSchema },
  {
    id: 21,
    name: 'operationNotice',
    type: 'message',
    repeated: false,
    oneof: 'content',
    message: OperationNoticeSchema,
  },
  {
    id: 22,
    name: 'permissionRequest',
    type: 'message',
    repeated: false,
    oneof: 'content',
    message: PermissionRequestSchema,
  },
  {
    id: 23,
    name: 'permissionDecision',
    type: 'message',
    repeated: false,
    oneof: 'content',
    message: PermissionDecisionSchema,
  },
  {
    id: 24,
    name: 'restrictionUpdate',
    type: 'message',
    repeated: false,
    oneof: 'content',
    message: RestrictionUpdateSchema,
  },
  { id: 25, name: 'correction', type: 'message', repeated: false, oneof: 'content', message: CorrectionSchema },
  { id: 26, name: 'recall', type: 'message', repeated: false, oneof: 'content', message: RecallSchema },
  {
    id: 27,
    name: 'complianceReceipt',
    type: 'message',
    repeated: false,
    oneof: 'content',
    message: ComplianceReceiptSchema,
  },
]);

/** The recipient's signed word about one message. */
export interface HandoverStatement {
  blind: Uint8Array;
  messageId: Uint8Array;
  sender: string;
  recipient: string;
  number: number;
  headerDigest: Uint8Array;
  outcome: HandoverOutcome;
  reason: number;
  atMs: number;
}
export const HandoverStatementSchema: MessageSchema<HandoverStatement> = defineMessage('HandoverStatement', [
  { id: 1, name: 'blind', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'messageId', type: 'bytes', repeated: false, lengths: [16] },
  { id: 3, name: 'sender', type: 'string', repeated: false, max: 64 },
  { id: 4, name: 'recipient', type: 'string', repeated: false, max: 64 },
  { id: 5, name: 'number', type: 'uint64', repeated: false },
  { id: 6, name: 'headerDigest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 7, name: 'outcome', type: 'enum', repeated: false, values: HandoverOutcome },
  { id: 8, name: 'reason', type: 'uint32', repeated: false },
  { id: 9, name: 'atMs', type: 'uint64', repeated: false },
]);

export interface EncryptionKey {
  keyId: Uint8Array;
  jwk: string;
}
export const EncryptionKeySchema: MessageSchema<EncryptionKey> = defineMessage('EncryptionKey', [
  { id: 1, name: 'keyId', type: 'bytes', repeated: false, lengths: [32] },
  { id: 2, name: 'jwk', type: 'string', repeated: false, max: 512 },
]);

/** The encryption keys of one mailbox, signed by its agency. A higher version replaces a lower one. */
export interface KeyStatement {
  blind: Uint8Array;
  mailbox: string;
  version: number;
  keys: EncryptionKey[];
  createdAtMs: number;
}
export const KeyStatementSchema: MessageSchema<KeyStatement> = defineMessage('KeyStatement', [
  { id: 1, name: 'blind', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'mailbox', type: 'string', repeated: false, max: 64 },
  { id: 3, name: 'version', type: 'uint64', repeated: false },
  { id: 4, name: 'keys', type: 'message', repeated: true, count: 8, message: EncryptionKeySchema },
  { id: 5, name: 'createdAtMs', type: 'uint64', repeated: false },
]);

/** A certificate chain, leaf first, DER. */
export interface CertificateChain {
  certificates: Uint8Array[];
}
export const CertificateChainSchema: MessageSchema<CertificateChain> = defineMessage('CertificateChain', [
  { id: 1, name: 'certificates', type: 'bytes', repeated: true, max: 8192, count: 6 },
]);

export interface Enrol {
  agency: string;
  units: string[];
  tls: CertificateChain[];
  signing: CertificateChain[];
  keyStatements: SignedLeaf[];
}
export const EnrolSchema: MessageSchema<Enrol> = defineMessage('Enrol', [
  { id: 1, name: 'agency', type: 'string', repeated: false, max: 32 },
  { id: 2, name: 'units', type: 'string', repeated: true, max: 31, count: 64 },
  { id: 3, name: 'tls', type: 'message', repeated: true, count: 8, message: CertificateChainSchema },
  { id: 4, name: 'signing', type: 'message', repeated: true, count: 8, message: CertificateChainSchema },
  { id: 5, name: 'keyStatements', type: 'message', repeated: true, count: 64, message: SignedLeafSchema },
]);

export interface Suspend {
  agency: string;
}
export const SuspendSchema: MessageSchema<Suspend> = defineMessage('Suspend', [
  { id: 1, name: 'agency', type: 'string', repeated: false, max: 32 },
]);

export interface Release {
  agency: string;
}
export const ReleaseSchema: MessageSchema<Release> = defineMessage('Release', [
  { id: 1, name: 'agency', type: 'string', repeated: false, max: 32 },
]);

export interface Revoke {
  keyId: Uint8Array;
}
export const RevokeSchema: MessageSchema<Revoke> = defineMessage('Revoke', [
  { id: 1, name: 'keyId', type: 'bytes', repeated: false, lengths: [32] },
]);

export interface ConfirmClock {
  atMs: number;
}
export const ConfirmClockSchema: MessageSchema<ConfirmClock> = defineMessage('ConfirmClock', [
  { id: 1, name: 'atMs', type: 'uint64', repeated: false },
]);

/** The recipient's signed word about access and consent, after the handover. Signed as `event`. Version 2. */
export interface EventStatement {
  blind: Uint8Array;
  messageId: Uint8Array;
  sender: string;
  recipient: string;
  number: number;
  headerDigest: Uint8Array;
  event: RecipientEvent;
  atMs: number;
}
export const EventStatementSchema: MessageSchema<EventStatement> = defineMessage('EventStatement', [
  { id: 1, name: 'blind', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'messageId', type: 'bytes', repeated: false, lengths: [16] },
  { id: 3, name: 'sender', type: 'string', repeated: false, max: 64 },
  { id: 4, name: 'recipient', type: 'string', repeated: false, max: 64 },
  { id: 5, name: 'number', type: 'uint64', repeated: false },
  { id: 6, name: 'headerDigest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 7, name: 'event', type: 'enum', repeated: false, values: RecipientEvent },
  { id: 8, name: 'atMs', type: 'uint64', repeated: false },
]);

/** The publisher's review of a notice, signed as `approval`. Version 2. */
export interface NoticeApproval {
  blind: Uint8Array;
  publisher: string;
  alertDigest: Uint8Array;
  approvedAtMs: number;
}
export const NoticeApprovalSchema: MessageSchema<NoticeApproval> = defineMessage('NoticeApproval', [
  { id: 1, name: 'blind', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'publisher', type: 'string', repeated: false, max: 64 },
  { id: 3, name: 'alertDigest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 4, name: 'approvedAtMs', type: 'uint64', repeated: false },
]);

/** Who may exchange what with whom. Version 2, like everything below. */
export interface Agreement {
  agreementId: Uint8Array;
  name: string;
  parties: string[];
  types: MessageType[];
  classificationMax: Classification;
  personalData: boolean;
  validFromMs: number;
  validUntilMs: number;
}
export const AgreementSchema: MessageSchema<Agreement> = defineMessage('Agreement', [
  { id: 1, name: 'agreementId', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'name', type: 'string', repeated: false, max: 100 },
  { id: 3, name: 'parties', type: 'string', repeated: true, max: 32, count: 256 },
  { id: 4, name: 'types', type: 'enum', repeated: true, count: 32, values: MessageType },
  { id: 5, name: 'classificationMax', type: 'enum', repeated: false, values: Classification },
  { id: 6, name: 'personalData', type: 'bool', repeated: false },
  { id: 7, name: 'validFromMs', type: 'uint64', repeated: false },
  { id: 8, name: 'validUntilMs', type: 'uint64', repeated: false },
]);

/** A closed user group, as for an operation. */
export interface Group {
  groupId: Uint8Array;
  name: string;
  owner: string;
  members: string[];
  startsAtMs: number;
  endsAtMs: number;
  simplifiedForm: boolean;
  nominalAllowed: boolean;
  classificationMax: Classification;
}
export const GroupSchema: MessageSchema<Group> = defineMessage('Group', [
  { id: 1, name: 'groupId', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'name', type: 'string', repeated: false, max: 100 },
  { id: 3, name: 'owner', type: 'string', repeated: false, max: 64 },
  { id: 4, name: 'members', type: 'string', repeated: true, max: 64, count: 257 },
  { id: 5, name: 'startsAtMs', type: 'uint64', repeated: false },
  { id: 6, name: 'endsAtMs', type: 'uint64', repeated: false },
  { id: 7, name: 'simplifiedForm', type: 'bool', repeated: false },
  { id: 8, name: 'nominalAllowed', type: 'bool', repeated: false },
  { id: 9, name: 'classificationMax', type: 'enum', repeated: false, values: Classification },
]);

/** What an owner says of its group, signed as `group` with a signing key of its agency. */
export interface GroupStatement {
  blind: Uint8Array;
  origin: string;
  replaces: number;
  createdAtMs: number;
  group: Group;
  end: boolean;
}
export const GroupStatementSchema: MessageSchema<GroupStatement> = defineMessage('GroupStatement', [
  { id: 1, name: 'blind', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'origin', type: 'string', repeated: false, max: 128 },
  { id: 3, name: 'replaces', type: 'uint64', repeated: false },
  { id: 4, name: 'createdAtMs', type: 'uint64', repeated: false },
  { id: 5, name: 'group', type: 'message', repeated: false, message: GroupSchema },
  { id: 6, name: 'end', type: 'bool', repeated: false },
]);

export interface SetAgreement {
  agreement: Agreement;
}
export const SetAgreementSchema: MessageSchema<SetAgreement> = defineMessage('SetAgreement', [
  { id: 1, name: 'agreement', type: 'message', repeated: false, message: AgreementSchema },
]);

export interface EndAgreement {
  agreementId: Uint8Array;
}
export const EndAgreementSchema: MessageSchema<EndAgreement> = defineMessage('EndAgreement', [
  { id: 1, name: 'agreementId', type: 'bytes', repeated: false, lengths: [16] },
]);

export interface SetGroup {
  group: Group;
}
export const SetGroupSchema: MessageSchema<SetGroup> = defineMessage('SetGroup', [
  { id: 1, name: 'group', type: 'message', repeated: false, message: GroupSchema },
]);

export interface EndGroup {
  groupId: Uint8Array;
}
export const EndGroupSchema: MessageSchema<EndGroup> = defineMessage('EndGroup', [
  { id: 1, name: 'groupId', type: 'bytes', repeated: false, lengths: [16] },
]);

/** What holds for an agency as a whole. What it does not name has its default. */
export interface SetAgency {
  agency: string;
  clearance: Classification;
  contact: string;
  attachmentBytesMax: number;
}
export const SetAgencySchema: MessageSchema<SetAgency> = defineMessage('SetAgency', [
  { id: 1, name: 'agency', type: 'string', repeated: false, max: 32 },
  { id: 2, name: 'clearance', type: 'enum', repeated: false, values: Classification },
  { id: 3, name: 'contact', type: 'string', repeated: false, max: 64 },
  { id: 4, name: 'attachmentBytesMax', type: 'uint64', repeated: false },
]);

/** What holds for one mailbox. */
export interface SetUnit {
  mailbox: string;
  clearance: Classification;
  hostAgency: string;
}
export const SetUnitSchema: MessageSchema<SetUnit> = defineMessage('SetUnit', [
  { id: 1, name: 'mailbox', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'clearance', type: 'enum', repeated: false, values: Classification },
  { id: 3, name: 'hostAgency', type: 'string', repeated: false, max: 32 },
]);

/** Keeps a message: its content is not erased, its rows are not forgotten, and no shard that tells of it is dropped. */
export interface Hold {
  sender: string;
  messageId: Uint8Array;
  reference: string;
}
export const HoldSchema: MessageSchema<Hold> = defineMessage('Hold', [
  { id: 1, name: 'sender', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'messageId', type: 'bytes', repeated: false, lengths: [16] },
  { id: 3, name: 'reference', type: 'string', repeated: false, max: 100 },
]);

export interface ReleaseHold {
  sender: string;
  messageId: Uint8Array;
}
export const ReleaseHoldSchema: MessageSchema<ReleaseHold> = defineMessage('ReleaseHold', [
  { id: 1, name: 'sender', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'messageId', type: 'bytes', repeated: false, lengths: [16] },
]);

/** The shard ends with the commit that records this, and the next one begins. */
export interface CloseShard {
  nextOrigin: string;
}
export const CloseShardSchema: MessageSchema<CloseShard> = defineMessage('CloseShard', [
  { id: 1, name: 'nextOrigin', type: 'string', repeated: false, max: 128 },
]);

/** Deletes the entries of a closed shard. Its final checkpoint stays. */
export interface DropShard {
  origin: string;
}
export const DropShardSchema: MessageSchema<DropShard> = defineMessage('DropShard', [
  { id: 1, name: 'origin', type: 'string', repeated: false, max: 128 },
]);

/** An operator's act: signed by the operator's key, carried out once, kept in the log. */
export interface Act {
  blind: Uint8Array;
  origin: string;
  number: number;
  createdAtMs: number;
  act:
    | { kind: 'enrol'; value: Enrol }
    | { kind: 'suspend'; value: Suspend }
    | { kind: 'release'; value: Release }
    | { kind: 'revoke'; value: Revoke }
    | { kind: 'confirmClock'; value: ConfirmClock }
    | { kind: 'setAgreement'; value: SetAgreement }
    | { kind: 'endAgreement'; value: EndAgreement }
    | { kind: 'setGroup'; value: SetGroup }
    | { kind: 'endGroup'; value: EndGroup }
    | { kind: 'setAgency'; value: SetAgency }
    | { kind: 'setUnit'; value: SetUnit }
    | { kind: 'hold'; value: Hold }
    | { kind: 'releaseHold'; value: ReleaseHold }
    | { kind: 'closeShard'; value: CloseShard }
    | { kind: 'dropShard'; value: DropShard };
}
export const ActSchema: MessageSchema<Act> = defineMessage('Act', [
  { id: 1, name: 'blind', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'origin', type: 'string', repeated: false, max: 128 },
  { id: 3, name: 'number', type: 'uint64', repeated: false },
  { id: 4, name: 'createdAtMs', type: 'uint64', repeated: false },
  { id: 10, name: 'enrol', type: 'message', repeated: false, oneof: 'act', message: EnrolSchema },
  { id: 11, name: 'suspend', type: 'message', repeated: false, oneof: 'act', message: SuspendSchema },
  { id: 12, name: 'release', type: 'message', repeated: false, oneof: 'act', message: ReleaseSchema },
  { id: 13, name: 'revoke', type: 'message', repeated: false, oneof: 'act', message: RevokeSchema },
  { id: 14, name: 'confirmClock', type: 'message', repeated: false, oneof: 'act', message: ConfirmClockSchema },
  { id: 15, name: 'setAgreement', type: 'message', repeated: false, oneof: 'act', message: SetAgreementSchema },
  { id: 16, name: 'endAgreement', type: 'message', repeated: false, oneof: 'act', message: EndAgreementSchema },
  { id: 17, name: 'setGroup', type: 'message', repeated: false, oneof: 'act', message: SetGroupSchema },
  { id: 18, name: 'endGroup', type: 'message', repeated: false, oneof: 'act', message: EndGroupSchema },
  { id: 19, name: 'setAgency', type: 'message', repeated: false, oneof: 'act', message: SetAgencySchema },
  { id: 20, name: 'setUnit', type: 'message', repeated: false, oneof: 'act', message: SetUnitSchema },
  { id: 21, name: 'hold', type: 'message', repeated: false, oneof: 'act', message: HoldSchema },
  { id: 22, name: 'releaseHold', type: 'message', repeated: false, oneof: 'act', message: ReleaseHoldSchema },
  { id: 23, name: 'closeShard', type: 'message', repeated: false, oneof: 'act', message: CloseShardSchema },
  { id: 24, name: 'dropShard', type: 'message', repeated: false, oneof: 'act', message: DropShardSchema },
]);

export interface OperatorKey {
  keyId: Uint8Array;
  jwk: string;
}
export const OperatorKeySchema: MessageSchema<OperatorKey> = defineMessage('OperatorKey', [
  { id: 1, name: 'keyId', type: 'bytes', repeated: false, lengths: [32] },
  { id: 2, name: 'jwk', type: 'string', repeated: false, max: 512 },
]);

/** Entry 0 of every log. */
export interface ShardOpen {
  origin: string;
  verifierKey: string;
  operators: OperatorKey[];
  anchors: Uint8Array[];
  previousCheckpoint: Uint8Array;
  exchange: Exchange;
  firstNumber: number;
  previousVerifierKey: string;
  stateDigest: Uint8Array;
  snapshots: number;
  logVersion: number;
}
export const ShardOpenSchema: MessageSchema<ShardOpen> = defineMessage('ShardOpen', [
  { id: 1, name: 'origin', type: 'string', repeated: false, max: 128 },
  { id: 2, name: 'verifierKey', type: 'string', repeated: false, max: 256 },
  { id: 3, name: 'operators', type: 'message', repeated: true, count: 16, message: OperatorKeySchema },
  { id: 4, name: 'anchors', type: 'bytes', repeated: true, max: 8192, count: 6 },
  { id: 5, name: 'previousCheckpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 6, name: 'exchange', type: 'enum', repeated: false, values: Exchange },
  { id: 7, name: 'firstNumber', type: 'uint64', repeated: false },
  { id: 8, name: 'previousVerifierKey', type: 'string', repeated: false, max: 256 },
  { id: 9, name: 'stateDigest', type: 'bytes', repeated: false, lengths: [0, 32] },
  { id: 10, name: 'snapshots', type: 'uint64', repeated: false },
  { id: 11, name: 'logVersion', type: 'uint32', repeated: false },
]);

/** Rows of the state as they stood when the shard before this one was closed: the shard replays without it. SPEC.md section 7.5. */
export interface Snapshot {
  table: string;
  rows: Uint8Array;
}
export const SnapshotSchema: MessageSchema<Snapshot> = defineMessage('Snapshot', [
  { id: 1, name: 'table', type: 'string', repeated: false, max: 32 },
  { id: 2, name: 'rows', type: 'bytes', repeated: false, max: 56000 },
]);

/** The last entry of a shard. Whoever trusts this shard's key may trust the next one's. */
export interface ShardClose {
  nextOrigin: string;
  nextVerifierKey: string;
}
export const ShardCloseSchema: MessageSchema<ShardClose> = defineMessage('ShardClose', [
  { id: 1, name: 'nextOrigin', type: 'string', repeated: false, max: 128 },
  { id: 2, name: 'nextVerifierKey', type: 'string', repeated: false, max: 256 },
]);

/** Says that the log was alive at this time, so that an auditor can notice truncation. */
export type Tick = Record<never, never>;
export const TickSchema: MessageSchema<Tick> = defineMessage('Tick', []);

export interface SubmissionAcceptance {
  header: Uint8Array;
  signature: BatchSignature;
  path: Path;
  numbers: number[];
  contentBytes: number;
}
export const SubmissionAcceptanceSchema: MessageSchema<SubmissionAcceptance> = defineMessage('SubmissionAcceptance', [
  { id: 1, name: 'header', type: 'bytes', repeated: false, max: 52000 },
  { id: 2, name: 'signature', type: 'message', repeated: false, message: BatchSignatureSchema },
  { id: 3, name: 'path', type: 'message', repeated: false, message: PathSchema },
  { id: 4, name: 'numbers', type: 'uint64', repeated: true, count: 256 },
  { id: 5, name: 'contentBytes', type: 'uint64', repeated: false },
]);

export interface SubmissionRejection {
  sender: string;
  messageId: Uint8Array;
  headerDigest: Uint8Array;
  code: number;
  signature: BatchSignature;
  path: Path;
}
export const SubmissionRejectionSchema: MessageSchema<SubmissionRejection> = defineMessage('SubmissionRejection', [
  { id: 1, name: 'sender', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'messageId', type: 'bytes', repeated: false, lengths: [16] },
  { id: 3, name: 'headerDigest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 4, name: 'code', type: 'uint32', repeated: false },
  { id: 5, name: 'signature', type: 'message', repeated: false, message: BatchSignatureSchema },
  { id: 6, name: 'path', type: 'message', repeated: false, message: PathSchema },
]);

export interface ContentHandover {
  statement: SignedLeaf;
  late: boolean;
}
export const ContentHandoverSchema: MessageSchema<ContentHandover> = defineMessage('ContentHandover', [
  { id: 1, name: 'statement', type: 'message', repeated: false, message: SignedLeafSchema },
  { id: 2, name: 'late', type: 'bool', repeated: false },
]);

export interface ContentHandoverFailure {
  messageId: Uint8Array;
  sender: string;
  recipient: string;
  number: number;
  code: number;
  statement: SignedLeaf | undefined;
  late: boolean;
}
export const ContentHandoverFailureSchema: MessageSchema<ContentHandoverFailure> = defineMessage(
  'ContentHandoverFailure',
  [
    { id: 1, name: 'messageId', type: 'bytes', repeated: false, lengths: [16] },
    { id: 2, name: 'sender', type: 'string', repeated: false, max: 64 },
    { id: 3, name: 'recipient', type: 'string', repeated: false, max: 64 },
    { id: 4, name: 'number', type: 'uint64', repeated: false },
    { id: 5, name: 'code', type: 'uint32', repeated: false },
    { id: 6, name: 'statement', type: 'message', repeated: false, optional: true, message: SignedLeafSchema },
    { id: 7, name: 'late', type: 'bool', repeated: false },
  ],
);

/** Somebody opened the message at the recipient's. Version 2, like the following. */
export interface ContentAccessTracking {
  statement: SignedLeaf;
}
export const ContentAccessTrackingSchema: MessageSchema<ContentAccessTracking> = defineMessage(
  'ContentAccessTracking',
  [{ id: 1, name: 'statement', type: 'message', repeated: false, message: SignedLeafSchema }],
);

export interface ConsignmentAcceptance {
  statement: SignedLeaf;
}
export const ConsignmentAcceptanceSchema: MessageSchema<ConsignmentAcceptance> = defineMessage(
  'ConsignmentAcceptance',
  [{ id: 1, name: 'statement', type: 'message', repeated: false, message: SignedLeafSchema }],
);

export interface ConsignmentRejection {
  statement: SignedLeaf;
}
export const ConsignmentRejectionSchema: MessageSchema<ConsignmentRejection> = defineMessage('ConsignmentRejection', [
  { id: 1, name: 'statement', type: 'message', repeated: false, message: SignedLeafSchema },
]);

/** Consent was asked for and neither given nor refused before the message expired. */
export interface AcceptanceRejectionExpiry {
  messageId: Uint8Array;
  sender: string;
  recipient: string;
  number: number;
}
export const AcceptanceRejectionExpirySchema: MessageSchema<AcceptanceRejectionExpiry> = defineMessage(
  'AcceptanceRejectionExpiry',
  [
    { id: 1, name: 'messageId', type: 'bytes', repeated: false, lengths: [16] },
    { id: 2, name: 'sender', type: 'string', repeated: false, max: 64 },
    { id: 3, name: 'recipient', type: 'string', repeated: false, max: 64 },
    { id: 4, name: 'number', type: 'uint64', repeated: false },
  ],
);

/** The time for an answer is passing. The deadline itself is set by the request's acceptance. */
export interface DeadlineEvent {
  messageId: Uint8Array;
  sender: string;
  recipient: string;
  stage: DeadlineStage;
  dueAtMs: number;
}
export const DeadlineEventSchema: MessageSchema<DeadlineEvent> = defineMessage('DeadlineEvent', [
  { id: 1, name: 'messageId', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'sender', type: 'string', repeated: false, max: 64 },
  { id: 3, name: 'recipient', type: 'string', repeated: false, max: 64 },
  { id: 4, name: 'stage', type: 'enum', repeated: false, values: DeadlineStage },
  { id: 5, name: 'dueAtMs', type: 'uint64', repeated: false },
]);

/** A group changed or ended by its owner. */
export interface GroupChange {
  statement: SignedLeaf;
}
export const GroupChangeSchema: MessageSchema<GroupChange> = defineMessage('GroupChange', [
  { id: 1, name: 'statement', type: 'message', repeated: false, message: SignedLeafSchema },
]);

/** Contents and ciphertexts that the commit of this entry erased from the gateway. */
export interface ContentErasure {
  messages: number[];
  blobs: Uint8Array[];
}
export const ContentErasureSchema: MessageSchema<ContentErasure> = defineMessage('ContentErasure', [
  { id: 1, name: 'messages', type: 'uint64', repeated: true, count: 4096 },
  { id: 2, name: 'blobs', type: 'bytes', repeated: true, lengths: [32], count: 512 },
]);

/** Rows of messages that expired long ago are forgotten up to this time. */
export interface Purge {
  throughMs: number;
}
export const PurgeSchema: MessageSchema<Purge> = defineMessage('Purge', [
  { id: 1, name: 'throughMs', type: 'uint64', repeated: false },
]);

export interface OperatorAct {
  act: SignedLeaf;
}
export const OperatorActSchema: MessageSchema<OperatorAct> = defineMessage('OperatorAct', [
  { id: 1, name: 'act', type: 'message', repeated: false, message: SignedLeafSchema },
]);

/** A key ended because the authority's revocation list names a certificate of its chain. */
export interface KeyRevoked {
  keyId: Uint8Array;
  source: RevocationSource;
  listDigest: Uint8Array;
}
export const KeyRevokedSchema: MessageSchema<KeyRevoked> = defineMessage('KeyRevoked', [
  { id: 1, name: 'keyId', type: 'bytes', repeated: false, lengths: [32] },
  { id: 2, name: 'source', type: 'enum', repeated: false, values: RevocationSource },
  { id: 3, name: 'listDigest', type: 'bytes', repeated: false, lengths: [32] },
]);

export interface SessionOpened {
  session: Uint8Array;
  agency: string;
  node: string;
  tlsKeyId: Uint8Array;
  mailboxes: string[];
}
export const SessionOpenedSchema: MessageSchema<SessionOpened> = defineMessage('SessionOpened', [
  { id: 1, name: 'session', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'agency', type: 'string', repeated: false, max: 32 },
  { id: 3, name: 'node', type: 'string', repeated: false, max: 64 },
  { id: 4, name: 'tlsKeyId', type: 'bytes', repeated: false, lengths: [32] },
  { id: 5, name: 'mailboxes', type: 'string', repeated: true, max: 64, count: 64 },
]);

export interface SessionClosed {
  session: Uint8Array;
  code: number;
}
export const SessionClosedSchema: MessageSchema<SessionClosed> = defineMessage('SessionClosed', [
  { id: 1, name: 'session', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'code', type: 'uint32', repeated: false },
]);

export interface ReadRange {
  origin: string;
  firstIndex: number;
  endIndex: number;
}
export const ReadRangeSchema: MessageSchema<ReadRange> = defineMessage('ReadRange', [
  { id: 1, name: 'origin', type: 'string', repeated: false, max: 128 },
  { id: 2, name: 'firstIndex', type: 'uint64', repeated: false },
  { id: 3, name: 'endIndex', type: 'uint64', repeated: false },
]);

/** An auditor has read entries. One for each session, when it has ended. */
export interface AuditRead {
  auditor: string;
  tlsKeyId: Uint8Array;
  beganAtMs: number;
  requests: number;
  ranges: ReadRange[];
}
export const AuditReadSchema: MessageSchema<AuditRead> = defineMessage('AuditRead', [
  { id: 1, name: 'auditor', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'tlsKeyId', type: 'bytes', repeated: false, lengths: [32] },
  { id: 3, name: 'beganAtMs', type: 'uint64', repeated: false },
  { id: 4, name: 'requests', type: 'uint64', repeated: false },
  { id: 5, name: 'ranges', type: 'message', repeated: true, count: 64, message: ReadRangeSchema },
]);

export interface RefusalCount {
  code: number;
  count: number;
}
export const RefusalCountSchema: MessageSchema<RefusalCount> = defineMessage('RefusalCount', [
  { id: 1, name: 'code', type: 'uint32', repeated: false },
  { id: 2, name: 'count', type: 'uint64', repeated: false },
]);

/** How many requests were refused without an entry of their own since the last summary. */
export interface RefusalSummary {
  counts: RefusalCount[];
}
export const RefusalSummarySchema: MessageSchema<RefusalSummary> = defineMessage('RefusalSummary', [
  { id: 1, name: 'counts', type: 'message', repeated: true, count: 128, message: RefusalCountSchema },
]);

export interface Entry {
  blind: Uint8Array;
  atMs: number;
  event:
    | { kind: 'shardOpen'; value: ShardOpen }
    | { kind: 'tick'; value: Tick }
    | { kind: 'shardClose'; value: ShardClose }
    | { kind: 'snapshot'; value: Snapshot }
    | { kind: 'submissionAcceptance'; value: SubmissionAcceptance }
    | { kind: 'submissionRejection'; value: SubmissionRejection }
    | { kind: 'contentHandover'; value: ContentHandover }
    | { kind: 'contentHandoverFailure'; value: ContentHandoverFailure }
    | { kind: 'purge'; value: Purge }
    | { kind: 'contentAccessTracking'; value: ContentAccessTracking }
    | { kind: 'consignmentAcceptance'; value: ConsignmentAcceptance }
    | { kind: 'consignmentRejection'; value: ConsignmentRejection }
    | { kind: 'acceptanceRejectionExpiry'; value: AcceptanceRejectionExpiry }
    | { kind: 'deadlineEvent'; value: DeadlineEvent }
    | { kind: 'contentErasure'; value: ContentErasure }
    | { kind: 'operatorAct'; value: OperatorAct }
    | { kind: 'keyRevoked'; value: KeyRevoked }
    | { kind: 'groupChange'; value: GroupChange }
    | { kind: 'sessionOpened'; value: SessionOpened }
    | { kind: 'sessionClosed'; value: SessionClosed }
    | { kind: 'refusalSummary'; value: RefusalSummary }
    | { kind: 'auditRead'; value: AuditRead };
}
export const EntrySchema: MessageSchema<Entry> = defineMessage('Entry', [
  { id: 1, name: 'blind', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'atMs', type: 'uint64', repeated: false },
  { id: 10, name: 'shardOpen', type: 'message', repeated: false, oneof: 'event', message: ShardOpenSchema },
  { id: 12, name: 'tick', type: 'message', repeated: false, oneof: 'event', message: TickSchema },
  { id: 14, name: 'shardClose', type: 'message', repeated: false, oneof: 'event', message: ShardCloseSchema },
  { id: 15, name: 'snapshot', type: 'message', repeated: false, oneof: 'event', message: SnapshotSchema },
  {
    id: 20,
    name: 'submissionAcceptance',
    type: 'message',
    repeated: false,
    oneof: 'event',
    message: SubmissionAcceptanceSchema,
  },
  {
    id: 21,
    name: 'submissionRejection',
    type: 'message',
    repeated: false,
    oneof: 'event',
    message: SubmissionRejectionSchema,
  },
  { id: 27, name: 'contentHandover', type: 'message', repeated: false, oneof: 'event', message: ContentHandoverSchema },
  {
    id: 28,
    name: 'contentHandoverFailure',
    type: 'message',
    repeated: false,
    oneof: 'event',
    message: ContentHandoverFailureSchema,
  },
  { id: 30, name: 'purge', type: 'message', repeated: false, oneof: 'event', message: PurgeSchema },
  {
    id: 31,
    name: 'contentAccessTracking',
    type: 'message',
    repeated: false,
    oneof: 'event',
    message: ContentAccessTrackingSchema,
  },
  {
    id: 32,
    name: 'consignmentAcceptance',
    type: 'message',
    repeated: false,
    oneof: 'event',
    message: ConsignmentAcceptanceSchema,
  },
  {
    id: 33,
    name: 'consignmentRejection',
    type: 'message',
    repeated: false,
    oneof: 'event',
    message: ConsignmentRejectionSchema,
  },
  {
    id: 34,
    name: 'acceptanceRejectionExpiry',
    type: 'message',
    repeated: false,
    oneof: 'event',
    message: AcceptanceRejectionExpirySchema,
  },
  { id: 35, name: 'deadlineEvent', type: 'message', repeated: false, oneof: 'event', message: DeadlineEventSchema },
  { id: 36, name: 'contentErasure', type: 'message', repeated: false, oneof: 'event', message: ContentErasureSchema },
  { id: 40, name: 'operatorAct', type: 'message', repeated: false, oneof: 'event', message: OperatorActSchema },
  { id: 41, name: 'keyRevoked', type: 'message', repeated: false, oneof: 'event', message: KeyRevokedSchema },
  { id: 42, name: 'groupChange', type: 'message', repeated: false, oneof: 'event', message: GroupChangeSchema },
  { id: 50, name: 'sessionOpened', type: 'message', repeated: false, oneof: 'event', message: SessionOpenedSchema },
  { id: 51, name: 'sessionClosed', type: 'message', repeated: false, oneof: 'event', message: SessionClosedSchema },
  { id: 52, name: 'refusalSummary', type: 'message', repeated: false, oneof: 'event', message: RefusalSummarySchema },
  { id: 53, name: 'auditRead', type: 'message', repeated: false, oneof: 'event', message: AuditReadSchema },
]);

export interface MailboxCursor {
  mailbox: string;
  nextNumber: number;
}
export const MailboxCursorSchema: MessageSchema<MailboxCursor> = defineMessage('MailboxCursor', [
  { id: 1, name: 'mailbox', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'nextNumber', type: 'uint64', repeated: false },
]);

/** First frame of a session, from the node. */
export interface Hello {
  versions: number[];
  node: string;
  mailboxes: MailboxCursor[];
  checkpoint: Uint8Array;
  capabilities: string[];
}
export const HelloSchema: MessageSchema<Hello> = defineMessage('Hello', [
  { id: 1, name: 'versions', type: 'uint32', repeated: true, count: 8 },
  { id: 2, name: 'node', type: 'string', repeated: false, max: 64 },
  { id: 3, name: 'mailboxes', type: 'message', repeated: true, count: 64, message: MailboxCursorSchema },
  { id: 4, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 5, name: 'capabilities', type: 'string', repeated: true, max: 64, count: 32 },
]);

export interface SessionLimits {
  frameBytesMax: number;
  submitMessagesMax: number;
  submitBytesInFlightMax: number;
}
export const SessionLimitsSchema: MessageSchema<SessionLimits> = defineMessage('SessionLimits', [
  { id: 1, name: 'frameBytesMax', type: 'uint32', repeated: false },
  { id: 2, name: 'submitMessagesMax', type: 'uint32', repeated: false },
  { id: 3, name: 'submitBytesInFlightMax', type: 'uint32', repeated: false },
]);

/** How one shard of the log leads to the next. Capability shards.v1. */
export interface ShardLink {
  finalCheckpoint: Uint8Array;
  consistency: Uint8Array[];
  close: Uint8Array;
  path: Uint8Array[];
}
export const ShardLinkSchema: MessageSchema<ShardLink> = defineMessage('ShardLink', [
  { id: 1, name: 'finalCheckpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 2, name: 'consistency', type: 'bytes', repeated: true, lengths: [32], count: 63 },
  { id: 3, name: 'close', type: 'bytes', repeated: false, max: 60000 },
  { id: 4, name: 'path', type: 'bytes', repeated: true, lengths: [32], count: 63 },
]);

/** The gateway's answer to Hello. */
export interface Welcome {
  version: number;
  session: Uint8Array;
  limits: SessionLimits;
  checkpoint: Uint8Array;
  consistency: Uint8Array[];
  nowMs: number;
  capabilities: string[];
  shards: ShardLink[];
  firstNumber: number;
}
export const WelcomeSchema: MessageSchema<Welcome> = defineMessage('Welcome', [
  { id: 1, name: 'version', type: 'uint32', repeated: false },
  { id: 2, name: 'session', type: 'bytes', repeated: false, lengths: [16] },
  { id: 3, name: 'limits', type: 'message', repeated: false, message: SessionLimitsSchema },
  { id: 4, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 5, name: 'consistency', type: 'bytes', repeated: true, lengths: [32], count: 63 },
  { id: 6, name: 'nowMs', type: 'uint64', repeated: false },
  { id: 7, name: 'capabilities', type: 'string', repeated: true, max: 64, count: 32 },
  { id: 8, name: 'shards', type: 'message', repeated: true, count: 64, message: ShardLinkSchema },
  { id: 9, name: 'firstNumber', type: 'uint64', repeated: false },
]);

export interface Submit {
  request: number;
  envelopes: Envelope[];
}
export const SubmitSchema: MessageSchema<Submit> = defineMessage('Submit', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'envelopes', type: 'message', repeated: true, count: 1024, message: EnvelopeSchema },
]);

/** An entry and its place in the tree of the frame's checkpoint. The path lists positions in the frame's hash table. */
export interface LoggedEntry {
  index: number;
  entry: Uint8Array;
  path: number[];
  checkpoint: Uint8Array;
}
export const LoggedEntrySchema: MessageSchema<LoggedEntry> = defineMessage('LoggedEntry', [
  { id: 1, name: 'index', type: 'uint64', repeated: false },
  { id: 2, name: 'entry', type: 'bytes', repeated: false, max: 60000 },
  { id: 3, name: 'path', type: 'uint32', repeated: true, count: 63 },
  { id: 4, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
]);

export interface Refusal {
  code: number;
  text: string;
  retry: boolean;
  logged: LoggedEntry | undefined;
}
export const RefusalSchema: MessageSchema<Refusal> = defineMessage('Refusal', [
  { id: 1, name: 'code', type: 'uint32', repeated: false },
  { id: 2, name: 'text', type: 'string', repeated: false, max: 1000 },
  { id: 3, name: 'retry', type: 'bool', repeated: false },
  { id: 4, name: 'logged', type: 'message', repeated: false, optional: true, message: LoggedEntrySchema },
]);

export interface SubmitOutcome {
  messageId: Uint8Array;
  outcome: { kind: 'accepted'; value: LoggedEntry } | { kind: 'refused'; value: Refusal };
}
export const SubmitOutcomeSchema: MessageSchema<SubmitOutcome> = defineMessage('SubmitOutcome', [
  { id: 1, name: 'messageId', type: 'bytes', repeated: false, lengths: [0, 16] },
  { id: 2, name: 'accepted', type: 'message', repeated: false, oneof: 'outcome', message: LoggedEntrySchema },
  { id: 3, name: 'refused', type: 'message', repeated: false, oneof: 'outcome', message: RefusalSchema },
]);

/** One outcome for each envelope, in order. */
export interface SubmitResult {
  request: number;
  checkpoint: Uint8Array;
  hashes: Uint8Array[];
  outcomes: SubmitOutcome[];
}
export const SubmitResultSchema: MessageSchema<SubmitResult> = defineMessage('SubmitResult', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 3, name: 'hashes', type: 'bytes', repeated: true, lengths: [32], count: 65536 },
  { id: 4, name: 'outcomes', type: 'message', repeated: true, count: 1024, message: SubmitOutcomeSchema },
]);

/** Credit: the gateway may send this much more. */
export interface Ready {
  messages: number;
  bytes: number;
}
export const ReadySchema: MessageSchema<Ready> = defineMessage('Ready', [
  { id: 1, name: 'messages', type: 'uint32', repeated: false },
  { id: 2, name: 'bytes', type: 'uint64', repeated: false },
]);

export interface Delivery {
  mailbox: string;
  number: number;
  acceptedAtMs: number;
  acceptedIndex: number;
  content: { kind: 'message'; value: Envelope } | { kind: 'ended'; value: LoggedEntry };
}
export const DeliverySchema: MessageSchema<Delivery> = defineMessage('Delivery', [
  { id: 1, name: 'mailbox', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'number', type: 'uint64', repeated: false },
  { id: 3, name: 'message', type: 'message', repeated: false, oneof: 'content', message: EnvelopeSchema },
  { id: 4, name: 'ended', type: 'message', repeated: false, oneof: 'content', message: LoggedEntrySchema },
  { id: 5, name: 'acceptedAtMs', type: 'uint64', repeated: false },
  { id: 6, name: 'acceptedIndex', type: 'uint64', repeated: false },
]);

export interface Deliver {
  checkpoint: Uint8Array;
  hashes: Uint8Array[];
  deliveries: Delivery[];
}
export const DeliverSchema: MessageSchema<Deliver> = defineMessage('Deliver', [
  { id: 1, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 2, name: 'hashes', type: 'bytes', repeated: true, lengths: [32], count: 65536 },
  { id: 3, name: 'deliveries', type: 'message', repeated: true, count: 1024, message: DeliverySchema },
]);

/** The statements are the leaves of the signed batch, all of them and in order: no paths are needed. */
export interface Handover {
  request: number;
  statements: Uint8Array[];
  signature: BatchSignature;
}
export const HandoverSchema: MessageSchema<Handover> = defineMessage('Handover', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'statements', type: 'bytes', repeated: true, max: 512, count: 1024 },
  { id: 3, name: 'signature', type: 'message', repeated: false, message: BatchSignatureSchema },
]);

export interface HandoverResultItem {
  messageId: Uint8Array;
  code: number;
  index: number;
  text: string;
  retry: boolean;
}
export const HandoverResultItemSchema: MessageSchema<HandoverResultItem> = defineMessage('HandoverResultItem', [
  { id: 1, name: 'messageId', type: 'bytes', repeated: false, lengths: [0, 16] },
  { id: 2, name: 'code', type: 'uint32', repeated: false },
  { id: 3, name: 'index', type: 'uint64', repeated: false },
  { id: 4, name: 'text', type: 'string', repeated: false, max: 1000 },
  { id: 5, name: 'retry', type: 'bool', repeated: false },
]);

export interface HandoverResult {
  request: number;
  items: HandoverResultItem[];
}
export const HandoverResultSchema: MessageSchema<HandoverResult> = defineMessage('HandoverResult', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'items', type: 'message', repeated: true, count: 1024, message: HandoverResultItemSchema },
]);

/** Pushed to the sender's session when a delivery of one of its messages has ended. */
export interface Evidence {
  checkpoint: Uint8Array;
  hashes: Uint8Array[];
  entries: LoggedEntry[];
}
export const EvidenceSchema: MessageSchema<Evidence> = defineMessage('Evidence', [
  { id: 1, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 2, name: 'hashes', type: 'bytes', repeated: true, lengths: [32], count: 65536 },
  { id: 3, name: 'entries', type: 'message', repeated: true, count: 1024, message: LoggedEntrySchema },
]);

export interface ProofGet {
  request: number;
  messageIds: Uint8Array[];
  checkpoint: Uint8Array;
}
export const ProofGetSchema: MessageSchema<ProofGet> = defineMessage('ProofGet', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'messageIds', type: 'bytes', repeated: true, lengths: [16], count: 256 },
  { id: 3, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
]);

export interface Proofs {
  request: number;
  checkpoint: Uint8Array;
  hashes: Uint8Array[];
  entries: LoggedEntry[];
  consistency: Uint8Array[];
  unknown: Uint8Array[];
  remaining: Uint8Array[];
}
export const ProofsSchema: MessageSchema<Proofs> = defineMessage('Proofs', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 3, name: 'hashes', type: 'bytes', repeated: true, lengths: [32], count: 65536 },
  { id: 4, name: 'entries', type: 'message', repeated: true, count: 65536, message: LoggedEntrySchema },
  { id: 5, name: 'consistency', type: 'bytes', repeated: true, lengths: [32], count: 63 },
  { id: 6, name: 'unknown', type: 'bytes', repeated: true, lengths: [16], count: 256 },
  { id: 7, name: 'remaining', type: 'bytes', repeated: true, lengths: [16], count: 256 },
]);

export interface DirectoryGet {
  request: number;
  mailboxes: string[];
  after: string;
}
export const DirectoryGetSchema: MessageSchema<DirectoryGet> = defineMessage('DirectoryGet', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'mailboxes', type: 'string', repeated: true, max: 64, count: 256 },
  { id: 3, name: 'after', type: 'string', repeated: false, max: 64 },
]);

export interface SigningKey {
  certificates: Uint8Array[];
  registeredIndex: number;
  revokedIndex: number;
}
export const SigningKeySchema: MessageSchema<SigningKey> = defineMessage('SigningKey', [
  { id: 1, name: 'certificates', type: 'bytes', repeated: true, max: 8192, count: 6 },
  { id: 2, name: 'registeredIndex', type: 'uint64', repeated: false },
  { id: 3, name: 'revokedIndex', type: 'uint64', repeated: false },
]);

export interface DirectoryRecord {
  mailbox: string;
  status: AgencyStatus;
  version: number;
  signingKeys: SigningKey[];
  keyStatement: SignedLeaf;
  contact: string;
  clearance: Classification;
  hostAgency: string;
}
export const DirectoryRecordSchema: MessageSchema<DirectoryRecord> = defineMessage('DirectoryRecord', [
  { id: 1, name: 'mailbox', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'status', type: 'enum', repeated: false, values: AgencyStatus },
  { id: 3, name: 'version', type: 'uint64', repeated: false },
  { id: 4, name: 'signingKeys', type: 'message', repeated: true, count: 16, message: SigningKeySchema },
  { id: 5, name: 'keyStatement', type: 'message', repeated: false, message: SignedLeafSchema },
  { id: 6, name: 'contact', type: 'string', repeated: false, max: 64 },
  { id: 7, name: 'clearance', type: 'enum', repeated: false, values: Classification },
  { id: 8, name: 'hostAgency', type: 'string', repeated: false, max: 32 },
]);

export interface Directory {
  request: number;
  version: number;
  records: DirectoryRecord[];
  unknown: string[];
  more: boolean;
}
export const DirectorySchema: MessageSchema<Directory> = defineMessage('Directory', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'version', type: 'uint64', repeated: false },
  { id: 3, name: 'records', type: 'message', repeated: true, count: 256, message: DirectoryRecordSchema },
  { id: 4, name: 'unknown', type: 'string', repeated: true, max: 64, count: 256 },
  { id: 5, name: 'more', type: 'bool', repeated: false },
]);

/** Events after the handover. The statements are the leaves of the signed batch. Version 2, like the following. */
export interface Events {
  request: number;
  statements: Uint8Array[];
  signature: BatchSignature;
}
export const EventsSchema: MessageSchema<Events> = defineMessage('Events', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'statements', type: 'bytes', repeated: true, max: 512, count: 1024 },
  { id: 3, name: 'signature', type: 'message', repeated: false, message: BatchSignatureSchema },
]);

/** One item for each statement, in order. */
export interface EventsResult {
  request: number;
  items: HandoverResultItem[];
}
export const EventsResultSchema: MessageSchema<EventsResult> = defineMessage('EventsResult', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'items', type: 'message', repeated: true, count: 1024, message: HandoverResultItemSchema },
]);

/** Asks for groups, each as the entry that last changed it. */
export interface GroupGet {
  request: number;
  groupIds: Uint8Array[];
}
export const GroupGetSchema: MessageSchema<GroupGet> = defineMessage('GroupGet', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'groupIds', type: 'bytes', repeated: true, lengths: [16], count: 256 },
]);

export interface Groups {
  request: number;
  checkpoint: Uint8Array;
  hashes: Uint8Array[];
  entries: LoggedEntry[];
  unknown: Uint8Array[];
}
export const GroupsSchema: MessageSchema<Groups> = defineMessage('Groups', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 3, name: 'hashes', type: 'bytes', repeated: true, lengths: [32], count: 65536 },
  { id: 4, name: 'entries', type: 'message', repeated: true, count: 256, message: LoggedEntrySchema },
  { id: 5, name: 'unknown', type: 'bytes', repeated: true, lengths: [16], count: 256 },
]);

/** An owner's GroupStatement. */
export interface GroupPut {
  request: number;
  statement: SignedLeaf;
}
export const GroupPutSchema: MessageSchema<GroupPut> = defineMessage('GroupPut', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'statement', type: 'message', repeated: false, message: SignedLeafSchema },
]);

export interface GroupPutResult {
  request: number;
  code: number;
  index: number;
  text: string;
  retry: boolean;
}
export const GroupPutResultSchema: MessageSchema<GroupPutResult> = defineMessage('GroupPutResult', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'code', type: 'uint32', repeated: false },
  { id: 3, name: 'index', type: 'uint64', repeated: false },
  { id: 4, name: 'text', type: 'string', repeated: false, max: 1000 },
  { id: 5, name: 'retry', type: 'bool', repeated: false },
]);

/** Capability attachments.v1: tells the gateway of a ciphertext to come, or asks how much of it is there. */
export interface BlobPut {
  request: number;
  digest: Uint8Array;
  sizeBytes: number;
}
export const BlobPutSchema: MessageSchema<BlobPut> = defineMessage('BlobPut', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'digest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 3, name: 'sizeBytes', type: 'uint64', repeated: false },
]);

/** How far an upload is. Sent in answer to BlobPut, and whenever more has become durable. */
export interface BlobState {
  request: number;
  digest: Uint8Array;
  storedBytes: number;
  complete: boolean;
}
export const BlobStateSchema: MessageSchema<BlobState> = defineMessage('BlobState', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'digest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 3, name: 'storedBytes', type: 'uint64', repeated: false },
  { id: 4, name: 'complete', type: 'bool', repeated: false },
]);

/** A piece of a ciphertext, either way. Pieces follow each other without gaps. */
export interface BlobChunk {
  digest: Uint8Array;
  offsetBytes: number;
  data: Uint8Array;
}
export const BlobChunkSchema: MessageSchema<BlobChunk> = defineMessage('BlobChunk', [
  { id: 1, name: 'digest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 2, name: 'offsetBytes', type: 'uint64', repeated: false },
  { id: 3, name: 'data', type: 'bytes', repeated: false, max: 1048576 },
]);

/** Asks for a ciphertext that a waiting message of this session's mailboxes refers to. */
export interface BlobGet {
  request: number;
  digest: Uint8Array;
  offsetBytes: number;
  bytes: number;
}
export const BlobGetSchema: MessageSchema<BlobGet> = defineMessage('BlobGet', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'digest', type: 'bytes', repeated: false, lengths: [32] },
  { id: 3, name: 'offsetBytes', type: 'uint64', repeated: false },
  { id: 4, name: 'bytes', type: 'uint64', repeated: false },
]);

export interface Error {
  request: number;
  code: number;
  text: string;
  retry: boolean;
}
export const ErrorSchema: MessageSchema<Error> = defineMessage('Error', [
  { id: 1, name: 'request', type: 'uint32', repeated: false },
  { id: 2, name: 'code', type: 'uint32', repeated: false },
  { id: 3, name: 'text', type: 'string', repeated: false, max: 1000 },
  { id: 4, name: 'retry', type: 'bool', repeated: false },
]);

export interface GoAway {
  code: number;
  text: string;
  retryAfterMs: number;
}
export const GoAwaySchema: MessageSchema<GoAway> = defineMessage('GoAway', [
  { id: 1, name: 'code', type: 'uint32', repeated: false },
  { id: 2, name: 'text', type: 'string', repeated: false, max: 1000 },
  { id: 3, name: 'retryAfterMs', type: 'uint64', repeated: false },
]);

export interface Ping {
  nonce: number;
}
export const PingSchema: MessageSchema<Ping> = defineMessage('Ping', [
  { id: 1, name: 'nonce', type: 'uint64', repeated: false },
]);

export interface Pong {
  nonce: number;
  nowMs: number;
}
export const PongSchema: MessageSchema<Pong> = defineMessage('Pong', [
  { id: 1, name: 'nonce', type: 'uint64', repeated: false },
  { id: 2, name: 'nowMs', type: 'uint64', repeated: false },
]);

export interface Frame {
  frame:
    | { kind: 'hello'; value: Hello }
    | { kind: 'welcome'; value: Welcome }
    | { kind: 'submit'; value: Submit }
    | { kind: 'submitResult'; value: SubmitResult }
    | { kind: 'ready'; value: Ready }
    | { kind: 'deliver'; value: Deliver }
    | { kind: 'handover'; value: Handover }
    | { kind: 'handoverResult'; value: HandoverResult }
    | { kind: 'evidence'; value: Evidence }
    | { kind: 'proofGet'; value: ProofGet }
    | { kind: 'proofs'; value: Proofs }
    | { kind: 'directoryGet'; value: DirectoryGet }
    | { kind: 'directory'; value: Directory }
    | { kind: 'error'; value: Error }
    | { kind: 'goAway'; value: GoAway }
    | { kind: 'ping'; value: Ping }
    | { kind: 'pong'; value: Pong }
    | { kind: 'events'; value: Events }
    | { kind: 'eventsResult'; value: EventsResult }
    | { kind: 'groupGet'; value: GroupGet }
    | { kind: 'groups'; value: Groups }
    | { kind: 'groupPut'; value: GroupPut }
    | { kind: 'groupPutResult'; value: GroupPutResult }
    | { kind: 'blobPut'; value: BlobPut }
    | { kind: 'blobState'; value: BlobState }
    | { kind: 'blobChunk'; value: BlobChunk }
    | { kind: 'blobGet'; value: BlobGet };
}
export const FrameSchema: MessageSchema<Frame> = defineMessage('Frame', [
  { id: 1, name: 'hello', type: 'message', repeated: false, oneof: 'frame', message: HelloSchema },
  { id: 2, name: 'welcome', type: 'message', repeated: false, oneof: 'frame', message: WelcomeSchema },
  { id: 3, name: 'submit', type: 'message', repeated: false, oneof: 'frame', message: SubmitSchema },
  { id: 4, name: 'submitResult', type: 'message', repeated: false, oneof: 'frame', message: SubmitResultSchema },
  { id: 5, name: 'ready', type: 'message', repeated: false, oneof: 'frame', message: ReadySchema },
  { id: 6, name: 'deliver', type: 'message', repeated: false, oneof: 'frame', message: DeliverSchema },
  { id: 7, name: 'handover', type: 'message', repeated: false, oneof: 'frame', message: HandoverSchema },
  { id: 8, name: 'handoverResult', type: 'message', repeated: false, oneof: 'frame', message: HandoverResultSchema },
  { id: 9, name: 'evidence', type: 'message', repeated: false, oneof: 'frame', message: EvidenceSchema },
  { id: 10, name: 'proofGet', type: 'message', repeated: false, oneof: 'frame', message: ProofGetSchema },
  { id: 11, name: 'proofs', type: 'message', repeated: false, oneof: 'frame', message: ProofsSchema },
  { id: 15, name: 'directoryGet', type: 'message', repeated: false, oneof: 'frame', message: DirectoryGetSchema },
  { id: 16, name: 'directory', type: 'message', repeated: false, oneof: 'frame', message: DirectorySchema },
  { id: 17, name: 'error', type: 'message', repeated: false, oneof: 'frame', message: ErrorSchema },
  { id: 18, name: 'goAway', type: 'message', repeated: false, oneof: 'frame', message: GoAwaySchema },
  { id: 19, name: 'ping', type: 'message', repeated: false, oneof: 'frame', message: PingSchema },
  { id: 20, name: 'pong', type: 'message', repeated: false, oneof: 'frame', message: PongSchema },
  { id: 21, name: 'events', type: 'message', repeated: false, oneof: 'frame', message: EventsSchema },
  { id: 22, name: 'eventsResult', type: 'message', repeated: false, oneof: 'frame', message: EventsResultSchema },
  { id: 23, name: 'groupGet', type: 'message', repeated: false, oneof: 'frame', message: GroupGetSchema },
  { id: 24, name: 'groups', type: 'message', repeated: false, oneof: 'frame', message: GroupsSchema },
  { id: 25, name: 'groupPut', type: 'message', repeated: false, oneof: 'frame', message: GroupPutSchema },
  { id: 26, name: 'groupPutResult', type: 'message', repeated: false, oneof: 'frame', message: GroupPutResultSchema },
  { id: 27, name: 'blobPut', type: 'message', repeated: false, oneof: 'frame', message: BlobPutSchema },
  { id: 28, name: 'blobState', type: 'message', repeated: false, oneof: 'frame', message: BlobStateSchema },
  { id: 29, name: 'blobChunk', type: 'message', repeated: false, oneof: 'frame', message: BlobChunkSchema },
  { id: 30, name: 'blobGet', type: 'message', repeated: false, oneof: 'frame', message: BlobGetSchema },
]);

/** One act at the node. Names of persons stand here and nowhere else in Liaison. */
export interface NodeEntry {
  blind: Uint8Array;
  atMs: number;
  act: NodeAct;
  messageId: Uint8Array;
  actor: string;
  justification: string;
  detail: string;
}
export const NodeEntrySchema: MessageSchema<NodeEntry> = defineMessage('NodeEntry', [
  { id: 1, name: 'blind', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'atMs', type: 'uint64', repeated: false },
  { id: 3, name: 'act', type: 'enum', repeated: false, values: NodeAct },
  { id: 4, name: 'messageId', type: 'bytes', repeated: false, lengths: [0, 16] },
  { id: 5, name: 'actor', type: 'string', repeated: false, max: 200 },
  { id: 6, name: 'justification', type: 'string', repeated: false, max: 2000 },
  { id: 7, name: 'detail', type: 'string', repeated: false, max: 20000 },
]);
