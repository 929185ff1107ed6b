/** What gateway.yaml says about witnesses. */
import { readBytes } from '../../cli/config-file.ts';
import { parseWitnessPolicy, satisfies, type WitnessPolicy } from '../../audit/witness-policy.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { z } from 'zod';

const path = z.string().min(1, 'expected a path');
const seconds = z.int('expected a number of seconds').min(1);

export const witnessesSchema = z.strictObject({
  /** File in the format of C2SP tlog-policy. Witnesses with an address are asked to sign. */
  policy: path,
  /** What follows when no quorum has signed for so long: nothing but a warning, or new messages are refused. */
  whenAway: z.enum(['continue', 'refuse'], 'expected continue or refuse').default('continue'),
  refuseAfterSeconds: seconds.max(86_400).default(60),
  /** The newest checkpoint is sent this often, if there is a new one. */
  everySeconds: seconds.max(3600).default(2),
  /** For one answer of one witness. */
  timeoutSeconds: seconds.max(300).default(5),
  /** Certificates of the authorities of the witnesses' servers, PEM, beside those that the system trusts. */
  authorities: z.array(path).default([]),
  /** Verifier keys of witnesses of this gateway's own operator: they may not stand in the policy. */
  own: z.array(z.string()).default([]),
});

export type WitnessSettings = z.infer<typeof witnessesSchema>;

/** Paths relative to the configuration file become absolute. */
export const resolveWitnesses = (settings: WitnessSettings, at: (name: string) => string): WitnessSettings => ({
  ...settings,
  policy: at(settings.policy),
  authorities: settings.authorities.map(at),
});

/**
 * Reads the policy of a gateway.
 * @throws LiaisonError FILE_UNREADABLE; CONFIG_INVALID when the file breaks a rule, a witness is the gateway's own, or those
 *   that have an address are too few
 */
export function readPolicy({ policy: file, own }: WitnessSettings): WitnessPolicy {
  const policy = parseWitnessPolicy(readBytes(file), file);
  requireForeign(policy, own, 'is listed as your own');
  const asked = policy.witnesses.filter(({ url }) => url !== undefined);
  if (satisfies(policy, new Set(asked))) return policy;
  throw wrong(`${file}: the witnesses that have an address are too few for the quorum`);
}

/**
 * A gateway that vouches for itself vouches for nothing.
 * @param keys verifier keys
 * @throws LiaisonError CONFIG_INVALID when a witness of the policy has one of these keys
 */
export function requireForeign(policy: WitnessPolicy, keys: readonly string[], why: string): void {
  for (const key of keys.map(parseVerifierKey)) {
    const same = policy.witnesses.find(({ verifier }) => equalBytes(verifier.publicKey, key.publicKey));
    if (same) throw wrong(`the key of the witness ${same.name} ${why}: a gateway does not count itself`);
  }
}

const wrong = (detail: string): LiaisonError => new LiaisonError('CONFIG_INVALID', `witnesses: ${detail}.`);
