import { afterAll, describe, expect, test } from 'vitest';
import { examineFile, type FileTrust } from '../../audit/examine-file.ts';
import { examineProof, type ProofReport } from '../../audit/explain-proof.ts';
import {
  cosignNote,
  createSigner,
  formatReceipt,
  formatVerifierKey,
  KEY_TYPE,
  parseReceipt,
  TileTree,
} from '../../audit/index.ts';
import { LedgerFile } from '../../audit/ledger-file.ts';
import { collectProof } from '../../audit/proof/collect.ts';
import { formatMessageProof, type MessageProof, parseMessageProof } from '../../audit/proof/message-proof.ts';
import type { ShardSource } from '../../audit/source.ts';
import { parseWitnessPolicy } from '../../audit/witness-policy.ts';
import { FIRST_SHARD } from '../../ledger/shards.ts';
import { Exchange } from '../../protocol/generated/schema.ts';
import { type Mailbox, messageIdOf, utf8 } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { Forgery } from './forgery.ts';
import { acceptance, handover } from './forged-events.ts';
import {
  customs,
  directory,
  harbour,
  makeAgency,
  makeMessage,
  police,
  removeDirectory,
  rootCertificate,
  signAct,
  signer,
  START_MS,
  statementAbout,
  type TestMessage,
} from './log-builder.ts';
import { entryOfEvent, shardOf, sourceOf } from './proof-support.ts';
import { makeSampleLog } from './sample-log.ts';
import { expectCode, otherLog, testKey, witness } from './support.ts';
import { makeAuthority } from '../support/openssl.ts';

const sample = makeSampleLog();
const TRUST: FileTrust = { logVerifier: signer, anchors: [rootCertificate] };
afterAll(removeDirectory);

function proofOf(message: TestMessage): MessageProof {
  const source = new LedgerFile(sample.path);
  try {
    return collectProof(source, { messageId: messageIdOf(message.routing.messageId) });
  } finally {
    source.close();
  }
}

const { single, burst, expiring } = sample.messages;
const proof = proofOf(burst);
const other = proofOf(single);
const examined = (changed: Partial<MessageProof>, trust = TRUST): ProofReport =>
  examineProof(formatMessageProof({ ...proof, ...changed }), trust);
const rules = ({ findings }: ProofReport): string[] => findings.map(({ rule }) => rule);
const kinds = ({ entries }: ProofReport): string[] => entries.map(({ kind }) => kind);

describe('a proof about one message', () => {
  test('has all its entries and says what they prove', () => {
    const report = examined({});
    expect(report).toMatchObject({ verdict: 'verified', missingTrust: [], findings: [] });
    expect(kinds(report)).toEqual(['submissionAcceptance', 'contentHandover', 'contentHandoverFailure']);
    expect(report.proves.join('\n')).toMatch(/accepted message .*\n.*xb.police\/liaison that it has the message/);
    expect(report.proves.filter((line) => /authority that you trust vouches/.test(line))).toHaveLength(3);
    expect(report.doesNotProve.join('\n')).toMatch(/had not been revoked/);
    for (const text of [...report.proves, ...report.doesNotProve]) expect(text).toMatch(/^.{20,}\.$/s);
    expect(kinds(examineProof(formatMessageProof(proofOf(expiring)), TRUST))).toEqual([
      'submissionAcceptance',
      'contentHandoverFailure',
      'contentHandover',
    ]);
  });

  test('discloses nothing else', () => {
    const text = formatMessageProof(other);
    const entries = other.receipts.map((receipt) => Buffer.from(parseReceipt(receipt).entry).toString('latin1'));
    expect(entries).toHaveLength(2);
    expect(other.chains).toHaveLength(2);
    const all = `${text}${entries.join('')}${Buffer.concat(other.chains.flat()).toString('latin1')}`;
    expect(all).toContain('xb.police');
    expect(all).not.toContain('xc.customs');
  });

  test('is the same file however often it is made', () => {
    const text = formatMessageProof(proof);
    expect(formatMessageProof(proofOf(burst))).toBe(text);
    expect(formatMessageProof(parseMessageProof(text))).toBe(text);
    expect(formatMessageProof({ ...proof, chains: proof.chains.toReversed() })).toBe(text);
  });

  test('without trust it is only consistent', () => {
    const verdict = 'consistent-origin-unproven';
    expect(examined({}, {})).toMatchObject({ verdict, missingTrust: ['--log-key', '--anchors'] });
    expect(examined({}, { logVerifier: signer })).toMatchObject({ verdict, missingTrust: ['--anchors'] });
    expect(examined({}, { anchors: [rootCertificate] })).toMatchObject({ verdict, missingTrust: ['--log-key'] });
  });

  test('of another log, or on the word of another authority, proves nothing', () => {
    const wrongLog = examined({}, { ...TRUST, logVerifier: otherLog });
    expect(wrongLog).toMatchObject({ verdict: 'findings', proves: [] });
    expect(new Set(rules(wrongLog))).toEqual(new Set(['receipt-checkpoint', 'proof-content']));
    const forged = createSigner(signer.name, KEY_TYPE.ED25519, testKey(77));
    expect(rules(examined({}, { ...TRUST, logVerifier: forged }))).toContain('receipt-checkpoint');
    const stranger = makeAgency('xa.customs', 'portalder', 'p256', makeAuthority(directory));
    const anchors = stranger.enrol.signing[0]!.certificates.slice(-1);
    expect(new Set(rules(examined({}, { ...TRUST, anchors })))).toEqual(new Set(['sender-key', 'recipient-key']));
  });
});

