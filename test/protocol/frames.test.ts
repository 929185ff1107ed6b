/** frames.json, and frames that must end the session, given to the gateway's session and to the node's. */
import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { Budget } from '../../gateway/session/budget.ts';
import { Session, type SessionHost } from '../../gateway/session/session.ts';
import { checkFrame, SigningKeys } from '../../gateway/verify/check.ts';
import { SessionClient, type SessionOwner } from '../../node/session/client.ts';
import type { SocketListener } from '../../node/session/socket.ts';
import { encode } from '../../protocol/codec.ts';
import { errorCodeOf, type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import { decodeFrame } from '../../protocol/frames.ts';
import { type Frame, FrameSchema, type Hello, type Welcome } from '../../protocol/generated/schema.ts';
import { type AgencyId, fromHex, toHex } from '../../protocol/ids.ts';
import { inVersion1 } from '../../scripts/vectors/as-of.ts';
import { codeOf } from './support.ts';
import { type Encoded, inHex, load, readAgain } from './vector-files.ts';

const file = load('frames') as {
  frames: (Encoded & { kind: Frame['frame']['kind']; from: string })[];
  skipped: Encoded[];
};
const added = load('version-2') as { frames: (Encoded & { kind: Frame['frame']['kind']; from: string })[] };
const { frames: refused } = load('refusals') as {
  frames: { name: string; to: string; state: string; encoded: string; code: ErrorCode }[];
};
const NONE = new Uint8Array(0);
const hello = file.frames.find(({ kind }) => kind === 'hello')!;
const welcome = file.frames.find(({ kind }) => kind === 'welcome')!;
const soon = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('frames.json', () => {
  test.each(file.frames)('$kind: $name', ({ kind, value, encoded }) => {
    expect(readAgain(FrameSchema, encoded)).toEqual({ value, encoded });
    const { frame } = decodeFrame(fromHex(encoded));
    expect(inHex(inVersion1(FrameSchema, { frame }))).toEqual(value);
    expect(frame.kind).toBe(kind);
  });

  test('has every kind of frame', () => {
    const kinds = [...file.frames, ...added.frames].map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(FrameSchema.fields.map(({ name }) => name)));
  });

  test.each(file.skipped)('skipped: $name', ({ value, encoded }) => {
    expect(inHex(decodeFrame(fromHex(encoded)))).toEqual(value);
    expect(codeOf(() => readAgain(FrameSchema, encoded))).toBe('MALFORMED');
  });
});

/** As much of a WebSocket as a session uses. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  isPaused = false;
  readonly sent: Frame['frame'][] = [];
  closed: { status: number; reason: string } | undefined;
  send(bytes: Uint8Array): void {
    this.sent.push(decodeFrame(bytes).frame);
  }
  close(status: number, reason: string): void {
    this.closed ??= { status, reason };
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  terminate(): void {
    // There is nothing to drop.
  }
}

/** A session of the gateway behind a socket that is none. */
function gatewaySession(): { socket: FakeSocket; session: Session } {
  const socket = new FakeSocket();
  let jobs = 0;
  const host: SessionHost = {
    verify: (from, frame) => {
      const job = ++jobs;
      try {
        checkFrame(
          { kind: 'job', job, session: 1, agency: 'xa.customs' as AgencyId, version: 1, frame, receivedMs: 0 },
          new SigningKeys(),
        );
      } catch (error) {
        const { code, detail } = error as LiaisonError;
        queueMicrotask(() => from.rejected(job, { code, detail }));
      }
      return job;
    },
    ask: () => ++jobs,
    store: () => undefined,
    start: () => ++jobs,
    ledger: () => undefined,
    opened: () => undefined,
    closed: () => undefined,
    refused: () => undefined,
    now: () => 0,
    budget: new Budget(2 ** 30),
  };
  const admission = { agency: 'xa.customs' as AgencyId, tlsKeyId: NONE };
  const session = new Session(1, socket as unknown as WebSocket, admission, host, pino({ level: 'silent' }));
  return { socket, session };
}

function openSession(): { socket: FakeSocket; session: Session } {
  const made = gatewaySession();
  made.socket.emit('message', Buffer.from(hello.encoded, 'hex'), true);
  const id = new Uint8Array(16);
  made.session.output({ kind: 'opened', session: 1, id, welcome: fromHex(welcome.encoded), mailboxes: [] });
  expect(made.socket.sent.map(({ kind }) => kind)).toEqual(['welcome']);
  return made;
}

