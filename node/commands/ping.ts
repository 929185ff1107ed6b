/** `node ping` */
import { Command } from 'commander';
import { print } from '../../cli/print.ts';
import { type CommonFlags, configOption, jsonOption, parseDuration, verboseOption, withNode } from './shared.ts';

/** Beyond this difference messages are refused as created in the future. */
const SKEW_NOTED_MS = 5_000;

export function pingCommand(): Command {
  return new Command('ping')
    .description('open a session with the gateway and ask it for a sign of life')
    .summary('ask the gateway for a sign of life')
    .option('--timeout <duration>', 'how long to try', '10s')
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText('after', '\nExample:\n  ./liaison node ping --config nodes/xa.customs/node.yaml')
    .action(async (flags: CommonFlags & { readonly timeout: string }) => {
      const timeoutMs = parseDuration(flags.timeout, '--timeout');
      await withNode(flags, 'required', async (node) => {
        const result = await node.ping({ timeoutMs });
        const { roundTripMs, clockAheadMs, treeSize } = result;
        const skew = `this clock is ${Math.abs(clockAheadMs)} ms ${clockAheadMs < 0 ? 'behind' : 'ahead'}`;
        print(flags, result, [
          `${node.config.gateway.url} answered in ${roundTripMs.toFixed(1)} ms; its log has ${treeSize} entries.`,
          ...(Math.abs(clockAheadMs) > SKEW_NOTED_MS ? [`The clocks differ: ${skew}.`] : []),
        ]);
      });
    });
}
