/** entries.json, receipts.json, acts.json and certificates.json. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  createSigner,
  decodeEntryBundle,
  formatReceipt,
  formatVerifierKey,
  KEY_TYPE,
  openNote,
  parseReceipt,
  parseVerifierKey,
  signCheckpoint,
  TileTree,
  tilePath,
  verifyCheckpoint,
  verifyReceipt,
} from '../../audit/index.ts';
import { checkAct } from '../../ledger/acts.ts';
import { stateDigest } from '../../ledger/rows.ts';
import { canonicalJwk, parseCanonicalJwk } from '../../protocol/algorithms.ts';
import { verifyCertificateChain, type CertificateUse } from '../../protocol/certificates.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { verifyKeyStatement } from '../../protocol/envelope/encryption-keys.ts';
import { formatEnrolmentFile, parseEnrolmentFile } from '../../protocol/enrolment.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { ActSchema, EntrySchema, SignedLeafSchema } from '../../protocol/generated/schema.ts';
import { type AgencyId, fromHex, messageIdOf, toHex, utf8 } from '../../protocol/ids.ts';
import { EMPTY_ROOT, leafHash, sha256, verifyConsistency, verifyInclusion } from '../../protocol/merkle.ts';
import { parseRevocationList } from '../../protocol/revocation.ts';
import { directoryFrom } from '../../scripts/vectors/directory.ts';
import { ed25519Key } from '../../scripts/vectors/keys.ts';
import { codeOf } from './support.ts';
import { type Encoded, entriesOf, inHex, load, readAgain, stateAfter } from './vector-files.ts';

interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly path: string[];
}
interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly path: string[];
}
type Named<T> = T & { readonly name: string };

const log = load('entries') as {
  origin: string;
  logKeySeed: string;
  verifierKey: string;
  witnessKey: string;
  operatorKey: string;
  entries: (Encoded & { leafHash: string })[];
  further: (Encoded & { leafHash: string })[];
  roots: string[];
  notes: { size: number; note: string }[];
  cosigned: { size: number; note: string };
  tiles: { path: string; data: string }[];
  proofs: {
    inclusion: Inclusion[];
    consistency: Consistency[];
    refused: { inclusion: Named<Inclusion & { leaf: number }>[]; consistency: Named<Consistency>[] };
  };
  states: { entries: number; digest: string }[];
  directory: unknown;
  large: {
    size: number;
    root: string;
    tiles: { path: string; sha256: string }[];
    inclusion: Inclusion[];
    consistency: Consistency[];
  };
};
/** The members that came later to a message, from version-2.json and logs.json. */
const membersOf = (message: string): Encoded[] =>
  ['version-2', 'logs']
    .flatMap((name) => (load(name) as { encodings: (Encoded & { message: string })[] }).encodings)
    .filter((item) => item.message === message);
const logKey = parseVerifierKey(log.verifierKey);
const leaves = log.entries.map(({ encoded }) => leafHash(fromHex(encoded)));
const treeOf = (hashes: readonly Uint8Array[]): TileTree => {
  const tree = new TileTree(() => new Uint8Array(0));
  tree.append(hashes);
  return tree;
};
const tree = treeOf(leaves);
const hexPath = (path: readonly Uint8Array[]): string[] => path.map(toHex);

