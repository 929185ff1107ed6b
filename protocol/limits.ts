/** Every limit of the protocol with its unit. Bounds of single fields stand in the .proto files; tests assert that both agree. */

const KiB = 1024;

export const LIMITS = {
  mailboxBytesMax: 64,
  agencyBytesMax: 32,
  unitBytesMax: 31,
  recipientsMax: 256,
  attachmentsMax: 64,
  derivedFromMax: 32,
  permissionIdsMax: 32,
  grantRecipientsMax: 32,
  /** Messages that one message may come from, at all removes together. */
  originalsMax: 256,
  /** Groups that an agency may own, ended ones among them: their rows are kept for good. An operator can make more. */
  groupsPerAgencyMax: 1_000,
  /** Encoded body before padding. */
  bodyBytesMax: 256 * KiB,
  /** Random prefix of the padded plaintext. */
  bodyBlindBytes: 32,
  contentBytesMax: 300_000,
  headerBytesMax: 52_000,
  entryBytesMax: 60_000,
  /** C2SP tlog-tiles: a u16 length precedes each entry. */
  tlogEntryBytesMax: 65_535,
  /** One Submit, Deliver or any other frame. */
  frameBytesMax: 4 * KiB * KiB,
  /** Envelopes in one Submit. */
  submitMessagesMax: 1024,
  submitBytesInFlightMax: 8 * KiB * KiB,
  /** Of one upload: sent and not yet said to be durable. */
  blobBytesInFlightMax: 8 * KiB * KiB,
  /** BlobGets of a session that have not been served in full. */
  blobGetsMax: 16,
  /** Leaves in one signed batch. */
  batchLeavesMax: 4096,
  batchPathHashesMax: 20,
  mailboxesPerSessionMax: 64,
  /** Farthest that a message's creation may lie after the gateway's time. */
  createdAheadMsMax: 5 * 60 * 1000,
  /** Longest time from creation to expiry. */
  lifetimeMsMax: 90 * 24 * 3600 * 1000,
  /** How long the rows of an expired message are kept, so that late handovers and expiry proofs find them. */
  purgeAfterExpiryMs: 90 * 24 * 3600 * 1000,
  blindBytes: 16,
} as const;

/** Largest encoded field: tag and length prefix of at most 3 bytes each. */
const FIELD_OVERHEAD = 6;
const recipientBytes = LIMITS.mailboxBytesMax + 32 + 3 * FIELD_OVERHEAD;
const grantBytes = LIMITS.grantRecipientsMax * (LIMITS.mailboxBytesMax + FIELD_OVERHEAD) + 16 + 9 + 3 * FIELD_OVERHEAD;
/** An upper bound of an encoded Routing with every list full. */
export const routingBytesBound =
  LIMITS.recipientsMax * recipientBytes +
  LIMITS.attachmentsMax * (32 + 9 + 3 * FIELD_OVERHEAD) +
  (LIMITS.derivedFromMax + LIMITS.permissionIdsMax) * (16 + FIELD_OVERHEAD) +
  grantBytes +
  1000;
export const headerBytesBound = routingBytesBound + LIMITS.recipientsMax * (32 + 2) + 32 + 3 * FIELD_OVERHEAD;

const atMost = (a: number, b: number): boolean => a <= b;

/** Relations between the limits, each as the sentence that a failing test prints. */
export const LIMIT_RELATIONS: readonly (readonly [string, boolean])[] = [
  [
    'agency, slash and unit fit a mailbox',
    atMost(LIMITS.agencyBytesMax + 1 + LIMITS.unitBytesMax, LIMITS.mailboxBytesMax),
  ],
  ['the largest routing and its digests fit a header', atMost(headerBytesBound, LIMITS.headerBytesMax)],
  ['the largest header fits an entry', atMost(LIMITS.headerBytesMax + 8_000, LIMITS.entryBytesMax)],
  ['an entry fits a tlog entry bundle', atMost(LIMITS.entryBytesMax, LIMITS.tlogEntryBytesMax)],
  ['the largest padded body fits the content', atMost((LIMITS.bodyBytesMax + 36) * 1.12 + 28, LIMITS.contentBytesMax)],
  [
    'a full envelope fits a frame',
    atMost(LIMITS.contentBytesMax + LIMITS.headerBytesMax + 256 * 2048 + 8_000, LIMITS.frameBytesMax),
  ],
  ['a frame fits what may be in flight', atMost(LIMITS.frameBytesMax, LIMITS.submitBytesInFlightMax)],
  ['a path reaches the root of the largest batch', atMost(LIMITS.batchLeavesMax, 2 ** LIMITS.batchPathHashesMax)],
  ['a burst in one frame fits a batch', atMost(LIMITS.submitMessagesMax, LIMITS.batchLeavesMax)],
];
