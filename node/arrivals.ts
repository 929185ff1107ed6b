/** From one delivery of a frame to what is stored and stated about it. */
import { subjectOf } from '../audit/receipt.ts';
import { encode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  type AttachmentReference,
  type ContentHandoverFailure,
  type Delivery,
  type Envelope,
  EnvelopeSchema,
  type LoggedEntry,
} from '../protocol/generated/schema.ts';
import { equalBytes, type Mailbox } from '../protocol/ids.ts';
import { leafHash } from '../protocol/merkle.ts';
import type { Verdict } from './handovers.ts';
import type { ProvenEntry, SeenCheckpoint } from './log-view.ts';
import type { Content } from './opened-messages.ts';
import { type Judgement, judgeMessage } from './receive.ts';
import type { NodeRuntime } from './runtime.ts';
import type { Link } from './session/link.ts';
import { failureStatement, verifyStatement } from './statements.ts';
import type { InboxRow, NewDelivery } from './store/inbox-store.ts';

export type Arrival =
  | {
      readonly kind: 'new';
      readonly row: NewDelivery;
      /** What is stated about it; nothing while it is held or when it cannot be identified. */
      readonly verdict: Verdict | undefined;
      /** Of a good one. */
      readonly content?: Content;
      readonly error: LiaisonError | undefined;
      /** To be fetched before anything is stated. */
      readonly attachments?: readonly AttachmentReference[];
    }
  /** It is here already. `batch`: the handover that was lost. */
  | { readonly kind: 'repeat'; readonly batch: number | undefined }
  /** It is not for this node to keep. */
  | { readonly kind: 'refused'; readonly error: LiaisonError };

export interface ArrivalContext {
  readonly link: Link;
  readonly runtime: NodeRuntime;
  /** The frame's, verified; a frame without entries needs none. */
  readonly checkpoint: SeenCheckpoint | undefined;
  readonly hashes: readonly Uint8Array[];
}

export async function judgeDelivery(delivery: Delivery, context: ArrivalContext): Promise<Arrival> {
  const { inbox, config } = context.runtime;
  const mailbox = config.mailboxes.find((own) => own === delivery.mailbox);
  if (!mailbox) return refused('NOT_ADDRESSED', `This node does not serve ${JSON.stringify(delivery.mailbox)}.`);
  const known = inbox.byNumber(mailbox, delivery.number);
  if (delivery.content.kind === 'ended') {
    if (known) return { kind: 'repeat', batch: undefined };
    return judgeEnd(delivery, mailbox, delivery.content.value, context);
  }
  const envelope = delivery.content.value;
  if (known) return repeated(known, envelope, context.runtime);
  const { acceptedAtMs, acceptedIndex } = delivery;
  const judgement = await judgeMessage(
    { mailbox, envelope, acceptedAtMs, acceptedIndex },
    context.link,
    context.runtime,
  );
  const twin = judgement.identity && inbox.bySender(mailbox, judgement.identity.sender, judgement.identity.messageId);
  return arrived(delivery, mailbox, envelope, twin ? asTwin(twin) : judgement, context.runtime.now());
}

function repeated(known: InboxRow, envelope: Envelope, { handovers }: NodeRuntime): Arrival {
  if (known.headerDigest && !equalBytes(known.headerDigest, leafHash(envelope.header))) {
    return refused('ID_REUSED', `${known.mailbox}: number ${known.number} came with another message before.`);
  }
  return { kind: 'repeat', batch: handovers.batchOf(known.mailbox, known.number) };
}

/** A message enters the inbox once, whatever numbers it is given. */
function asTwin({ mailbox, number }: InboxRow): Judgement {
  const error = new LiaisonError('ID_REUSED', `${mailbox}: the message came before as number ${number}.`);
  return { kind: 'failed', identity: undefined, error };
}

