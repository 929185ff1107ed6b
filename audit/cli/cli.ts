/** `./liaison audit …`: what an auditor does with a gateway's data and with receipts. */
import { Command } from 'commander';
import { exportCommand } from './export.ts';
import { fetchCommand } from './fetch.ts';
import { verifyCommand } from './verify.ts';

/** The commands of this part; liaison.ts joins them. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('get logs, and verify them and receipts offline')
    .addCommand(exportCommand())
    .addCommand(fetchCommand())
    .addCommand(verifyCommand());
}
