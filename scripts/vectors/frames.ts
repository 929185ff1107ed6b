/** frames.json: every kind of frame, with its fields and its bytes. The first of each kind is the example of SPEC.md. */
import { ProofTable } from '../../audit/index.ts';
import { encode } from '../../protocol/codec.ts';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import {
  AgencyStatus,
  type DirectoryRecord,
  type Envelope,
  type Frame,
  FrameSchema,
  HandoverOutcome,
  type LoggedEntry,
} from '../../protocol/generated/schema.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import { SAMPLE } from './log.ts';
import { inVersion1 } from './as-of.ts';
import { alder, briar, cedar, dogwood, NOW_MS, reseed, signedStatements, statementOf } from './world.ts';

type FrameBody = Frame['frame'];
export interface FrameVector {
  readonly name: string;
  readonly from: 'node' | 'gateway' | 'both';
  readonly frame: FrameBody;
}

const NONE = new Uint8Array(0);
const { log, messages, at, noteAt, tree, stateEntries } = SAMPLE;
const idOf = (envelope: Envelope): Uint8Array => parseHeader(envelope.header).routing.messageId;
const indexOf = (name: string): number => at[name] ?? 0;

/** An entry's place in the tree of `size`, with its hashes in the table. */
function logged(index: number, size: number, table: ProofTable): LoggedEntry {
  const entry = log.entries[index]?.bytes ?? NONE;
  return { index, entry, path: table.add(tree.inclusionPath(index, size)), checkpoint: NONE };
}

/** Texts are for people: they are no part of the protocol, and here the same whatever the table of codes says. */
const TEXT = 'A sentence for people.';
const refusal = (code: ErrorCode) => ({ code: ERRORS[code].number, text: TEXT, retry: ERRORS[code].retry });

function sessionFrames(): FrameVector[] {
  const mailboxes = [{ mailbox: alder.mailbox, nextNumber: 4 }];
  const limits = {
    frameBytesMax: LIMITS.frameBytesMax,
    submitMessagesMax: LIMITS.submitMessagesMax,
    submitBytesInFlightMax: LIMITS.submitBytesInFlightMax,
  };
  const hello = { versions: [1], node: 'one', mailboxes, checkpoint: noteAt(12), capabilities: [] };
  const welcome = {
    version: 1,
    session: SAMPLE.session,
    limits,
    nowMs: NOW_MS,
    capabilities: [],
    shards: [],
    firstNumber: 0,
  };
  const first = { ...welcome, checkpoint: noteAt(13), consistency: [] };
  const grown = { ...welcome, checkpoint: noteAt(13), consistency: tree.consistencyPath(12, 13) };
  const made = (from: FrameVector['from'], name: string, frame: FrameBody): FrameVector => ({ name, from, frame });
  return [
    made('node', 'Hello with the newest checkpoint', { kind: 'hello', value: hello }),
    made('node', 'the first Hello of a node that serves no mailbox', {
      kind: 'hello',
      value: { versions: [1], node: '', mailboxes: [], checkpoint: NONE, capabilities: [] },
    }),
    made('node', 'Hello with several versions, mailboxes and capabilities', {
      kind: 'hello',
      value: {
        ...hello,
        versions: [1, 2, 300],
        mailboxes: [...mailboxes, { mailbox: 'xa.customs/second', nextNumber: 0 }],
        capabilities: ['example-one', 'example-two'],
      },
    }),
    made('gateway', 'Welcome with consistency from 12 to 13 entries', { kind: 'welcome', value: grown }),
    made('gateway', 'Welcome to a node without checkpoint', { kind: 'welcome', value: first }),
    made('gateway', 'Welcome with capabilities', {
      kind: 'welcome',
      value: { ...first, capabilities: ['example-two', 'example-three'] },
    }),
    made('both', 'Ping', { kind: 'ping', value: { nonce: 7 } }),
    made('both', 'Ping with nonce 0', { kind: 'ping', value: { nonce: 0 } }),
    made('both', 'Pong', { kind: 'pong', value: { nonce: 7, nowMs: NOW_MS } }),
    made('gateway', 'Error about one request', { kind: 'error', value: { request: 9, ...refusal('STORAGE_FULL') } }),
    made('gateway', 'Error about the session', { kind: 'error', value: { request: 0, ...refusal('MALFORMED') } }),
    made('gateway', 'GoAway', {
      kind: 'goAway',
      value: { code: 122, text: TEXT, retryAfterMs: 2000 },
    }),
    made('gateway', 'GoAway that a node must not answer by connecting again', {
      kind: 'goAway',
      value: { code: 121, text: '', retryAfterMs: 0 },
    }),
  ];
}

