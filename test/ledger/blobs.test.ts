import { describe, expect, test } from 'vitest';
import { decide, type DecisionContext, type SubmitCommand } from '../../ledger/decide.ts';
import { customs, police } from '../gateway/engine-support.ts';
import { filler, message, START_MS, TestLedger } from './support.ts';

const digest = filler(32);
const submit = (): SubmitCommand =>
  message(customs, [police], START_MS, { schemaVersion: 2, attachments: [{ digest, sizeBytes: 1000 }] });

function decided(uploadedBytes: DecisionContext['uploadedBytes']): unknown {
  const ledger = new TestLedger([customs, police]);
  const decision = decide(ledger.store, submit(), { ...ledger.context(), ...(uploadedBytes && { uploadedBytes }) });
  return decision.kind === 'refused' ? decision.error : decision.kind;
}

describe('a message that refers to an attachment (domain: systems/siena-size)', () => {
  test('is refused for now when it has not been uploaded', () => {
    expect(decided(() => undefined)).toMatchObject({ code: 'ATTACHMENT_MISSING', retry: true });
  });

  test('is refused for good when what was uploaded has another size', () => {
    expect(decided(() => 999)).toMatchObject({ code: 'ATTACHMENT_INVALID', retry: false });
  });

  test('is accepted when the sender has uploaded it, and in a replay', () => {
    expect(decided((agency) => (agency === 'xa.customs' ? 1000 : undefined))).toBe('entries');
    expect(decided(undefined)).toBe('entries');
  });
});
