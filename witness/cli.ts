/** `./liaison witness …`: watch over other people's logs, and sign only what extends what was signed before. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { pino } from 'pino';
import { parseCheckpoint } from '../audit/checkpoint.ts';
import { openNote, parseNote } from '../audit/note.ts';
import {
  createSigner,
  createVerifier,
  formatVerifierKey,
  isKeyName,
  KEY_TYPE,
  parseVerifierKey,
} from '../audit/verifier-key.ts';
import { readBytes, readKeyFile, readText } from '../cli/config-file.ts';
import { print, printTable } from '../cli/print.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { WitnessServer } from './server.ts';
import { WitnessStore } from './store.ts';
import { Witness, type WitnessSigner } from './witness.ts';

const KEY_FILE = 'witness.key';
const PUBLIC_FILE = 'witness.pub';
const DATABASE_FILE = 'witness.db';
const DATA = ['--data <dir>', 'directory of the witness'] as const;
const JSON_OPTION = ['--json', 'print JSON'] as const;

/** The commands of this part; liaison.ts joins them. */
export function witnessCommand(): Command {
  return new Command('witness')
    .description('watch over logs: sign what extends what was signed before, and nothing else')
    .addCommand(initCommand())
    .addCommand(addLogCommand())
    .addCommand(statusCommand())
    .addCommand(serveCommand());
}

interface DataFlag {
  readonly data: string;
  readonly json?: boolean;
}

function initCommand(): Command {
  return new Command('init')
    .description('make the key and the data of a new witness; prints its verifier key')
    .requiredOption(...DATA)
    .requiredOption('--name <name>', 'name of the witness, e.g. witness.example.org/auditor')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES.init)
    .action((flags: DataFlag & { name: string }) => {
      const verifierKey = initWitness(flags.data, flags.name);
      print(flags, { data: flags.data, verifierKey }, [
        `Verifier key   ${verifierKey}`,
        'Give it to the gateways that are to ask you, and to everybody who is to count your signature.',
      ]);
    });
}

/**
 * Writes witness.key (readable by the owner only), witness.pub and witness.db into a new or empty directory.
 * @throws LiaisonError USAGE, FILE_EXISTS
 */
function initWitness(data: string, name: string): string {
  if (!isKeyName(name)) throw new LiaisonError('USAGE', `--name: no spaces, control characters or plus in a name.`);
  if (existsSync(data) && readdirSync(data).length > 0) throw new LiaisonError('FILE_EXISTS', `${data} is not empty.`);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  chmodSync(data, 0o700);
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = createSigner(name, KEY_TYPE.COSIGNATURE, privateKey);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(data, KEY_FILE), pem, { mode: 0o600, flag: 'wx' });
  new WitnessStore(join(data, DATABASE_FILE), { create: true }).close();
  chmodSync(join(data, DATABASE_FILE), 0o600);
  const verifierKey = formatVerifierKey(signer);
  writeFileSync(join(data, PUBLIC_FILE), `${verifierKey}\n`, { flag: 'wx' });
  return verifierKey;
}

function addLogCommand(): Command {
  return new Command('add-log')
    .description('sign checkpoints of this log from now on; a running witness takes it up at once')
    .argument('<verifier key or file>', "the log's verifier key, obtained from its operator")
    .requiredOption(...DATA)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES.addLog)
    .action((keyOrFile: string, flags: DataFlag) => {
      const key = parseVerifierKey((existsSync(keyOrFile) ? readText(keyOrFile) : keyOrFile).trim());
      const store = openStore(flags.data);
      try {
        store.addLog(key);
      } finally {
        store.close();
      }
      print(flags, { origin: key.name, verifierKey: formatVerifierKey(key) }, [`Log   ${key.name}`]);
    });
}

function statusCommand(): Command {
  return new Command('status')
    .description('the logs, what was signed of each, and what contradicted it')
    .requiredOption(...DATA)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES.status)
    .action((flags: DataFlag) => {
      const { verifierKey, logs, contradictions } = statusOf(flags.data);
      const lines = [`Witness   ${verifierKey}`, ...(logs.length > 0 ? [''] : ['It knows no log: see add-log.'])];
      print(flags, { verifierKey, logs, contradictions }, lines);
      if (flags.json || logs.length === 0) return;
      printTable(
        ['Log', 'Signed size', 'At', 'Contradictions'],
        logs.map(({ origin, size, signedAt, contradicted }) => [origin, String(size), signedAt, String(contradicted)]),
      );
      for (const { origin, signed, refused } of contradictions) {
        print({}, undefined, ['', `Two histories of ${origin}. Signed here:`, '', signed, 'Refused:', '', refused]);
      }
    });
}

interface LogStatus {
  readonly origin: string;
  readonly size: number;
  /** RFC 3339, empty when nothing was signed. */
  readonly signedAt: string;
  readonly contradicted: number;
}

interface WitnessStatus {
  readonly verifierKey: string;
  readonly logs: readonly LogStatus[];
  readonly contradictions: readonly { origin: string; at: string; signed: string; refused: string }[];
}

