/** Questions about the rules, as they pass the control socket. */
import type { Explanation } from '../../ledger/policy/judge.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { toHex } from '../../protocol/ids.ts';
import type { Calls } from '../calls.ts';
import type { Hypothetical, LedgerRequest, RulesView } from '../pipeline.ts';

export interface RulesHandlers {
  rules: () => Promise<RulesView>;
  explain: (message: Hypothetical) => Promise<Explanation>;
}

/** @param request passes a request on to the ledger */
export const rulesHandlers = (calls: Calls, request: (request: LedgerRequest) => void): RulesHandlers => ({
  rules: async () => (await calls.ask('rules', (call) => request({ kind: 'rules', call }))).rules,
  explain: async (message) => {
    const { explanation, fault } = await calls.ask('explained', (call) => request({ kind: 'explain', call, message }));
    if (explanation) return explanation;
    throw new LiaisonError(fault?.code ?? 'INTERNAL', fault?.detail ?? 'The ledger gave no explanation.');
  },
});

/** A value with its bytes in hexadecimal. */
export type InHex<T> = T extends Uint8Array ? string : T extends object ? { [K in keyof T]: InHex<T[K]> } : T;

/** JSON has no bytes: ids travel in hexadecimal. */
export const inHex = <T>(value: T): InHex<T> =>
  JSON.parse(
    JSON.stringify(value, (_, item: unknown) => (item instanceof Uint8Array ? toHex(item) : item)),
  ) as InHex<T>;
