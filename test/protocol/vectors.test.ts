/** The published vectors, read the way an implementation in another language would. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keyThumbprint, parseCanonicalJwk } from '../../protocol/algorithms.ts';
import { type BatchKind, batchPayload, protectedHeader, signingInput, verifyLeafHash } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import {
  contentHeader,
  decryptContent,
  encryptContent,
  fromGeneralJwe,
  type GeneralJwe,
  toGeneralJwe,
} from '../../protocol/envelope/jwe.ts';
import { openEnvelope } from '../../protocol/envelope/open.ts';
import { parseHeader, verifyDigests, verifySender } from '../../protocol/envelope/verify.ts';
import {
  type Envelope,
  EnvelopeSchema,
  RoutingSchema,
  type SignatureAlgorithm,
} from '../../protocol/generated/schema.ts';
import { fromHex, keyIdOf, parseMailbox, toHex } from '../../protocol/ids.ts';
import { BatchTree, leafHash } from '../../protocol/merkle.ts';
import { bodyFromJson } from '../../protocol/messages/json.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import { inVersion1 } from '../../scripts/vectors/as-of.ts';
import { decryptGcm, unwrapKey } from './raw-jwe.ts';
import { codeOf, delivered, SCHEMAS } from './support.ts';
import { type Encoded, inHex, load, readAgain } from './vector-files.ts';

type Jwk = Record<string, string>;

const schemaOf = (name: string): MessageSchema<unknown> => SCHEMAS.find((schema) => schema.name === name)!;

describe('encoding.json', () => {
  const file = load('encoding') as {
    valid: { name: string; message: string; value: unknown; encoded: string }[];
    bodies: Encoded[];
    refused: { message: string; encoded: string; rule: string; code: string }[];
  };

  test.each(file.valid)('$message: $name', ({ message, value, encoded }) => {
    const read = decode(schemaOf(message), fromHex(encoded), 'signed');
    expect(inHex(inVersion1(schemaOf(message), read))).toEqual(value);
    expect(toHex(encode(schemaOf(message), read))).toBe(encoded);
  });

  test.each(file.bodies)('a body: $name', ({ value, encoded }) => {
    expect(readAgain(schemaOf('Body'), encoded)).toEqual({ value, encoded });
  });

  test.each(file.refused)('$message: $rule', ({ message, encoded, code }) => {
    expect(codeOf(() => decode(schemaOf(message), fromHex(encoded), 'signed'))).toBe(code);
  });
});

interface HexSignature {
  algorithm: SignatureAlgorithm;
  keyId: string;
  size: number;
  signature: string;
}
interface HexPath {
  index: number;
  hashes: string[];
}

describe('batches.json', () => {
  const file = load('batches') as {
    batches: {
      name: string;
      kind: BatchKind;
      jwk: string;
      protectedHeader: string;
      payload: string;
      signingInput: string;
      root: string;
      signature: HexSignature;
      leaves: { leaf: string; leafHash: string; path: HexPath }[];
    }[];
    refused: {
      name: string;
      kind: BatchKind;
      jwk: string;
      leaf: string;
      signature: HexSignature;
      path: HexPath;
      code: string;
    }[];
  };
  const verify = (kind: BatchKind, jwk: string, leaf: Uint8Array, from: HexSignature, path: HexPath): string =>
    codeOf(() =>
      verifyLeafHash(
        kind,
        parseCanonicalJwk(jwk),
        leafHash(leaf),
        { ...from, keyId: fromHex(from.keyId), signature: fromHex(from.signature) },
        { index: path.index, hashes: path.hashes.map(fromHex) },
      ),
    ) ?? 'accepted';

  test.each(file.batches)('$name', (batch) => {
    const { kind, jwk, signature } = batch;
    const keyId = fromHex(signature.keyId);
    expect(toHex(keyThumbprint(parseCanonicalJwk(jwk)))).toBe(signature.keyId);
    const tree = new BatchTree(batch.leaves.map(({ leaf }) => leafHash(fromHex(leaf))));
    expect(toHex(tree.root())).toBe(batch.root);
    expect(protectedHeader(kind, signature.algorithm, keyId)).toBe(batch.protectedHeader);
    expect(toHex(batchPayload(kind, signature.size, tree.root()))).toBe(batch.payload);
    const input = signingInput(kind, signature.algorithm, keyId, signature.size, tree.root());
    expect(Buffer.from(input).toString('ascii')).toBe(batch.signingInput);
    for (const { leaf, leafHash: hash, path } of batch.leaves) {
      expect(toHex(leafHash(fromHex(leaf)))).toBe(hash);
      expect(verify(kind, jwk, fromHex(leaf), signature, path)).toBe('accepted');
    }
  });

  test.each(file.refused)('$name', ({ kind, jwk, leaf, signature, path, code }) => {
    expect(verify(kind, jwk, fromHex(leaf), signature, path)).toBe(code);
  });
});

describe('envelopes.json', () => {
  const file = load('envelopes') as {
    signing: { jwk: string; keyId: string; privateJwk: Jwk };
    recipients: { mailbox: string; keyId: string; jwk: string; privateJwk: Jwk }[];
    envelopes: {
      name: string;
      envelope: string;
      header: string;
      headerDigest: string;
      routing: { recipients: { mailbox: string }[]; bodyDigest: string };
      protectedHeader: string;
      jwe: GeneralJwe;
      padded: string;
      bodyBytes: string;
      body: unknown;
    }[];
    refused: { name: string; as: string; envelope: string; code: string }[];
  };
  const signer = parseCanonicalJwk(file.signing.jwk);
  const privateKeys = new Map<string, KeyObject>(
    file.recipients.map(({ keyId, privateJwk }) => [
      keyIdOf(fromHex(keyId)),
      createPrivateKey({ key: privateJwk, format: 'jwk' }),
    ]),
  );

  function check(as: string, envelope: Envelope): unknown {
    const parsed = parseHeader(envelope.header);
    if (as === 'gateway') verifyDigests(envelope, parsed);
    verifySender(envelope, parsed, signer);
    if (as === 'gateway') return undefined;
    return openEnvelope({ envelope, parsed, mailbox: parseMailbox(as), keys: (keyId) => privateKeys.get(keyId) });
  }

  test('the keys are what their ids say', () => {
    expect(toHex(keyThumbprint(signer))).toBe(file.signing.keyId);
    const privateKey = createPrivateKey({ key: file.signing.privateJwk, format: 'jwk' });
    expect(createPublicKey(privateKey).equals(signer)).toBe(true);
    for (const { keyId, jwk } of file.recipients) expect(toHex(keyThumbprint(parseCanonicalJwk(jwk)))).toBe(keyId);
  });

  test.each(file.envelopes)('$name', async (vector) => {
    const envelope = decode(EnvelopeSchema, fromHex(vector.envelope), 'open');
    const parsed = parseHeader(envelope.header);
    expect(toHex(envelope.header)).toBe(vector.header);
    expect(toHex(parsed.digest)).toBe(vector.headerDigest);
    expect(inHex(inVersion1(RoutingSchema, parsed.routing))).toEqual(vector.routing);
    expect(codeOf(() => check('gateway', envelope))).toBeUndefined();
    const recipients = parsed.routing.recipients.map(({ keyId }, i) => ({
      keyId,
      wrappedKey: envelope.wrappedKeys[i]!,
    }));
    const { routing } = parsed.header;
    const parts = { routing, content: envelope.content, recipients };
    expect(contentHeader(routing)).toBe(vector.protectedHeader);
    expect(toGeneralJwe(parts)).toEqual(vector.jwe);
    expect(fromGeneralJwe(vector.jwe, routing)).toEqual(parts);
    for (const [i, { mailbox }] of vector.routing.recipients.entries()) {
      const opened = (await check(mailbox, delivered(envelope, i))) as ReturnType<typeof openEnvelope>;
      expect(toHex(opened.padded)).toBe(vector.padded);
      expect(toHex(opened.bodyBytes)).toBe(vector.bodyBytes);
      expect(opened.body).toEqual(bodyFromJson(vector.body));
    }
  });

  test.each(file.refused)('$as refuses $name', ({ as, envelope, code }) => {
    expect(codeOf(() => check(as, decode(EnvelopeSchema, fromHex(envelope), 'open')))).toBe(code);
  });
});

describe('sealing.json', () => {
  const file = load('sealing') as {
    cases: {
      name: string;
      routing: string;
      padded: string;
      contentKey: string;
      iv: string;
      content: string;
      recipients: { jwk: string; privateJwk: Jwk; ephemeralPrivateKey: string; wrappedKey: string }[];
    }[];
  };

  test.each(file.cases)('$name: the same chance makes the same bytes', (made) => {
    const [routing, padded, content] = [fromHex(made.routing), fromHex(made.padded), fromHex(made.content)];
    const chance = [made.contentKey, made.iv, ...made.recipients.map((to) => to.ephemeralPrivateKey)].map(fromHex);
    const keys = made.recipients.map(({ jwk }) => parseCanonicalJwk(jwk));
    const again = encryptContent(padded, routing, keys, (bytes) => {
      const next = chance.shift()!;
      expect(next).toHaveLength(bytes);
      return next;
    });
    expect(chance).toEqual([]);
    expect(toHex(again.content)).toBe(made.content);
    expect(again.wrappedKeys.map(toHex)).toEqual(made.recipients.map(({ wrappedKey }) => wrappedKey));
    for (const { privateJwk, wrappedKey } of made.recipients) {
      const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
      expect(toHex(unwrapKey(fromHex(wrappedKey), key))).toBe(made.contentKey);
      expect(toHex(decryptContent(content, fromHex(wrappedKey), routing, key))).toBe(made.padded);
    }
  });
});

describe('jwe-foreign.json', () => {
  const file = load('jwe-foreign') as {
    routing: string;
    protectedHeader: string;
    padded: string;
    cases: { name: string; madeBy: string; jwe: unknown; recipients: { keyId: string; privateJwk: Jwk }[] }[];
  };
  const routing = fromHex(file.routing);

  test('the protected header is that of the routing', () => {
    expect(contentHeader(routing)).toBe(file.protectedHeader);
  });

  test.each(file.cases)('$name, made by $madeBy', ({ jwe, recipients }) => {
    const parts = fromGeneralJwe(jwe, routing);
    expect(toGeneralJwe(parts)).toEqual(jwe);
    expect(parts.recipients).toHaveLength(recipients.length);
    for (const [i, { keyId, privateJwk }] of recipients.entries()) {
      const { wrappedKey, keyId: named } = parts.recipients[i]!;
      expect(toHex(named)).toBe(keyId);
      const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
      const opened = decryptContent(parts.content, wrappedKey, routing, key);
      expect(toHex(opened)).toBe(file.padded);
      expect(toHex(decryptGcm(parts.content, unwrapKey(wrappedKey, key), routing))).toBe(file.padded);
    }
  });
});
