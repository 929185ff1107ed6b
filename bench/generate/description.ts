/** `generated.json`: what a generated directory holds, for the programs that use it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LiaisonError } from '../../protocol/errors.ts';

export const DESCRIPTION_FILE = 'generated.json';

const count = z.int().min(0);
const pair = z.strictObject({ certificate: z.string(), key: z.string() });

/** All paths are relative to the directory of the file, so that it can be moved as a whole. */
const schema = z.strictObject({
  format: z.literal('liaison-generated@v1'),
  seed: count,
  /** Messages that were accepted, and how many of them wait. */
  messages: count,
  waiting: count,
  /** Whether recipients can open what waits, or find that it does not decrypt. */
  openable: z.boolean(),
  log: z.strictObject({
    origin: z.string(),
    verifierKey: z.string(),
    /** Entries. */
    size: count,
    entriesByKind: z.record(z.string(), count),
    /** Of entry 0, POSIX milliseconds. */
    fromMs: count,
    /** Of the last entry. A gateway that starts more than an hour later waits for `gateway confirm-clock`. */
    toMs: count,
  }),
  gateway: z.strictObject({
    config: z.string(),
    data: z.string(),
    database: z.string(),
    operatorKey: z.string(),
    /** As in the configuration. */
    port: count,
    /** The authority of its TLS certificate, PEM. */
    ca: z.string(),
  }),
  /** Directory of the authority that vouches for the agencies, with its list. */
  anchors: z.string(),
  /** The most active first. */
  agencies: z.array(
    z.strictObject({
      agency: z.string(),
      /** Of a node that serves all its mailboxes. */
      config: z.string(),
      tls: pair,
      /** The key in force. */
      signing: pair,
      mailboxes: z.array(
        z.strictObject({
          mailbox: z.string(),
          /** Thumbprint of the key that senders use, base64url. */
          keyId: z.string(),
          /** Private keys, one of which is that key's. */
          encryptionKeys: z.array(z.string()),
          /** Deliveries that have not ended. */
          waiting: count,
          /** Number of the next message. */
          nextNumber: count,
        }),
      ),
    }),
  ),
});

export type Description = z.infer<typeof schema>;

/**
 * Reads the description of a generated directory. Paths in it stay relative to `dir`.
 * @throws LiaisonError FILE_INVALID when it is missing or not such a description
 */
export function readDescription(dir: string): Description {
  const path = join(dir, DESCRIPTION_FILE);
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new LiaisonError('FILE_INVALID', `${path} does not describe a generated directory.`, { cause });
  }
}
