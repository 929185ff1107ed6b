/** `./liaison gateway …`: make, run and operate a gateway. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readText } from '../cli/config-file.ts';
import { print, printTable } from '../cli/print.ts';
import { parseCertificates } from '../protocol/certificates.ts';
import { keyThumbprint } from '../protocol/algorithms.ts';
import { parseEnrolmentFile } from '../protocol/enrolment.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { AgencyStatus } from '../protocol/generated/schema.ts';
import { fromBase64Url, toBase64Url } from '../protocol/ids.ts';
import { agreementCommand } from './commands/agreement.ts';
import { agencyCommands, unitCommands } from './commands/clearance.ts';
import { explainCommand } from './commands/explain.ts';
import { groupCommand } from './commands/group.ts';
import { holdCommand, holdsCommand, releaseHoldCommand } from './commands/hold.ts';
import { shardCommand } from './commands/shard.ts';
import {
  act,
  actOptions,
  type ActOption,
  agencyOfFlag,
  CONFIG,
  type ConfigOption,
  control,
  JSON_OPTION,
} from './commands/shared.ts';
import { loadGatewayConfig } from './config.ts';
import type { StatusAnswer } from './control/client.ts';
import { Gateway } from './gateway.ts';
import { initGateway } from './init.ts';

/** The commands of this part; liaison.ts joins them. */
export function gatewayCommand(): Command {
  const command = new Command('gateway').description('make, run and operate a gateway');
  command.addCommand(initCommand());
  command.addCommand(serveCommand());
  command.addCommand(statusCommand());
  command.addCommand(enrolCommand());
  command.addCommand(agencyCommand('suspend', "end an agency's sessions and refuse its messages until it is released"));
  command.addCommand(agencyCommand('release', 'end a suspension'));
  command.addCommand(revokeCommand());
  command.addCommand(agreementCommand());
  command.addCommand(groupCommand());
  command.addCommand(agencyCommands());
  command.addCommand(unitCommands());
  command.addCommand(explainCommand());
  command.addCommand(holdCommand());
  command.addCommand(releaseHoldCommand());
  command.addCommand(holdsCommand());
  command.addCommand(shardCommand());
  command.addCommand(confirmClockCommand());
  return command;
}

interface InitFlags {
  data: string;
  origin: string;
  anchors: string[];
  certificate: string;
  key: string;
  host: string;
  port: string;
  revocationLists: string[];
  openExchange?: boolean;
  json?: boolean;
}

function initCommand(): Command {
  return new Command('init')
    .description('make the log key, the operator key, the configuration and the ledger with entry 0')
    .requiredOption('--data <dir>', 'new directory for everything the gateway keeps')
    .requiredOption('--origin <name>', 'name of the log, e.g. gateway.example.org/log')
    .requiredOption('--anchors <path...>', 'certificates of the authorities trusted for agencies: files or directories')
    .requiredOption('--certificate <file>', 'TLS certificate chain of the gateway')
    .requiredOption('--key <file>', 'its private key')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', '7443')
    .option('--revocation-lists <file...>', "the authorities' revocation lists", [])
    .option('--open-exchange', 'everybody may write to everybody; otherwise only as agreements permit. For good')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES.init)
    .action((flags: InitFlags) => {
      const port = Number(flags.port);
      if (!Number.isInteger(port) || port < 0 || port > 65535) {
        throw new LiaisonError('USAGE', `--port: expected a number from 1 to 65535, not ${flags.port}.`);
      }
      const anchors = flags.anchors.flatMap(anchorFiles);
      const result = initGateway({
        ...flags,
        openExchange: flags.openExchange === true,
        anchors,
        port,
        nowMs: Date.now(),
      });
      print(flags, result, [
        `Configuration  ${result.config}`,
        `Operator key   ${result.operatorKey}  (keep it apart from the gateway)`,
        `Log key        ${result.verifierKey}`,
        `Exchange       ${flags.openExchange ? 'open: everybody with everybody' : 'by agreement: see ./liaison gateway agreement set'}`,
        'Give the log key to every agency and auditor by another way than the gateway itself.',
      ]);
    });
}

/** A file by itself, or a directory's files with certificates; lists may lie beside them. */
function anchorFiles(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const names = readdirSync(path).filter((name) => /(?<!\.crl)\.(pem|crt|cer)$/.test(name));
  if (names.length === 0) throw new LiaisonError('TRUST_MISSING', `--anchors: ${path} holds no certificate.`);
  return names.sort().map((name) => join(path, name));
}

function serveCommand(): Command {
  return new Command('serve')
    .description('run the gateway until SIGTERM or SIGINT')
    .option(...CONFIG)
    .addHelpText('after', EXAMPLES.serve)
    .action(async (flags: ConfigOption) => {
      const stop = new Promise<'stop'>((resolve) => {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve('stop'));
      });
      const gateway = await Gateway.start(loadGatewayConfig(flags.config));
      const end = await Promise.race([stop, gateway.failed]);
      if (end === 'stop') return gateway.stop();
      await gateway.abandon();
      throw end;
    });
}

