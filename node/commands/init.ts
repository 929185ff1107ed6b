/** `node init`: everything a node needs in one directory, and the file by which its agency is enrolled. */
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { readKeyFile, readText } from '../../cli/config-file.ts';
import { print } from '../../cli/print.ts';
import { verifyCertificateChain } from '../../protocol/certificates.ts';
import { formatEnrolmentFile } from '../../protocol/enrolment.ts';
import { generateEncryptionKey, signKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Enrol, SignedLeaf } from '../../protocol/generated/schema.ts';
import { type AgencyId, type Mailbox, mailboxOf, parseAgencyId, parseUnitId, type UnitId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type NodeConfigInput, parseConfig } from '../config.ts';
import { checkCredential, listReader, readAnchors, readCertificates } from '../keys.ts';
import { jsonOption, ofFlag } from './shared.ts';

export interface InitFlags {
  readonly dir: string;
  readonly agency: string;
  readonly units: string;
  readonly certs: string;
  readonly gateway: string;
  readonly gatewayCa: string;
  readonly logKey: string;
  readonly anchors: string;
  readonly revocationLists?: string;
  readonly node?: string;
  readonly json?: boolean;
}

const EXAMPLE = `
Example:
  ./liaison node init --dir nodes/xa.customs --agency xa.customs --units portalder,targeting \\
    --certs certs/xa.customs --gateway wss://gateway.example:7443 --gateway-ca certs/ca/root.pem \\
    --log-key gateway/log.pub --anchors certs/ca`;

export function initCommand(): Command {
  return new Command('init')
    .description('make encryption keys, the configuration, and enrolment.json for the operator')
    .requiredOption('--dir <dir>', 'new directory for the node')
    .requiredOption('--agency <agency>', 'the agency, as its certificates name it')
    .requiredOption('--units <units>', 'units whose mailboxes the node serves, separated by commas')
    .requiredOption('--certs <dir>', 'directory with tls.pem, tls.key, signing.pem and signing.key')
    .requiredOption('--gateway <url>', 'address of the gateway, wss://host:port')
    .requiredOption('--gateway-ca <file>', "authority of the gateway's certificate, PEM")
    .requiredOption(
      '--log-key <key>',
      "the log's verifier key, or a file that holds it; obtained from outside the gateway",
    )
    .requiredOption(
      '--anchors <path>',
      'certificates of the authorities this node trusts for agencies: file or directory',
    )
    .option('--revocation-lists <path>', 'current revocation lists: file or directory; it is not copied')
    .option('--node <name>', "the node's name within its agency")
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLE)
    .action((flags: InitFlags) => {
      const made = initNode(flags);
      print(flags, made, [
        `The node of ${flags.agency} is in ${flags.dir}.`,
        `Give ${made.enrolment} to the gateway's operator; when it is enrolled: ./liaison node ping --config ${made.config}`,
      ]);
    });
}

type File = readonly [path: string, content: string, mode: number];

/**
 * Makes the directory; nothing is written unless everything is in order.
 * @throws LiaisonError FILE_EXISTS, FILE_UNREADABLE, FILE_INVALID, KEY_FILE_EXPOSED, CONFIG_INVALID, TRUST_MISSING,
 *   AGENCY_MISMATCH, USAGE for a name, and the codes of `verifyCertificateChain`
 */
export function initNode(flags: InitFlags, nowMs: number = Date.now()): { config: string; enrolment: string } {
  const { dir } = flags;
  if (existsSync(dir) && (!statSync(dir).isDirectory() || readdirSync(dir).length > 0)) {
    throw new LiaisonError('FILE_EXISTS', `${dir} is not empty.`);
  }
  const agency = ofFlag('--agency', () => parseAgencyId(flags.agency));
  const units = unitsOf(flags.units);
  const logKey = flags.logKey.includes('+') ? flags.logKey : readText(flags.logKey).trim();
  parseVerifierKey(logKey);
  const { files: copies, enrol, signingKey } = credentials(flags, agency, nowMs);
  const keys = units.map((unit) => unitKey(mailboxOf(agency, unit), signingKey, nowMs));
  const config = configOf(flags, units, logKey);
  parseConfig(config, dir);
  const files: File[] = [
    ...copies,
    ...units.map((unit, i): File => [`encryption/${unit}.key`, keys[i]?.pem ?? '', 0o600]),
    ['node.yaml', `# Configuration of an agency node. Paths are relative to this file.\n${stringify(config)}`, 0o644],
    [
      'enrolment.json',
      formatEnrolmentFile({ ...enrol, units: [...units], keyStatements: keys.map(({ statement }) => statement) }),
      0o644,
    ],
  ];
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const sub of ['anchors', 'encryption']) mkdirSync(join(dir, sub), { mode: 0o700 });
  for (const [path, content, mode] of files) {
    writeFileSync(join(dir, path), content, { mode });
    // The mode above is narrowed by the umask, never widened; a key must be as closed as said.
    chmodSync(join(dir, path), mode);
  }
  return { config: join(dir, 'node.yaml'), enrolment: join(dir, 'enrolment.json') };
}

