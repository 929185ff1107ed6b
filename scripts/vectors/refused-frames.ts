/** Frames that end the session: the part of refusals.json that needs nothing but the session's state. */
import { encode } from '../../protocol/codec.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { type Frame, FrameSchema } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import { FRAMES } from './frames.ts';
import { SAMPLE } from './log.ts';
import { alder } from './world.ts';

export interface RefusedFrame {
  readonly name: string;
  readonly to: 'gateway' | 'node';
  readonly state: 'awaiting-hello' | 'awaiting-welcome' | 'open';
  readonly encoded: string;
  readonly code: ErrorCode;
}

const NONE = new Uint8Array(0);
const hello = {
  versions: [1],
  node: 'one',
  mailboxes: [{ mailbox: alder.mailbox, nextNumber: 1 }],
  checkpoint: NONE,
  capabilities: [] as string[],
};
const inHex = (frame: Frame['frame']): string => toHex(encode(FrameSchema, { frame }));
const helloWith = (change: Partial<typeof hello>): string => inHex({ kind: 'hello', value: { ...hello, ...change } });
const first = (kind: Frame['frame']['kind']): string => {
  const found = FRAMES.find(({ frame }) => frame.kind === kind);
  if (!found) throw new Error(`No frame of kind ${kind}.`);
  return inHex(found.frame);
};

/** A field of type bytes or message, in hexadecimal. */
function field(tag: string, content: string): string {
  const length = content.length / 2;
  const size = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return tag + toHex(Uint8Array.from(size)) + content;
}

const BOTH_WAYS: readonly (readonly [string, string, ErrorCode])[] = [
  ['an empty frame', '', 'MALFORMED'],
  ['two members', '9a0100a20100', 'MALFORMED'],
  ['one member twice', '9a01009a0100', 'MALFORMED'],
  ['an unknown kind, of a reserved number', '62020801', 'FRAME_UNEXPECTED'],
  ['an unknown kind, of a new number', 'c20600', 'FRAME_UNEXPECTED'],
  ['two unknown kinds', '6200c20600', 'FRAME_UNEXPECTED'],
  ['an unknown kind that ends too early', '6205ab', 'MALFORMED'],
  ['an unknown kind and a member that is malformed', '62009a01020807' + '00', 'MALFORMED'],
  ['field number 0', '0200', 'MALFORMED'],
  ['an end within a number', '9a01020885', 'MALFORMED'],
  ['a length beyond the end', '9a01050807', 'MALFORMED'],
  ['a member of a wrong wire type', '980107', 'MALFORMED'],
  ['a field of a wrong wire type', '9a01020a00', 'MALFORMED'],
  ['a group, which proto3 does not have', '9a01047b7c0807', 'MALFORMED'],
  ['a number above 2^53 − 1', '9a0109088080808080808010', 'MALFORMED'],
  ['a singular field twice', '9a010408070807', 'MALFORMED'],
  ['a field number above 2^29 − 1', '9a0108' + '0807' + '808080801001', 'MALFORMED'],
];