function arrived(
  { number, acceptedAtMs, acceptedIndex }: Delivery,
  mailbox: Mailbox,
  envelope: Envelope,
  judgement: Judgement,
  nowMs: number,
): Arrival {
  const { identity } = judgement;
  const error = judgement.kind === 'good' ? undefined : judgement.error;
  const attachments = judgement.kind === 'good' ? judgement.attachments : [];
  const row: NewDelivery = {
    mailbox,
    number,
    sender: identity?.sender,
    id: identity?.messageId,
    headerDigest: identity?.headerDigest,
    state: judgement.kind !== 'good' ? judgement.kind : attachments.length > 0 ? 'fetching' : 'new',
    envelope: encode(EnvelopeSchema, envelope),
    acceptedMs: acceptedAtMs,
    acceptedIndex,
    receivedMs: nowMs,
    code: error?.number ?? 0,
  };
  const isStated = identity !== undefined && judgement.kind !== 'held' && attachments.length === 0;
  const verdict = isStated ? { mailbox, number, identity, failure: error } : undefined;
  const content = judgement.kind === 'good' ? { content: judgement.content } : {};
  return { kind: 'new', row, verdict, error, attachments, ...content };
}

/** A number whose end is not proven has not come: nothing is stored, so the cursor stays before it. */
async function judgeEnd(
  delivery: Delivery,
  mailbox: Mailbox,
  logged: LoggedEntry,
  context: ArrivalContext,
): Promise<Arrival> {
  try {
    return {
      kind: 'new',
      row: await provenEnd(delivery, mailbox, logged, context),
      verdict: undefined,
      error: undefined,
    };
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    // Without a session the proof could not be looked at, and the delivery comes again.
    if (!context.link.isOpen) return { kind: 'refused', error };
    const detail = `${mailbox}: the gateway says that number ${delivery.number} has ended. ${error.code}: ${error.message}`;
    return { kind: 'refused', error: new LiaisonError('NUMBER_MISSING', detail, { cause: error }) };
  }
}

/** @throws LiaisonError when the entry does not prove that this number ended without this node */
async function provenEnd(
  { number, acceptedAtMs, acceptedIndex }: Delivery,
  mailbox: Mailbox,
  logged: LoggedEntry,
  { checkpoint, hashes, link, runtime }: ArrivalContext,
): Promise<NewDelivery> {
  if (!checkpoint) throw new LiaisonError('PROOF_INVALID', 'The frame has an entry but no checkpoint.');
  const proven = runtime.log.prove(checkpoint, hashes, logged);
  const { sender, messageId, code } = await failureOf(proven, mailbox, number, link, runtime);
  const isKnown = runtime.inbox.bySender(mailbox, sender as Mailbox, messageId) !== undefined;
  return {
    mailbox,
    number,
    sender: isKnown ? undefined : (sender as Mailbox),
    id: isKnown ? undefined : messageId,
    headerDigest: undefined,
    state: 'ended',
    envelope: undefined,
    acceptedMs: acceptedAtMs,
    acceptedIndex,
    receivedMs: runtime.now(),
    code,
  };
}

/** Either the message expired, or this agency itself has signed that it failed. */
async function failureOf(
  proven: ProvenEntry,
  mailbox: Mailbox,
  number: number,
  link: Link,
  runtime: NodeRuntime,
): Promise<ContentHandoverFailure> {
  const { entry, number: entryNumber } = proven;
  const { event } = entry;
  if (event.kind !== 'contentHandoverFailure' || event.value.recipient !== mailbox || event.value.number !== number) {
    throw new LiaisonError('PROOF_INVALID', `Entry ${entryNumber} does not end number ${number} of ${mailbox}.`);
  }
  // A statement within must be about the delivery that the entry names.
  subjectOf(entry);
  const signed = failureStatement(event.value, entryNumber);
  if (signed) await verifyStatement(runtime, link, proven, signed);
  return event.value;
}

const refused = (code: 'NOT_ADDRESSED' | 'ID_REUSED', detail: string): Arrival => ({
  kind: 'refused',
  error: new LiaisonError(code, detail),
});
