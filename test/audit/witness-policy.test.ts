import { describe, expect, test } from 'vitest';
import { cosignNote } from '../../audit/note.ts';
import { signCheckpoint } from '../../audit/checkpoint.ts';
import { createSigner, formatVerifierKey, KEY_TYPE } from '../../audit/verifier-key.ts';
import {
  examineCosignatures,
  namesLog,
  parseWitnessPolicy,
  satisfies,
  type WitnessPolicy,
} from '../../audit/witness-policy.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { log, otherLog, testKey } from './support.ts';

const signers = Array.from({ length: 6 }, (_, i) =>
  createSigner(`w${i}.example/witness`, KEY_TYPE.COSIGNATURE, testKey(20 + i)),
);
const keys = signers.map(formatVerifierKey);
const logKey = formatVerifierKey(log);

const parse = (text: string): WitnessPolicy => parseWitnessPolicy(Buffer.from(text), 'policy.txt');
const three = (quorum: string): string =>
  [0, 1, 2].map((i) => `witness W${i} ${keys[i]!} https://w${i}.example/w/\n`).join('') + quorum;

function holds(policy: WitnessPolicy, ...names: string[]): boolean {
  return satisfies(policy, new Set(policy.witnesses.filter(({ name }) => names.includes(name))));
}

test('reads logs, witnesses and groups of groups, with comments, tabs and spaces', () => {
  const policy = parse(`# Who counts
\tlog  ${logKey} https://log.example/
  # the X
witness X1 ${keys[0]!}
witness X2\t${keys[1]!}
witness X3 ${keys[2]!}
group X 2 X1 X2 X3

witness Y1 ${keys[3]!} http://127.0.0.1:8080/y
witness Y2 ${keys[4]!}
group Y any Y1 Y2
group both all X Y
quorum both
`);
  expect(policy.logs.map(({ verifier, url }) => [verifier.name, url])).toEqual([[log.name, 'https://log.example']]);
  expect(policy.witnesses.map(({ name, url }) => [name, url])).toEqual([
    ['X1', undefined],
    ['X2', undefined],
    ['X3', undefined],
    ['Y1', 'http://127.0.0.1:8080/y'],
    ['Y2', undefined],
  ]);
  expect(holds(policy, 'X1', 'X3', 'Y2')).toBe(true);
  expect(holds(policy, 'X1', 'X2', 'X3')).toBe(false);
  expect(holds(policy, 'X1', 'Y1', 'Y2')).toBe(false);
  expect(namesLog(policy, log)).toBe(true);
  expect(namesLog(policy, otherLog)).toBe(false);
});

test.each([
  ['quorum none', [], true],
  ['quorum W1', ['W1'], true],
  ['quorum W1', ['W0', 'W2'], false],
  ['group g 2 W0 W1 W2\nquorum g', ['W0'], false],
  ['group g 2 W0 W1 W2\nquorum g', ['W0', 'W2'], true],
  ['group g all W0 W1 W2\nquorum g', ['W0', 'W2'], false],
  ['group g any W0 W1 W2\nquorum g', ['W2'], true],
])('%s with %j: %s', (quorum, names, expected) => {
  expect(holds(parse(three(quorum)), ...names)).toBe(expected);
});

test('names are octets: a Kelvin sign is no K, and what is no UTF-8 is a name as well', () => {
  const text = `witness K ${keys[0]!}\nwitness \u212a ${keys[1]!}\ngroup g all K \u212a\nquorum g\n`;
  expect(parse(text).witnesses.map(({ name }) => name)).toEqual(['K', '\u212a']);
  const octets = Buffer.concat([Buffer.from('witness '), Buffer.of(0xff), Buffer.from(` ${keys[0]!}\nquorum `)]);
  expect(holds(parseWitnessPolicy(Buffer.concat([octets, Buffer.of(0xff)])), '\ufffd')).toBe(true);
});

