/** Messages as agencies write them: who writes to whom, how often in bursts, and what stands in the header. */
import { encode } from '../../protocol/codec.ts';
import { sealMessage } from '../../protocol/envelope/seal.ts';
import { type ParsedHeader, parseHeader } from '../../protocol/envelope/verify.ts';
import {
  Availability,
  Classification,
  ContactCopyExemption,
  HandlingCode,
  HeaderSchema,
  MessageType,
  Purpose,
  type Routing,
  RoutingSchema,
  Urgency,
} from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes, newMessageId } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import type { CastMailbox, SigningKey } from './cast.ts';
import { bodyOf, type Letter } from './letters.ts';
import type { Random } from './random.ts';
import type { UnsignedMessage } from './work.ts';

export const DAY_MS = 86_400_000;
/** Days from creation to expiry. The shortest is longer than any agency stays away. */
const LIFETIMES_DAYS = [7, 14, 30, 60, 90];

/** Sizes of bursts: as in real traffic, one by one, or always the same. */
export type Burst = 'mixed' | 'single' | number;

/** Mostly 1 to 20 messages under one signature, sometimes 100 to 500. */
export function burstSize(burst: Burst, random: Random): number {
  if (burst === 'single') return 1;
  if (burst !== 'mixed') return burst;
  return random.chance(0.04) ? random.between(100, 500) : random.between(1, 20, 2);
}

/** Mostly one recipient, sometimes 2 to 10, seldom a circular to up to 60. */
export function recipientCount(random: Random): number {
  const kind = random.next();
  if (kind < 0.88) return 1;
  return kind < 0.997 ? random.between(2, 10, 2) : random.between(11, 60);
}

export interface Draft {
  readonly sender: CastMailbox;
  readonly recipients: readonly CastMailbox[];
  readonly nowMs: number;
  /** What shall be otherwise than usual. */
  readonly change?: Partial<Routing>;
  /** The agency's current key unless told. */
  readonly signing?: SigningKey;
}

const NOTHING = new Uint8Array(0);
const PURPOSES = [Purpose.PREVENTION, Purpose.DETECTION, Purpose.INVESTIGATION, Purpose.RISK_ANALYSIS];

export class MessageMaker {
  private readonly letters: readonly Letter[];
  private readonly contentBytes: number;
  private readonly random: Random;
  private lastId: Uint8Array = NOTHING;

  constructor(letters: readonly Letter[], contentBytes: number, random: Random) {
    this.letters = letters;
    this.contentBytes = contentBytes;
    this.random = random;
  }

  /** A message with a shared content. */
  make(draft: Draft): UnsignedMessage {
    const { random } = this;
    const letter = random.pick(this.letters);
    const messageId = this.newId(draft.nowMs);
    const routing: Routing = {
      ...this.routing(draft, messageIdBytes(messageId)),
      recipients: draft.recipients.map(({ mailbox, key }) => ({ mailbox, keyId: key.keyId })),
      signingKeyId: (draft.signing ?? draft.sender.owner.signing).keyId,
      bodyDigest: letter.bodyDigest,
      ...draft.change,
    };
    const wrapped = draft.recipients.map(
      ({ key }) => letter.wrapped.get(key) as { key: Uint8Array; digest: Uint8Array },
    );
    const header = {
      routing: encode(RoutingSchema, routing),
      contentDigest: letter.contentDigest,
      wrappedKeyDigests: wrapped.map(({ digest }) => digest),
    };
    const bytes = encode(HeaderSchema, header);
    const parsed: ParsedHeader = {
      header,
      routing,
      messageId,
      sender: draft.sender.mailbox,
      recipients: draft.recipients.map(({ mailbox }) => mailbox),
      digest: leafHash(bytes),
    };
    this.lastId = routing.messageId;
    // What is changed may be a name, of which a parsed header has the text beside the routing.
    const isRenamed = draft.change?.messageId !== undefined || draft.change?.recipients !== undefined;
    return {
      header: bytes,
      parsed: isRenamed ? parseHeader(bytes) : parsed,
      content: letter.content,
      wrappedKeys: wrapped.map(({ key }) => key),
    };
  }

  /** A message that its recipients can open. Takes some 0.5 ms, and twice as long for two recipients. */
  seal(draft: Draft): UnsignedMessage {
    const { sender, recipients, nowMs } = draft;
    const { header, content, wrappedKeys } = sealMessage({
      routing: {
        ...this.routing(draft, messageIdBytes(this.newId(nowMs))),
        type: MessageType.SPONTANEOUS_INFORMATION,
        inReplyTo: NOTHING,
        ...draft.change,
      },
      recipients: recipients.map(({ mailbox, key }) => ({ mailbox, key })),
      signingKeyId: sender.owner.signing.keyId,
      body: bodyOf(this.contentBytes, nowMs),
      random: this.random.bytes,
    });
    return { header, parsed: parseHeader(header), content, wrappedKeys };
  }

  private newId(nowMs: number): MessageId {
    return newMessageId(nowMs, this.random.bytes(10));
  }

  private routing(
    { sender, nowMs }: Draft,
    messageId: Uint8Array,
  ): Omit<Routing, 'recipients' | 'signingKeyId' | 'bodyDigest'> {
    const { random } = this;
    const isAnswer = this.lastId.length > 0 && random.chance(0.35);
    const isRequest = !isAnswer && random.chance(0.6);
    const createdAtMs = nowMs - random.between(0, 3000);
    return {
      messageId,
      type: isAnswer
        ? MessageType.INFORMATION_ANSWER
        : isRequest
          ? MessageType.INFORMATION_REQUEST
          : MessageType.SPONTANEOUS_INFORMATION,
      schemaVersion: 1,
      sender: sender.mailbox,
      threadId: random.bytes(16),
      inReplyTo: isAnswer ? this.lastId : NOTHING,
      annexOf: NOTHING,
      groupId: NOTHING,
      groupVersion: 0,
      createdAtMs,
      expiresAtMs: createdAtMs + random.pick(LIFETIMES_DAYS) * DAY_MS,
      urgency: random.chance(0.05) ? Urgency.URGENT : Urgency.NORMAL,
      availability: isRequest ? Availability.DIRECT : Availability.UNSPECIFIED,
      classification: random.chance(0.1) ? Classification.EU_RESTRICTED : Classification.BPL,
      handling: [random.chance(0.3) ? HandlingCode.H1 : HandlingCode.H0],
      handlingTextPresent: false,
      containsPersonalData: random.chance(0.6),
      purpose: random.pick(PURPOSES),
      exercise: false,
      derivedFrom: [],
      permissionIds: [],
      retentionUntilMs: 0,
      contactCopyExemption: ContactCopyExemption.UNSPECIFIED,
      attachments: [],
      grant: undefined,
      interim: false,
    };
  }
}
