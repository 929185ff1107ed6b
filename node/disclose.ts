/** Disclosing a content: what the sender signed, with what proves it, and without the keys of this node. */
import { formatDisclosure } from '../audit/proof/disclosure.ts';
import { decode } from '../protocol/codec.ts';
import { padBody, unpadBody } from '../protocol/envelope/padding.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  BodySchema,
  EntrySchema,
  EnvelopeSchema,
  RoutingSchema,
  type Routing,
  type SignedLeaf,
} from '../protocol/generated/schema.ts';
import { equalBytes, type Mailbox, type MessageId, messageIdBytes, toBase64Url } from '../protocol/ids.ts';
import { sha256 } from '../protocol/merkle.ts';
import { makeReceipts } from './evidence-report.ts';
import { openStored } from './inbox-reader.ts';
import type { Reason } from './journal/entries.ts';
import { readCertificates } from './keys.ts';
import type { NodeRuntime } from './runtime.ts';
import type { Link } from './session/link.ts';
import type { OutboxRow } from './store/outbox-store.ts';

export interface DiscloseOptions {
  /** Whether keys that stand in the content may go with it: they open the ciphertexts of its attachments. */
  readonly withAttachmentKeys?: boolean;
  /** Leads to the gateway's directory; absent without a session. */
  readonly link: (() => Promise<Link>) | undefined;
}

/** What is disclosed of one copy of a message. */
interface Content {
  readonly signed: SignedLeaf;
  readonly padded: Uint8Array;
  readonly routing: Routing;
  /** Only who sent the message has the receipt. */
  readonly acceptance: string | undefined;
}

const missing = (detail: string): LiaisonError => new LiaisonError('MESSAGE_NOT_FOUND', detail);

/**
 * Makes the file, and records that before it gives it out.
 * @throws LiaisonError as `AgencyNode.disclose`
 */
export async function discloseMessage(
  runtime: NodeRuntime,
  id: MessageId,
  reason: Reason,
  { withAttachmentKeys = false, link }: DiscloseOptions,
): Promise<string> {
  const { signed, padded, routing, acceptance } = contentOf(runtime, id);
  const { attachments } = decode(BodySchema, unpadBody(padded), 'kept');
  if (attachments.length > 0 && !withAttachmentKeys) {
    const what = `The content of ${id} has the keys of its ${attachments.length} attachments in it, and no part of it can be left out of what the sender signed.`;
    throw new LiaisonError(
      'USAGE',
      `${what} --with-attachment-keys agrees that whoever gets the file and the ciphertexts can open them.`,
    );
  }
  const chain = await chainOf(runtime, routing, link);
  const text = formatDisclosure({ signed, padded, chain, acceptance });
  await runtime.journal.record('message.exported', { messageId: id, ...reason, detail: 'as liaison-disclosure' });
  return text;
}

function contentOf(runtime: NodeRuntime, id: MessageId): Content {
  const sent = runtime.outbox.find(messageIdBytes(id));
  if (sent) return sentContent(runtime, sent, id);
  const received = runtime.inbox.byId(messageIdBytes(id));
  // What was held or failed may be shown by its labels, never by its content.
  const row = received.find(({ state, envelope }) => envelope && (state === 'new' || state === 'done'));
  if (!row?.envelope) throw missing(received.length > 0 ? `The content of ${id} is not here.` : id);
  const { header, signature, path } = decode(EnvelopeSchema, row.envelope, 'signed');
  const { padded, routing } = openStored(row, runtime.keys);
  return { signed: { leaf: header, signature, path }, padded, routing, acceptance: undefined };
}

function sentContent(runtime: NodeRuntime, row: OutboxRow, id: MessageId): Content {
  const { outbox, evidence } = runtime;
  const accepted = evidence.about(row.id).filter(({ event }) => event === 'SubmissionAcceptance');
  const [receipt] = makeReceipts(accepted, evidence, runtime.log);
  const entry = accepted[0] && decode(EntrySchema, accepted[0].entry, 'signed');
  if (entry?.event.kind !== 'submissionAcceptance')
    throw missing(`The gateway has not accepted ${id}: nobody has signed for it.`);
  const { header: leaf, signature, path } = entry.event.value;
  const blind = outbox.blind(row.seq);
  if (row.body.length === 0) throw missing(`The content of ${id} has been erased.`);
  if (!blind)
    throw missing(`The random bytes in front of ${id} were not kept when it was sent; a recipient can disclose it.`);
  const padded = padBody(row.body, blind);
  const routing = decode(RoutingSchema, row.routing, 'signed');
  if (!equalBytes(sha256(padded), routing.bodyDigest)) throw new LiaisonError('BODY_DIGEST_MISMATCH', id);
  return { signed: { leaf, signature, path }, padded, routing, acceptance: receipt?.text };
}

async function chainOf(
  runtime: NodeRuntime,
  { sender, signingKeyId }: Routing,
  link: DiscloseOptions['link'],
): Promise<readonly Uint8Array[]> {
  const { keys, config, directory } = runtime;
  if (equalBytes(signingKeyId, keys.signingKeyId)) {
    return readCertificates(config.signing.certificate).map(({ raw }) => new Uint8Array(raw));
  }
  const chain =
    (await directory.signingChain(undefined, sender as Mailbox, signingKeyId)) ??
    (link && (await directory.signingChain(await link(), sender as Mailbox, signingKeyId)));
  if (chain) return chain;
  const why = link ? '' : ' There is no session with the gateway to ask its directory.';
  throw new LiaisonError(
    'KEY_UNKNOWN',
    `The certificate of ${sender} for ${toBase64Url(signingKeyId)} is not here.${why}`,
  );
}
