/** `./liaison audit export`: a bundle from a gateway's data directory, while the gateway runs or not. */
import { lowerPriority } from '../../cli/priority.ts';
import { Command } from 'commander';
import { print } from '../../cli/print.ts';
import { showProgress } from '../../cli/progress.ts';
import { type LogOrigin, mirror, type MirrorReport, SplitView } from '../bundle/mirror.ts';
import { LedgerReader } from '../ledger-reader.ts';
import { readLogKey } from './trust.ts';

interface ExportFlags {
  out: string;
  logKey?: string;
  json?: boolean;
}

/** Reading is synchronous; more at a time would only wait for more files to be written. */
const PARALLEL = 8;

export function exportCommand(): Command {
  return new Command('export')
    .description('write the log of a gateway, running or stopped, into a bundle that anybody can verify')
    .argument('<data>', 'data directory of the gateway')
    .requiredOption('--out <dir>', 'directory of the bundle; one that exists is brought up to date')
    .option('--log-key <key or file>', "the log's verifier key; without it the data is believed whose log it is")
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  ./liaison audit export data --out /media/stick/log-bundle')
    .action(async (data: string, flags: ExportFlags) => {
      // A gateway on this machine goes first.
      lowerPriority();
      const reader = new LedgerReader(data);
      try {
        await run(flags, originOf(reader), { logKey: flags.logKey, parallel: PARALLEL, what: 'Exporting' });
      } catch (error) {
        // Whatever is wrong with a mixture of two states is not wrong with the data.
        if (!(error instanceof SplitView)) reader.assertUnchanged();
        throw error;
      } finally {
        reader.close();
      }
    });
}

/** The log as it stands now: what is added meanwhile is left for the next time. */
function originOf(reader: LedgerReader): LogOrigin {
  const shards = reader.shards();
  return {
    shards: () => Promise.resolve(shards),
    part: (ordinal, part) => {
      const shard = shards.find((item) => item.shard === ordinal);
      return Promise.resolve(shard && reader.part(shard, part));
    },
  };
}

/** Makes the bundle and says what has become of it. A contradiction is a finding: exit status 1. */
export async function run(
  flags: { readonly out: string; readonly json?: boolean },
  from: LogOrigin,
  options: { logKey: string | undefined; parallel: number; what: string },
): Promise<void> {
  const progress = showProgress(options.what, 1);
  try {
    const report = await mirror({
      from,
      out: flags.out,
      logKey: options.logKey === undefined ? undefined : readLogKey(options.logKey),
      parallel: options.parallel,
      onProgress: (done, of) => progress.at(done / of),
    });
    progress.end();
    print(flags, report, lines(report));
  } catch (error) {
    progress.end();
    if (!(error instanceof SplitView)) throw error;
    print(flags, { verdict: 'findings', finding: error.detail, notes: error.file }, [
      `FINDING: ${error.detail}`,
      'The bundle is as it was. Whoever has the key of the log can check the notes; show them to the other parties.',
    ]);
    process.exitCode = 1;
  }
}

function lines({ out, shards }: MirrorReport): string[] {
  const number = (value: number): string => value.toLocaleString('en-GB');
  return [
    ...shards.map(({ origin, size, before }) =>
      size === before
        ? `${origin}: nothing new, ${number(size)} entries`
        : `${origin}: ${number(size - before)} new, ${number(size)} entries`,
    ),
    `The bundle is in ${out}. To check what its entries say: ./liaison audit verify ${out} --log-key … --anchors …`,
  ];
}