describe('what is wrong is named with its line', () => {
  test.each([
    ['', 'policy.txt: the line "quorum" is missing.'],
    ['quorum none\nquorum none', 'policy.txt, line 2: there is a line "quorum" already.'],
    ['quorum nobody', 'policy.txt, line 1: no witness or group "nobody" is defined on a line before.'],
    ['quorum', 'policy.txt, line 1: expected: quorum <name>, or quorum none.'],
    ['\nwitnes A b', 'policy.txt, line 2: "witnes" is none of log, witness, group, quorum.'],
    ['witness A\nquorum A', 'policy.txt, line 1: expected: witness <name> <verifier key> [<url>].'],
    [`witness A ${logKey}`, 'policy.txt, line 1: the key of a witness has type 4, not 1.'],
    [`log ${keys[0]!}`, 'policy.txt, line 1: the key of a log has type 1, not 4.'],
    [`log ${logKey} a b`, 'policy.txt, line 1: expected: log <verifier key> [<url>].'],
    [`log ${logKey}\nlog ${logKey}`, 'policy.txt, line 2: another log has the same public key.'],
    [`witness none ${keys[0]!}`, 'policy.txt, line 1: the name none is taken.'],
    [`witness A ${keys[0]!}\nwitness A ${keys[1]!}`, 'policy.txt, line 2: the name "A" is used twice.'],
    [`witness A ${keys[0]!}\nwitness B ${keys[0]!}`, 'policy.txt, line 2: another witness has the same public key.'],
    [`witness A ${keys[0]!} ftp://a/`, 'policy.txt, line 1: "ftp://a/" is not an address such as'],
    [`witness A ${keys[0]!} https://a/?b`, 'policy.txt, line 1: "https://a/?b" is not an address such as'],
    [three('group g 0 W0'), 'policy.txt, line 4: "0" is neither any nor all nor a number from 1 to 1.'],
    [three('group g 3 W0 W1'), 'policy.txt, line 4: "3" is neither any nor all nor a number from 1 to 2.'],
    [three('group g 01 W0 W1'), 'policy.txt, line 4: "01" is neither any nor all nor a number from 1 to 2.'],
    [three('group g any'), 'policy.txt, line 4: expected: group <name> <number|any|all> <member>…'],
    [three('group g all W0 W0'), 'policy.txt, line 4: "W0" is a member already.'],
    [three('group g all W0\ngroup h all W0 W1'), 'policy.txt, line 5: "W0" is a member already.'],
    [three('group g all g W0'), 'policy.txt, line 4: no witness or group "g" is defined on a line before.'],
    [three('group W0 all W1'), 'policy.txt, line 4: the name "W0" is used twice.'],
    [three('group g all none'), 'policy.txt, line 4: no witness or group "none" is defined on a line before.'],
    ['quorum\u0000 none', 'policy.txt, line 1: it has a control character.'],
    ['quorum none\r\n', 'policy.txt, line 1: it has a control character.'],
  ])('%j', (text, message) => {
    expect(() => parse(text)).toThrow(LiaisonError);
    expect(() => parse(text)).toThrow(message);
  });

  test('a key that is none', () => {
    expect(() => parse('witness A rubbish')).toThrow('policy.txt, line 1: Verifier key "rubbish"');
  });
});

describe('cosignatures on a note', () => {
  const policy = parse(three('group g 2 W0 W1 W2\nquorum g'));
  const note = signCheckpoint({ origin: log.name, size: 1, root: leafHash(new Uint8Array(1)) }, log);
  const other = signCheckpoint({ origin: log.name, size: 2, root: leafHash(new Uint8Array(2)) }, log);
  const signed = (...by: number[]): Uint8Array =>
    by.reduce((text, i) => cosignNote(text, signers[i]!, 1_700_000_000 + i), note);

  test('are counted by key, strangers are not', () => {
    expect(examineCosignatures(policy, note)).toEqual({ cosigned: [], failed: [], hasQuorum: false });
    expect(examineCosignatures(policy, signed(0, 0, 5)).hasQuorum).toBe(false);
    const report = examineCosignatures(policy, signed(5, 2, 0));
    expect(report.hasQuorum).toBe(true);
    expect(report.cosigned.map(({ witness, timeSeconds }) => [witness.name, timeSeconds])).toEqual([
      ['W0', 1_700_000_000],
      ['W2', 1_700_000_002],
    ]);
  });

  test('a cosignature of another checkpoint in a known name fails, and does not count', () => {
    const foreign = Buffer.from(cosignNote(other, signers[1]!, 5))
      .toString()
      .split('\n')
      .at(-2)!;
    const forged = Buffer.concat([signed(0), Buffer.from(`${foreign}\n`)]);
    const report = examineCosignatures(policy, forged);
    expect(report.failed.map(({ name }) => name)).toEqual(['W1']);
    expect(report.hasQuorum).toBe(false);
  });
});
