/** sealing.json: content encryption from given keys and nonces. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { canonicalJwk } from '../../protocol/algorithms.ts';
import { encode } from '../../protocol/codec.ts';
import { encryptContent } from '../../protocol/envelope/jwe.ts';
import { SUITES, type SuiteRow } from '../../protocol/envelope/suites.ts';
import { RoutingSchema } from '../../protocol/generated/schema.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { routingFor, seededRandom } from '../../test/protocol/support.ts';

/** Everything that is chosen by chance is given, so that the content can be made again byte for byte. */
export function sealingVectors(): object {
  const chance = seededRandom('sealing');
  const keyOf = (suite: SuiteRow): KeyObject =>
    createPrivateKey({ key: Buffer.from(chance(32)), format: 'raw-private', ...suite.rawKey });
  const [p256, x25519] = SUITES as readonly [SuiteRow, SuiteRow];
  const made = (name: string, suites: readonly SuiteRow[], padded: Uint8Array): object => {
    const routing = encode(RoutingSchema, {
      ...routingFor(),
      recipients: [],
      signingKeyId: chance(32),
      bodyDigest: sha256(padded),
    });
    const keys = suites.map(keyOf);
    const drawn: Uint8Array[] = [];
    const random = (bytes: number): Uint8Array => drawn[drawn.push(chance(bytes)) - 1] as Uint8Array;
    const { content, wrappedKeys } = encryptContent(
      padded,
      routing,
      keys.map((key) => createPublicKey(key)),
      random,
    );
    const [contentKey, iv, ...ephemeral] = drawn;
    const recipients = keys.map((key, i) => ({
      jwk: canonicalJwk(key),
      privateJwk: key.export({ format: 'jwk' }),
      ephemeralPrivateKey: ephemeral[i],
      wrappedKey: wrappedKeys[i],
    }));
    return { name, routing, padded, contentKey, iv, content, recipients };
  };
  return {
    about:
      'Content encryption with everything given that is otherwise drawn at random: content key, nonce, and each ' +
      "recipient's ephemeral private key (the scalar of P-256, big-endian; the 32 bytes of X25519). The routing is only " +
      'bytes here. All private keys are public and must protect nothing.',
    cases: [
      made('one recipient, P-256', [p256], chance(64)),
      made('one recipient, X25519', [x25519], chance(64)),
      made('three recipients, P-256 and X25519', [p256, x25519, p256], chance(1000)),
    ],
  };
}
