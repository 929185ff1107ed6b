// Generated from protocol/proto by `npm run generate`. Do not edit.

import { defineMessage, type MessageSchema } from '../schema.ts';

export const SignatureAlgorithm = { UNSPECIFIED: 0, PS256: 1, ES256: 2, ES384: 3, ED25519: 4 } as const;
export type SignatureAlgorithm = (typeof SignatureAlgorithm)[keyof typeof SignatureAlgorithm];

export const MessageType = {
  UNSPECIFIED: 0,
  INFORMATION_REQUEST: 1,
  INFORMATION_ANSWER: 2,
  SPONTANEOUS_INFORMATION: 3,
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

export const HandoverOutcome = { UNSPECIFIED: 0, HANDED_OVER: 1, FAILED: 2 } as const;
export type HandoverOutcome = (typeof HandoverOutcome)[keyof typeof HandoverOutcome];

export const KeyUsage = { UNSPECIFIED: 0, TLS: 1, SIGNING: 2 } as const;
export type KeyUsage = (typeof KeyUsage)[keyof typeof KeyUsage];

export const RevocationSource = { UNSPECIFIED: 0, LIST: 1, AUTHORITY_REVOKED: 2 } as const;
export type RevocationSource = (typeof RevocationSource)[keyof typeof RevocationSource];

export const AgencyStatus = { UNSPECIFIED: 0, ACTIVE: 1, SUSPENDED: 2 } as const;
export type AgencyStatus = (typeof AgencyStatus)[keyof typeof AgencyStatus];

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
  { id: 1, name: 'sourceCode', type: 'enum', repeated: false, values: SourceCode },
  { id: 2, name: 'infoCode', type: 'enum', repeated: false, values: InfoCode },
  { id: 3, name: 'assessedByUnit', type: 'string', repeated: false, max: 64 },
  { id: 4, name: 'assessedAtMs', type: 'uint64', repeated: false },
]);

export interface InformationRequest {
  subject: string;
  informationSought: string;
  purposeAndFacts: string;
  offence: string;
  crimeArea: CrimeArea;
  urgencyReason: string;
  useRestrictions: string;
}
export const InformationRequestSchema: MessageSchema<InformationRequest> = defineMessage('InformationRequest', [
  { id: 1, name: 'subject', type: 'string', repeated: false, max: 1000 },
  { id: 2, name: 'informationSought', type: 'string', repeated: false, max: 200000 },
  { id: 3, name: 'purposeAndFacts', type: 'string', repeated: false, max: 200000 },
  { id: 4, name: 'offence', type: 'string', repeated: false, max: 1000 },
  { id: 5, name: 'crimeArea', type: 'enum', repeated: false, values: CrimeArea },
  { id: 6, name: 'urgencyReason', type: 'string', repeated: false, max: 10000 },
  { id: 7, name: 'useRestrictions', type: 'string', repeated: false, max: 10000 },
]);

export interface InformationAnswer {
  outcome: Outcome;
  text: string;
  evaluation: Evaluation | undefined;
  evidenceUseConsent: boolean;
  interim: boolean;
}
export const InformationAnswerSchema: MessageSchema<InformationAnswer> = defineMessage('InformationAnswer', [
  { id: 1, name: 'outcome', type: 'enum', repeated: false, values: Outcome },
  { id: 2, name: 'text', type: 'string', repeated: false, max: 200000 },
  { id: 4, name: 'evaluation', type: 'message', repeated: false, optional: true, message: EvaluationSchema },
  { id: 5, name: 'evidenceUseConsent', type: 'bool', repeated: false },
  { id: 6, name: 'interim', type: 'bool', repeated: false },
]);

export interface SpontaneousInformation {
  crimeArea: CrimeArea;
  text: string;
  evaluation: Evaluation | undefined;
  subject: string;
}
export const SpontaneousInformationSchema: MessageSchema<SpontaneousInformation> = defineMessage(
  'SpontaneousInformation',
  [
    { id: 1, name: 'crimeArea', type: 'enum', repeated: false, values: CrimeArea },
    { id: 2, name: 'text', type: 'string', repeated: false, max: 200000 },
    { id: 4, name: 'evaluation', type: 'message', repeated: false, optional: true, message: EvaluationSchema },
    { id: 5, name: 'subject', type: 'string', repeated: false, max: 1000 },
  ],
);

