/** One row of each table, and changes of them. */
import type { DeliveryRow, MessageRow, TableName, Tables } from '../../ledger/rows.ts';

export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
export const message = (entryIndex: number, change: Partial<MessageRow> = {}): MessageRow => ({
  entryIndex,
  messageId: new Uint8Array(16).fill(entryIndex),
  senderId: 1,
  headerDigest: new Uint8Array(32).fill(7),
  expiresAtMs: 1000 + entryIndex,
  outstanding: 1,
  places: new Uint8Array(0),
  ...change,
});
export const delivery = (mailboxId: number, number: number): DeliveryRow => ({
  mailboxId,
  number,
  messageIndex: 5,
  state: 1,
  eventIndex: 0,
  lateIndex: 0,
});
export const mailbox = (name: string, id: number): Tables['mailboxes'] => ({
  mailbox: name,
  id,
  agency: name.split('/')[0] ?? '',
  statement: bytes(1, 2),
  keyIds: bytes(),
  version: 1,
  changedIndex: id,
});

/** One row of each table. */
export const ROWS: Tables = {
  facts: { name: 'origin', text: 'ledger.test/log', number: 2 ** 53 - 1 },
  operators: { keyId: bytes(0, 255, 128), jwk: '{"kty":"OKP"}', nextNumber: 3 },
  anchors: { digest: bytes(1), certificate: new Uint8Array(3000).fill(3) },
  agencies: { agency: 'xa.customs', status: 1, changedIndex: 4 },
  mailboxes: mailbox('xa.customs/desk', 1),
  counters: { mailboxId: 0, nextNumber: 9 },
  keys: {
    keyId: bytes(9, 9),
    agency: 'xa.customs',
    usage: 2,
    chain: bytes(),
    notAfterMs: 2 ** 41,
    registeredIndex: 4,
    revokedIndex: 0,
  },
  messages: message(7),
  deliveries: delivery(2, 3),
  agencyRules: {
    agency: 'xa.customs',
    clearance: 2,
    contact: 'xa.police/desk',
    attachmentBytesMax: 5,
    changedIndex: 4,
  },
  unitRules: { mailbox: 'xa.customs/desk', clearance: 3, hostAgency: 'xb.police', changedIndex: 4 },
  agreements: { agreementId: bytes(1, 0), agreement: bytes(3), endedIndex: 0, changedIndex: 5 },
  groups: { groupId: bytes(2, 0), group: bytes(4), endedIndex: 0, changedIndex: 6 },
  controls: {
    entryIndex: 7,
    type: 1,
    classification: 2,
    handling: 6,
    threadId: bytes(8),
    repliesTo: 0,
    roots: bytes(),
    grant: bytes(),
  },
  disclosures: { rootIndex: 7, forwardIndex: 8 },
  deadlines: {
    requestIndex: 7,
    mailboxId: 2,
    state: 1,
    dueAtMs: 900,
    periodMs: 800,
    stoppedAtMs: 0,
    openQuestions: bytes(6),
    halfIndex: 0,
    fourFifthsIndex: 0,
    breachedIndex: 0,
    endedIndex: 0,
    nextAtMs: 500,
  },
  events: { mailboxId: 2, number: 3, accessIndex: 9, consent: 1, consentIndex: 10, lateIndex: 0 },
  blobs: { digest: bytes(7), sizeBytes: 1000, messages: 1 },
  blobMessages: { digest: bytes(7), entryIndex: 5 },
  blobUses: { entryIndex: 5, digests: bytes(7) },
};

/** A change of each row that leaves its key as it is. */
export const OTHER: { [T in TableName]: Partial<Tables[T]> } = {
  facts: { text: 'other', number: 0 },
  operators: { nextNumber: 4 },
  anchors: { certificate: bytes() },
  agencies: { status: 2 },
  mailboxes: { version: 2, keyIds: bytes(1) },
  counters: { nextNumber: 10 },
  keys: { revokedIndex: 12 },
  messages: { outstanding: 0 },
  deliveries: { state: 2, eventIndex: 9 },
  agencyRules: { contact: '' },
  unitRules: { clearance: 1 },
  agreements: { endedIndex: 9 },
  groups: { group: bytes() },
  controls: { handling: 14 },
  // All of its columns are its key.
  disclosures: {},
  deadlines: { state: 3, openQuestions: bytes(), nextAtMs: 0 },
  events: { consent: 2 },
  blobs: { messages: 2 },
  blobMessages: {},
  blobUses: { digests: bytes(7, 8) },
};
