/** Questions about the rules, as they pass the control socket. */
import type { Explanation } from '../../ledger/policy/judge.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { toHex } from '../../protocol/ids.ts';
import type { Hypothetical, LedgerOutput, LedgerRequest, RulesView } from '../pipeline.ts';

export interface RulesHandlers {
  rules: () => Promise<RulesView>;
  explain: (message: Hypothetical) => Promise<Explanation>;
}

/** @param ask passes a request to the ledger and resolves with its answer */
export const rulesHandlers = (
  ask: (make: (call: number) => LedgerRequest) => Promise<LedgerOutput>,
): RulesHandlers => ({
  rules: async () => {
    const output = await ask((call) => ({ kind: 'rules', call }));
    if (output.kind === 'rules') return output.rules;
    throw new LiaisonError('INTERNAL', 'The ledger gave another answer.');
  },
  explain: async (message) => {
    const output = await ask((call) => ({ kind: 'explain', call, message }));
    if (output.kind === 'explained' && output.explanation) return output.explanation;
    const fault = output.kind === 'explained' ? output.fault : undefined;
    throw new LiaisonError(fault?.code ?? 'INTERNAL', fault?.detail ?? 'The ledger gave another answer.');
  },
});

/** A value with its bytes in hexadecimal. */
export type InHex<T> = T extends Uint8Array ? string : T extends object ? { [K in keyof T]: InHex<T[K]> } : T;

/** JSON has no bytes: ids travel in hexadecimal. */
export const inHex = <T>(value: T): InHex<T> =>
  JSON.parse(
    JSON.stringify(value, (_, item: unknown) => (item instanceof Uint8Array ? toHex(item) : item)),
  ) as InHex<T>;