function submitFrames(): FrameVector[] {
  const size = at['rejection'] === undefined ? 0 : at['rejection'] + 1;
  const [accepting, both] = [new ProofTable(), new ProofTable()];
  const accepted = (index: number, table: ProofTable) => ({
    kind: 'accepted' as const,
    value: logged(index, size, table),
  });
  const rejected = logged(indexOf('rejection'), size, both);
  return [
    {
      name: 'Submit with one envelope',
      from: 'node',
      frame: { kind: 'submit', value: { request: 1, envelopes: [messages.single] } },
    },
    {
      name: 'Submit with two envelopes',
      from: 'node',
      frame: { kind: 'submit', value: { request: 2 ** 32 - 1, envelopes: [messages.burst, messages.rejected] } },
    },
    {
      name: 'SubmitResult: accepted',
      from: 'gateway',
      frame: {
        kind: 'submitResult',
        value: {
          request: 1,
          outcomes: [{ messageId: idOf(messages.single), outcome: accepted(indexOf('single'), accepting) }],
          checkpoint: noteAt(size),
          hashes: accepting.hashes,
        },
      },
    },
    {
      name: 'SubmitResult: accepted, refused with an entry, refused without, and an id that could not be read',
      from: 'gateway',
      frame: {
        kind: 'submitResult',
        value: {
          request: 2 ** 32 - 1,
          outcomes: [
            { messageId: idOf(messages.burst), outcome: accepted(indexOf('burst'), both) },
            {
              messageId: idOf(messages.rejected),
              outcome: { kind: 'refused', value: { ...refusal('RECIPIENT_UNKNOWN'), logged: rejected } },
            },
            {
              messageId: idOf(messages.single),
              outcome: { kind: 'refused', value: { ...refusal('CLOCK_FAULT'), logged: undefined } },
            },
            {
              messageId: NONE,
              outcome: { kind: 'refused', value: { ...refusal('MALFORMED'), logged: undefined } },
            },
          ],
          checkpoint: noteAt(size),
          hashes: both.hashes,
        },
      },
    },
  ];
}

function deliverFrames(): FrameVector[] {
  const table = new ProofTable();
  const acceptedOf = (name: string) => ({
    acceptedAtMs: log.entries[indexOf(name)]?.entry.atMs ?? 0,
    acceptedIndex: indexOf(name),
  });
  const wrapped = (envelope: Envelope, place: number): Envelope => ({
    ...envelope,
    wrappedKeys: envelope.wrappedKeys.slice(place, place + 1),
  });
  const message = (number: number, name: 'single' | 'burst') => ({
    mailbox: briar.mailbox,
    number,
    content: { kind: 'message' as const, value: wrapped(messages[name], 0) },
    ...acceptedOf(name),
  });
  const ended = {
    mailbox: briar.mailbox,
    number: 4,
    content: { kind: 'ended' as const, value: logged(indexOf('expiry'), stateEntries, table) },
    ...acceptedOf('expiring'),
  };
  const deliver = (deliveries: (typeof ended | ReturnType<typeof message>)[], proven: boolean): FrameBody => ({
    kind: 'deliver',
    value: {
      checkpoint: proven ? noteAt(stateEntries) : NONE,
      hashes: proven ? table.hashes : [],
      deliveries,
    },
  });
  return [
    { name: 'Ready', from: 'node', frame: { kind: 'ready', value: { messages: 100, bytes: 4_000_000 } } },
    { name: 'Deliver: a message', from: 'gateway', frame: deliver([message(1, 'single')], false) },
    { name: 'Deliver: a number that ended by expiry', from: 'gateway', frame: deliver([ended], true) },
    {
      name: 'Deliver: two messages and an end',
      from: 'gateway',
      frame: deliver([message(1, 'single'), message(2, 'burst'), ended], true),
    },
  ];
}

function handoverFrames(): FrameVector[] {
  const [key] = briar.signing;
  const batch = (...numbers: number[]): FrameBody => {
    const failed = { outcome: HandoverOutcome.FAILED, reason: 401 };
    const statements = numbers.map((number) => statementOf(messages.single, briar, number, number === 3 ? failed : {}));
    const signed = signedStatements(key, statements);
    const signature = signed[0]?.signature;
    if (!signature) throw new Error('An empty batch.');
    return { kind: 'handover', value: { request: 5, statements: signed.map(({ leaf }) => leaf), signature } };
  };
  const [handover, failure, table] = [indexOf('handover'), indexOf('failure'), new ProofTable()];
  const entries = [handover, failure].map((index) => logged(index, failure + 1, table));
  const one = new ProofTable();
  const single = [logged(handover, handover + 1, one)];
  return [
    { name: 'Handover of one message', from: 'node', frame: batch(1) },
    { name: 'Handover of two messages, and of one that failed', from: 'node', frame: batch(1, 2, 3) },
    {
      name: 'HandoverResult: logged, and refused',
      from: 'gateway',
      frame: {
        kind: 'handoverResult',
        value: {
          request: 5,
          items: [
            { messageId: idOf(messages.single), code: 0, index: handover, text: '', retry: false },
            { messageId: idOf(messages.burst), index: 0, ...refusal('MESSAGE_UNKNOWN') },
            { messageId: NONE, index: 0, ...refusal('STORAGE_FULL') },
          ],
        },
      },
    },
    {
      name: 'Evidence: a handover',
      from: 'gateway',
      frame: { kind: 'evidence', value: { checkpoint: noteAt(handover + 1), hashes: one.hashes, entries: single } },
    },
    {
      name: 'Evidence: a handover and a failure in one table of hashes',
      from: 'gateway',
      frame: { kind: 'evidence', value: { checkpoint: noteAt(failure + 1), hashes: table.hashes, entries } },
    },
  ];
}