function statusOf(data: string): WitnessStatus {
  const verifierKey = readText(join(data, PUBLIC_FILE)).trim();
  const witness = parseVerifierKey(verifierKey);
  const store = openStore(data);
  try {
    const found = store.contradictions();
    const logs = store.logs().map(({ name }): LogStatus => {
      const note = store.signed(name)?.note;
      const seconds = note && openNote(note, [witness]).verified[0]?.timeSeconds;
      return {
        origin: name,
        size: note ? parseCheckpoint(parseNote(note).text).size : 0,
        signedAt: seconds === undefined ? '' : new Date(seconds * 1000).toISOString(),
        contradicted: found.filter(({ origin }) => origin === name).length,
      };
    });
    const text = (note: Uint8Array): string => Buffer.from(note).toString('utf8');
    const contradictions = found.map(({ origin, atMs, signed, refused }) => {
      return { origin, at: new Date(atMs).toISOString(), signed: text(signed), refused: text(refused) };
    });
    return { verifierKey, logs, contradictions };
  } finally {
    store.close();
  }
}

interface ServeFlags extends DataFlag {
  readonly listen: string;
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
}

function serveCommand(): Command {
  return new Command('serve')
    .description('answer until SIGTERM or SIGINT')
    .requiredOption(...DATA)
    .requiredOption('--listen <host:port>', 'address to listen on, e.g. 0.0.0.0:8443')
    .option('--tls-certificate <file>', 'certificate chain, PEM; without it plain HTTP, for behind a proxy')
    .option('--tls-key <file>', 'its private key, PEM')
    .addHelpText('after', EXAMPLES.serve)
    .action(async (flags: ServeFlags) => {
      const stop = new Promise<'stop'>((resolve) => {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve('stop'));
      });
      const log = pino();
      const signer = readSigner(flags.data);
      const store = openStore(flags.data);
      const server = await WitnessServer.listen(new Witness(signer, store), listenOptions(flags), log);
      log.info({ port: server.port, verifierKey: formatVerifierKey(signer), logs: store.logs().length }, 'ready');
      const end = await Promise.race([stop, server.failed]);
      await server.close();
      store.close();
      if (end !== 'stop') throw end;
      log.info('stopped');
    });
}

function listenOptions({ listen, tlsCertificate, tlsKey }: ServeFlags): Parameters<typeof WitnessServer.listen>[1] {
  const [, host = '', digits] = /^\[?([^[\]]+)\]?:(\d{1,5})$/.exec(listen) ?? [];
  const port = Number(digits);
  if (host === '' || !(port <= 65535)) {
    throw new LiaisonError('USAGE', `--listen ${listen}: expected an address and a port, e.g. 127.0.0.1:8443.`);
  }
  if (tlsCertificate === undefined && tlsKey === undefined) return { host, port };
  if (tlsCertificate === undefined || tlsKey === undefined) {
    throw new LiaisonError('USAGE', '--tls-certificate and --tls-key belong together.');
  }
  return { host, port, tls: { cert: readBytes(tlsCertificate), key: readKeyFile(tlsKey) } };
}

/** @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID; CONFIG_INVALID when key and verifier key differ */
function readSigner(data: string): WitnessSigner {
  const verifier = parseVerifierKey(readText(join(data, PUBLIC_FILE)).trim());
  const file = join(data, KEY_FILE);
  const pem = readKeyFile(file);
  let signer: WitnessSigner;
  try {
    signer = createSigner(verifier.name, KEY_TYPE.COSIGNATURE, createPrivateKey(pem));
  } catch (error) {
    throw new LiaisonError('FILE_INVALID', `${file} is not an Ed25519 private key in PEM form.`, { cause: error });
  }
  const expected = formatVerifierKey(createVerifier(verifier.name, KEY_TYPE.COSIGNATURE, verifier.publicKey));
  if (formatVerifierKey(signer) === expected) return signer;
  throw new LiaisonError('CONFIG_INVALID', `${PUBLIC_FILE} is not the verifier key of ${KEY_FILE}.`);
}

/** @throws LiaisonError FILE_UNREADABLE: a witness whose data is lost must not begin anew under the same key */
function openStore(data: string): WitnessStore {
  const file = join(data, DATABASE_FILE);
  if (existsSync(file)) return new WitnessStore(file, { create: false });
  throw new LiaisonError('FILE_UNREADABLE', `${file} does not exist: make a witness with ./liaison witness init.`);
}

const EXAMPLES = {
  init: '\nExample:\n  ./liaison witness init --data data/witness --name witness.example.org/auditor',
  addLog: '\nExample:\n  ./liaison witness add-log data/gateway/log.pub --data data/witness',
  status: '\nExample:\n  ./liaison witness status --data data/witness',
  serve: `
Examples:
  ./liaison witness serve --data data/witness --listen 127.0.0.1:8440
  ./liaison witness serve --data data/witness --listen 0.0.0.0:8443 --tls-certificate tls.pem --tls-key tls.key`,
};
