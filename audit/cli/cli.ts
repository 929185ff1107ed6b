/** `./liaison audit …`: what an auditor does with a gateway's data and with receipts. */
import { Command } from 'commander';
import { verifyCommand } from './verify.ts';

/** The commands of this part; liaison.ts joins them. */
export function auditCommand(): Command {
  return new Command('audit').description('verify logs and receipts, offline').addCommand(verifyCommand());
}
