/** Who asks: a bearer token for each client. What is kept is the token's SHA-256; comparing takes the same time always. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readKeyFile } from '../../cli/config-file.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { ServiceConfig } from './config.ts';

const TOKEN_BYTES = 32;
/** Shorter ones can be guessed. */
const TOKEN_LENGTH_MIN = 32;

const digestOf = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

export interface NewToken {
  readonly token: string;
  readonly tokenSha256: string;
}

/** A token that nothing here keeps. */
export function newToken(random: (bytes: number) => Uint8Array): NewToken {
  const token = Buffer.from(random(TOKEN_BYTES)).toString('base64url');
  return { token, tokenSha256: digestOf(token).toString('hex') };
}

export class Clients {
  private readonly digests: readonly { readonly name: string; readonly digest: Buffer }[];

  /** @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID */
  constructor(clients: ServiceConfig['clients']) {
    this.digests = clients.map(({ name, tokenSha256, tokenFile }) => ({
      name,
      digest: tokenSha256 === undefined ? digestOf(tokenOf(tokenFile ?? '')) : Buffer.from(tokenSha256, 'hex'),
    }));
  }

  /**
   * The name of the client that has this token.
   * @param authorization the header's value
   * @throws LiaisonError TOKEN_INVALID
   */
  nameOf(authorization: string | undefined): string {
    const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined)
      throw new LiaisonError('TOKEN_INVALID', 'Expected the header Authorization: Bearer TOKEN.');
    const digest = digestOf(token);
    // All are compared, so that the time does not tell which one is near.
    const [found] = this.digests.filter((one) => timingSafeEqual(one.digest, digest));
    if (!found) throw new LiaisonError('TOKEN_INVALID');
    return found.name;
  }
}

function tokenOf(file: string): string {
  const token = readKeyFile(file).toString('utf8').trim();
  if (token.length < TOKEN_LENGTH_MIN) {
    throw new LiaisonError('FILE_INVALID', `${file}: expected a token of at least ${TOKEN_LENGTH_MIN} characters.`);
  }
  return token;
}