describe('entries.json', () => {
  test.each([...log.entries, ...log.further])('$name', ({ value, encoded, leafHash: hash }) => {
    expect(readAgain(EntrySchema, encoded)).toEqual({ value, encoded });
    expect(toHex(leafHash(fromHex(encoded)))).toBe(hash);
  });

  test('has every kind of entry', () => {
    const kinds = [...log.entries, ...log.further, ...membersOf('Entry')].map(
      ({ value }) => (value as { event: { kind: string } }).event.kind,
    );
    expect(new Set(kinds)).toEqual(new Set(EntrySchema.fields.filter(({ oneof }) => oneof).map(({ name }) => name)));
  });

  test('keys are those of their seeds', () => {
    const signer = createSigner(log.origin, KEY_TYPE.ED25519, ed25519Key(1));
    expect(formatVerifierKey(signer)).toBe(log.verifierKey);
    expect(log.logKeySeed).toBe('01'.repeat(32));
    expect(canonicalJwk(ed25519Key(9))).toBe(log.operatorKey);
    for (const { size, note } of log.notes) {
      const made = signCheckpoint({ origin: log.origin, size, root: fromHex(log.roots[size]!) }, signer);
      expect(Buffer.from(made).toString('utf8')).toBe(note);
    }
  });

  test('roots, checkpoints and tiles are those of the tree', () => {
    expect(log.roots[0]).toBe(toHex(EMPTY_ROOT));
    expect(log.roots).toEqual(log.roots.map((_, size) => toHex(tree.rootAt(size))));
    for (const { size, note } of [...log.notes, log.cosigned]) {
      const checkpoint = verifyCheckpoint(utf8(note), logKey);
      expect([checkpoint.size, toHex(checkpoint.root)]).toEqual([size, log.roots[size]]);
    }
    const { verified } = openNote(utf8(log.cosigned.note), [logKey, parseVerifierKey(log.witnessKey)]);
    expect(verified).toHaveLength(2);
    const [tile, bundle] = log.tiles;
    expect(tile).toEqual({ path: tilePath(0, 0, leaves.length), data: leaves.map(toHex).join('') });
    expect(decodeEntryBundle(fromHex(bundle!.data)).map(toHex)).toEqual(log.entries.map(({ encoded }) => encoded));
  });

  const inclusionOf = ({ index, size, path }: Inclusion, leaf: number): boolean =>
    verifyInclusion(leaves[leaf]!, BigInt(index), BigInt(size), path.map(fromHex), fromHex(log.roots[size]!));
  const consistencyOf = ({ from, to, path }: Consistency): boolean =>
    verifyConsistency(
      ...([BigInt(from), BigInt(to), fromHex(log.roots[from]!), fromHex(log.roots[to]!)] as const),
      path.map(fromHex),
    );

  test('proofs are those of the tree, and prove', () => {
    for (const item of log.proofs.inclusion) {
      expect(hexPath(tree.inclusionPath(item.index, item.size))).toEqual(item.path);
      expect(inclusionOf(item, item.index)).toBe(true);
    }
    for (const item of log.proofs.consistency) {
      expect(hexPath(tree.consistencyPath(item.from, item.to))).toEqual(item.path);
      expect(consistencyOf(item)).toBe(true);
    }
  });

  test.each(log.proofs.refused.inclusion)('inclusion proves nothing: $name', (item) => {
    expect(inclusionOf(item, item.leaf)).toBe(false);
  });
  test.each(log.proofs.refused.consistency)('consistency proves nothing: $name', (item) => {
    expect(consistencyOf(item)).toBe(false);
  });

  test('states and directory are the fold of the entries', () => {
    for (const { entries, digest } of log.states) expect(toHex(stateDigest(stateAfter(entries)))).toBe(digest);
    expect(inHex(directoryFrom(stateAfter(log.entries.length)))).toEqual(log.directory);
  });

  test('the large tree has tiles of three levels', () => {
    const { size, root, tiles, inclusion, consistency } = log.large;
    const large = new TileTree(() => new Uint8Array(0));
    const full = large.append(Array.from({ length: size }, (_, i) => leafHash(utf8(`entry ${i}`))));
    const digests = new Map(
      [...full, ...large.partialTiles()].map(({ level, number, hashes }) => [
        tilePath(level, number, hashes.length / 32),
        toHex(sha256(hashes)),
      ]),
    );
    expect(toHex(large.root())).toBe(root);
    expect(tiles.map(({ path }) => digests.get(path))).toEqual(tiles.map((tile) => tile.sha256));
    for (const item of inclusion) expect(hexPath(large.inclusionPath(item.index))).toEqual(item.path);
    for (const item of consistency) expect(hexPath(large.consistencyPath(item.from))).toEqual(item.path);
  });
});