function askingFrames(): FrameVector[] {
  const table = new ProofTable();
  const entries = ['expiring', 'expiry', 'late'].map((name) => logged(indexOf(name), stateEntries, table));
  const stranger = fromHex('018f00000000700080000000000000ff');
  const ids = [idOf(messages.expiring), stranger];
  return [
    {
      name: 'ProofGet',
      from: 'node',
      frame: { kind: 'proofGet', value: { request: 6, messageIds: ids, checkpoint: noteAt(12) } },
    },
    {
      name: 'ProofGet that asks for consistency only',
      from: 'node',
      frame: { kind: 'proofGet', value: { request: 7, messageIds: [], checkpoint: noteAt(12) } },
    },
    {
      name: 'Proofs: an acceptance, the expiry, a late handover, and an unknown id',
      from: 'gateway',
      frame: {
        kind: 'proofs',
        value: {
          request: 6,
          checkpoint: noteAt(stateEntries),
          hashes: table.hashes,
          entries,
          consistency: tree.consistencyPath(12, stateEntries),
          unknown: [stranger],
          remaining: [idOf(messages.single)],
        },
      },
    },
    {
      name: 'DirectoryGet by name',
      from: 'node',
      frame: { kind: 'directoryGet', value: { request: 8, mailboxes: [briar.mailbox, 'no.body/desk'], after: '' } },
    },
    {
      name: 'DirectoryGet for a page',
      from: 'node',
      frame: { kind: 'directoryGet', value: { request: 9, mailboxes: [], after: alder.mailbox } },
    },
    {
      name: 'Directory: by name',
      from: 'gateway',
      frame: {
        kind: 'directory',
        value: { request: 8, version: 20, records: [record(briar, 20)], unknown: ['no.body/desk'], more: false },
      },
    },
    {
      name: 'Directory: a page',
      from: 'gateway',
      frame: {
        kind: 'directory',
        value: { request: 9, version: 20, records: [record(cedar, 16), record(dogwood, 19)], unknown: [], more: true },
      },
    },
  ];
}

/** As the log's state has it after {@link SAMPLE}'s `stateEntries`. */
function record(agency: typeof briar, version: number): DirectoryRecord {
  const revoked = { 'xb.police': 20, 'xd.customs': 19 }[agency.agency as string] ?? 0;
  const [statement] = agency.enrol.keyStatements;
  if (!statement) throw new Error('No key statement.');
  return {
    mailbox: agency.mailbox,
    status: agency === dogwood ? AgencyStatus.SUSPENDED : AgencyStatus.ACTIVE,
    version,
    signingKeys: agency.enrol.signing.map(({ certificates }, i) => ({
      certificates,
      registeredIndex: indexOf(`enrol ${agency.agency}`),
      revokedIndex: i === 1 ? revoked : 0,
    })),
    keyStatement: statement,
    contact: '',
    clearance: 0,
    hostAgency: '',
  };
}

/** Frames with fields that this version does not have: the value is what a reader has left when it skips them. */
function skipped(): object[] {
  const ping: FrameBody = { kind: 'ping', value: { nonce: 7 } };
  const made = (name: string, encoded: string, frame: FrameBody): object => ({ name, value: { frame }, encoded });
  const ready: FrameBody = { kind: 'ready', value: { messages: 1, bytes: 0 } };
  return [
    made('a number', '9a0104' + '0807' + '7801', ping),
    made('a number of ten bytes', '9a010d' + '0807' + '78ffffffffffffffffff01', ping),
    made('bytes', '9a0106' + '7a02abcd' + '0807', ping),
    made('32 bits and 64 bits', '9a0110' + '7d01020304' + '0807' + '790102030405060708', ping),
    made('a field number of four bytes', '9a0107' + '0807' + 'f8ffff7f01', ping),
    made('beside the member of the frame', '2a020801' + 'c20600', ready),
    made('before the member of the frame', 'c20600' + '2a020801', ready),
    made('a default value written out', '9a01020800', { kind: 'ping', value: { nonce: 0 } }),
    made('fields out of order', '2a0410000801', ready),
    made('a number not in its shortest form', '9a0103088700', ping),
  ];
}

export const FRAMES: readonly FrameVector[] = (() => {
  reseed('frames');
  return [sessionFrames, submitFrames, deliverFrames, handoverFrames, askingFrames].flatMap((make) => make());
})();

export const framesFile = (): object => ({
  about:
    'Every kind of frame (SPEC.md section 3). Bytes are hexadecimal; a oneof is {kind, value}; members that are absent ' +
    'are left out. `frames` are canonical encodings; `skipped` are encodings that a reader of frames takes as `value`.',
  frames: FRAMES.map(({ name, from, frame }) => ({
    ...{ name, from, kind: frame.kind, value: inVersion1(FrameSchema, { frame }) },
    encoded: toHex(encode(FrameSchema, { frame })),
  })),
  skipped: skipped(),
});