export interface Body {
  caseNumber: string;
  language: string;
  handlingText: string;
  content:
    | { kind: 'informationRequest'; value: InformationRequest }
    | { kind: 'informationAnswer'; value: InformationAnswer }
    | { kind: 'spontaneousInformation'; value: SpontaneousInformation };
}
export const BodySchema: MessageSchema<Body> = defineMessage('Body', [
  { id: 1, name: 'caseNumber', type: 'string', repeated: false, max: 200 },
  { id: 2, name: 'language', type: 'string', repeated: false, max: 35 },
  { id: 3, name: 'handlingText', type: 'string', repeated: false, max: 10000 },
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
    | { kind: 'confirmClock'; value: ConfirmClock };
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
}
export const ShardOpenSchema: MessageSchema<ShardOpen> = defineMessage('ShardOpen', [
  { id: 1, name: 'origin', type: 'string', repeated: false, max: 128 },
  { id: 2, name: 'verifierKey', type: 'string', repeated: false, max: 256 },
  { id: 3, name: 'operators', type: 'message', repeated: true, count: 16, message: OperatorKeySchema },
  { id: 4, name: 'anchors', type: 'bytes', repeated: true, max: 8192, count: 6 },
  { id: 5, name: 'previousCheckpoint', type: 'bytes', repeated: false, max: 4096 },
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
    | { kind: 'submissionAcceptance'; value: SubmissionAcceptance }
    | { kind: 'submissionRejection'; value: SubmissionRejection }
    | { kind: 'contentHandover'; value: ContentHandover }
    | { kind: 'contentHandoverFailure'; value: ContentHandoverFailure }
    | { kind: 'purge'; value: Purge }
    | { kind: 'operatorAct'; value: OperatorAct }
    | { kind: 'keyRevoked'; value: KeyRevoked }
    | { kind: 'sessionOpened'; value: SessionOpened }
    | { kind: 'sessionClosed'; value: SessionClosed }
    | { kind: 'refusalSummary'; value: RefusalSummary };
}
export const EntrySchema: MessageSchema<Entry> = defineMessage('Entry', [
  { id: 1, name: 'blind', type: 'bytes', repeated: false, lengths: [16] },
  { id: 2, name: 'atMs', type: 'uint64', repeated: false },
  { id: 10, name: 'shardOpen', type: 'message', repeated: false, oneof: 'event', message: ShardOpenSchema },
  { id: 12, name: 'tick', type: 'message', repeated: false, oneof: 'event', message: TickSchema },
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
  { id: 40, name: 'operatorAct', type: 'message', repeated: false, oneof: 'event', message: OperatorActSchema },
  { id: 41, name: 'keyRevoked', type: 'message', repeated: false, oneof: 'event', message: KeyRevokedSchema },
  { id: 50, name: 'sessionOpened', type: 'message', repeated: false, oneof: 'event', message: SessionOpenedSchema },
  { id: 51, name: 'sessionClosed', type: 'message', repeated: false, oneof: 'event', message: SessionClosedSchema },
  { id: 52, name: 'refusalSummary', type: 'message', repeated: false, oneof: 'event', message: RefusalSummarySchema },
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

/** The gateway's answer to Hello. */
export interface Welcome {
  version: number;
  session: Uint8Array;
  limits: SessionLimits;
  checkpoint: Uint8Array;
  consistency: Uint8Array[];
  nowMs: number;
  capabilities: string[];
}
export const WelcomeSchema: MessageSchema<Welcome> = defineMessage('Welcome', [
  { id: 1, name: 'version', type: 'uint32', repeated: false },
  { id: 2, name: 'session', type: 'bytes', repeated: false, lengths: [16] },
  { id: 3, name: 'limits', type: 'message', repeated: false, message: SessionLimitsSchema },
  { id: 4, name: 'checkpoint', type: 'bytes', repeated: false, max: 4096 },
  { id: 5, name: 'consistency', type: 'bytes', repeated: true, lengths: [32], count: 63 },
  { id: 6, name: 'nowMs', type: 'uint64', repeated: false },
  { id: 7, name: 'capabilities', type: 'string', repeated: true, max: 64, count: 32 },
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
}
export const LoggedEntrySchema: MessageSchema<LoggedEntry> = defineMessage('LoggedEntry', [
  { id: 1, name: 'index', type: 'uint64', repeated: false },
  { id: 2, name: 'entry', type: 'bytes', repeated: false, max: 60000 },
  { id: 3, name: 'path', type: 'uint32', repeated: true, count: 63 },
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
}
export const DirectoryRecordSchema: MessageSchema<DirectoryRecord> = defineMessage('DirectoryRecord', [
  { id: 1, name: 'mailbox', type: 'string', repeated: false, max: 64 },
  { id: 2, name: 'status', type: 'enum', repeated: false, values: AgencyStatus },
  { id: 3, name: 'version', type: 'uint64', repeated: false },
  { id: 4, name: 'signingKeys', type: 'message', repeated: true, count: 16, message: SigningKeySchema },
  { id: 5, name: 'keyStatement', type: 'message', repeated: false, message: SignedLeafSchema },
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
    | { kind: 'pong'; value: Pong };
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
]);