function toGateway(): RefusedFrame[] {
  const made = (state: RefusedFrame['state'], name: string, encoded: string, code: ErrorCode): RefusedFrame => ({
    ...{ name, to: 'gateway', state, encoded, code },
  });
  const early = (name: string, encoded: string, code: ErrorCode): RefusedFrame =>
    made('awaiting-hello', name, encoded, code);
  const open = (name: string, encoded: string, code: ErrorCode): RefusedFrame => made('open', name, encoded, code);
  const twice = [...hello.mailboxes, ...hello.mailboxes];
  const { messages } = SAMPLE;
  const foreign = ['welcome', 'submitResult', 'deliver', 'handoverResult', 'evidence', 'proofs', 'directory'] as const;
  return [
    early('Ping before Hello', first('ping'), 'FRAME_UNEXPECTED'),
    early('Submit before Hello', first('submit'), 'FRAME_UNEXPECTED'),
    early('bytes that do not begin as Hello, before Hello', 'ff', 'FRAME_UNEXPECTED'),
    early('Hello that is not the first field of its frame', `c20600${helloWith({})}`, 'FRAME_UNEXPECTED'),
    early('Hello with no version in common', helloWith({ versions: [2, 3] }), 'VERSION_UNSUPPORTED'),
    early('Hello without a version', helloWith({ versions: [] }), 'VERSION_UNSUPPORTED'),
    early('Hello with a mailbox twice', helloWith({ mailboxes: twice }), 'MALFORMED'),
    early(
      'Hello with no version in common and a mailbox twice',
      helloWith({ versions: [2], mailboxes: twice }),
      'VERSION_UNSUPPORTED',
    ),
    early('Hello with nine versions', field('0a', field('0a', '010203040506070809')), 'MALFORMED'),
    early('Hello with 33 capabilities', field('0a', '0a0101' + '2a0161'.repeat(33)), 'MALFORMED'),
    early('Hello with a capability of 65 bytes', field('0a', '0a0101' + field('2a', '61'.repeat(65))), 'MALFORMED'),
    early('Hello with a name that is not UTF-8', field('0a', '0a0101' + '1202c0af'), 'MALFORMED'),
    open('a second Hello', helloWith({}), 'FRAME_UNEXPECTED'),
    ...foreign.map((kind) => open(`${kind}, which only a gateway sends`, first(kind), 'FRAME_UNEXPECTED')),
    open('Error, which only a gateway sends', first('error'), 'FRAME_UNEXPECTED'),
    open('GoAway, which only a gateway sends', first('goAway'), 'FRAME_UNEXPECTED'),
    open(
      'Submit with request 0',
      inHex({ kind: 'submit', value: { request: 0, envelopes: [messages.single] } }),
      'MALFORMED',
    ),
    open('Submit without envelopes', '1a020801', 'MALFORMED'),
    open('Submit with an envelope without signature and path', '1a040801' + '1200', 'MALFORMED'),
    open('Handover without statements', handover({ statements: [] }), 'MALFORMED'),
    open('Handover with request 0', handover({ request: 0 }), 'MALFORMED'),
    open('Handover without signature', '3a040801' + '1200', 'MALFORMED'),
    open('Handover with a statement of 513 bytes', field('3a', '0801' + field('12', '00'.repeat(513))), 'MALFORMED'),
    open('Handover with an algorithm that is not listed', field('3a', '0801' + '1200' + '1a020805'), 'MALFORMED'),
    open('ProofGet with request 0', '5200', 'MALFORMED'),
    open('ProofGet with an id of 15 bytes', field('52', '0801' + field('12', '00'.repeat(15))), 'MALFORMED'),
    open('DirectoryGet with request 0', '7a00', 'MALFORMED'),
    open('DirectoryGet with a name of 65 bytes', field('7a', '0801' + field('12', '61'.repeat(65))), 'MALFORMED'),
    ...BOTH_WAYS.map(([name, encoded, code]) => open(name, encoded, code)),
  ];
}

function handover(change: { request?: number; statements?: Uint8Array[] }): string {
  const found = FRAMES.find(({ frame }) => frame.kind === 'handover')?.frame;
  if (found?.kind !== 'handover') throw new Error('No Handover.');
  return inHex({ kind: 'handover', value: { ...found.value, ...change } });
}

function toNode(): RefusedFrame[] {
  const made = (state: RefusedFrame['state'], name: string, encoded: string, code: ErrorCode): RefusedFrame => ({
    ...{ name, to: 'node', state, encoded, code },
  });
  const answers = ['submitResult', 'deliver', 'handoverResult', 'evidence', 'proofs', 'directory', 'pong'] as const;
  const foreign = ['hello', 'submit', 'ready', 'handover', 'proofGet', 'directoryGet'] as const;
  return [
    ...answers.map((kind) => made('awaiting-welcome', `${kind} before Welcome`, first(kind), 'FRAME_UNEXPECTED')),
    made('open', 'a second Welcome', first('welcome'), 'FRAME_UNEXPECTED'),
    ...foreign.map((kind) => made('open', `${kind}, which only a node sends`, first(kind), 'FRAME_UNEXPECTED')),
    made(
      'awaiting-welcome',
      'Welcome with a session of 15 bytes',
      field('12', field('12', '00'.repeat(15))),
      'MALFORMED',
    ),
    made('awaiting-welcome', 'Welcome without limits', field('12', field('12', '00'.repeat(16))), 'MALFORMED'),
    made('open', 'HandoverResult with 1025 items', field('42', '1200'.repeat(1025)), 'MALFORMED'),
    made('open', 'Evidence with a hash of 31 bytes', field('4a', field('12', '00'.repeat(31))), 'MALFORMED'),
    made('open', 'Deliver with a delivery that has no content', field('32', field('1a', '1001')), 'MALFORMED'),
    made(
      'open',
      'SubmitResult with an outcome that is none',
      field('22', field('22', field('0a', '00'.repeat(16)))),
      'MALFORMED',
    ),
    ...BOTH_WAYS.map(([name, encoded, code]) => made('open', name, encoded, code)),
  ];
}

export const refusedFrames = (): RefusedFrame[] => [...toGateway(), ...toNode()];