function unitsOf(text: string): UnitId[] {
  const units = text.split(',').map((unit) => ofFlag('--units', () => parseUnitId(unit.trim())));
  if (new Set(units).size < units.length) throw new LiaisonError('USAGE', '--units: a unit is named twice.');
  return units;
}

function credentials(flags: InitFlags, agency: AgencyId, nowMs: number) {
  const anchors = readAnchors(flags.anchors);
  if (anchors.length === 0)
    throw new LiaisonError('TRUST_MISSING', `--anchors: ${flags.anchors} holds no certificate.`);
  if (flags.revocationLists !== undefined) listReader(flags.revocationLists)();
  const from = (name: string): string => join(flags.certs, name);
  const files = ['tls', 'signing'].flatMap((name): File[] => [
    [`${name}.pem`, readText(from(`${name}.pem`)), 0o644],
    [`${name}.key`, readKeyFile(from(`${name}.key`)).toString('utf8'), 0o600],
  ]);
  const [tls, signing] = (['tls', 'signing'] as const).map((name) => {
    const pair = { certificate: from(`${name}.pem`), key: from(`${name}.key`) };
    const key = checkCredential(name, pair, agency);
    const certificates = readCertificates(pair.certificate).map(({ raw }) => new Uint8Array(raw));
    const use = name === 'tls' ? 'tls-client' : 'signing';
    verifyCertificateChain({ chain: certificates, anchors, use, agency, nowMs });
    return { key, certificates };
  });
  if (!tls || !signing) throw new LiaisonError('INTERNAL');
  readCertificates(flags.gatewayCa);
  files.push(['gateway-ca.pem', readText(flags.gatewayCa), 0o644]);
  for (const [i, anchor] of anchors.entries()) files.push([`anchors/anchor-${i + 1}.pem`, anchor.toString(), 0o644]);
  const chainOf = ({ certificates }: { certificates: Uint8Array[] }): Enrol['tls'] => [{ certificates }];
  return { files, enrol: { agency, tls: chainOf(tls), signing: chainOf(signing) }, signingKey: signing.key };
}

function unitKey(mailbox: Mailbox, signingKey: Parameters<typeof signKeyStatement>[0], nowMs: number) {
  const { privateKey, ...key } = generateEncryptionKey();
  const statement: SignedLeaf = signKeyStatement(signingKey, {
    blind: new Uint8Array(randomBytes(LIMITS.blindBytes)),
    mailbox,
    // A version must exceed all before it: keys that are made later have a later time.
    version: nowMs,
    keys: [key],
    createdAtMs: nowMs,
  });
  return { pem: privateKey.export({ format: 'pem', type: 'pkcs8' }), statement };
}

const configOf = (flags: InitFlags, units: readonly UnitId[], logKey: string): NodeConfigInput => ({
  agency: flags.agency,
  ...(flags.node === undefined ? {} : { node: flags.node }),
  units: [...units],
  gateway: { url: flags.gateway, ca: 'gateway-ca.pem' },
  logKey,
  anchors: 'anchors',
  ...(flags.revocationLists === undefined ? {} : { revocationLists: resolve(flags.revocationLists) }),
  tls: { certificate: 'tls.pem', key: 'tls.key' },
  signing: { certificate: 'signing.pem', key: 'signing.key' },
  encryptionKeys: 'encryption',
  dataDir: 'data',
});
