/**
 * The command-line tool `jose` of Debian (libjose, a JOSE implementation in C) opens what we seal and seals what we open,
 * authentication tag included. It knows P-256 and not X25519.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJwk, keyThumbprint } from '../../protocol/algorithms.ts';
import { decode } from '../../protocol/codec.ts';
import {
  contentHeader,
  decryptContent,
  encryptContent,
  type GeneralJwe,
  type JweParts,
  parseGeneralJwe,
  toGeneralJwe,
} from '../../protocol/envelope/jwe.ts';
import { EncryptionSuite } from '../../protocol/envelope/suites.ts';
import { HeaderSchema } from '../../protocol/generated/schema.ts';
import { toBase64Url } from '../../protocol/ids.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { BRIAR, CEDAR, codeOf, envelopeTo, party, type Party, signingKey } from './support.ts';

const TOOL = '/usr/bin/jose';
const present = existsSync(TOOL);
const routing = new TextEncoder().encode('routing');
const otherRouting = new TextEncoder().encode('Routing');
const padded = new Uint8Array(1000).map((_, i) => i);

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'liaison-jose-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function writeJson(name: string, value: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(value), { mode: 0o600 });
  return path;
}

/** `jose jwe dec`, with its exit status: it prints plaintext before it checks the tag. */
function toolOpens(jwe: GeneralJwe, privateKey: KeyObject): { status: number | null; plaintext: Uint8Array } {
  const key = writeJson('private.jwk', privateKey.export({ format: 'jwk' }));
  const run = spawnSync(TOOL, ['jwe', 'dec', '-i', writeJson('sealed.jwe', jwe), '-k', key]);
  return { status: run.status, plaintext: new Uint8Array(run.stdout) };
}

interface ToolKey {
  readonly keyId: Uint8Array;
  readonly privateKey: KeyObject;
}

/** `jose jwk gen`, with the id that `jose jwk thp` says. */
function toolKey(): ToolKey {
  const jwk = execFileSync(TOOL, ['jwk', 'gen', '-i', '{"kty":"EC","crv":"P-256"}'], { encoding: 'utf8' });
  const thumbprint = execFileSync(TOOL, ['jwk', 'thp', '-a', 'S256', '-i', '-'], { input: jwk, encoding: 'utf8' });
  const privateKey = createPrivateKey({ key: JSON.parse(jwk) as Record<string, string>, format: 'jwk' });
  return { keyId: Buffer.from(thumbprint, 'base64url'), privateKey };
}

/** The text that `jose jwe enc` writes. The tool sorts and compacts the members of the protected header by itself. */
function toolSeals(keys: readonly ToolKey[]): string {
  const header = { typ: 'liaison-v1-content', routing: toBase64Url(sha256(routing)), enc: 'A256GCM' };
  const recipients = keys.flatMap(({ keyId, privateKey }, i) => {
    const recipient = { header: { alg: 'ECDH-ES+A256KW', kid: toBase64Url(keyId) } };
    const jwk: unknown = JSON.parse(canonicalJwk(privateKey));
    return ['-r', JSON.stringify(recipient), '-k', writeJson(`public-${i}.jwk`, jwk)];
  });
  const out = join(directory, 'made.jwe');
  const template = JSON.stringify({ protected: header });
  execFileSync(TOOL, ['jwe', 'enc', '-i', template, '-I', '-', ...recipients, '-o', out], { input: padded });
  return readFileSync(out, 'utf8');
}

describe.skipIf(!present)(`jose (${present ? TOOL : `skipped: there is no ${TOOL}`})`, () => {
  const seal = (to: readonly Party[]): JweParts => {
    const keys = to.map(({ key }) => createPublicKey(key.privateKey));
    const { content, wrappedKeys } = encryptContent(padded, routing, keys, randomBytes);
    return {
      routing,
      content,
      recipients: to.map(({ key }, i) => ({ keyId: key.keyId, wrappedKey: wrappedKeys[i]! })),
    };
  };

  test.each([1, 3])('opens what we seal for %i recipients, with the key of each', (count) => {
    const to = Array.from({ length: count }, () => party(BRIAR));
    const jwe = toGeneralJwe(seal(to));
    for (const { key } of to) expect(toolOpens(jwe, key.privateKey)).toEqual({ status: 0, plaintext: padded });
    expect(toolOpens(jwe, party(BRIAR).key.privateKey).status).toBe(1);
  });

  test('opens what we seal for a P-256 key beside X25519 keys', () => {
    const to = [party(CEDAR, EncryptionSuite.X25519), party(BRIAR), party(CEDAR, EncryptionSuite.X25519)];
    const jwe = toGeneralJwe(seal(to));
    expect(toolOpens(jwe, to[1]!.key.privateKey)).toEqual({ status: 0, plaintext: padded });
  });

  test('opens the content as delivered, from a whole envelope', () => {
    const briar = party(BRIAR);
    const { sealed } = envelopeTo(signingKey(), [briar, party(CEDAR)]);
    const header = decode(HeaderSchema, sealed.header, 'signed');
    const own = [{ keyId: briar.key.keyId, wrappedKey: sealed.wrappedKeys[0]! }];
    const jwe = toGeneralJwe({ routing: header.routing, content: sealed.content, recipients: own });
    const opened = toolOpens(jwe, briar.key.privateKey);
    expect(opened.status).toBe(0);
    expect(sha256(opened.plaintext)).toEqual(sealed.routing.bodyDigest);
  });

  test.each([1, 3])('refuses another routing and a changed tag, for %i recipients', (count) => {
    const to = Array.from({ length: count }, () => party(BRIAR));
    const parts = seal(to);
    const { privateKey } = to[0]!.key;
    expect(toolOpens(toGeneralJwe(parts), privateKey).status).toBe(0);
    expect(toolOpens(toGeneralJwe({ ...parts, routing: otherRouting }), privateKey).status).toBe(1);
    const last = parts.content.length - 1;
    const content = parts.content.map((byte, i) => (i === last ? byte ^ 1 : byte));
    expect(toolOpens(toGeneralJwe({ ...parts, content }), privateKey).status).toBe(1);
  });

  /** For one recipient the tool writes the flattened form: the two members move into `recipients`. */
  const generalForm = (text: string): string => {
    const { header, encrypted_key, ...rest } = JSON.parse(text) as Record<string, unknown>;
    return header === undefined ? text : JSON.stringify({ ...rest, recipients: [{ header, encrypted_key }] });
  };

  test.each([1, 3])('seals what we open, for %i recipients', (count) => {
    const keys = Array.from({ length: count }, toolKey);
    const text = generalForm(toolSeals(keys));
    const parts = parseGeneralJwe(text, routing);
    expect(Buffer.from(toGeneralJwe(parts).protected, 'base64url').toString()).toBe(contentHeader(routing));
    expect(parts.recipients).toHaveLength(count);
    for (const [i, { keyId, privateKey }] of keys.entries()) {
      expect(keyThumbprint(privateKey)).toEqual(new Uint8Array(keyId));
      const { wrappedKey, keyId: named } = parts.recipients[i]!;
      expect(named).toEqual(keyThumbprint(privateKey));
      const opens = (as: Uint8Array): Uint8Array => decryptContent(parts.content, wrappedKey, as, privateKey);
      expect(new Uint8Array(opens(routing))).toEqual(padded);
      expect(codeOf(() => opens(otherRouting))).toBe('CANNOT_DECRYPT');
    }
    expect(codeOf(() => parseGeneralJwe(text, otherRouting))).toBe('MALFORMED');
  });
});