describe('what is mixed is found', () => {
  const [first, second, third] = proof.receipts as [string, string, string];
  const chainsOf = (...agencies: (typeof customs)[]) => agencies.map(({ enrol }) => enrol.signing[0]!.certificates);
  test.each<[string, Partial<MessageProof>, string[]]>([
    ['an entry of another message', { receipts: [first, other.receipts[1]!, third] }, ['proof-content']],
    ['the acceptance of another message', { receipts: [other.receipts[0]!, second, third] }, []],
    ['receipts out of order', { receipts: [second, first, third] }, ['receipt-entry']],
    ['a receipt twice', { receipts: [first, second, second, third] }, ['receipt-entry']],
    ['another sender', { sender: police.mailbox }, ['proof-content', 'proof-content', 'proof-content']],
    ['another message id', { messageId: other.messageId }, ['proof-content', 'proof-content', 'proof-content']],
    [
      'a chain that nobody needs',
      { chains: chainsOf(customs, police, harbour, makeAgency('xd.police', 'desk', 'p256')) },
      ['proof-content'],
    ],
    ['a chain that is missing', { chains: chainsOf(customs, harbour) }, ['recipient-key']],
    ['no chains', { chains: [] }, ['sender-key', 'recipient-key', 'recipient-key']],
  ])('%s', (_, change, expected) => {
    const report = examined(change);
    expect(report).toMatchObject({ verdict: 'findings', proves: [] });
    if (expected.length > 0) expect(rules(report).sort()).toEqual(expected.sort());
    else expect(rules(report)).toContain('proof-content');
    expect(report.findings[0]!.what).toMatch(/^.{20,}\.$/);
  });

  test('a certificate of another agency for the key', () => {
    const imposter = makeAgency('xz.nobody', 'desk', 'p256');
    const message = makeMessage(customs, [police], START_MS, {});
    const log = new Forgery(sample.path);
    // Signed by the imposter's key, and the header says so: only the agency in the certificate is wrong.
    const made = makeMessage({ ...customs, signing: imposter.signing }, [police], START_MS);
    log.append({ kind: 'operatorAct', value: { act: signAct({ kind: 'enrol', value: imposter.enrol }, 9, START_MS) } });
    log.append(acceptance(made, [9], customs, imposter.signing), made);
    const source = new LedgerFile(log.write());
    const forged = collectProof(source, { messageId: messageIdOf(made.routing.messageId) });
    source.close();
    expect(message.routing.sender).toBe(customs.mailbox);
    const report = examineProof(formatMessageProof(forged), TRUST);
    expect(rules(report)).toEqual(['sender-key']);
    expect(report.findings[0]!.what).toMatch(/names xz.nobody, not xa.customs/);
    expect(rules(examineProof(formatMessageProof(forged), { logVerifier: signer }))).toEqual(['sender-key']);
  });
});

