/** npm `jose` (over Web Crypto) opens what we seal and seals what we open, for both suites. */
import { createPublicKey, randomBytes } from 'node:crypto';
import { GeneralEncrypt, generalDecrypt } from 'jose';
import { describe, expect, test } from 'vitest';
import {
  contentHeader,
  decryptContent,
  encryptContent,
  fromGeneralJwe,
  type GeneralJwe,
  toGeneralJwe,
} from '../../protocol/envelope/jwe.ts';
import { EncryptionSuite } from '../../protocol/envelope/suites.ts';
import { toBase64Url } from '../../protocol/ids.ts';
import { ALDER, codeOf, party, type Party } from './support.ts';

const routing = new TextEncoder().encode('routing');
const otherRouting = new TextEncoder().encode('Routing');
const options = { keyManagementAlgorithms: ['ECDH-ES+A256KW'], contentEncryptionAlgorithms: ['A256GCM'] };
const parties = [party(ALDER), party(ALDER, EncryptionSuite.X25519), party(ALDER)];
const sizes = [0, 1, 15, 16, 17, 1000, 262_144];

function seals(padded: Uint8Array, to: readonly Party[]): GeneralJwe {
  const keys = to.map(({ key }) => createPublicKey(key.privateKey));
  const { content, wrappedKeys } = encryptContent(padded, routing, keys, randomBytes);
  const recipients = to.map(({ key }, i) => ({ keyId: key.keyId, wrappedKey: wrappedKeys[i]! }));
  return toGeneralJwe({ routing, content, recipients });
}

/** The way of SPEC.md section 5.5, rule 1: another recipient keeps `epk` out of the protected header. */
async function joseSeals(padded: Uint8Array, to: readonly Party[]): Promise<unknown> {
  const jwe = new GeneralEncrypt(padded).setProtectedHeader(
    JSON.parse(contentHeader(routing)) as Record<string, string>,
  );
  for (const { key } of to) {
    const header = { alg: 'ECDH-ES+A256KW', kid: toBase64Url(key.keyId) };
    jwe.addRecipient(createPublicKey(key.privateKey)).setUnprotectedHeader(header);
  }
  jwe.addRecipient(randomBytes(32)).setUnprotectedHeader({ alg: 'A256KW' });
  const made = await jwe.encrypt();
  return { ...made, recipients: made.recipients.slice(0, -1) };
}

const flip = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

describe('npm jose', () => {
  test.each(sizes)('opens what we seal: %i bytes, with the key of each', async (size) => {
    const padded = new Uint8Array(randomBytes(size));
    const jwe = seals(padded, parties);
    for (const { key } of parties) {
      const { plaintext } = await generalDecrypt(jwe, key.privateKey, options);
      expect(Buffer.compare(plaintext, padded)).toBe(0);
    }
  });

  test('refuses what we seal with another key, and with a changed tag, header or wrapped key', async () => {
    const [own] = parties as [Party];
    const jwe = seals(new Uint8Array(100), [own]);
    const [recipient] = jwe.recipients as [GeneralJwe['recipients'][number]];
    const refused = [
      { ...jwe, tag: flip(jwe.tag) },
      { ...jwe, protected: Buffer.from(contentHeader(otherRouting)).toString('base64url') },
      { ...jwe, recipients: [{ ...recipient, encrypted_key: flip(recipient.encrypted_key) }] },
    ];
    for (const changed of refused) await expect(generalDecrypt(changed, own.key.privateKey, options)).rejects.toThrow();
    await expect(generalDecrypt(jwe, parties[2]!.key.privateKey, options)).rejects.toThrow();
    await expect(generalDecrypt(jwe, own.key.privateKey, options)).resolves.toBeDefined();
  });

  test.each(sizes)('seals what we open: %i bytes, with the key of each', async (size) => {
    const padded = new Uint8Array(randomBytes(size));
    const { content, recipients } = fromGeneralJwe(await joseSeals(padded, parties), routing);
    for (const [i, { wrappedKey }] of recipients.entries()) {
      const { privateKey } = parties[i]!.key;
      expect(Buffer.compare(decryptContent(content, wrappedKey, routing, privateKey), padded)).toBe(0);
      expect(codeOf(() => decryptContent(content, wrappedKey, otherRouting, privateKey))).toBe('CANNOT_DECRYPT');
    }
  });
});
