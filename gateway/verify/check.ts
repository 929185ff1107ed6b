/**
 * Everything about a Submit or Handover frame that can be checked without the state: decoding, bounds, rules of the
 * header, digests, and the signature. One signature check serves all envelopes of a burst that came in one frame.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { algorithmRow } from '../../protocol/algorithms.ts';
import { batchRoot, verifyBatchRoot } from '../../protocol/batch.ts';
import { decode, decodeCanonical } from '../../protocol/codec.ts';
import { parseHeader, verifyDigests, verifySigningKeyId, type ParsedHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { decodeFrame } from '../../protocol/frames.ts';
import {
  FrameSchema,
  HandoverOutcome,
  HandoverStatementSchema,
  type BatchSignature,
  type Envelope,
  type Handover,
  type HandoverStatement,
} from '../../protocol/generated/schema.ts';
import { messageIdOf, parseMailbox, toBase64Url, toHex } from '../../protocol/ids.ts';
import { BatchTree, leafHash, PathRoots } from '../../protocol/merkle.ts';
import type { ProtocolVersion } from '../../protocol/versions.ts';
import { monotonicMs } from '../monotonic.ts';
import type { Checked, Fault, HandoverItem, SubmitItem, VerifiedWork, VerifyJob } from '../pipeline.ts';

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
    requireRequest(frame.value.request, frame.value.statements.length);
    const { items, tree } = checkHandover(frame.value, keys);
    const { request } = frame.value;
    return { ...base, kind: 'handover', request, verifiedMs: monotonicMs(), items, tree };
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

function checkHandover(handover: Handover, keys: SigningKeys): { items: Checked<HandoverItem>[]; tree: BatchTree } {
  const { statements, signature } = handover;
  const tree = new BatchTree(statements.map(leafHash));
  let fault: Fault | undefined;
  try {
    if (signature.size !== tree.size) throw new LiaisonError('SIGNATURE_INVALID', 'The batch has another size.');
    if (!verifyBatchRoot('handover', keys.get(signature.keyId), signature, tree.root())) {
      throw new LiaisonError('SIGNATURE_INVALID');
    }
  } catch (error) {
    fault = faultOf(error);
  }
  const items = statements.map((leaf, index): Checked<HandoverItem> => {
    let statement: HandoverStatement | undefined;
    try {
      statement = decode(HandoverStatementSchema, leaf, 'signed');
      checkStatement(statement);
    } catch (error) {
      return { kind: 'refused', messageId: statement?.messageId ?? new Uint8Array(0), fault: faultOf(error) };
    }
    if (fault) return { kind: 'refused', messageId: statement.messageId, fault };
    return {
      kind: 'verified',
      item: { signed: { leaf, signature, path: { index, hashes: tree.path(index) } }, statement },
    };
  });
  return { items, tree };
}

function checkStatement(statement: HandoverStatement): void {
  messageIdOf(statement.messageId);
  parseMailbox(statement.sender);
  parseMailbox(statement.recipient);
  const failed = statement.outcome === HandoverOutcome.FAILED;
  if (!failed && statement.outcome !== HandoverOutcome.HANDED_OVER) {
    throw new LiaisonError('HANDOVER_MISMATCH', 'The outcome is missing.');
  }
  if (failed !== (statement.reason !== 0)) {
    throw new LiaisonError('HANDOVER_MISMATCH', 'A reason goes with FAILED, and only with it.');
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof LiaisonError) return { code: error.code, detail: error.detail };
  throw error;
}