describe('files of another form are refused', () => {
  const text = formatMessageProof(proof);
  test.each<[string, string, RegExp]>([
    ['damaged', text.slice(0, -40), /does not say that it is one/],
    ['with a member more', text.replace('"version": 1,', '"version": 1,\n  "more": 1,'), /more/],
    ['with a member twice', text.replace('"version": 1,', '"version": 1,\n  "version": 1,'), /spelt/],
    ['in another spelling', JSON.stringify(JSON.parse(text)), /spelt/],
    ['without receipts', text.replace(/"receipts": \[[^\]]*\]/, '"receipts": []'), /receipts/],
    ['with another id', text.replace(/"id": "[^"]*"/, '"id": "1"'), /message.id/],
  ])('%s', (_, changed, what) => {
    expect(() => examineProof(changed, TRUST)).toThrow(what);
  });

  test('of a newer version, or of no known format', () => {
    expectCode(() => examineProof(text.replace('"version": 1', '"version": 2'), TRUST), 'DATA_VERSION');
    expectCode(() => examineFile('{"format":"liaison-other","version":1}', TRUST), 'FILE_INVALID');
    expectCode(() => examineFile('nothing', TRUST), 'FILE_INVALID');
  });
});

test('two senders of one id are told apart', () => {
  const log = new Forgery(sample.path);
  const { messageId } = single.routing;
  const twin = makeMessage(police, [harbour], START_MS, { messageId });
  log.append(acceptance(twin, [6], police), twin);
  const source = new LedgerFile(log.write());
  const wanted = { messageId: messageIdOf(messageId) };
  expectCode(() => collectProof(source, wanted), 'USAGE');
  const found = collectProof(source, { ...wanted, sender: police.mailbox });
  expect([found.sender, found.receipts.length]).toEqual([police.mailbox, 1]);
  expectCode(() => collectProof(source, { ...wanted, sender: 'xa.customs/nobody' as Mailbox }), 'MESSAGE_NOT_FOUND');
  source.close();
});

test('witnesses are counted when there is a policy', () => {
  const policy = (quorum: string) =>
    parseWitnessPolicy(utf8(`witness one ${formatVerifierKey(witness)}\nquorum ${quorum}\n`));
  const lacking = examined({}, { ...TRUST, witnesses: policy('one') });
  expect([lacking.verdict, rules(lacking)]).toEqual(['findings', ['witness-quorum']]);
  expect(examined({}, { ...TRUST, witnesses: policy('none') }).verdict).toBe('verified');
  const receipts = proof.receipts.map((receipt) => {
    const note = parseReceipt(receipt).checkpoint;
    const head = receipt.slice(0, receipt.indexOf('\n\n') + 2);
    return head + Buffer.from(cosignNote(note, witness, 1_767_225_600)).toString('utf8');
  });
  const cosigned = examined({ receipts }, { ...TRUST, witnesses: policy('one') });
  expect([cosigned.verdict, cosigned.proves.at(-1)]).toEqual(['verified', expect.stringMatching(/witnesses.*one\.$/)]);
});

