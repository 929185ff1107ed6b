/** Entries about one message, for the tests of receipts. Their inner signatures are placeholders. */
import { encode } from '../../protocol/codec.ts';
import {
  type BatchSignature,
  type Entry,
  EntrySchema,
  HandoverOutcome,
  type HandoverStatement,
  HandoverStatementSchema,
  HeaderSchema,
  MessageType,
  type Routing,
  RoutingSchema,
  SignatureAlgorithm,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { fromHex, parseMessageId, messageIdBytes } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';

export const MESSAGE_ID = parseMessageId('01890a5d-ac96-774b-bcce-b302099a8057');
export const OTHER_ID = parseMessageId('01890a5d-ac96-774b-bcce-b302099a8058');
export const SENDER = 'xa.customs/portalder';
const RECIPIENT = 'xb.police/desk';
const messageId = messageIdBytes(MESSAGE_ID);

const signature: BatchSignature = {
  algorithm: SignatureAlgorithm.ED25519,
  keyId: new Uint8Array(32).fill(1),
  size: 1,
  signature: new Uint8Array(64).fill(2),
};
const path = { index: 0, hashes: [] };

const routing: Routing = {
  messageId,
  type: MessageType.INFORMATION_REQUEST,
  schemaVersion: 1,
  sender: SENDER,
  signingKeyId: signature.keyId,
  recipients: [{ mailbox: RECIPIENT, keyId: new Uint8Array(32).fill(3) }],
  threadId: new Uint8Array(16).fill(4),
  inReplyTo: new Uint8Array(0),
  annexOf: new Uint8Array(0),
  groupId: new Uint8Array(0),
  groupVersion: 0,
  createdAtMs: 1_767_225_600_000,
  expiresAtMs: 1_767_312_000_000,
  urgency: 1,
  availability: 1,
  classification: 1,
  handling: [],
  handlingTextPresent: false,
  containsPersonalData: true,
  purpose: 3,
  exercise: false,
  derivedFrom: [],
  permissionIds: [],
  retentionUntilMs: 0,
  contactCopyExemption: 0,
  attachments: [],
  grant: undefined,
  interim: false,
  bodyDigest: new Uint8Array(32).fill(5),
};

export const header = encode(HeaderSchema, {
  routing: encode(RoutingSchema, routing),
  contentDigest: new Uint8Array(32).fill(6),
  wrappedKeyDigests: [new Uint8Array(32).fill(7)],
});
export const HEADER_DIGEST = leafHash(header);

export const statement = (change: Partial<HandoverStatement> = {}): SignedLeaf => ({
  leaf: encode(HandoverStatementSchema, {
    blind: new Uint8Array(16).fill(8),
    messageId,
    sender: SENDER,
    recipient: RECIPIENT,
    number: 1,
    headerDigest: HEADER_DIGEST,
    outcome: HandoverOutcome.HANDED_OVER,
    reason: 0,
    atMs: 1_767_225_700_000,
    ...change,
  }),
  signature,
  path,
});
const FAILED = { outcome: HandoverOutcome.FAILED, reason: 401 };
const failure = { messageId, sender: SENDER, recipient: RECIPIENT, number: 1, code: 401, late: false };

export const EVENTS = {
  acceptance: {
    kind: 'submissionAcceptance',
    value: { header, signature, path, numbers: [1], contentBytes: 1000 },
  },
  rejection: {
    kind: 'submissionRejection',
    value: { sender: SENDER, messageId, headerDigest: HEADER_DIGEST, code: 211, signature, path },
  },
  handover: { kind: 'contentHandover', value: { statement: statement(), late: false } },
  failure: { kind: 'contentHandoverFailure', value: { ...failure, statement: statement(FAILED) } },
  expiry: { kind: 'contentHandoverFailure', value: { ...failure, code: 404, statement: undefined } },
  tick: { kind: 'tick', value: {} },
} as const satisfies Record<string, Entry['event']>;

/** Entries in which the gateway contradicts the recipient's statement. */
export const CONTRADICTIONS: Record<string, Entry['event']> = {
  'handover of what failed': { kind: 'contentHandover', value: { statement: statement(FAILED), late: false } },
  'failure of what was handed over': {
    kind: 'contentHandoverFailure',
    value: { ...failure, statement: statement() },
  },
  'failure with a statement about another message': {
    kind: 'contentHandoverFailure',
    value: { ...failure, statement: statement({ ...FAILED, messageId: messageIdBytes(OTHER_ID) }) },
  },
  'failure with a statement to another sender': {
    kind: 'contentHandoverFailure',
    value: { ...failure, statement: statement({ ...FAILED, sender: 'xc.customs/desk' }) },
  },
  'failure with a statement of another recipient': {
    kind: 'contentHandoverFailure',
    value: { ...failure, statement: statement({ ...FAILED, recipient: 'xc.police/desk' }) },
  },
  'failure with a statement about another number': {
    kind: 'contentHandoverFailure',
    value: { ...failure, statement: statement({ ...FAILED, number: 2 }) },
  },
};

export const encodeEntry = (event: Entry['event']): Uint8Array =>
  encode(EntrySchema, {
    blind: fromHex('000102030405060708090a0b0c0d0e0f'),
    atMs: 1_767_225_600_000,
    event,
  });
