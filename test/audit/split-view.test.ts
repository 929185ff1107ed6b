import { describe, expect, test } from 'vitest';
import { examineFile } from '../../audit/examine-file.ts';
import { signCheckpoint } from '../../audit/index.ts';
import { examineSplitView, formatSplitView, parseSplitView } from '../../audit/split-view.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { expectCode, log, ORIGIN, otherLog, u64be } from './support.ts';

const note = (size: number, root: number): Uint8Array =>
  signCheckpoint({ origin: ORIGIN, size, root: sha256(u64be(root)) }, log);
const file = (first: Uint8Array, second: Uint8Array, origin = ORIGIN): string =>
  formatSplitView({ origin, checkpoints: [first, second] });

describe('a split view', () => {
  test('of one size and two roots proves by itself that the log signed two histories', () => {
    const report = examineSplitView(file(note(5, 1), note(5, 2)), log);
    expect(report).toMatchObject({ verdict: 'findings', provesTwoHistories: true, missingTrust: [] });
    expect(report.findings).toMatchObject([{ rule: 'split-view', notes: [expect.any(String), expect.any(String)] }]);
    expect(report.proves.join()).toMatch(/two trees of 5 entries with different roots/);
  });

  test('without the key it proves nothing, whoever made it', () => {
    const report = examineSplitView(file(note(5, 1), note(5, 2)), undefined);
    expect(report).toMatchObject({
      verdict: 'consistent-origin-unproven',
      provesTwoHistories: false,
      missingTrust: ['--log-key'],
      findings: [],
    });
  });

  test('of two sizes proves nothing by itself, and says what would', () => {
    const report = examineSplitView(file(note(9, 1), note(5, 2)), log);
    expect(report).toMatchObject({
      verdict: 'consistent-origin-unproven',
      provesTwoHistories: false,
      missingTrust: [],
    });
    expect(report.proves).toEqual([`The log ${ORIGIN} signed a tree of 5 entries and one of 9.`]);
    expect(report.doesNotProve.join('\n')).toMatch(/notes alone do not show it[^]*consistency proof from 5 to 9/);
  });

  test('of one tree is none', () => {
    const report = examineSplitView(file(note(5, 1), note(5, 1)), log);
    expect([report.verdict, report.findings[0]?.rule]).toEqual(['findings', 'proof-content']);
  });

  test('with a note of another log or key, or a changed one, proves nothing', () => {
    const foreign = signCheckpoint({ origin: otherLog.name, size: 5, root: sha256(u64be(2)) }, otherLog);
    const changed = Uint8Array.from(note(5, 2));
    changed[ORIGIN.length + 8]! ^= 1;
    for (const bad of [file(note(5, 1), foreign), file(note(5, 1), changed), file(note(5, 1), note(5, 2), 'x')]) {
      const report = examineSplitView(bad, log);
      expect([report.verdict, report.provesTwoHistories, report.findings[0]?.rule]).toEqual([
        'findings',
        false,
        'receipt-checkpoint',
      ]);
    }
  });

  test('keeps the notes byte for byte, and is known by its form', () => {
    const text = file(note(5, 1), note(6, 2));
    expect(parseSplitView(text)).toEqual({ origin: ORIGIN, checkpoints: [note(5, 1), note(6, 2)] });
    expect(examineFile(text, { logVerifier: log }).format).toBe('liaison-split-view');
    expectCode(() => parseSplitView(text.replace('"version": 1', '"version": 3')), 'DATA_VERSION');
    expectCode(() => parseSplitView(text.replace('"origin"', '"more": 1,\n  "origin"')), 'FILE_INVALID');
    expectCode(() => parseSplitView('{}'), 'FILE_INVALID');
  });
});
