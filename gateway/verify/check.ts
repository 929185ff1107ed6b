/**
 * Everything about a Submit, Handover or Events frame that can be checked without the state: decoding, bounds, rules of the
 * header, digests, and the signature. One signature check serves all envelopes of a burst that came in one frame.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { algorithmRow } from '../../protocol/algorithms.ts';
import { batchRoot, verifyBatchRoot, type BatchKind } from '../../protocol/batch.ts';
import { decode, decodeCanonical } from '../../protocol/codec.ts';
import { parseHeader, verifyDigests, verifySigningKeyId, type ParsedHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { decodeFrame } from '../../protocol/frames.ts';
import {
  EventStatementSchema,
  FrameSchema,
  HandoverOutcome,
  HandoverStatementSchema,
  RecipientEvent,
  type BatchSignature,
  type Envelope,
  type EventStatement,
  type Handover,
  type HandoverStatement,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { messageIdOf, parseMailbox, toBase64Url, toHex } from '../../protocol/ids.ts';
import { BatchTree, leafHash, PathRoots } from '../../protocol/merkle.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import { isAgreed, type ProtocolVersion } from '../../protocol/versions.ts';
import { monotonicMs } from '../monotonic.ts';
import type { Checked, Fault, SubmitItem, VerifiedWork, VerifyJob } from '../pipeline.ts';

/** Public signing keys by base64url key id. */
export class SigningKeys {
  private readonly encoded = new Map<string, Uint8Array>();
  private readonly parsed = new Map<string, KeyObject>();

  /** Replaces the whole set. */
  replace(keys: readonly { keyId: string; spki: Uint8Array }[]): void {
    this.encoded.clear();
    this.parsed.clear();
    for (const { keyId, spki } of keys) this.encoded.set(keyId, spki);
  }

  /** @throws LiaisonError KEY_UNKNOWN */
  get(keyId: Uint8Array): KeyObject {
    const name = toBase64Url(keyId);
    const known = this.parsed.get(name);
    if (known) return known;
    const spki = this.encoded.get(name);
    if (!spki) throw new LiaisonError('KEY_UNKNOWN', `Key id ${name}.`);
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    this.parsed.set(name, key);
    return key;
  }
}

/**
 * Checks one frame. What is wrong with single items is said in their place; the rest of the frame goes on.
 * @throws LiaisonError MALFORMED, FRAME_UNEXPECTED when the frame as a whole is not valid: the session ends
 */
export function checkFrame(job: VerifyJob, keys: SigningKeys): VerifiedWork {
  const canonical = decodeCanonical(FrameSchema, job.frame);
  const { frame } = canonical ?? decodeFrame(job.frame);
  const { job: number, session, agency, receivedMs } = job;
  const base = { job: number, session, agency, receivedMs, isCanonical: canonical !== undefined };
  if (frame.kind === 'submit') {
    const { request, envelopes } = frame.value;
    requireRequest(request, envelopes.length);
    const seen = { version: job.version, checked: new Map<string, boolean>(), roots: new PathRoots() };
    const items = envelopes.map((envelope) => checkEnvelope(envelope, keys, seen));
    return { ...base, kind: 'submit', request, verifiedMs: monotonicMs(), items };
  }
  if (frame.kind === 'handover') {
    const { request } = frame.value;
    requireRequest(request, frame.value.statements.length);
    const checked = checkStatements('handover', frame.value, keys, {
      schema: HandoverStatementSchema,
      check: checkHandover,
    });
    return { ...base, kind: 'handover', request, verifiedMs: monotonicMs(), ...checked };
  }
  // A large frame comes here before anybody has looked whether the session may use it.
  if (frame.kind === 'events' && isAgreed(frame.kind, { version: job.version, capabilities: new Set() })) {
    const { request } = frame.value;
    requireRequest(request, frame.value.statements.length);
    const checked = checkStatements('event', frame.value, keys, { schema: EventStatementSchema, check: checkEvent });
    return { ...base, kind: 'event', request, verifiedMs: monotonicMs(), ...checked };
  }
  throw new LiaisonError('FRAME_UNEXPECTED', frame.kind);
}

function requireRequest(request: number, items: number): void {
  if (request === 0) throw new LiaisonError('MALFORMED', 'A request number is not 0.');
  if (items === 0) throw new LiaisonError('MALFORMED', 'The frame is empty.');
}

