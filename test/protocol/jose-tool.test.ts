/**
 * The command-line tool `jose` of libjose, a JOSE implementation in C, reads and writes our content encryption.
 *
 * libjose 11 (Debian 12) authenticates only as many characters of `aad` as the protected header has: it passes the wrong
 * length to AES-GCM. Where the tool does so, the tests compute the tag over the same shortened text, so that everything
 * else is still compared, and check that such a tag does not pass here.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createCipheriv, createPublicKey, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  contentAad,
  decryptContent,
  encryptContent,
  fromGeneralJwe,
  toGeneralJwe,
} from '../../protocol/envelope/jwe.ts';
import { toBase64Url } from '../../protocol/ids.ts';
import { encryptGcm, unwrapKey } from './raw-jwe.ts';
import { BRIAR, codeOfAsync, concatBytes, party } from './support.ts';

const TOOL = '/usr/bin/jose';
const present = existsSync(TOOL);
const PROTECTED = toBase64Url(Buffer.from('{"enc":"A256GCM"}'));
const briar = party(BRIAR);
const { keyId, privateKey } = briar.key;
const aad = contentAad(new Uint8Array(10));
const padded = new TextEncoder().encode('what only the recipients read');

let directory = '';
let shortensAad = false;

beforeAll(() => {
  if (!present) return;
  directory = mkdtempSync(join(tmpdir(), 'liaison-jose-'));
  writeFileSync(file('private.jwk'), JSON.stringify(privateKey.export({ format: 'jwk' })), { mode: 0o600 });
  writeFileSync(file('public.jwk'), briar.key.jwk);
  writeFileSync(file('plaintext'), padded);
  const made = toolEncrypts();
  const other = toBase64Url(contentAad(new Uint8Array(11)));
  shortensAad = toolDecrypts({ ...made, aad: other }).status === 0;
});
afterAll(() => {
  if (directory !== '') rmSync(directory, { recursive: true });
});

const file = (name: string): string => join(directory, name);

/** Flattened JSON for one key. Two keys make the general form, as our mapping has it; the second recipient is dropped. */
function toolEncrypts(): Record<string, unknown> {
  const template = { protected: { enc: 'A256GCM' }, aad: toBase64Url(aad) };
  const recipient = JSON.stringify({ header: { alg: 'ECDH-ES+A256KW', kid: toBase64Url(keyId) } });
  const key = ['-r', recipient, '-k', file('public.jwk')];
  const args = ['jwe', 'enc', '-i', JSON.stringify(template), '-I', file('plaintext'), ...key, ...key];
  const jwe = JSON.parse(execFileSync(TOOL, args, { encoding: 'utf8' })) as Record<string, unknown>;
  return { ...jwe, recipients: (jwe['recipients'] as unknown[]).slice(0, 1) };
}

function toolDecrypts(jwe: object): { status: number | null; plaintext: Uint8Array } {
  const run = spawnSync(TOOL, ['jwe', 'dec', '-i', JSON.stringify(jwe), '-k', file('private.jwk')]);
  return { status: run.status, plaintext: new Uint8Array(run.stdout) };
}

/** As libjose 11 computes it. */
function encryptGcmWithShortenedAad(contentKey: Uint8Array): Uint8Array {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv);
  cipher.setAAD(Buffer.from(`${PROTECTED}.${toBase64Url(aad).slice(0, PROTECTED.length)}`));
  return concatBytes(iv, cipher.update(padded), cipher.final(), cipher.getAuthTag());
}

describe.skipIf(!present)(`jose (skipped where ${TOOL} is not installed)`, () => {
  test('opens what we encrypt', async ({ annotate }) => {
    const { content, wrappedKeys } = await encryptContent(padded, aad, [
      { keyId, publicKey: createPublicKey(privateKey) },
    ]);
    const wrappedKey = wrappedKeys[0]!;
    const asMade = toGeneralJwe({ aad, content, recipients: [{ keyId, wrappedKey }] });
    if (!shortensAad) {
      expect(toolDecrypts(asMade)).toEqual({ status: 0, plaintext: padded });
      return;
    }
    await annotate('this libjose authenticates only the beginning of aad: tag computed to match');
    expect(toolDecrypts(asMade).status).toBe(1);
    const shortened = encryptGcmWithShortenedAad(unwrapKey(wrappedKey, privateKey));
    const matched = toGeneralJwe({ aad, content: shortened, recipients: [{ keyId, wrappedKey }] });
    expect(toolDecrypts(matched)).toEqual({ status: 0, plaintext: padded });
    const run = (): Promise<unknown> => decryptContent(shortened, wrappedKey, aad, keyId, privateKey);
    expect(await codeOfAsync(run)).toBe('CANNOT_DECRYPT');
  });

  test('makes what we open, through the mapping', async ({ annotate }) => {
    const parts = fromGeneralJwe(toolEncrypts());
    const [recipient] = parts.recipients;
    const wrappedKey = recipient!.wrappedKey;
    expect(parts.aad).toEqual(aad);
    expect(recipient!.keyId).toEqual(keyId);
    const opens = (content: Uint8Array): Promise<Uint8Array> =>
      decryptContent(content, wrappedKey, aad, keyId, privateKey);
    if (!shortensAad) {
      expect(new Uint8Array(await opens(parts.content))).toEqual(padded);
      return;
    }
    await annotate('this libjose authenticates only the beginning of aad: its own tag is refused, its key is used');
    expect(await codeOfAsync(() => opens(parts.content))).toBe('CANNOT_DECRYPT');
    const contentKey = unwrapKey(wrappedKey, privateKey);
    const content = encryptGcm(padded, contentKey, aad, parts.content.subarray(0, 12));
    expect(content.subarray(0, -16)).toEqual(parts.content.subarray(0, -16));
    expect(new Uint8Array(await opens(content))).toEqual(padded);
  });
});