describe('receipts.json', () => {
  interface Subject {
    sender: string;
    messageId: string;
    headerDigest?: string;
  }
  const file = load('receipts') as {
    verifierKey: string;
    receipts: { name: string; text: string; entry: number; kind: string; subject: Subject | null }[];
    refused: { name: string; text: string; code: ErrorCode; asked?: Required<Subject> }[];
  };
  const logVerifier = parseVerifierKey(file.verifierKey);

  test.each(file.receipts)('$name ($kind)', ({ text, entry, kind, subject }) => {
    const verified = verifyReceipt({ text, logVerifier });
    expect(verified).toMatchObject({ index: entry, entry: { event: { kind } } });
    expect(toHex(verified.entryBytes)).toBe(log.entries[entry]!.encoded);
    expect(inHex(verified.subject ?? null)).toEqual(subject);
    expect(formatReceipt(parseReceipt(text))).toBe(text);
  });

  test.each(file.refused)('refused: $name', ({ text, code, asked }) => {
    const expected = asked && {
      sender: asked.sender,
      messageId: messageIdOf(fromHex(asked.messageId)),
      headerDigest: fromHex(asked.headerDigest),
    };
    expect(codeOf(() => verifyReceipt({ text, logVerifier, ...(expected && { expected }) }))).toBe(code);
    // Nothing is wrong with the receipt itself.
    if (asked) expect(codeOf(() => verifyReceipt({ text, logVerifier }))).toBeUndefined();
  });
});

describe('acts.json', () => {
  const file = load('acts') as {
    entries: number;
    atMs: number;
    acts: { name: string; kind: string; value: unknown; signed: string }[];
    refused: { name: string; signed: string; code: ErrorCode }[];
    keyStatements: {
      signingKey: string;
      valid: { value: unknown; signed: string }[];
      refused: { name: string; signed: string; code: ErrorCode }[];
    };
    enrolment: { text: string; value: unknown };
  };
  const state = stateAfter(file.entries);
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes);
  const context = { nowMs: file.atMs, random, revocationLists: [], requireRevocationLists: false };
  const check = (signed: string): void => checkAct(state, decode(SignedLeafSchema, fromHex(signed), 'signed'), context);

  test.each(file.acts)('$name ($kind)', ({ value, signed }) => {
    const { leaf } = decode(SignedLeafSchema, fromHex(signed), 'signed');
    expect(readAgain(ActSchema, toHex(leaf))).toEqual({ value, encoded: toHex(leaf) });
    expect(readAgain(SignedLeafSchema, signed).encoded).toBe(signed);
    expect(codeOf(() => check(signed))).toBeUndefined();
  });

  test('has every act', () => {
    const kinds = ActSchema.fields.filter(({ oneof }) => oneof).map(({ name }) => name);
    const added = membersOf('Act').map(({ value }) => (value as { act: { kind: string } }).act.kind);
    expect(new Set([...file.acts.map(({ kind }) => kind), ...added])).toEqual(new Set(kinds));
  });

  test.each(file.refused)('refused: $name', ({ signed, code }) => {
    expect(codeOf(() => check(signed))).toBe(code);
  });

  const signingKey = parseCanonicalJwk(file.keyStatements.signingKey);
  const statementOf = (signed: string): unknown =>
    verifyKeyStatement(decode(SignedLeafSchema, fromHex(signed), 'signed'), signingKey);

  test.each(file.keyStatements.valid)('a key statement', ({ value, signed }) => {
    expect(inHex(statementOf(signed))).toEqual(value);
  });
  test.each(file.keyStatements.refused)('a key statement is refused: $name', ({ signed, code }) => {
    expect(codeOf(() => statementOf(signed))).toBe(code);
  });

  test('the enrolment file is read and written', () => {
    const enrol = parseEnrolmentFile(file.enrolment.text);
    expect(inHex(enrol)).toEqual(file.enrolment.value);
    expect(formatEnrolmentFile(enrol)).toBe(file.enrolment.text);
  });
});

describe('certificates.json', () => {
  const file = load('certificates') as {
    anchors: string[];
    cases: {
      name: string;
      chain: string[];
      use: CertificateUse;
      agency: AgencyId;
      lists: string[];
      listsRequired: boolean;
      atMs: number;
      code?: ErrorCode;
    }[];
  };
  const anchors = file.anchors.map((der) => new X509Certificate(fromHex(der)));

  test.each(file.cases)('$name', ({ chain, use, agency, lists, listsRequired, atMs, code }) => {
    const request = {
      ...{ chain: chain.map(fromHex), anchors, use, agency, nowMs: atMs },
      lists: lists.map((der) => parseRevocationList(fromHex(der))),
      requireRevocationLists: listsRequired,
    };
    expect(codeOf(() => verifyCertificateChain(request))).toBe(code);
  });
});

test('the entries are read as the log has them', () => {
  const again = entriesOf().map((bytes) => toHex(encode(EntrySchema, decode(EntrySchema, bytes, 'signed'))));
  expect(again).toEqual(log.entries.map(({ encoded }) => encoded));
});
