/** The node's log on the command line; commands that ask who and why; the list of commands; the end by Ctrl-C. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Command } from 'commander';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { exportCommand } from '../../node/commands/export.ts';
import { journalCommand } from '../../node/commands/journal.ts';
import { showCommand } from '../../node/commands/show.ts';
import { NodeDatabase } from '../../node/store/database.ts';
import { hasOpenssl } from '../support/openssl.ts';

const LIAISON = join(import.meta.dirname, '../../liaison');
const REASON = ['--actor', 'J. Doe', '--justification', 'case 7'];
const dir = mkdtempSync(join(tmpdir(), 'liaison-cli-journal-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe.each([[[]], [['node']]])('./liaison %j', (words) => {
  test('without a command lists those that there are', () => {
    const { status, stderr } = spawnSync(LIAISON, words, { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('A command is missing.');
    for (const name of words.length === 0 ? ['gateway', 'node', 'audit'] : ['compose', 'thread', 'journal', 'export']) {
      expect(stderr).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    }
  });
});

describe.skipIf(!hasOpenssl)('with messages', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  afterAll(world.removeWorld);
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  const config = { ...world.makeConfig(), gateway: { url: 'wss://127.0.0.1:1', ca: world.authority.certificatePath } };
  const file = join(dir, 'node.yaml');
  writeFileSync(file, JSON.stringify(config));
  const { node } = await world.openNode(world.makeGateway(), config);
  const id = await node.send(world.REQUEST);
  await node.waitFor(id, 'accepted');
  await node.close();

  async function run(command: Command, ...args: readonly string[]): Promise<string> {
    let out = '';
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
    await command.exitOverride().parseAsync([...args, '--config', file], { from: 'user' });
    vi.restoreAllMocks();
    return out;
  }
  const journal = (...args: readonly string[]): Promise<string> => run(journalCommand(), ...args);

  test('showing one without who and why shows nothing and is refused; with them it is recorded', async () => {
    await expect(run(showCommand(), id)).rejects.toMatchObject({ code: 'JUSTIFICATION_MISSING' });
    expect(await journal('list', '--message', id)).not.toContain('message.consulted');
    expect(await run(showCommand(), id, ...REASON)).toContain('Arrives on Monday.');
    expect(await journal('list', '--message', id)).toMatch(/message\.consulted {2}.*J\. Doe {2,}case 7/);
  });

  test('it is recorded before anything is shown', async () => {
    vi.spyOn(NodeDatabase.prototype, 'write').mockRejectedValue(new Error('disk'));
    let out = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
    await expect(showCommand().parseAsync([id, '--config', file, ...REASON], { from: 'user' })).rejects.toThrow('disk');
    expect(out).toBe('');
  });

  test('an export is recorded, with its place in the manifest', async () => {
    const out = join(dir, 'export');
    expect(await run(exportCommand(), id, '--out', out, ...REASON)).toContain('1 messages in 2 files');
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as {
      messages: { journalEntry: number }[];
    };
    const listed = JSON.parse(await journal('list', '--json')) as { index: number; act: string; actor: string }[];
    const entry = listed.find(({ index }) => index === manifest.messages[0]?.journalEntry);
    expect(entry).toMatchObject({ act: 'message.exported', actor: 'J. Doe' });
    await expect(run(exportCommand(), '--out', out)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('an intact log verifies, with a checkpoint that was kept', async () => {
    const kept = join(dir, 'kept.checkpoint');
    writeFileSync(kept, await journal('checkpoint'));
    await run(showCommand(), id, ...REASON);
    expect(await journal('verify', '--checkpoint', kept)).toMatch(/^Intact: \d+ entries, \d+ checkpoints\./);
    expect(process.exitCode).toBeUndefined();
  });

  test('a changed one does not, the entry is named, and the node does not start on it', async () => {
    const db = new DatabaseSync(join(config.dataDir, 'node.db'));
    const last = db.prepare('SELECT max(idx) AS n FROM journal').get()!['n'] as number;
    const { entry } = db.prepare('SELECT entry FROM journal WHERE idx = ?').get(last) as { entry: Uint8Array };
    db.prepare('UPDATE journal SET entry = ? WHERE idx = ?').run(entry.with(20, entry[20]! ^ 1), last);
    db.close();
    expect(await journal('verify')).toContain(`Entry ${last} differs from its leaf hash.`);
    expect(process.exitCode).toBe(1);
    await expect(run(showCommand(), id, ...REASON)).rejects.toMatchObject({ code: 'DATA_DAMAGED' });
    const again = new DatabaseSync(join(config.dataDir, 'node.db'));
    again.prepare('UPDATE journal SET entry = ? WHERE idx = ?').run(entry, last);
    again.close();
    expect(await journal('verify')).toContain('Intact');
  });

  test('inbox --follow ends cleanly by Ctrl-C', async () => {
    const child = spawn(LIAISON, ['node', 'inbox', '--follow', '--verbose', '--config', file]);
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
