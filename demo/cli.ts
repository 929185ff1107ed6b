/** `./liaison demo`: the whole of Liaison in less than a minute, over real TLS between real processes. */
import { Command } from 'commander';
import { LiaisonError } from '../protocol/errors.ts';
import { Stage } from './stage.ts';
import { Story } from './story.ts';
import { Timeline } from './timeline.ts';
import { existsSync, readdirSync } from 'node:fs';

interface Flags {
  keep?: boolean;
  data?: string;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('a gateway and three agencies on this machine: messages, receipts, a crash, an audit')
    .option('--keep', 'leave the gateway running and its data in place afterwards')
    .option('--data <dir>', 'new or empty directory to work in (default: a temporary one)')
    .addHelpText('after', '\nExamples:\n  npm run demo\n  ./liaison demo --keep --data demo-data')
    .action(async (flags: Flags) => {
      if (flags.data !== undefined && existsSync(flags.data) && readdirSync(flags.data).length > 0) {
        throw new LiaisonError('FILE_EXISTS', `${flags.data} is not empty.`);
      }
      await run(flags);
    });
}

async function run(flags: Flags): Promise<void> {
  const timeline = new Timeline();
  const stage = new Stage(flags.data ?? (flags.keep ? 'demo-data' : undefined));
  const interrupted = (): void => void stage.takeDown().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  let kept = false;
  try {
    await new Story(stage, timeline).play();
    timeline.line(`\nDone in ${timeline.elapsedSeconds.toFixed(0)} s.`);
    if (flags.keep) {
      await keep(stage, timeline);
      kept = true;
    }
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    if (!kept) await stage.takeDown();
  }
}

async function keep(stage: Stage, timeline: Timeline): Promise<void> {
  await stage.startGateway();
  const file = stage.writeDescription();
  stage.release();
  timeline.line(`
The gateway is running again (process ${stage.gatewayPid}). Everything needed to connect is in
  ${file}
Send something yourself:
  ./liaison node send --config ${stage.path('nodes/xa.customs/node.yaml')} --to xb.police/desk --text "Hello"
  ./liaison node inbox --config ${stage.path('nodes/xb.police/node.yaml')}
Stop it:
  kill ${stage.gatewayPid}`);
}
