/** The gateway's side of its witnesses, with witnesses that do everything wrong. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { signCheckpoint } from '../../audit/checkpoint.ts';
import { cosignNote } from '../../audit/note.ts';
import { createSigner, formatVerifierKey, KEY_TYPE } from '../../audit/verifier-key.ts';
import { examineCosignatures } from '../../audit/witness-policy.ts';
import { readPolicy, witnessesSchema } from '../../gateway/witnesses/config.ts';
import { Witnesses, type WitnessFigures } from '../../gateway/witnesses/witnesses.ts';
import type { LedgerRequest, ReleasedLog } from '../../gateway/pipeline.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { WitnessStore } from '../../witness/store.ts';
import { Witness } from '../../witness/witness.ts';
import { grow, log, ORIGIN, testKey } from '../audit/support.ts';

const directory = mkdtempSync(join(tmpdir(), 'liaison-rounds-'));
const { tree } = grow(600);
const released = (size: number, signer = log): ReleasedLog => ({
  origin: signer.name,
  size,
  checkpoint: signCheckpoint({ origin: signer.name, size, root: tree.rootAt(size) }, signer),
});

type Handler = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

/** A server at which a test answers as it likes; by itself it is an honest witness. */
class Fake {
  readonly signer;
  readonly honest: Witness;
  readonly store: WitnessStore;
  readonly name: string;
  answer: Handler | undefined;
  requests = 0;
  private readonly server: Server;

  constructor(name: string, seed: number) {
    this.name = name;
    this.signer = createSigner(`${name}.example/w`, KEY_TYPE.COSIGNATURE, testKey(seed));
    this.store = new WitnessStore(join(directory, `${name}-${Math.random()}.db`), { create: true });
    this.store.addLog(log);
    this.honest = new Witness(this.signer, this.store);
    this.server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        this.requests++;
        const body = Buffer.concat(pieces);
        if (this.answer) this.answer(request, body, response);
        else if (request.method === 'POST') {
          const { status, type, body: text } = this.honest.addCheckpoint(body);
          response.writeHead(status, { 'content-type': type }).end(text);
        } else response.writeHead(404).end();
      });
    });
  }

  async line(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    return `witness ${this.name} ${formatVerifierKey(this.signer)} http://127.0.0.1:${port}/`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
    this.store.close();
  }
}