function statusCommand(): Command {
  return new Command('status')
    .description('what the running gateway knows: log, agencies, sessions')
    .option(...CONFIG)
    .option('--digest', 'also compute the digest of the state (reads every row)')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES.status)
    .action(async (flags: ConfigOption & { digest?: boolean }) => {
      const status = await control(flags).status({ digest: flags.digest === true });
      if (flags.json) return print(flags, status, []);
      const state = status.clockFault === '' ? 'accepting messages' : `NOT accepting messages: ${status.clockFault}`;
      print(flags, status, [
        `Log         ${status.origin}, ${status.treeSize} entries, the last at ${new Date(status.lastEntryAtMs).toISOString()}`,
        `State       ${state}`,
        `Waiting     ${status.outstandingDeliveries} deliveries`,
        ...witnessLines(status.witnesses),
        ...(status.stateDigest === '' ? [] : [`Digest      ${status.stateDigest}`]),
        '',
      ]);
      printTable(
        ['Agency', 'Status', 'Mailboxes', 'Sessions'],
        status.agencies.map(({ agency, status: standing, mailboxes }) => [
          agency,
          standing === AgencyStatus.ACTIVE ? 'active' : 'suspended',
          mailboxes.join(' '),
          String(status.sessions.filter((session) => session.agency === agency).length),
        ]),
      );
    });
}

function witnessLines(figures: StatusAnswer['witnesses']): string[] {
  if (!figures) return [];
  const { witnesses, quorumSize, isAway } = figures;
  const quorum = quorumSize === 0 ? 'none has signed yet' : `${quorumSize} entries are signed for`;
  return [
    `Witnesses   quorum: ${quorum}${isAway ? ', and NOT for too long' : ''}`,
    ...witnesses.map(({ name, debt, cosignedAtMs, failure }) => {
      const last = cosignedAtMs === 0 ? 'never since the start' : new Date(cosignedAtMs).toISOString();
      return `            ${name}: signed last ${last}, lacks ${debt}${failure === '' ? '' : `. ${failure}`}`;
    }),
  ];
}

function enrolCommand(): Command {
  return actOptions(new Command('enrol'))
    .description('enrol an agency, or add keys and units to one')
    .argument('<file>', 'enrolment.json that the agency made with ./liaison node init')
    .addHelpText('after', EXAMPLES.enrol)
    .action(async (file: string, flags: ActOption) => {
      const value = parseEnrolmentFile(readText(file));
      await act(flags, { kind: 'enrol', value }, `${value.agency} is enrolled`);
    });
}

function agencyCommand(kind: 'suspend' | 'release', description: string): Command {
  return actOptions(new Command(kind))
    .description(description)
    .argument('<agency>', 'e.g. xa.customs')
    .addHelpText('after', `\nExample:\n  ./liaison gateway ${kind} xa.customs --config data/gateway/gateway.yaml`)
    .action(async (name: string, flags: ActOption) => {
      const agency = agencyOfFlag('<agency>', name);
      await act(flags, { kind, value: { agency } }, `${agency} is ${kind === 'suspend' ? 'suspended' : 'released'}`);
    });
}

function revokeCommand(): Command {
  return actOptions(new Command('revoke'))
    .description('end a key for good, at once')
    .argument('<certificate or key id>', 'PEM file of the certificate, or the key id')
    .addHelpText('after', EXAMPLES.revoke)
    .action(async (what: string, flags: ActOption) => {
      const keyId = keyIdFrom(what);
      try {
        await act(flags, { kind: 'revoke', value: { keyId } }, `Key ${toBase64Url(keyId)} is revoked`);
      } catch (error) {
        // Its remedy is for those who want to use the key.
        if (!(error instanceof LiaisonError) || error.code !== 'KEY_UNKNOWN') throw error;
        throw new LiaisonError('ACT_INVALID', error.detail, { cause: error });
      }
    });
}

function confirmClockCommand(): Command {
  return actOptions(new Command('confirm-clock'))
    .description("vouch for the gateway's clock after it has refused to go on because of it")
    .addHelpText('after', '\nExample:\n  ./liaison gateway confirm-clock --config data/gateway/gateway.yaml')
    .action(async (flags: ActOption) => {
      await act(flags, { kind: 'confirmClock', value: { atMs: Date.now() } }, 'The clock is confirmed');
    });
}

function keyIdFrom(what: string): Uint8Array {
  const direct = fromBase64Url(what);
  if (direct?.length === 32) return direct;
  if (!existsSync(what)) throw new LiaisonError('USAGE', `${what} is neither a file nor a key id.`);
  const [leaf] = parseCertificates(readText(what));
  if (!leaf) throw new LiaisonError('FILE_INVALID', `${what} has no certificate.`);
  return keyThumbprint(leaf.publicKey);
}

const EXAMPLES = {
  init: `
Example:
  ./liaison gateway init --data data --origin gateway.example.org/log --anchors certs/ca/root.pem \\
    --certificate certs/gateway/tls.pem --key certs/gateway/tls.key --revocation-lists certs/ca/root.crl.pem`,
  serve: '\nExample:\n  ./liaison gateway serve --config data/gateway/gateway.yaml',
  status: '\nExample:\n  ./liaison gateway status --config data/gateway/gateway.yaml --json',
  enrol: '\nExample:\n  ./liaison gateway enrol nodes/xa.customs/enrolment.json --config data/gateway/gateway.yaml',
  revoke: '\nExample:\n  ./liaison gateway revoke certs/xa.customs/tls.pem --config data/gateway/gateway.yaml',
};
