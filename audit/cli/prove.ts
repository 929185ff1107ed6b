/** `./liaison audit prove`: all that a log says about one message, as a file for somebody who sees nothing else. */
import { existsSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { print } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { parseMailbox, parseMessageId } from '../../protocol/ids.ts';
import { examineProof, type ProofReport } from '../explain-proof.ts';
import { openAuditSource } from '../bundle/open.ts';
import { collectProof } from '../proof/collect.ts';
import { formatMessageProof, type MessageProof } from '../proof/message-proof.ts';
import { bullet, printFindings } from './report.ts';

interface ProveFlags {
  readonly message: string;
  readonly sender?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** The command `prove`. */
export function proveCommand(): Command {
  return new Command('prove')
    .description('write all that a log says about one message into a file that others can check offline')
    .argument('<path>', 'bundle, or data directory of a stopped gateway')
    .requiredOption('--message <id>', 'message id')
    .option('--sender <mailbox>', 'whose message, when several senders have used the id')
    .requiredOption('--out <file>', 'file that does not exist yet')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action((path: string, flags: ProveFlags) => {
      if (existsSync(flags.out)) throw new LiaisonError('FILE_EXISTS', flags.out);
      const wanted = {
        messageId: given('--message', () => parseMessageId(flags.message)),
        ...(flags.sender !== undefined && { sender: given('--sender', () => parseMailbox(flags.sender ?? '')) }),
      };
      const proof = readProof(path, wanted);
      const text = formatMessageProof(proof);
      const report = examineProof(text, {});
      writeFileSync(flags.out, text, { flag: 'wx', mode: 0o600, flush: true });
      printProof(flags, report, proof);
      if (report.verdict === 'findings') process.exitCode = 1;
    });
}

function readProof(path: string, wanted: Parameters<typeof collectProof>[1]): MessageProof {
  const source = openAuditSource(path);
  try {
    return collectProof(source, wanted);
  } finally {
    source.close();
  }
}

function printProof(flags: ProveFlags, report: ProofReport, { receipts, links, chains }: MessageProof): void {
  const { message, entries, findings } = report;
  print(flags, { out: flags.out, message, entries, findings }, [
    `${receipts.length} entries about ${message.id} from ${message.sender}, ${chains.length} certificate chains, ${links.length} links between shards: ${flags.out}`,
    ...report.proves.map(bullet),
    ...(findings.length > 0 ? ['The log itself is wrong about this message; the file shows it:'] : []),
  ]);
  if (!flags.json) printFindings(findings, findings.length);
}

function given<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    throw new LiaisonError('USAGE', `${flag}: ${error.detail}`, { cause: error });
  }
}

const EXAMPLE = `
The file has the entries about this message and the certificates of those who signed in them, and nothing else of the log.
Whoever gets it checks it with the log's key and the authorities, obtained elsewhere:

  ./liaison audit prove data --message 0198f0a2-6e1c-7d31-8a55-0123456789ab --out message.proof
  ./liaison audit verify message.proof --log-key log.pub --anchors anchors`;
