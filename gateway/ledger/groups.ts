/** Groups as members and owners see them, and the answer to an owner's change. */
import type { GroupCommand } from '../../ledger/decide.ts';
import { groupOf } from '../../ledger/policy/group-rules.ts';
import type { GroupRow } from '../../ledger/rows-2.ts';
import { decode } from '../../protocol/codec.ts';
import { SignedLeafSchema, type LoggedEntry } from '../../protocol/generated/schema.ts';
import { agencyOf, type AgencyId, type Mailbox, toHex } from '../../protocol/ids.ts';
import type { LedgerRequest } from '../pipeline.ts';
import { encodeFrame, Proofs, shortened } from './answers.ts';
import type { LedgerEngine, Outcome } from './engine.ts';

const GROUPS_PER_FRAME = 256;
const GROUPS_BYTES = 8 * 1024 * 1024;

type GroupAsk = Pick<LedgerRequest & { kind: 'groups' }, 'agency' | 'mailboxes' | 'request' | 'groupIds'> & {
  readonly knowsShards: boolean;
};

/**
 * The entries that last changed the groups that are asked for. What an agency has no part in is unknown to it. The newest
 * come first when there are more than fit a frame.
 * @throws LiaisonError as `Proofs.logged`, when groups are named; otherwise what cannot be proven to the session is left out
 */
export function groupsFrame(engine: LedgerEngine, ask: GroupAsk): Uint8Array {
  const { agency, mailboxes, request, groupIds } = ask;
  const proofs = new Proofs(engine, ask.knowsShards);
  const entries: LoggedEntry[] = [];
  const unknown: Uint8Array[] = [];
  const rows: GroupRow[] = [];
  if (groupIds.length === 0) {
    const mine = mailboxes.length > 0 ? new Set(mailboxes) : undefined;
    const isMine = (mailbox: string): boolean => mine?.has(mailbox) ?? agencyOf(mailbox as Mailbox) === agency;
    for (const row of engine.store.scan('groups')) if (involves(row, isMine)) rows.push(row);
    rows.sort((a, b) => b.changedIndex - a.changedIndex);
  }
  const asked = new Map(groupIds.map((id) => [toHex(id), id]));
  for (const id of asked.values()) {
    const row = engine.store.get('groups', id);
    if (row && involves(row, (mailbox) => agencyOf(mailbox as Mailbox) === agency)) rows.push(row);
    else unknown.push(id);
  }
  let bytes = 0;
  for (const { changedIndex } of rows.slice(0, GROUPS_PER_FRAME)) {
    const logged = groupIds.length > 0 ? proofs.logged(changedIndex) : proofs.loggedIfAny(changedIndex);
    if (!logged) continue;
    bytes += logged.entry.length;
    if (bytes > GROUPS_BYTES) break;
    entries.push(logged);
  }
  const { checkpoint } = engine;
  return encodeFrame({ kind: 'groups', value: { request, checkpoint, hashes: proofs.hashes, entries, unknown } });
}

function involves(row: GroupRow, isMine: (mailbox: string) => boolean): boolean {
  const { owner, members } = groupOf(row);
  return isMine(owner) || members.some(isMine);
}

export function groupPutResult(request: number, outcome: Outcome): Uint8Array {
  if (outcome.kind === 'refused') {
    const { error } = outcome;
    const value = { request, code: error.number, index: 0, text: shortened(error.message), retry: error.retry };
    return encodeFrame({ kind: 'groupPutResult', value });
  }
  const index = outcome.kind === 'repeat' ? outcome.index : (outcome.indices[0] as number);
  return encodeFrame({ kind: 'groupPutResult', value: { request, code: 0, index, text: '', retry: false } });
}

/** @param bytes an encoded SignedLeaf; the session has decoded it before */
export const groupCommand = (agency: AgencyId, bytes: Uint8Array): GroupCommand => ({
  kind: 'group',
  agency,
  signed: decode(SignedLeafSchema, bytes, 'signed'),
});
