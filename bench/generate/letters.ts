/**
 * Sealed contents that many messages share. They are sealed for real, once, for all mailboxes, but with a routing of
 * their own: the gateway and the auditor compare digests and cannot tell, a recipient cannot open them (CANNOT_DECRYPT).
 */
import { randomBytes } from 'node:crypto';
import { encode } from '../../protocol/codec.ts';
import { parseEncryptionKey } from '../../protocol/envelope/encryption-keys.ts';
import { encryptContent, IV_BYTES, TAG_BYTES } from '../../protocol/envelope/jwe.ts';
import { padBody, PADDING_PREFIX_BYTES, padmeLength } from '../../protocol/envelope/padding.ts';
import {
  type Body,
  BodySchema,
  CrimeArea,
  type EncryptionKey,
  InfoCode,
  SourceCode,
} from '../../protocol/generated/schema.ts';
import { utf8 } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { sha256 } from '../../protocol/merkle.ts';
import type { Random } from './random.ts';

const systemRandom = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export interface Letter {
  readonly content: Uint8Array;
  readonly contentDigest: Uint8Array;
  readonly bodyDigest: Uint8Array;
  /** For each encryption key, the wrapped content key and its digest. */
  readonly wrapped: ReadonlyMap<EncryptionKey, { readonly key: Uint8Array; readonly digest: Uint8Array }>;
}

const LETTERS = 8;
const WORDS = 'the container left on Tuesday with consignor unknown; please compare seals and weights before release. ';

/**
 * A body whose sealed content has at most, and nearly, `contentBytes`; a very small one has some 150.
 * @param assessedAtMs POSIX milliseconds
 */
export function bodyOf(contentBytes: number, assessedAtMs: number): Body {
  const body = (text: string): Body => ({
    caseNumber: '',
    language: 'en',
    handlingText: '',
    attachments: [],
    content: {
      kind: 'spontaneousInformation',
      value: {
        crimeArea: CrimeArea.REVENUE,
        subject: 'Container ZZZU 123456-4',
        text,
        evaluation: {
          sourceCode: SourceCode.B,
          infoCode: InfoCode['2'],
          assessedByUnit: 'desk',
          assessedAtMs,
        },
        objects: [],
      },
    },
  });
  let padded = contentBytes - IV_BYTES - TAG_BYTES;
  while (padmeLength(padded) > contentBytes - IV_BYTES - TAG_BYTES) padded--;
  // A longer text needs two more bytes for each of the three lengths before it, at most.
  const around = PADDING_PREFIX_BYTES + encode(BodySchema, body('x')).length + 6;
  const room = Math.max(1, padded - around);
  const repeated = WORDS.repeat(Math.ceil(room / WORDS.length));
  return body(repeated.slice(0, room));
}

/** Makes a few contents, each wrapped for all these keys. Keys and nonces are random, not from the seed. */
export function sealLetters(
  keys: readonly EncryptionKey[],
  contentBytes: number,
  random: Random,
  nowMs: number,
): Letter[] {
  const recipients = keys.map(parseEncryptionKey);
  const letters: Letter[] = [];
  for (let i = 0; i < LETTERS; i++) {
    const padded = padBody(encode(BodySchema, bodyOf(contentBytes, nowMs)), random.bytes(LIMITS.bodyBlindBytes));
    const { content, wrappedKeys } = encryptContent(padded, utf8(`letter ${i}`), recipients, systemRandom);
    const wrapped = keys.map((key, at) => {
      const bytes = wrappedKeys[at] as Uint8Array;
      return [key, { key: bytes, digest: sha256(bytes) }] as const;
    });
    letters.push({
      content,
      contentDigest: sha256(content),
      bodyDigest: sha256(padded),
      wrapped: new Map(wrapped),
    });
  }
  return letters;
}
