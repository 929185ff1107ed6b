/**
 * Enrolment files: what an agency gives to the operator so that its certificates, units and keys are enrolled. JSON for
 * people to look at; nothing in it is secret, and nothing is trusted because it stands there.
 */
import { z } from 'zod';
import { parseCertificates } from './certificates.ts';
import { decode, encode } from './codec.ts';
import { LiaisonError } from './errors.ts';
import { type CertificateChain, type Enrol, type SignedLeaf, SignedLeafSchema } from './generated/schema.ts';
import { fromBase64, parseAgencyId, parseUnitId, toBase64 } from './ids.ts';

const FORMAT = 'liaison-enrolment@v1';

const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  agency: z.string(),
  units: z.array(z.string()).max(64),
  /** PEM chains, leaf first. */
  tls: z.array(z.string()).max(8),
  signing: z.array(z.string()).max(8),
  /** Base64 of encoded SignedLeaf, one for each unit, in the units' order. */
  keyStatements: z.array(z.string()).max(64),
});

/** Writes what {@link parseEnrolmentFile} reads. */
export function formatEnrolmentFile({ agency, units, tls, signing, keyStatements }: Enrol): string {
  const file: z.output<typeof fileSchema> = {
    format: FORMAT,
    agency,
    units,
    tls: tls.map(pemOf),
    signing: signing.map(pemOf),
    keyStatements: keyStatements.map((signed) => toBase64(encode(SignedLeafSchema, signed))),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Reads an enrolment. Certificates and signatures are not verified: that is part of carrying the act out.
 * @throws LiaisonError FILE_INVALID, naming the member and what was expected
 */
export function parseEnrolmentFile(text: string): Enrol {
  const result = fileSchema.safeParse(jsonOf(text));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw invalid(issue?.path.join('.') ?? '', issue?.message ?? 'not valid');
  }
  const file = result.data;
  if (file.keyStatements.length !== file.units.length) throw invalid('keyStatements', 'expected one for each unit');
  return {
    agency: named('agency', () => parseAgencyId(file.agency)),
    units: file.units.map((unit, i) => named(`units.${i}`, () => parseUnitId(unit))),
    tls: file.tls.map((pem, i) => chainOf(pem, `tls.${i}`)),
    signing: file.signing.map((pem, i) => chainOf(pem, `signing.${i}`)),
    keyStatements: file.keyStatements.map((encoded, i) => statementOf(encoded, `keyStatements.${i}`)),
  };
}

function chainOf(pem: string, where: string): CertificateChain {
  const certificates = named(where, () => parseCertificates(pem)).map(({ raw }) => new Uint8Array(raw));
  return { certificates };
}

function statementOf(encoded: string, where: string): SignedLeaf {
  const bytes = fromBase64(encoded);
  if (!bytes) throw invalid(where, 'expected base64');
  return named(where, () => decode(SignedLeafSchema, bytes, 'signed'));
}

/** PEM (RFC 7468). */
const pemOf = ({ certificates }: CertificateChain): string =>
  certificates
    .map((der) => {
      const lines = toBase64(der).match(/.{1,64}/g) ?? [];
      return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    })
    .join('');

function named<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LiaisonError) throw invalid(where, error.detail.replace(/\.$/, ''));
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('', 'it is not JSON');
  }
}

const invalid = (where: string, what: string): LiaisonError =>
  new LiaisonError('FILE_INVALID', `Not an enrolment file: ${where === '' ? '' : `${where}: `}${what}.`);
