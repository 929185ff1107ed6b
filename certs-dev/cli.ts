/** `liaison certs-dev`: certificates for development, demonstrations and tests. */
import { isIP } from 'node:net';
import { Command, Option } from 'commander';
import { isAuditorName } from '../protocol/certificates.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { parseAgencyId, type AgencyId } from '../protocol/ids.ts';
import { WARNING } from './authority.ts';
import { AUDITORS, initDirectory, issueForAgency, issueForAuditor, revokeCertificate } from './directory.ts';

/** A year or so: what lives longer is no longer a development authority. */
const DAYS_MAX = 400;
/** Directories that are not an agency's. */
const RESERVED_NAMES = ['ca', 'gateway', AUDITORS];
const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const usage = (detail: string): LiaisonError => new LiaisonError('USAGE', detail);

/** The parts of a list separated by commas, each once. */
const listOf = (text: string): string[] => [...new Set(text.split(',').map((part) => part.trim()))];

const parseAgencies = (text: string): AgencyId[] => listOf(text).map((name) => parseAgency('--agencies', name));

function parseAgency(flag: string, name: string): AgencyId {
  if (RESERVED_NAMES.includes(name)) throw usage(`An agency cannot be called ${name} here.`);
  try {
    return parseAgencyId(name);
  } catch (error) {
    throw usage(`${flag}: ${error instanceof LiaisonError ? error.detail : ''}`);
  }
}

function parseAuditor(name: string): string {
  if (isAuditorName(name)) return name;
  throw usage(
    '--auditor has lower-case letters, digits, dots and hyphens, at most 64, and begins and ends with one of the first two.',
  );
}

function parseHosts(text: string): string[] {
  return listOf(text).map((host) => {
    const isName = host.length <= 253 && host.split('.').every((label) => HOST_LABEL.test(label));
    // A name that ends in a number would be read as an address by those who connect to it.
    if (isIP(host) > 0 || (isName && !/(^|\.)\d+$/.test(host))) return host;
    throw usage(`--hosts: ${JSON.stringify(host.slice(0, 80))} is neither a host name in lower case nor an address.`);
  });
}

function parseDays(text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= 1 && days <= DAYS_MAX) return days;
  throw usage(`--days is a number from 1 to ${DAYS_MAX}.`);
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const warn = (): void => void process.stderr.write(`${WARNING}.\n`);

/** @param clock POSIX milliseconds; for tests */
export function certsDevCommand(clock: () => number = Date.now): Command {
  const command = new Command('certs-dev').description('certificates for development, never for production');
  command.addCommand(initCommand(clock)).addCommand(issueCommand(clock)).addCommand(revokeCommand(clock));
  return command;
}

function initCommand(clock: () => number): Command {
  interface Options {
    readonly out: string;
    readonly agencies: AgencyId[];
    readonly hosts: string[];
    readonly days: number;
    readonly json?: true;
  }
  return new Command('init')
    .description('make an authority, a certificate for the gateway and two for each agency')
    .requiredOption('--out <dir>', 'directory to make; it must not exist or be empty')
    .addOption(
      new Option('--agencies <names>', 'agencies, separated by commas').argParser(parseAgencies).makeOptionMandatory(),
    )
    .addOption(
      new Option('--hosts <hosts>', "the gateway's names and addresses, separated by commas")
        .argParser(parseHosts)
        .default(['localhost', '127.0.0.1', '::1'], 'localhost,127.0.0.1,::1'),
    )
    .addOption(new Option('--days <n>', 'how long everything is valid').argParser(parseDays).default(90))
    .option('--json', 'print what was written as JSON')
    .addHelpText('after', '\nExample:\n  ./liaison certs-dev init --out certs --agencies xa.customs,xb.police')
    .action(async ({ out, agencies, hosts, days, json }: Options) => {
      warn();
      const files = await initDirectory({ dir: out, agencies, hosts, days, clock });
      if (json) print(JSON.stringify({ dir: out, agencies, hosts, days, files }));
      else print(`Written to ${out}:\n${files.map((file) => `  ${file}`).join('\n')}`);
    });
}

function issueCommand(clock: () => number): Command {
  interface Options {
    readonly dir: string;
    readonly agency?: string;
    readonly auditor?: string;
    readonly days: number;
    readonly json?: true;
  }
  return new Command('issue')
    .description('add a TLS and a signing certificate for one more agency, or a TLS certificate for an auditor')
    .requiredOption('--dir <dir>', 'directory that init made')
    .option('--agency <name>', 'the agency, e.g. xc.coastguard')
    .option('--auditor <name>', 'the auditor, e.g. supervisor')
    .addOption(new Option('--days <n>', 'how long they are valid').argParser(parseDays).default(90))
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  ./liaison certs-dev issue --dir certs --agency xc.coastguard\n' +
        '  ./liaison certs-dev issue --dir certs --auditor supervisor',
    )
    .action(async ({ dir, agency: name, auditor, days, json }: Options) => {
      if ((name === undefined) === (auditor === undefined)) throw usage('Give either --agency or --auditor.');
      const whom =
        name === undefined ? { auditor: parseAuditor(auditor ?? '') } : { agency: parseAgency('--agency', name) };
      warn();
      const options = { dir, days, clock };
      const files = await ('auditor' in whom
        ? issueForAuditor({ ...options, auditor: whom.auditor })
        : issueForAgency({ ...options, agency: whom.agency }));
      if (json) print(JSON.stringify({ dir, ...whom, days, files }));
      else print(`Written to ${dir}:\n${files.map((file) => `  ${file}`).join('\n')}`);
    });
}

function revokeCommand(clock: () => number): Command {
  interface Options {
    readonly dir: string;
    readonly certificate: string;
    readonly json?: true;
  }
  return new Command('revoke')
    .description('add a certificate to the revocation list and sign the list anew')
    .requiredOption('--dir <dir>', 'directory that init made')
    .requiredOption('--certificate <file>', 'certificate to revoke, PEM')
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  ./liaison certs-dev revoke --dir certs --certificate certs/xb.police/signing.pem\n\n' +
        'Then give the new DIR/ca/root.crl.pem to the gateway and to the nodes.',
    )
    .action(({ dir, certificate, json }: Options) => {
      warn();
      const serial = revokeCertificate(dir, certificate, clock);
      if (json) print(JSON.stringify({ dir, certificate, serial }));
      else print(`Revoked ${certificate} (serial ${serial}); the new list is ${dir}/ca/root.crl.pem.`);
    });
}
