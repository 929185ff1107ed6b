/** receipts.json: receipts as text, good ones and forged ones, each with what it proves or why it is refused. */
import {
  cosignNote,
  formatReceipt,
  formatVerifierKey,
  parseReceipt,
  type Receipt,
  signCheckpoint,
  TileTree,
} from '../../audit/index.ts';
import { subjectOf } from '../../audit/receipt.ts';
import { encode } from '../../protocol/codec.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { type Entry, EntrySchema } from '../../protocol/generated/schema.ts';
import { utf8 } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { LOG, OTHER_LOG, WITNESS } from './keys.ts';
import { SAMPLE } from './log.ts';
import { cedar, NOW_MS, random, reseed, signedStatements, statementOf, briar } from './world.ts';

const { log, tree, noteAt, at, messages } = SAMPLE;

function receiptOf(name: string, size = log.size): Receipt {
  const index = at[name] ?? 0;
  const entry = log.entries[index]?.bytes ?? new Uint8Array(0);
  return { entry, index, path: tree.inclusionPath(index, size), checkpoint: noteAt(size) };
}

const GOOD = ['single', 'burst', 'rejection', 'handover', 'failure', 'expiry', 'late', 'tick', 'suspend'] as const;

function valid(): object[] {
  const shown = (name: string, receipt: Receipt, index: number): object => {
    const entry = log.entries[index]?.entry;
    const subject = entry && subjectOf(entry);
    return { name, text: formatReceipt(receipt), entry: index, kind: entry?.event.kind, subject: subject ?? null };
  };
  const single = receiptOf('single');
  const witnessed = { ...single, checkpoint: cosignNote(single.checkpoint, WITNESS, NOW_MS / 1000) };
  return [
    ...GOOD.map((name) => shown(log.entries[at[name] ?? 0]?.name ?? name, receiptOf(name), at[name] ?? 0)),
    shown('by the checkpoint that it was the last entry of', receiptOf('single', single.index + 1), single.index),
    shown('with a cosignature', witnessed, single.index),
    shown('with extra data', { ...single, extra: utf8('a note') }, single.index),
    shown('the first entry', { ...receiptOf('first') }, 0),
  ];
}

/** A log whose gateway contradicts what recipients have signed, and one leaf that is no entry. */
function liars(): object[] {
  const failed = { outcome: 2, reason: 401 } as const;
  const signed = (change: object) => {
    const [leaf] = signedStatements(cedar.signing[0], [statementOf(messages.burst, cedar, 1, change)]);
    if (!leaf) throw new Error('No statement.');
    return leaf;
  };
  const statement = statementOf(messages.burst, cedar, 1);
  const failure = (change: object): Entry['event'] => ({
    kind: 'contentHandoverFailure',
    value: {
      ...{ messageId: statement.messageId, sender: statement.sender, recipient: cedar.mailbox, number: 1 },
      ...{ code: 401, statement: signed({ ...failed, ...change }), late: false },
    },
  });
  const other = statementOf(messages.single, briar, 1);
  const events: [string, Entry['event']][] = [
    ['a handover of what failed', { kind: 'contentHandover', value: { statement: signed(failed), late: false } }],
    ['a failure of what was handed over', failure({ outcome: 1, reason: 0 })],
    ['a failure with a statement about another message', failure({ messageId: other.messageId })],
    ['a failure with a statement about another sender', failure({ sender: briar.mailbox })],
    ['a failure with a statement of another recipient', failure({ recipient: briar.mailbox })],
    ['a failure with a statement about another number', failure({ number: 2 })],
  ];
  const leaves: [string, Uint8Array, ErrorCode][] = events.map(([name, event]) => [
    ...([name, encode(EntrySchema, { blind: random(16), atMs: NOW_MS, event })] as const),
    'FILE_INVALID',
  ]);
  const tick = log.entries[at['tick'] ?? 0]?.bytes ?? new Uint8Array(0);
  leaves.push(['bytes that are no entry', utf8('five'), 'MALFORMED']);
  leaves.push(['an entry with an unknown field', Uint8Array.from([...tick, 0x18, 1]), 'MALFORMED']);
  const lying = new TileTree(() => new Uint8Array(0));
  lying.append(leaves.map(([, bytes]) => leafHash(bytes)));
  const checkpoint = signCheckpoint({ origin: LOG.name, size: lying.size, root: lying.root() }, LOG);
  return leaves.map(([name, entry, code], index) => ({
    ...{ name: `${name}, in the log`, code },
    text: formatReceipt({ entry, index, path: lying.inclusionPath(index), checkpoint }),
  }));
}

