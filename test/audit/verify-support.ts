/** Runs audits and forgeries. */
import { expect, test } from 'vitest';
import type { Rule } from '../../audit/findings.ts';
import { LedgerFile } from '../../audit/ledger-file.ts';
import { type LogReport, verifyLog, type VerifyOptions } from '../../audit/verify-log.ts';
import { Forgery } from './forgery.ts';
import { rootCertificate, signer } from './log-builder.ts';

export const TRUST = { logVerifier: signer, anchors: [rootCertificate] };

export async function audit(path: string, options: VerifyOptions = TRUST): Promise<LogReport> {
  const source = new LedgerFile(path);
  try {
    return await verifyLog(source, options);
  } finally {
    source.close();
  }
}

/** Index and rule of each finding that is expected, in order; nothing else may be found unless the last is AND_MORE. */
export type Case = readonly [name: string, forge: (log: Forgery) => void, expected: readonly string[]];

export const AND_MORE = '…';
export const found = (index: number | '-', rule: Rule): string => `${index} ${rule}`;
export const seen = ({ findings }: LogReport): string[] => findings.map(({ index, rule }) => found(index ?? '-', rule));

const SENTENCE = expect.stringMatching(/^.{20,}\.$/) as string;

/** Forges a ledger from an honest one in each way, and expects the audit to find exactly that. */
export function findsOut(path: string, cases: readonly Case[]): void {
  test.each(cases)('%s', async (_, forge, expected) => {
    const log = new Forgery(path);
    forge(log);
    const report = await audit(log.write());
    const rules = seen(report);
    const isPart = expected.at(-1) === AND_MORE;
    expect(isPart ? [...rules.slice(0, expected.length - 1), AND_MORE] : rules).toEqual(expected);
    expect(report.verdict).toBe('findings');
    for (const { what, consequence } of report.findings) expect([what, consequence]).toEqual([SENTENCE, SENTENCE]);
  });
}
