/** Agreements and groups for a gateway that denies by default: operators' acts, written into the stopped gateway's ledger. */
import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSigner, KEY_TYPE } from '../../../audit/verifier-key.ts';
import { LedgerEngine } from '../../../gateway/ledger/engine.ts';
import { keyThumbprint } from '../../../protocol/algorithms.ts';
import { signLeaf } from '../../../protocol/batch.ts';
import { encode } from '../../../protocol/codec.ts';
import { type Act, ActSchema, Classification, type Routing } from '../../../protocol/generated/schema.ts';
import type { Agency, World } from '../../../test/support/world.ts';

export interface RuleCounts {
  /** Each between two agencies, no two between the same; the first is between the first two. */
  readonly agreements: number;
  /** Each of two mailboxes; the first is of the first two agencies. */
  readonly groups: number;
}

const BATCH = 500;
const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes));

/**
 * Records the rules. The gateway must not run.
 * @returns what the header of a message to the first group says
 */
export function writeRules(world: World, agencies: readonly Agency[], counts: RuleCounts): Partial<Routing> {
  const logKey = createPrivateKey(readFileSync(join(world.data, 'log.key')));
  const [origin = ''] = world.verifierKey.split('+');
  const engine = LedgerEngine.open(join(world.data, 'ledger.db'), createSigner(origin, KEY_TYPE.ED25519, logKey));
  try {
    const acts = [...agreementsOf(agencies, counts.agreements), ...groupsOf(agencies, counts.groups)];
    for (let at = 0; at < acts.length; at += BATCH) commit(engine, world.operatorKey, acts.slice(at, at + BATCH));
    const [group] = [...engine.store.scan('groups')].sort((a, b) => a.changedIndex - b.changedIndex);
    if (!group) return {};
    return { schemaVersion: 2, groupId: group.groupId.slice(), groupVersion: group.changedIndex };
  } finally {
    engine.close();
  }
}

function commit(engine: LedgerEngine, key: KeyObject, acts: readonly Act['act'][]): void {
  const origin = engine.store.get('facts', 'origin')?.text ?? '';
  const first = engine.store.get('operators', keyThumbprint(key))?.nextNumber ?? 0;
  const nowMs = Date.now();
  const work = acts.map((act, i) => {
    const leaf = encode(ActSchema, { blind: random(16), origin, number: first + i, createdAtMs: nowMs, act });
    return { command: { kind: 'act', signed: signLeaf('act', key, leaf) } } as const;
  });
  const context = { nowMs, random, revocationLists: [], requireRevocationLists: false };
  for (const outcome of engine.commit(work, context)) if (outcome.kind === 'refused') throw outcome.error;
}

/** Pairs in the order (0, 1), (0, 2), (1, 2), (0, 3) and so on. */
function* pairs(agencies: readonly Agency[]): Iterable<[Agency, Agency]> {
  for (const [i, later] of agencies.entries()) for (const earlier of agencies.slice(0, i)) yield [earlier, later];
}

function agreementsOf(agencies: readonly Agency[], count: number): Act['act'][] {
  const acts = [...pairs(agencies)].slice(0, count).map(([a, b]): Act['act'] => ({
    kind: 'setAgreement',
    value: {
      agreement: {
        agreementId: random(16),
        name: `${a.agency} and ${b.agency}`,
        parties: [a.agency, b.agency],
        types: [],
        classificationMax: Classification.EU_RESTRICTED,
        personalData: true,
        validFromMs: 0,
        validUntilMs: 0,
      },
    },
  }));
  if (acts.length < count) throw new RangeError(`${agencies.length} agencies have ${acts.length} pairs, not ${count}.`);
  return acts;
}

const groupsOf = (agencies: readonly Agency[], count: number): Act['act'][] =>
  [...pairs(agencies)].slice(0, count).map(([a, b], i): Act['act'] => ({
    kind: 'setGroup',
    value: {
      group: {
        groupId: random(16),
        name: `Group ${i}`,
        owner: a.mailbox,
        members: [a.mailbox, b.mailbox],
        startsAtMs: 0,
        endsAtMs: 0,
        simplifiedForm: false,
        nominalAllowed: false,
        classificationMax: Classification.BPL,
      },
    },
  }));