describe('over shards', () => {
  const forgery = new Forgery(sample.path);
  const next = createSigner('liaison.example/2027', KEY_TYPE.ED25519, testKey(21));
  const third = createSigner('liaison.example/2028', KEY_TYPE.ED25519, testKey(22));
  const message = makeMessage(customs, [police], START_MS + 1000);
  const messageId = messageIdOf(message.routing.messageId);
  const atMs = START_MS + 5000;
  const close = (to: typeof next): Uint8Array =>
    entryOfEvent({ kind: 'shardClose', value: { nextOrigin: to.name, nextVerifierKey: formatVerifierKey(to) } }, atMs);
  const open = (of: typeof next, firstNumber: number): Uint8Array => {
    const value = {
      ...FIRST_SHARD,
      origin: of.name,
      verifierKey: formatVerifierKey(of),
      operators: [],
      anchors: [],
      exchange: Exchange.UNSPECIFIED,
      firstNumber,
      logVersion: 1,
    };
    return entryOfEvent({ kind: 'shardOpen', value }, atMs);
  };
  const hold = signAct(
    { kind: 'hold', value: { sender: customs.mailbox, messageId: message.routing.messageId, reference: 'order 7' } },
    4,
    atMs,
  );
  const tick = entryOfEvent({ kind: 'tick', value: {} }, atMs);
  const entries = [...forgery.entries.slice(0, 4), entryOfEvent(acceptance(message, [1]), atMs), close(next)];
  const erasure = entryOfEvent({ kind: 'contentErasure', value: { messages: [3, 4], blobs: [] } }, atMs);
  const shards = [
    shardOf(signer, entries),
    shardOf(next, [
      open(next, entries.length),
      ...Array.from({ length: 300 }, () => tick),
      entryOfEvent(handover(statementAbout(message, police, 1)), atMs),
      erasure,
      entryOfEvent({ kind: 'operatorAct', value: { act: hold } }, atMs),
      close(third),
    ]),
    shardOf(third, [open(third, entries.length + 305), tick]),
  ];
  const spanning = collectProof(sourceOf(...shards), { messageId });
  const text = formatMessageProof(spanning);

  test('links lead from one key to the next', () => {
    const report = examineProof(text, TRUST);
    expect(report).toMatchObject({ verdict: 'verified', findings: [] });
    expect(report.entries.map(({ origin, index }) => [origin, index])).toEqual([
      [signer.name, 4],
      [next.name, 301],
      [next.name, 303],
    ]);
    expect(spanning.links).toHaveLength(1);
    expect(report.proves.join('\n')).toMatch(/hold message .*order 7/);
  });

  test('an erasure is about no one message: its numbers could have been counted from elsewhere', () => {
    const own = [
      ...entries.slice(0, -1),
      entryOfEvent({ kind: 'contentErasure', value: { messages: [4], blobs: [] } }, atMs),
    ];
    const shard = shardOf(signer, own);
    const alone = collectProof(sourceOf(shard), { messageId });
    expect(kinds(examineProof(formatMessageProof(alone), TRUST))).not.toContain('contentErasure');
    const tree = new TileTree(() => new Uint8Array(0));
    tree.append(own.map(leafHash));
    const index = own.length - 1;
    const receipt = formatReceipt({
      entry: own[index]!,
      index,
      path: tree.inclusionPath(index),
      checkpoint: shard.checkpointOf(own.length)!,
    });
    const added = { ...alone, receipts: [...alone.receipts, receipt] };
    expect(rules(examineProof(formatMessageProof(added), TRUST))).toEqual(['proof-content']);
  });

  test('without the links nothing leads there', () => {
    const report = examineProof(formatMessageProof({ ...spanning, links: [] }), TRUST);
    expect(rules(report)).toContain('receipt-checkpoint');
    expect(report.findings[0]!.what).toMatch(/nothing leads there/);
  });

  test('a later key vouches for no earlier shard', () => {
    expect(rules(examineProof(text, { ...TRUST, logVerifier: next }))).toContain('receipt-checkpoint');
  });

  test('stands under the checkpoints that witnesses have cosigned, if they reach as far', () => {
    const witnessed = (shard: ShardSource, note: Uint8Array | undefined): ShardSource => ({
      ...shard,
      cosigned: () => note && cosignNote(note, witness, 1_767_225_600),
    });
    const [first, second] = [shards[0]!, shards[1]!];
    const full = (shard: ShardSource): Uint8Array | undefined => shard.checkpointOf(shard.statedSize());
    const trust = {
      ...TRUST,
      witnesses: parseWitnessPolicy(utf8(`witness one ${formatVerifierKey(witness)}\nquorum one`)),
    };
    const verdict = (...sources: ShardSource[]): string =>
      examineProof(formatMessageProof(collectProof(sourceOf(...sources), { messageId })), trust).verdict;
    expect(verdict(witnessed(first, full(first)), witnessed(second, full(second)))).toBe('verified');
    expect(verdict(witnessed(first, full(first)), second)).toBe('findings');
    // One that is too small, of another log or damaged does not stand in the way of a proof without it.
    const small = full(shardOf(signer, entries.slice(0, 4)));
    for (const note of [small, full(second), utf8('x')]) {
      const source = { ...first, cosigned: () => note };
      expect(collectProof(sourceOf(source, second), { messageId }).receipts).toEqual(spanning.receipts.slice(0, 4));
    }
  });

  test('a link to a key of somebody else is found', () => {
    const forged = createSigner(next.name, KEY_TYPE.ED25519, testKey(23));
    const faked = collectProof(sourceOf(shardOf(signer, [...entries.slice(0, -1), close(forged)]), shards[1]!), {
      messageId,
    });
    expect(rules(examineProof(formatMessageProof(faked), TRUST))).toContain('receipt-checkpoint');
    const notLast = sourceOf(shardOf(signer, [...entries, tick]), shards[1]!);
    expectCode(() => collectProof(notLast, { messageId }), 'DATA_DAMAGED');
    const swapped = { ...spanning, links: [spanning.receipts[0]!] };
    expect(rules(examineProof(formatMessageProof(swapped), TRUST))).toContain('shard-link');
  });
});
