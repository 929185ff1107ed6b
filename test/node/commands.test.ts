/** The node's commands: what is wrong on the command line is named as the flag spells it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { inboxCommand } from '../../node/commands/inbox.ts';
import { receiptsCommand } from '../../node/commands/receipts.ts';
import { sendCommand } from '../../node/commands/send.ts';
import { showCommand } from '../../node/commands/show.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { hasOpenssl } from '../support/openssl.ts';

const ID = '0198f0a2-6e1c-7d31-8a55-0123456789ab';
const REASON = ['--actor', 'J. Doe', '--justification', 'case 7'];
const dir = mkdtempSync(join(tmpdir(), 'liaison-commands-'));

describe.skipIf(!hasOpenssl)('a command', async () => {
  if (!hasOpenssl) return;
  const world = await import('./world.ts');
  const config = { ...world.makeConfig(), gateway: { url: 'wss://127.0.0.1:1', ca: world.authority.certificatePath } };
  const file = join(config.dataDir, '..', 'node.yaml');
  writeFileSync(file, JSON.stringify(config));
  const list = join(dir, 'list.json');
  writeFileSync(list, '[]');
  const empty = join(dir, 'empty.json');
  writeFileSync(empty, '{ "language": "en" }');
  afterAll(() => {
    world.removeWorld();
    rmSync(dir, { recursive: true });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  async function run(command: Command, ...args: readonly string[]): Promise<string> {
    let out = '';
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
    await command.exitOverride().parseAsync([...args, '--config', file], { from: 'user' });
    return out;
  }
  const refusal = async (command: Command, ...args: readonly string[]): Promise<string> => {
    const error: unknown = await run(command, ...args).catch((caught: unknown) => caught);
    return error instanceof LiaisonError ? `${error.code} ${error.detail}` : String(error);
  };

  test.each<[string, string[], string]>([
    ['USAGE --to: "xb.police"', ['--to', 'xb.police'], 'mailbox'],
    ['USAGE --from: ', ['--from', 'nounit'], 'xa.customs/portalder'],
    ['USAGE --reply-to: "abc"', ['--reply-to', 'abc'], 'message id'],
    ['MESSAGE_NOT_FOUND ', ['--reply-to', ID], ID],
    ['USAGE --classification: ', ['--classification', 'top'], 'bpl, eu-restricted, eu-confidential'],
    ['USAGE --handling: ', ['--handling', 'h4'], 'h0, h1, h2, h3'],
    ['USAGE --handling h3 ', ['--handling', 'h3'], '--handling-text'],
    ['USAGE --type: ', ['--type', 'letter'], 'information-request'],
    ['USAGE --purpose: ', ['--purpose', 'fun'], 'risk-analysis'],
    ['USAGE --crime-area: ', ['--crime-area', 'none'], 'revenue'],
    ['USAGE --outcome ', ['--outcome', 'full'], 'information-answer'],
    ['USAGE --facts ', ['--facts', 'x'], 'information-request, not with spontaneous-information'],
    ['USAGE --urgency-reason ', ['--urgency-reason', 'x'], 'information-request'],
    [
      'USAGE --evaluation ',
      ['--type', 'information-request', '--facts', 'x', '--evaluation', 'B2'],
      'information-answer',
    ],
    ['USAGE --availability ', ['--availability', 'direct'], 'information-request only'],
    ['USAGE There are no flags for alert', ['--type', 'alert'], './liaison node compose --type alert'],
    ['USAGE An answer ', ['--type', 'information-answer'], '--reply-to'],
    ['USAGE --expires: ', ['--expires', '91d'], '90d'],
    ['USAGE --thread: ', ['--thread', 'abc'], '32 hexadecimal digits'],
    ['USAGE ', ['--language', '!'], 'language'],
    ['USAGE ', ['--wait', 'handed-over'], 'either --wait or --no-wait'],
  ])('send: %s', async (begins, args, named) => {
    const text = await refusal(sendCommand(), '--to', 'xb.police/desk', '--text', 'x', '--no-wait', ...args);
    expect(text.startsWith(begins), text).toBe(true);
    expect(text).toContain(named);
  });

  test.each([
    ['USAGE --text is empty.', ['--text', '']],
    ['USAGE --subject goes with --text', ['--body', list, '--subject', 'x']],
    ['USAGE --crime-area goes with --text', ['--body', list, '--crime-area', 'revenue']],
    ['USAGE --language goes with --text', ['--body', list, '--language', 'fr']],
    ['USAGE --handling-text goes with --text', ['--body', list, '--handling-text', 'x']],
    [`FILE_INVALID ${list}: expected an object`, ['--body', list]],
    [`FILE_INVALID ${empty}: `, ['--body', empty]],
  ])('send: %s', async (begins, args) => {
    expect(await refusal(sendCommand(), '--to', 'xb.police/desk', '--no-wait', ...args)).toContain(begins);
  });

  test('others that get no message id, or no own unit', async () => {
    expect(await refusal(showCommand(), 'abc')).toContain('USAGE <id>: "abc"');
    expect(await refusal(receiptsCommand(), 'abc')).toContain('USAGE [id]: "abc"');
    expect(await refusal(receiptsCommand(), '--refresh')).toBe('USAGE --refresh needs a message id.');
    expect(await refusal(inboxCommand(), '--mailbox', 'x')).toContain('USAGE --mailbox: This node serves');
  });

  test('that finds no session shows what is here, and its status says so', async () => {
    expect(await run(inboxCommand())).toContain('Nothing is waiting.');
    expect(process.exitCode).toBe(1);
  });

  test('tells who has refused what was never logged', async () => {
    const { node } = await world.openNode(world.makeGateway(), config);
    const id = await node.send({ ...world.REQUEST, to: ['xc.nobody/desk'] });
    await expect(node.waitFor(id, 'accepted')).rejects.toMatchObject({ code: 'RECIPIENT_UNKNOWN' });
    expect(node.evidence(id).recipients).toMatchObject([
      { recipient: 'xc.nobody/desk', state: undefined, notified: false, events: [] },
    ]);
    await node.close();
    const refused = 'refused by this node: RECIPIENT_UNKNOWN; nothing was logged, so there is no receipt';
    expect(await run(receiptsCommand(), id)).toContain(refused);
    expect(await refusal(showCommand(), id)).toBe('JUSTIFICATION_MISSING Give --actor and --justification.');
    expect(await run(showCommand(), id, ...REASON)).toContain(refused);
  });
});
