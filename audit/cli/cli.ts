/** `./liaison audit …`: what an auditor does with a gateway's log and with what was made of it. */
import { Command } from 'commander';
import { exportCommand } from './export.ts';
import { fetchCommand } from './fetch.ts';
import { proveCommand } from './prove.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report-html.ts';
import { verifyCommand } from './verify.ts';

/** The commands of this part; liaison.ts joins them. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('get a log, verify it, ask it, and prove with it')
    .addCommand(exportCommand())
    .addCommand(fetchCommand())
    .addCommand(verifyCommand())
    .addCommand(replayCommand())
    .addCommand(proveCommand())
    .addCommand(reportCommand());
}
