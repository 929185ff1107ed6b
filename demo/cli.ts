/** `./liaison demo`: the whole of Liaison in less than a minute, over real TLS between real processes. */
import { Command } from 'commander';
import { LiaisonError } from '../protocol/errors.ts';
import { PARTNERS } from './cast.ts';
import { Stage } from './stage.ts';
import { STORIES } from './stories/index.ts';
import { playStory } from './stories/run.ts';
import { Story } from './story.ts';
import { Timeline } from './timeline.ts';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';

/** SIGPIPE stands for a closed standard output. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const;

/** The agencies of the first demonstration. */
const FIRST: readonly string[] = ['xa.customs', 'xb.police', 'wco.secretariat'];

interface Flags {
  story?: string;
  keep?: boolean;
  data?: string;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('a gateway and agencies on this machine: messages, receipts, a crash, an audit, or a story')
    .option('--story <number>', `one of the ${STORIES.length} stories, 1 to ${STORIES.length}, instead`)
    .option('--keep', 'leave the gateway running and its data in place afterwards')
    .option('--data <dir>', 'new or empty directory to work in (default: a temporary one)')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run demo\n  npm run demo -- --story 3\n  ./liaison demo --keep --data demo-data',
    )
    .action(async (flags: Flags) => {
      const dir = flags.data ?? (flags.keep ? 'demo-data' : undefined);
      if (dir === '') throw new LiaisonError('USAGE', '--data names a directory.');
      if (dir !== undefined && existsSync(dir) && (!statSync(dir).isDirectory() || readdirSync(dir).length > 0)) {
        throw new LiaisonError('FILE_EXISTS', `${dir} is not an empty directory.`);
      }
      await run(dir, flags.keep === true, storyOf(flags.story));
    });
}

function storyOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (STORIES[number - 1] === undefined) {
    throw new LiaisonError('USAGE', `--story: expected a number from 1 to ${STORIES.length}.`);
  }
  return number;
}

async function run(dir: string | undefined, keepIt: boolean, number: number | undefined): Promise<void> {
  const timeline = new Timeline();
  const story = number === undefined ? undefined : STORIES[number - 1];
  const stage = new Stage(
    story
      ? { dir, partners: PARTNERS, ownClock: true }
      : { dir, partners: PARTNERS.filter(({ agency }) => FIRST.includes(agency)) },
  );
  let ending: Promise<void> | undefined;
  // However this process is told to end, nothing of it may stay: no process, no temporary directory.
  const interrupted = (signal: NodeJS.Signals): void => {
    ending ??= stage.takeDown().then(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of SIGNALS) process.on(signal, interrupted);
  let kept = false;
  try {
    if (story && number !== undefined) await playStory(story, number, stage, timeline);
    else await new Story(stage, timeline).play();
    timeline.line(`\nDone in ${timeline.elapsedSeconds.toFixed(0)} s.`);
    if (keepIt) {
      await keep(stage, timeline);
      kept = true;
    } else if (dir === undefined) {
      timeline.line('Nothing is left of it. To keep it: ./liaison demo --keep --data DIR');
    }
  } catch (error) {
    // What fails because it was interrupted is not an error to report.
    if (!ending) throw error;
    await ending;
  } finally {
    if (!kept && !ending) await stage.takeDown();
    for (const signal of SIGNALS) process.off(signal, interrupted);
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
