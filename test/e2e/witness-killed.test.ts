/** A witness that is killed while it signs: what it has answered it knows for ever. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { signCheckpoint } from '../../audit/checkpoint.ts';
import { TileTree } from '../../audit/tree.ts';
import { formatVerifierKey } from '../../audit/verifier-key.ts';
import { toBase64 } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { leaves, log } from '../audit/support.ts';
import { WitnessProcess } from '../support/witnesses.ts';

const KILLS = Number(process.env['LIAISON_KILLS'] ?? '5');
const LEAVES = 6_000;
const dir = mkdtempSync(join(tmpdir(), 'liaison-killed-'));
const witness = new WitnessProcess(dir, 'auditor');
afterAll(async () => {
  await witness.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A history of the log; `twist` makes it another one from this leaf on. */
function history(twist = Infinity): TileTree {
  const tiles = new Map<string, Uint8Array>();
  const tree = new TileTree((level, number) => tiles.get(`${level}/${number}`)!);
  const hashes = leaves(0, LEAVES).map((hash, i) => (i >= twist ? leafHash(hash) : hash));
  for (const { level, number, hashes: tile } of tree.append(hashes)) tiles.set(`${level}/${number}`, tile);
  tree.stored();
  return tree;
}
const ours = history();

function post(tree: TileTree, from: number, to: number): Promise<Response> {
  const note = signCheckpoint({ origin: log.name, size: to, root: tree.rootAt(to) }, log);
  const head = [`old ${from}`, ...tree.consistencyPath(from, to).map(toBase64)].map((line) => `${line}\n`).join('');
  const body = Buffer.concat([Buffer.from(`${head}\n`), note]);
  return fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body });
}

test('no fork is signed after any of many kills, and nothing smaller than the last answer', async () => {
  witness.addLog(formatVerifierKey(log));
  let answered = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await witness.start();
    const asked = await (await post(ours, 0, 1)).text();
    // What the witness holds may be one checkpoint newer than what it could still answer.
    let size = kill === 0 ? 1 : Number(asked);
    expect(size).toBeGreaterThanOrEqual(answered);
    answered = size;
    const until = Date.now() + 100 + 70 * (kill % 5);
    const killed = new Promise((resolve) => setTimeout(resolve, until - Date.now())).then(() =>
      witness.stop('SIGKILL'),
    );
    while (size < LEAVES - 10) {
      const answer = await post(ours, size, size + 1).catch(() => undefined);
      if (answer?.status !== 200) break;
      answered = ++size;
    }
    await killed;
    await witness.start();
    const stored = witness.status().logs[0]!.size;
    expect(stored).toBeGreaterThanOrEqual(answered);
    expect(stored).toBeLessThanOrEqual(answered + 1);
    const fork = history(stored - 1);
    expect((await post(fork, stored, stored)).status).toBe(422);
    expect((await post(fork, stored, stored + 7)).status).toBe(422);
    expect((await post(fork, stored - 1, stored)).status).toBe(409);
    expect(witness.status().logs[0]!.size).toBe(stored);
    await witness.stop('SIGKILL');
  }
});
