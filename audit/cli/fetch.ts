/** `./liaison audit fetch`: mirrors a log over the network into a bundle. */
import { Command } from 'commander';
import { readBytes, readKeyFile } from '../../cli/config-file.ts';
import { lowerPriority } from '../../cli/priority.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { run } from './export.ts';
import { HttpsOrigin } from './https-origin.ts';

interface FetchFlags {
  out: string;
  certificate: string;
  key: string;
  ca: string;
  logKey: string;
  json?: boolean;
}

const PARALLEL = 8;

export function fetchCommand(): Command {
  return new Command('fetch')
    .description("mirror a gateway's log into a bundle, verifying it on the way; repeat it to get what is new")
    .argument('<url>', 'where the gateway serves auditors, e.g. https://gateway.example.org:8444')
    .requiredOption('--out <dir>', 'directory of the bundle; one that exists is brought up to date')
    .requiredOption('--certificate <file>', "the auditor's client certificate, PEM")
    .requiredOption('--key <file>', 'its private key, PEM')
    .requiredOption('--ca <file>', "the authority of the gateway's certificate, PEM")
    .requiredOption('--log-key <key or file>', "the log's verifier key, obtained from outside")
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (url: string, flags: FetchFlags) => {
      lowerPriority();
      const origin = new HttpsOrigin(parseUrl(url), {
        cert: readBytes(flags.certificate),
        key: readKeyFile(flags.key),
        ca: readBytes(flags.ca),
        maxSockets: PARALLEL,
      });
      try {
        await run(flags, origin, { logKey: flags.logKey, parallel: PARALLEL, what: 'Fetching' });
      } finally {
        origin.close();
      }
    });
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  const isPlain = url?.protocol === 'https:' && url.search === '' && url.hash === '' && url.username === '';
  if (url && isPlain) return url;
  throw new LiaisonError(
    'USAGE',
    `${JSON.stringify(text.slice(0, 200))} is not an https:// address without parameters.`,
  );
}

const EXAMPLE = `
Exit status: 0 the bundle is up to date; 1 the log contradicts what it has shown before; 2 nothing could be done.

Example:
  ./liaison audit fetch https://gateway.example.org:8444 --out log-bundle --log-key auditor/log.pub \\
    --certificate auditor/tls.pem --key auditor/tls.key --ca auditor/ca.pem`;
