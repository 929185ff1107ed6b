/** The gateway's processor time by thread and stage, from the profiles that V8 writes when a thread ends. */
import { readdirSync, readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { carry } from '../load/run.ts';
import type { Bench } from './context.ts';
import type { ProfileRow } from './results.ts';
import { prepare, WINDOW } from './throughput.ts';

const BODY_BYTES = 1_024;
const INTERVAL_US = 500;

/** Of a .cpuprofile, what is used here. */
interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}
interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** What a function belongs to, by its file, and its name where the file is not enough. The first that fits counts. */
const STAGES: readonly { readonly stage: string; readonly url?: RegExp; readonly name?: RegExp }[] = [
  { stage: 'garbage collection', name: /^\(garbage collector\)$/ },
  { stage: 'messages between threads', name: /^(postMessage|structuredClone|receiveMessageOnPort)$/ },
  { stage: 'messages between threads', url: /node:internal\/(worker|per_context\/messageport)/ },
  { stage: 'decoding', url: /protocol\/(codec|generated\/)/, name: /decode|read|parse/i },
  { stage: 'encoding', url: /protocol\/(codec|generated\/)/ },
  { stage: 'encoding', url: /gateway\/ledger\/answers/ },
  { stage: 'signatures', url: /protocol\/(batch|algorithms)|envelope\/verify|gateway\/verify|crypto\/sig|audit\/note/ },
  {
    stage: 'tree and proofs',
    url: /merkle|ledger\/.*(tree|tile|proof|hash)|audit\/(checkpoint|proof|tiles|data-format)/,
  },
  { stage: 'database and fsync', url: /ledger\/(store\/sqlite|database)/ },
  // The calls of node:sqlite are native, so they count for the functions that make them.
  { stage: 'database and fsync', url: /ledger\/engine/, name: /^(transaction|close|erase|prepare)$/ },
  { stage: 'deciding and applying', url: /\/ledger\// },
  {
    stage: 'TLS, sockets and WebSocket',
    url: /node:(_?tls|net|_http|https?|internal\/(stream|tls|streams|net|http))|\/ws\//,
  },
  { stage: 'sessions', url: /gateway\/session|gateway\/gateway|protocol\/session/ },
  { stage: 'start-up', url: /node_modules\/(yaml|zod|commander|pino|@|prom)|node:internal\/(modules|bootstrap|deps)/ },
];
const OTHER = 'other';

/** Profiles the gateway while single messages with keys of the first type are carried; keeps the profiles in `dir`. */
export async function profile(bench: Bench, dir: string): Promise<ProfileRow[]> {
  const [line] = await bench.lines(['single']);
  const site = await bench.site(bench.options.keys[0] ?? 'rsa3072');
  if (!line) return [];
  const { sizes } = bench.options;
  const count = sizes.throughput[0]?.messages ?? 0;
  await prepare(bench, line, BODY_BYTES, sizes.warmUp + count);
  mkdirSync(dir, { recursive: true });
  const known = new Set(readdirSync(dir));
  site.environment = { NODE_OPTIONS: `--cpu-prof --cpu-prof-interval ${INTERVAL_US} --cpu-prof-dir=${dir}` };
  try {
    await bench.on(line, true, (running) =>
      carry(running, {
        senders: [{ from: 0, to: 1, bodyBytes: BODY_BYTES, signing: 'single' }],
        recipients: [{ to: 1 }],
        warmUp: sizes.warmUp,
        count,
        schedule: { kind: 'window', window: WINDOW, unit: line.unit },
      }),
    );
  } finally {
    site.environment = {};
  }
  const files = readdirSync(dir).filter((name) => name.endsWith('.cpuprofile') && !known.has(name));
  bench.log(`profile: ${files.length} threads, in ${dir}`);
  return rowsOf(files.map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as Profile));
}

/** Time by thread and stage, the most first. Idle time is left out. */
export function rowsOf(profiles: readonly Profile[]): ProfileRow[] {
  const times = new Map<string, { thread: string; stage: string; milliseconds: number }>();
  for (const one of profiles) {
    const thread = threadOf(one);
    for (const [stage, milliseconds] of timesOf(one)) {
      const key = `${thread}\n${stage}`;
      const before = times.get(key)?.milliseconds ?? 0;
      times.set(key, { thread, stage, milliseconds: before + milliseconds });
    }
  }
  const rows = [...times.values()];
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return rows
    .map((row) => ({ ...row, share: row.milliseconds / total }))
    .sort((a, b) => a.thread.localeCompare(b.thread) || b.milliseconds - a.milliseconds);
}

/** The entry module tells the threads apart; threads that check signatures are counted together. */
function threadOf({ nodes }: Profile): string {
  const has = (file: string): boolean => nodes.some(({ callFrame }) => callFrame.url.endsWith(file));
  if (has('gateway/ledger/worker.ts')) return 'ledger';
  return has('gateway/verify/worker.ts') ? 'verify' : 'main';
}

function timesOf({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)));
  const stages = new Map<number, string | undefined>();
  const stageOf = (id: number): string | undefined => {
    if (!stages.has(id)) stages.set(id, stageOfStack(id, byId, parents));
    return stages.get(id);
  };
  const times = new Map<string, number>();
  samples.forEach((id, i) => {
    const stage = stageOf(id);
    if (stage !== undefined) times.set(stage, (times.get(stage) ?? 0) + (timeDeltas[i] ?? 0) / 1000);
  });
  return times;
}

/** The stage of the innermost function that belongs to one; undefined when the thread was idle. */
function stageOfStack(
  id: number,
  byId: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): string | undefined {
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const frame = byId.get(at)?.callFrame;
    if (!frame) break;
    if (frame.functionName === '(idle)') return undefined;
    const found = STAGES.find(
      ({ url, name }) => (url?.test(frame.url) ?? true) && (name?.test(frame.functionName) ?? true),
    );
    if (found) return found.stage;
  }
  return OTHER;
}