describe('the gateway ends the session', () => {
  // What these offer has become a version since: they hold for those who speak version 1 alone.
  const offersVersion2 = (name: string): boolean => name.startsWith('Hello with no version in common');
  const cases = refused.filter(({ to, name }) => to === 'gateway' && !offersVersion2(name));

  test('after a Hello with no version in common', () => {
    const { socket } = gatewaySession();
    const value = { versions: [3, 4], node: '', mailboxes: [], checkpoint: NONE, capabilities: [] };
    socket.emit('message', Buffer.from(encode(FrameSchema, { frame: { kind: 'hello', value } })), true);
    expect(socket.closed).toEqual({ status: 1008, reason: 'VERSION_UNSUPPORTED' });
  });

  test.each(cases)('$state: $name', async ({ state, encoded, code }) => {
    const { socket } = state === 'open' ? openSession() : gatewaySession();
    socket.emit('message', Buffer.from(encoded, 'hex'), true);
    await soon();
    expect(socket.closed).toEqual({ status: 1008, reason: code });
    const last = socket.sent.at(-1)!;
    if (last.kind !== 'error') throw new Error(last.kind);
    expect([last.value.request, errorCodeOf(last.value.code)]).toEqual([0, code]);
  });

  test('after a text message', () => {
    const { socket } = openSession();
    socket.emit('message', Buffer.from('text'), false);
    expect(socket.closed).toEqual({ status: 1008, reason: 'MALFORMED' });
  });

  test.each([
    ['ready', 65_537],
    ['ping', 65_537],
  ])('after %s of more than 64 KiB', async (kind, length) => {
    const { socket } = openSession();
    const { encoded } = file.frames.find((frame) => frame.kind === kind)!;
    // An unknown field of bytes makes it long.
    const size = Buffer.from([0x80 | (length & 0x7f), 0x80 | ((length >> 7) & 0x7f), length >> 14]);
    const long = Buffer.concat([Buffer.from(encoded, 'hex'), Buffer.from('c206', 'hex'), size, Buffer.alloc(length)]);
    socket.emit('message', long, true);
    await soon();
    expect(socket.closed).toEqual({ status: 1008, reason: 'FRAME_UNEXPECTED' });
  });

  test.each(file.frames.filter(({ from, kind }) => from !== 'gateway' && kind !== 'hello'))(
    'not after $name',
    async ({ encoded }) => {
      const { socket } = openSession();
      socket.emit('message', Buffer.from(encoded, 'hex'), true);
      await soon();
      expect(socket.closed).toBeUndefined();
    },
  );

  test('not after a frame with unknown fields', async () => {
    for (const { encoded } of file.skipped) {
      const { socket } = openSession();
      socket.emit('message', Buffer.from(encoded, 'hex'), true);
      await soon();
      expect(socket.closed).toBeUndefined();
    }
  });
});

/** A node's session up to the state named; says how it has ended. */
function nodeSession(state: string, judge: (welcome: Welcome) => void = () => undefined) {
  const ended: (LiaisonError | undefined)[] = [];
  const statuses: number[] = [];
  let listener: SocketListener | undefined;
  const { frame } = decodeFrame(fromHex(hello.encoded));
  const owner: SessionOwner = {
    capabilities: [],
    hello: () => frame.value as Hello,
    welcome: judge,
    begin: () => undefined,
    end: (error) => void ended.push(error),
    alarm: () => undefined,
    deliver: () => undefined,
    evidence: () => undefined,
  };
  const client = new SessionClient({
    owner,
    connect: (given) => {
      listener = given;
      const close = (status: number): void => {
        statuses.push(status);
        queueMicrotask(() => given.closed(new LiaisonError('UNAVAILABLE')));
      };
      return { send: () => undefined, close, terminate: () => undefined };
    },
    now: () => 0,
    jitter: () => 0.5,
  });
  client.start();
  listener!.opened();
  if (state === 'open') listener!.message(fromHex(welcome.encoded));
  return { client, ended, statuses, receive: (encoded: string) => listener!.message(fromHex(encoded)) };
}

describe('the node ends the session', () => {
  test.each(refused.filter(({ to }) => to === 'node'))('$state: $name', async ({ state, encoded, code }) => {
    const { client, ended, statuses, receive } = nodeSession(state);
    receive(encoded);
    await soon();
    client.stop();
    expect(statuses).toEqual([1002]);
    expect(ended[0]?.code).toBe(code);
  });

  test.each(file.frames.filter(({ from, kind }) => from !== 'node' && !['welcome', 'error', 'goAway'].includes(kind)))(
    'not after $name',
    ({ encoded }) => {
      const { client, statuses, receive } = nodeSession('open');
      receive(encoded);
      expect(statuses).toEqual([]);
      client.stop();
    },
  );
});

describe('capabilities that the other side does not know are ignored', () => {
  const named = (kind: 'hello' | 'welcome'): string =>
    file.frames.find((frame) => frame.kind === kind && frame.name.includes('capabilities'))!.encoded;

  test('by the gateway', () => {
    const { socket, session } = gatewaySession();
    socket.emit('message', Buffer.from(named('hello'), 'hex'), true);
    session.output({ kind: 'opened', session: 1, id: NONE, welcome: fromHex(welcome.encoded), mailboxes: [] });
    expect(socket.closed).toBeUndefined();
    expect(session.isOpen).toBe(true);
  });

  test('by the node, which says nothing of them to the one who judges the Welcome', () => {
    const seen: Welcome[] = [];
    const { client, statuses, receive } = nodeSession('awaiting-welcome', (frame) => seen.push(frame));
    receive(named('welcome'));
    expect(seen).toHaveLength(1);
    expect(statuses).toEqual([]);
    client.stop();
  });

  test('and have no syntax that a reader checks', () => {
    const value = { versions: [1], node: '', mailboxes: [], checkpoint: NONE, capabilities: ['Ünknown name', ''] };
    const bytes = encode(FrameSchema, { frame: { kind: 'hello', value } });
    expect(toHex(encode(FrameSchema, decodeFrame(bytes)))).toBe(toHex(bytes));
  });
});