function forged(): object[] {
  const receipt = receiptOf('single');
  const good = formatReceipt(receipt);
  const made = (name: string, text: string, code: ErrorCode): object => ({ name, text, code });
  const changed = (name: string, change: Partial<Receipt>, code: ErrorCode): object =>
    made(name, formatReceipt({ ...receipt, ...change }), code);
  const form = (name: string, from: string | RegExp, to: string): object =>
    made(name, good.replace(from, to), 'FILE_INVALID');
  const note = (name: string, from: string | RegExp, to: string): object =>
    made(name, good.replace(from, to), 'CHECKPOINT_INVALID');
  const { entry, path } = receipt;
  const flipped = entry.map((byte, i) => (i === 20 ? byte ^ 1 : byte));
  const otherNote = signCheckpoint({ origin: OTHER_LOG.name, size: log.size, root: tree.root() }, OTHER_LOG);
  const badNote = Buffer.from(noteAt(log.size))
    .toString('utf8')
    .replace(/.{6}\n$/, 'AAAA==\n');
  return [
    made('nothing', '', 'FILE_INVALID'),
    form('another version', 'receipt@v1', 'receipt@v2'),
    form('another version of the proof', 'tlog-proof@v1', 'tlog-proof@v2'),
    form('no entry', /entry .*\n/, ''),
    form('the entry twice', /(entry .*\n)/, '$1$1'),
    form('the entry without padding, which it needs', /entry .*\n/, 'entry QQ\n'),
    form('the entry with stray bits', /entry .*\n/, 'entry QR==\n'),
    form('the entry in base64url', /entry .*\n/, 'entry -_-_\n'),
    form('lines that end in CRLF', /\n/g, '\r\n'),
    form('an index with a leading zero', 'index ', 'index 0'),
    form('an index above 2^53 − 1', /index \d+/, 'index 9007199254740992'),
    form('no index', /index \d+\n/, ''),
    form('a hash of 31 bytes', /(index \d+\n).*\n/, `$1${Buffer.alloc(31).toString('base64')}\n`),
    form('64 hashes', /(index \d+\n)/, `$1${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}`),
    made(
      'another version, and a checkpoint that nobody signed',
      `${good.replace('receipt@v1', 'receipt@v2')}x`,
      'FILE_INVALID',
    ),
    note('a checkpoint of another size', `\n${log.size}\n`, `\n${log.size + 1}\n`),
    note('a size with a leading zero', `\n${log.size}\n`, `\n0${log.size}\n`),
    note('another origin', '\nliaison.example/2026\n', '\nliaison.example/2027\n'),
    note('a fourth line in the checkpoint', /\n\n— /, '\nmore\n\n— '),
    note('a signature without the dash', '\n— ', '\n- '),
    note('something after the signature', /$/, '\n'),
    changed("another log's checkpoint", { checkpoint: otherNote }, 'CHECKPOINT_INVALID'),
    changed('a changed signature', { checkpoint: Buffer.from(badNote) }, 'CHECKPOINT_INVALID'),
    changed(
      'a changed signature, and a changed entry',
      { checkpoint: Buffer.from(badNote), entry: flipped },
      'CHECKPOINT_INVALID',
    ),
    changed('a changed entry', { entry: flipped }, 'PROOF_INVALID'),
    changed('an entry that is none, and not in the log', { entry: utf8('five') }, 'PROOF_INVALID'),
    changed('another index', { index: receipt.index + 1 }, 'PROOF_INVALID'),
    changed('an index that is not below the size', { index: log.size }, 'PROOF_INVALID'),
    changed('a hash too few', { path: path.slice(1) }, 'PROOF_INVALID'),
    changed('a hash too many', { path: [...path, random(32)] }, 'PROOF_INVALID'),
    changed('a smaller checkpoint of the same log', { checkpoint: noteAt(13) }, 'PROOF_INVALID'),
    ...liars(),
  ];
}

/** Good receipts that are asked about something else. */
function aboutOthers(): object[] {
  const text = formatReceipt(receiptOf('single'));
  const { sender, messageId, headerDigest } = statementOf(messages.single, briar, 1);
  const asked = { sender, messageId, headerDigest };
  const made = (name: string, change: object, of = text): object => ({
    ...{ name, text: of, asked: { ...asked, ...change }, code: 'FILE_INVALID' },
  });
  const other = statementOf(messages.burst, briar, 2);
  const tick = formatReceipt(receiptOf('tick'));
  return [
    made('another sender', { sender: briar.mailbox }),
    made('another message', { messageId: other.messageId }),
    made('another header', { headerDigest: other.headerDigest }),
    made('a tick', {}, tick),
    made('the expiry of another message', {}, formatReceipt(receiptOf('expiry'))),
  ];
}

export function receiptsFile(): object {
  reseed('receipts');
  const refused = forged() as { text: string; code: ErrorCode; name: string }[];
  const forms = refused.filter(({ text }) => text === formatReceipt(receiptOf('single')));
  if (forms.length > 0) throw new Error(`Nothing is changed: ${forms.map(({ name }) => name).join(', ')}`);
  parseReceipt(formatReceipt(receiptOf('single')));
  return {
    about:
      'Receipts (SPEC.md section 7.1, rules 12 to 14), to be verified with the key given. `entry` is the index in ' +
      'entries.json. `refused` has the code of the first check that fails; with `asked`, the receipt is asked whether it ' +
      'is about this message. `subject` is null when the entry is about no message, and without headerDigest when it ' +
      'states none.',
    verifierKey: formatVerifierKey(LOG),
    receipts: valid(),
    refused: [...refused, ...aboutOthers()],
  };
}
