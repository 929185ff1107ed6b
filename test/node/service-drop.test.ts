/** The drop folders' parts around a stand-in: attachments, wrong files, and an end at each of their steps. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { DropInbox } from '../../node/service/drop-inbox.ts';
import { DropOutbox } from '../../node/service/drop-outbox.ts';
import { ServiceStore } from '../../node/service/store.ts';
import { ERRORS, LiaisonError } from '../../protocol/errors.ts';
import { BODY, fileOf, QUIET, random, removeDirs, sha256, StandIn, tempDir } from './service-support.ts';

afterAll(removeDirs);

let dir: string;
let node: StandIn;
let store: ServiceStore;
let nowMs: number;
const at = (...names: string[]): string => join(dir, ...names);
const read = (...names: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(at(...names), 'utf8')) as Record<string, unknown>;
const seen = (folder: string): string[] => readdirSync(at(folder)).toSorted();

beforeEach(() => {
  dir = tempDir();
  for (const name of ['outbox', 'inbox', 'failed', 'sent']) mkdirSync(at(name));
  node = new StandIn();
  store = new ServiceStore(at('data'));
  nowMs = 1_000_000;
  return () => store.close();
});

/** Lets a method of the store fail at its n-th call: as far as the folders go, the process ends there. */
function dyingStore(method: keyof ServiceStore, call = 1): ServiceStore {
  let calls = 0;
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (name === method && ++calls === call) throw new Error('killed');
        return (value as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

const REQUEST = { to: ['xb.police/desk'], body: BODY };

describe('outbox', () => {
  const makeOutbox = (used: ServiceStore = store): DropOutbox =>
    new DropOutbox({
      ...{ node: node.node, store: used, settleMs: 100, logger: QUIET, now: () => nowMs, random },
      folders: { outbox: at('outbox'), inbox: at('inbox'), failed: at('failed'), sent: at('sent') },
    });
  const put = (name: string, content: unknown = REQUEST): string =>
    fileOf(at('outbox'), `${name}.json`, typeof content === 'string' ? content : JSON.stringify(content));
  /** Looks with a rest between them: at the file, at the attachments that it names, and at both again. */
  const scan = async (outbox: DropOutbox, restMs = 100): Promise<void> => {
    for (let look = 0; look < 3; look++) {
      await outbox.scan();
      nowMs += restMs;
    }
  };

  test('a file becomes a message, with its attachments, and moves to sent/', async () => {
    const digest = sha256(fileOf(at('outbox'), 'photo.jpg', 'bytes of a photo'));
    put('seizure', { ...REQUEST, attachments: [{ file: 'photo.jpg', mediaType: 'image/jpeg' }] });
    await scan(makeOutbox());
    const [[id, request]] = [...node.sent] as [[string, object]];
    expect(request).toMatchObject({ to: ['xb.police/desk'], files: [{ name: 'photo.jpg', sha256: digest }] });
    expect(seen('outbox')).toEqual([]);
    expect(seen('sent')).toEqual([`seizure.${id}`, `seizure.${id}.json`]);
    expect(seen(`sent/seizure.${id}`)).toEqual(['photo.jpg']);
  });

  test('a file that still changes is left alone, and so is one whose attachment does', async () => {
    const outbox = makeOutbox();
    const path = put('growing', JSON.stringify(REQUEST).slice(0, 50));
    await scan(outbox);
    writeFileSync(path, JSON.stringify({ ...REQUEST, attachments: [{ file: 'late.jpg' }] }));
    await scan(outbox);
    await scan(outbox);
    expect([node.sent.size, seen('failed')]).toEqual([0, []]);
    fileOf(at('outbox'), 'late.jpg', 'x');
    await scan(outbox);
    expect(node.sent.size).toBe(1);
  });

  test.each([
    ['no JSON', '{"to": [', 'FILE_INVALID', 'It is not JSON'],
    ['an unknown member', { ...REQUEST, urgencyy: 1 }, 'FILE_INVALID', 'urgencyy'],
    [
      'a path out of the folder',
      { ...REQUEST, attachments: [{ file: '../node.yaml' }] },
      'FILE_INVALID',
      'attachments.0.file',
    ],
    ['a missing attachment', { ...REQUEST, attachments: [{ file: 'none.jpg' }] }, 'FILE_UNREADABLE', 'none.jpg'],
    ['a link as attachment', { ...REQUEST, attachments: [{ file: 'link.jpg' }] }, 'FILE_UNREADABLE', 'link.jpg'],
  ])('%s: the file moves to failed/ with the reason', async (_what, content, code, text) => {
    symlinkSync('/etc/passwd', at('outbox', 'link.jpg'));
    put('wrong', content);
    const outbox = makeOutbox();
    await scan(outbox);
    expect(seen('failed')).toEqual([]);
    await scan(outbox, 1_000);
    expect(seen('failed')).toEqual(expect.arrayContaining(['wrong.json', 'wrong.reason.json']));
    expect(read('failed', 'wrong.reason.json')).toMatchObject({ code, remedy: expect.any(String) as string });
    expect(read('failed', 'wrong.reason.json')['text']).toContain(text);
    expect(node.sent.size).toBe(0);
  });

  test('what the node refuses fails at once; what time mends stays', async () => {
    put('later');
    const outbox = makeOutbox();
    node.sendError = new LiaisonError('STORAGE_FULL');
    await expect(scan(outbox)).rejects.toThrow(/disk is full/);
    expect(seen('failed')).toEqual([]);
    node.sendError = new LiaisonError('BODY_INVALID', 'body.text is missing.');
    await outbox.scan();
    expect(read('failed', 'later.reason.json')).toMatchObject({ code: 'BODY_INVALID' });
    expect(store.drops()).toEqual([]);
  });

  test('what the gateway refuses later moves from sent/ to failed/, also after a restart', async () => {
    put('refused');
    await scan(makeOutbox());
    const [id = ''] = node.sent.keys();
    node.states.set(id, { state: 'refused', obstacle: { code: 'PERMISSION_MISSING', text: 'Of 0198.' } });
    await makeOutbox().recover();
    expect(seen('sent')).toEqual([]);
    expect(read('failed', 'refused.reason.json')).toEqual({
      ...{ code: 'PERMISSION_MISSING', id, at: expect.any(Number) as number },
      text: new LiaisonError('PERMISSION_MISSING', 'Of 0198.').message,
      remedy: ERRORS.PERMISSION_MISSING.remedy,
    });
    expect(store.drops()).toEqual([]);
  });

  test('accepted messages leave no trace in the store', async () => {
    put('accepted');
    await scan(makeOutbox());
    const [id = ''] = node.sent.keys();
    node.states.set(id, { state: 'accepted' });
    await makeOutbox().recover();
    expect([store.drops(), seen('sent')]).toEqual([[], [`accepted.${id}.json`]]);
  });

  test.each(['addDrop', 'setDropSent', 'drops'] as const)('an end at %s: one message, one file', async (method) => {
    fileOf(at('outbox'), 'photo.jpg', 'x');
    put('once', { ...REQUEST, attachments: [{ file: 'photo.jpg' }] });
    const first = makeOutbox(dyingStore(method));
    await first.recover().catch(() => undefined);
    await scan(first).catch(() => undefined);
    const second = makeOutbox();
    await second.recover();
    await scan(second);
    expect(node.sent.size).toBe(1);
    const [id = ''] = node.sent.keys();
    expect([seen('outbox'), seen('failed'), seen('sent')]).toEqual([[], [], [`once.${id}`, `once.${id}.json`]]);
  });

  test('an end between send and move: not sent again', async () => {
    put('once');
    const send = node.send.bind(node);
    node.send = async (request) => {
      await send(request);
      throw new Error('killed');
    };
    await expect(scan(makeOutbox())).rejects.toThrow('killed');
    node.send = send;
    const second = makeOutbox();
    await second.recover();
    await scan(second);
    expect([node.sent.size, seen('outbox')]).toEqual([1, []]);
  });

  test('the same name and content dropped again is a new message, also when the end came before the first was noted', async () => {
    put('daily');
    await scan(makeOutbox(dyingStore('setDropSent'))).catch(() => undefined);
    put('daily');
    const second = makeOutbox();
    await second.recover();
    await scan(second);
    expect([node.sent.size, seen('sent').length]).toEqual([2, 2]);
  });

  test('a file that takes the name of one under way is a message of its own', async () => {
    put('name', { ...REQUEST, urgency: 'NORMAL' });
    const send = node.send.bind(node);
    node.send = async (request) => {
      node.send = send;
      fileOf(at('outbox'), '.tmp', JSON.stringify({ ...REQUEST, urgency: 'URGENT' }));
      renameSync(at('outbox', '.tmp'), at('outbox', 'name.json'));
      return send(request);
    };
    const outbox = makeOutbox();
    await scan(outbox);
    await scan(outbox);
    expect([...node.sent.values()].map(({ urgency }) => urgency)).toEqual(['NORMAL', 'URGENT']);
  });

  test('a file that cannot be finished does not hold up the others', async () => {
    put('a-stuck');
    put('b-good');
    const send = node.send.bind(node);
    let calls = 0;
    node.send = (request) => (++calls === 1 ? Promise.reject(new Error('unexpected')) : send(request));
    await expect(scan(makeOutbox())).rejects.toThrow('unexpected');
    expect(seen('sent')).toHaveLength(1);
  });

  test("hidden and temporary names are nobody's business", async () => {
    for (const name of ['.hidden.json', 'report.json.tmp', 'notes.txt']) {
      utimesSync(fileOf(at('outbox'), name, '{}'), 1, 1);
    }
    await scan(makeOutbox(), 10_000);
    expect([node.sent.size, seen('outbox').length, seen('failed')]).toEqual([0, 3, []]);
  });
});

describe('inbox', () => {
  const makeInbox = (used: ServiceStore = store): DropInbox =>
    new DropInbox({ node: node.node, store: used, dir: at('inbox'), logger: QUIET, retryAfterMs: 1 });
  const run = async (inbox: DropInbox): Promise<void> => inbox.run(new AbortController().signal);

  test('a message is a file with its attachments beside it, then done, and recorded', async () => {
    const { id } = node.arrive([{ name: '../../photo.jpg', path: fileOf(dir, 'photo', 'bytes') }]);
    await run(makeInbox());
    expect(seen('inbox')).toEqual([id, `${id}.json`]);
    const [attachment] = read('inbox', `${id}.json`)['attachments'] as { file: string }[];
    expect(attachment?.file).toBe(`${id}/0-.._.._photo.jpg`);
    expect(readFileSync(at('inbox', attachment!.file), 'utf8')).toBe('bytes');
    expect(read('inbox', `${id}.json`)).toMatchObject({ id, header: { from: 'xb.police/desk' }, body: BODY });
    expect(node.arrived[0]?.done).toBe(true);
    const detail = { messageId: id, actor: 'drop-folder' };
    expect(node.recorded).toMatchObject([
      { kind: 'attachment.opened', detail },
      { kind: 'message.exported', detail },
    ]);
    expect(store.arrivals()).toEqual([]);
  });

  test.each(['addArrival', 'removeArrival'] as const)(
    'an end at %s: a reader that takes files gets it once',
    async (method) => {
      const message = node.arrive([{ name: 'a.jpg', path: fileOf(dir, 'photo', 'bytes') }]);
      const taken: string[] = [];
      const take = (): void => {
        for (const name of seen('inbox').filter((one) => !one.startsWith('.') && one.endsWith('.json'))) {
          taken.push(name);
          rmSync(at('inbox', name));
        }
      };
      await expect(makeInbox(dyingStore(method)).write(message)).rejects.toThrow('killed');
      take();
      await run(makeInbox());
      take();
      expect(taken).toEqual([`${message.id}.json`]);
      expect([node.arrived[0]?.done, store.arrivals()]).toEqual([true, []]);
    },
  );

  test('an end between publishing and done: what the reader has taken does not come again', async () => {
    const message = node.arrive();
    const dying = { ...message, done: () => Promise.reject(new Error('killed')) };
    await expect(makeInbox().write(dying)).rejects.toThrow('killed');
    rmSync(at('inbox', `${message.id}.json`));
    await run(makeInbox());
    expect([seen('inbox'), node.arrived[0]?.done, store.arrivals()]).toEqual([[], true, []]);
  });

  test.each(['ATTACHMENT_INVALID', 'MESSAGE_NOT_FOUND'] as const)(
    'an attachment that ends in %s holds up neither its message nor those behind it',
    async (code) => {
      const good = { name: 'a.jpg', path: fileOf(dir, 'photo', 'bytes') };
      const first = node.arrive([{ name: 'bad.jpg', path: '' }, good]);
      const second = node.arrive();
      const save = node.saveAttachment.bind(node);
      node.saveAttachment = (id, index, path) =>
        index === 0 ? Promise.reject(new LiaisonError(code, 'forged')) : save(id, index, path);
      const stop = new AbortController();
      const running = makeInbox().run(stop.signal);
      await expect.poll(() => node.arrived.map(({ done }) => done)).toEqual([true, true]);
      stop.abort();
      await running;
      expect(seen('inbox')).toEqual([first.id, `${first.id}.json`, `${second.id}.json`].sort());
      expect(read('inbox', `${first.id}.json`)['attachments']).toMatchObject([
        { name: 'bad.jpg', error: { code } },
        { name: 'a.jpg', file: `${first.id}/1-a.jpg` },
      ]);
    },
  );

  test('a sender that uses the id of another does not replace its file', async () => {
    const { id } = node.arrive();
    node.arrive([], 'xc.other/desk' as never, id);
    const inbox = makeInbox();
    for (const { message } of node.arrived) await inbox.write(message);
    expect(seen('inbox')).toEqual([`${id}.2.json`, `${id}.json`]);
    expect(read('inbox', `${id}.json`)).toMatchObject({ header: { from: 'xb.police/desk' } });
  });

  test('a folder that cannot be written keeps the message in the node, until it can', async () => {
    node.arrive();
    rmSync(at('inbox'), { recursive: true });
    const stop = new AbortController();
    const running = makeInbox().run(stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(node.arrived[0]?.done).toBe(false);
    mkdirSync(at('inbox'));
    await running;
    expect([node.arrived[0]?.done, existsSync(at('inbox', `${node.arrived[0]!.message.id}.json`))]).toEqual([
      true,
      true,
    ]);
  });
});