const open: { close?: () => void; stop?: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) {
    one.stop?.();
    one.close?.();
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

class Setting {
  readonly fakes: Fake[];
  readonly requests: LedgerRequest[] = [];
  size = 100;
  /** Shards that follow, as they have been released. */
  later: readonly ReleasedLog[] = [];
  passedMs = 0;
  file = '';
  private made: Witnesses | undefined;

  constructor(names: readonly string[]) {
    this.fakes = names.map((name, i) => new Fake(name, 100 + i));
    open.push(...this.fakes);
  }

  async start(settings: object = {}, rule = 'group g 2 a b c\nquorum g'): Promise<this> {
    this.file = join(directory, `${Math.random()}.policy`);
    const lines = await Promise.all(this.fakes.map((fake) => fake.line()));
    writeFileSync(this.file, [...lines, rule].join('\n'));
    this.made = new Witnesses(witnessesSchema.parse({ policy: this.file, timeoutSeconds: 1, ...settings }), {
      releases: () => Promise.resolve([released(this.size), ...this.later]),
      consistency: (_, from, to) => Promise.resolve(tree.consistencyPath(from, to)),
      request: (request) => this.requests.push(request),
      log: pino({ level: 'silent' }),
      now: () => 1_700_000_000_000 + this.passedMs,
      monotonic: () => this.passedMs,
    });
    open.push(this.made);
    return this;
  }

  get subject(): Witnesses {
    return this.made!;
  }

  async round(size = this.size): Promise<WitnessFigures> {
    this.size = size;
    await this.subject.round();
    return this.subject.figures();
  }

  /** Names on the note that was kept last. */
  kept(): string[] {
    const last = this.requests.findLast((request) => request.kind === 'cosigned');
    if (!last) return [];
    const policy = readPolicy(witnessesSchema.parse({ policy: this.file }));
    return examineCosignatures(policy, last.note).cosigned.map(({ witness }) => witness.name);
  }
}

const three = (): Promise<Setting> => new Setting(['a', 'b', 'c']).start();

test('all sign; the next round proves from what each had, and asks nobody twice for the same', async () => {
  const setting = await three();
  const first = await setting.round();
  expect([first.quorumSize, setting.kept()]).toEqual([100, ['a', 'b', 'c']]);
  expect(first.witnesses.map(({ debt, failure, cosignedAtMs }) => [debt, failure, cosignedAtMs > 0])).toEqual(
    Array(3).fill([0, '', true]),
  );
  await setting.round();
  expect(setting.fakes.map(({ requests }) => requests)).toEqual([1, 1, 1]);
  await setting.round(257);
  expect(setting.fakes.map(({ requests, store }) => [requests, store.signed(ORIGIN)?.size])).toEqual(
    Array(3).fill([2, 257]),
  );
});

test('a shard that no witness knows yet is owed whole, whatever they have signed of the one before', async () => {
  const setting = await three();
  await setting.round();
  const next = createSigner(`${ORIGIN}/2`, KEY_TYPE.ED25519, testKey(90));
  setting.later = [released(30, next)];
  const unknown = await setting.round();
  expect(unknown.quorumSize).toBe(0);
  expect(unknown.witnesses.map(({ size, debt, failure }) => [size, debt, failure.includes(next.name)])).toEqual(
    Array(3).fill([0, 30, true]),
  );
  for (const { store } of setting.fakes) store.addLog(next);
  const known = await setting.round();
  expect([known.quorumSize, known.witnesses.map(({ debt }) => debt)]).toEqual([30, [0, 0, 0]]);
});

test('a gateway that starts anew learns what a witness had, and goes on from there', async () => {
  const setting = await three();
  const { honest } = setting.fakes[0]!;
  const body = Buffer.concat([Buffer.from('old 0\n\n'), released(90).checkpoint]);
  expect(honest.addCheckpoint(body).status).toBe(200);
  expect((await setting.round()).witnesses[0]).toMatchObject({ size: 100, failure: '' });
});

describe('one witness does it wrong: the others are a quorum, and it is named', () => {
  const stranger = createSigner('stranger.example/w', KEY_TYPE.COSIGNATURE, testKey(50));
  const lineOf = (note: Uint8Array): string => Buffer.from(note).toString().split('\n').at(-2)! + '\n';
  const text =
    (status: number, body: string): Handler =>
    (_, __, response) =>
      void response.writeHead(status).end(body);

  test.each<[string, string, (fake: Fake) => Handler]>([
    ['is silent', 'timeout', () => () => undefined],
    ['hangs up', 'unreachable', () => (_, __, response) => void response.destroy()],
    ['does not know the log', 'refused', () => text(404, 'unknown\n')],
    ['is broken', 'refused', () => text(500, '')],
    ['redirects', 'refused', () => (_, __, response) => void response.writeHead(302, { location: '/' }).end()],
    ['signs nothing', 'invalid', () => text(200, '')],
    ['writes rubbish', 'invalid', () => text(200, 'rubbish\n\n\u0000')],
    ['signs with another key', 'invalid', () => text(200, lineOf(cosignNote(released(100).checkpoint, stranger, 1)))],
    [
      'signs another checkpoint',
      'invalid',
      (fake) => text(200, lineOf(cosignNote(released(99).checkpoint, fake.signer, 1))),
    ],
    ['answers at length', 'invalid', () => text(200, 'a'.repeat(70_000))],
    ['states no size', 'refused', () => text(409, 'many\n')],
    [
      'states another size each time',
      'refused',
      () => {
        let size = 10;
        return (_, __, response) => void response.writeHead(409).end(`${size++}\n`);
      },
    ],
    ['states a size above ours, and shows nothing', 'contradicted', () => text(409, '101\n')],
    ['refuses the proof, and shows nothing', 'contradicted', () => text(422, 'bad\n')],
    ['states the size that was assumed', 'contradicted', () => text(409, '0\n')],
  ])('%s: %s', async (_, reason, make) => {
    const setting = await three();
    const bad = setting.fakes[1]!;
    bad.answer = make(bad);
    const { witnesses, quorumSize } = await setting.round();
    expect([quorumSize, setting.kept()]).toEqual([100, ['a', 'c']]);
    expect(witnesses[1]).toMatchObject({ name: 'b', size: 0, debt: 100, failures: { [reason]: 1 } });
    expect(witnesses[1]!.failure).toMatch(/^.{10,}\.?$/);
    // Nobody's messages stop because of one word that nothing proves.
    expect(setting.requests.filter(({ kind }) => kind !== 'cosigned')).toEqual([]);
    bad.answer = undefined;
    expect((await setting.round(120)).witnesses[1]).toMatchObject({ size: 120, debt: 0, failure: '' });
  });
});

test('a witness that contradicts is asked for its checkpoint, and the ledger judges it, once', async () => {
  const setting = await three();
  const theirs = Buffer.from(released(300).checkpoint);
  setting.fakes[0]!.answer = (request, _, response) => {
    if (request.method === 'GET') response.end(theirs);
    else response.writeHead(409).end('300\n');
  };
  await setting.round();
  await setting.round(110);
  const shown = setting.requests.filter((request) => request.kind === 'shown');
  expect(shown.map(({ from, note }) => [from, Buffer.from(note).equals(theirs)])).toEqual([['a', true]]);
});

test('a silent witness does not hold up the next round', async () => {
  const setting = await three();
  setting.fakes[0]!.answer = () => undefined;
  const slow = setting.subject.round();
  await expect.poll(() => setting.kept()).toEqual(['b', 'c']);
  expect((await setting.round(150)).quorumSize).toBe(150);
  await slow;
});

describe('without a quorum', () => {
  const away = async (whenAway: 'continue' | 'refuse'): Promise<Setting> => {
    const setting = await new Setting(['a', 'b', 'c']).start({ whenAway, refuseAfterSeconds: 10 });
    for (const fake of setting.fakes.slice(1)) fake.answer = (_, __, response) => void response.writeHead(500).end();
    return setting;
  };
  const submissions = ({ requests }: Setting): unknown[] => requests.filter(({ kind }) => kind === 'submissions');

  test('new messages are refused after the time that is set, and taken again by themselves', async () => {
    const setting = await away('refuse');
    await setting.round();
    setting.passedMs = 9_000;
    await setting.round(110);
    expect(submissions(setting)).toEqual([]);
    setting.subject.requireQuorum();
    setting.passedMs = 11_000;
    await setting.round(120);
    expect(submissions(setting)).toEqual([{ kind: 'submissions', refused: true }]);
    expect(() => setting.subject.requireQuorum()).toThrow(LiaisonError);
    expect(setting.kept()).toEqual([]);
    setting.fakes[1]!.answer = undefined;
    await setting.round(130);
    expect(submissions(setting).at(-1)).toEqual({ kind: 'submissions', refused: false });
    setting.subject.requireQuorum();
    expect(setting.kept()).toEqual(['a', 'b']);
  });

  test('or nothing is refused', async () => {
    const setting = await away('continue');
    setting.passedMs = 11_000;
    expect((await setting.round()).isAway).toBe(true);
    expect(submissions(setting)).toEqual([]);
    setting.subject.requireQuorum();
  });

  test('a log that does not grow owes nothing', async () => {
    const setting = await new Setting(['a', 'b', 'c']).start({ whenAway: 'refuse', refuseAfterSeconds: 10 });
    await setting.round();
    for (const fake of setting.fakes) fake.answer = (_, __, response) => void response.writeHead(500).end();
    setting.passedMs = 60_000;
    expect((await setting.round()).isAway).toBe(false);
    setting.passedMs = 69_000;
    expect((await setting.round(101)).isAway).toBe(false);
    setting.passedMs = 71_000;
    expect((await setting.round(102)).isAway).toBe(true);
  });

  test('a policy that asks for none is never without', async () => {
    const setting = await new Setting(['a']).start({ whenAway: 'refuse', refuseAfterSeconds: 1 }, 'quorum none');
    setting.fakes[0]!.answer = (_, __, response) => void response.writeHead(500).end();
    setting.passedMs = 60_000;
    expect((await setting.round()).isAway).toBe(false);
    setting.fakes[0]!.answer = undefined;
    await setting.round(105);
    expect(setting.kept()).toEqual(['a']);
  });
});

describe('a policy is refused', () => {
  const signer = createSigner('own.example/w', KEY_TYPE.COSIGNATURE, testKey(70));
  const key = formatVerifierKey(signer);
  const policyOf = (text: string, own: string[] = []): (() => unknown) => {
    const policy = join(directory, `${Math.random()}.policy`);
    writeFileSync(policy, text);
    return () => readPolicy(witnessesSchema.parse({ policy, own }));
  };

  test('when those that can be asked are too few', () => {
    expect(policyOf(`witness a ${key}\nquorum a`)).toThrow('the witnesses that have an address are too few');
  });

  test("when it counts the operator's own witness, under whatever name", () => {
    const renamed = formatVerifierKey(createSigner('other.example/w', KEY_TYPE.COSIGNATURE, testKey(70)));
    const text = `witness a ${key} http://a.example\nquorum a`;
    expect(policyOf(text, [renamed])).toThrow('a gateway does not count itself');
  });

  test("when a witness has the log's own key", async () => {
    const setting = await three();
    const same = createSigner(ORIGIN, KEY_TYPE.ED25519, testKey(100));
    expect(() => setting.subject.start(formatVerifierKey(same))).toThrow('a gateway does not count itself');
  });
});

// Guards: a witness that signed a text of its own counted for the quorum, and spoilt the note that was kept.
test('a cosignature on a text that ends in the checkpoint of nobody does not count', async () => {
  const setting = await new Setting(['a', 'b', 'c']).start();
  const [hostile] = setting.fakes as [Fake];
  hostile.answer = (_, body, response) => {
    const note = body.subarray(body.indexOf('\n\n') + 2);
    const longer = Buffer.concat([note, Buffer.from('\n\u2014 more.example AAAAAAAA\n')]);
    const signed = cosignNote(new Uint8Array(longer), hostile.signer, 1_700_000_000);
    response.writeHead(200).end(signed.subarray(note.length));
  };
  const { witnesses } = await setting.round();
  expect(witnesses[0]).toMatchObject({ name: 'a', size: 0, failures: { invalid: 1 } });
  expect(setting.kept()).toEqual(['b', 'c']);
});