/** What the envelopes of a frame share. */
interface Seen {
  version: ProtocolVersion;
  /** Signatures that have been checked, and whether they were valid. */
  checked: Map<string, boolean>;
  roots: PathRoots;
}

function checkEnvelope(envelope: Envelope, keys: SigningKeys, { version, checked, roots }: Seen): Checked<SubmitItem> {
  let parsed: ParsedHeader | undefined;
  try {
    parsed = parseHeader(envelope.header, version);
    verifyDigests(envelope, parsed);
    const key = keys.get(parsed.routing.signingKeyId);
    verifySigningKeyId(envelope, parsed);
    algorithmRow(envelope.signature.algorithm);
    const root = batchRoot(parsed.digest, envelope.path, envelope.signature.size, roots);
    if (!rootIsSigned(key, envelope.signature, root, checked)) throw new LiaisonError('SIGNATURE_INVALID');
    const { header, signature, path, content, wrappedKeys } = envelope;
    return { kind: 'verified', item: { header, signature, path, content, wrappedKeys, parsed } };
  } catch (error) {
    return { kind: 'refused', messageId: parsed?.routing.messageId ?? new Uint8Array(0), fault: faultOf(error) };
  }
}

/** Verifies a root once a frame: the signature is the same for all envelopes of a burst. */
function rootIsSigned(
  key: KeyObject,
  signature: BatchSignature,
  root: Uint8Array,
  checked: Map<string, boolean>,
): boolean {
  if (signature.size === 1) return verifyBatchRoot('message', key, signature, root);
  const name = `${signature.algorithm} ${signature.size} ${toHex(signature.keyId)} ${toHex(root)} ${toHex(signature.signature)}`;
  let valid = checked.get(name);
  if (valid === undefined) checked.set(name, (valid = verifyBatchRoot('message', key, signature, root)));
  return valid;
}

/** Handovers and events: the statements are the leaves of one signed batch. */
function checkStatements<T extends { messageId: Uint8Array }>(
  kind: BatchKind,
  { statements, signature }: Pick<Handover, 'statements' | 'signature'>,
  keys: SigningKeys,
  form: { schema: MessageSchema<T>; check: (statement: T) => void },
): { items: Checked<{ signed: SignedLeaf; statement: T }>[]; tree: BatchTree } {
  const tree = new BatchTree(statements.map(leafHash));
  let fault: Fault | undefined;
  try {
    if (signature.size !== tree.size) throw new LiaisonError('SIGNATURE_INVALID', 'The batch has another size.');
    if (!verifyBatchRoot(kind, keys.get(signature.keyId), signature, tree.root())) {
      throw new LiaisonError('SIGNATURE_INVALID');
    }
  } catch (error) {
    fault = faultOf(error);
  }
  const items = statements.map((leaf, index): Checked<{ signed: SignedLeaf; statement: T }> => {
    let statement: T | undefined;
    try {
      statement = decode(form.schema, leaf, 'signed');
      form.check(statement);
    } catch (error) {
      return { kind: 'refused', messageId: statement?.messageId ?? new Uint8Array(0), fault: faultOf(error) };
    }
    if (fault) return { kind: 'refused', messageId: statement.messageId, fault };
    const signed = { leaf, signature, path: { index, hashes: tree.path(index) } };
    return { kind: 'verified', item: { signed, statement } };
  });
  return { items, tree };
}

function checkHandover(statement: HandoverStatement): void {
  checkNames(statement);
  const failed = statement.outcome === HandoverOutcome.FAILED;
  if (!failed && statement.outcome !== HandoverOutcome.HANDED_OVER) {
    throw new LiaisonError('HANDOVER_MISMATCH', 'The outcome is missing.');
  }
  if (failed !== (statement.reason !== 0)) {
    throw new LiaisonError('HANDOVER_MISMATCH', 'A reason goes with FAILED, and only with it.');
  }
}

function checkEvent(statement: EventStatement): void {
  checkNames(statement);
  if (statement.event === RecipientEvent.UNSPECIFIED) throw new LiaisonError('EVENT_MISMATCH', 'The event is missing.');
}

function checkNames({ messageId, sender, recipient }: HandoverStatement | EventStatement): void {
  messageIdOf(messageId);
  parseMailbox(sender);
  parseMailbox(recipient);
}

function faultOf(error: unknown): Fault {
  if (error instanceof LiaisonError) return { code: error.code, detail: error.detail };
  throw error;
}
