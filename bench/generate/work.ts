/** Work for the ledger, signed as agencies and operators sign it. Used by the generator and by tests of logs. */
import type { KeyObject } from 'node:crypto';
import type { Work } from '../../gateway/ledger/engine.ts';
import { signBatch, signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import type { ParsedHeader } from '../../protocol/envelope/verify.ts';
import {
  type Act,
  ActSchema,
  type HandoverStatement,
  HandoverStatementSchema,
  type Path,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import type { AgencyId } from '../../protocol/ids.ts';

/** An envelope before it is signed. */
export interface UnsignedMessage {
  readonly header: Uint8Array;
  /** What `parseHeader` makes of `header`. */
  readonly parsed: ParsedHeader;
  readonly content: Uint8Array;
  readonly wrappedKeys: readonly Uint8Array[];
}

/**
 * What the ledger is asked to do with a burst, signed once.
 * @throws LiaisonError LIMIT_EXCEEDED unless there are 1 to `batchLeavesMax` messages
 */
export function submissionWork(agency: AgencyId, key: KeyObject, messages: readonly UnsignedMessage[]): Work[] {
  const leaves = messages.map(({ header }) => header);
  const { signature, paths } = signBatch('message', key, leaves);
  return messages.map(({ header, parsed, content, wrappedKeys }, i) => {
    const contentBytes = content.length + wrappedKeys.reduce((sum, item) => sum + item.length, 0);
    const path = paths[i] as Path;
    return {
      command: { kind: 'submit', agency, header, parsed, signature, path, contentBytes },
      content: { content, wrappedKeys },
    };
  });
}

/**
 * What the ledger is asked to do with handovers, signed once.
 * @throws LiaisonError LIMIT_EXCEEDED unless there are 1 to `batchLeavesMax` statements
 */
export function handoverWork(agency: AgencyId, key: KeyObject, statements: readonly HandoverStatement[]): Work[] {
  const leaves = statements.map((statement) => encode(HandoverStatementSchema, statement));
  const { signature, paths } = signBatch('handover', key, leaves);
  return statements.map((statement, i) => {
    const signed = { leaf: leaves[i] as Uint8Array, signature, path: paths[i] as Path };
    return { command: { kind: 'handover', agency, signed, statement } };
  });
}

/** An operator's act. */
export const signAct = (key: KeyObject, act: Act): SignedLeaf => signLeaf('act', key, encode(ActSchema, act));
