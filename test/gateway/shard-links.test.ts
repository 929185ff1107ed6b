/** What the gateway shows a node of shards that have ended, held against the node's own reading of it. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { verifyCheckpoint } from '../../audit/checkpoint.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { LedgerEngine } from '../../gateway/ledger/engine.ts';
import { LogKeyFiles } from '../../gateway/ledger/log-keys.ts';
import { extensionFrom } from '../../gateway/ledger/shard-links.ts';
import { readLink } from '../../node/log-shards.ts';
import type { Act } from '../../protocol/generated/schema.ts';
import { verifyConsistency } from '../../protocol/merkle.ts';
import { ORIGIN, removeDirectory, signAct } from '../ledger/support.ts';
import { refusalOf } from '../support/refusal.ts';
import { harbour, police, removeEngines, send, TestEngine, work } from './engine-support.ts';

class ShardedEngine extends TestEngine {
  private next = 3;

  override open(): LedgerEngine {
    const file = `${this.path}.keys/log.key`;
    if (!existsSync(file)) {
      mkdirSync(dirname(file));
      writeFileSync(file, this.signer.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    }
    return LedgerEngine.open(this.path, new LogKeyFiles(file, ORIGIN));
  }

  order(act: Act['act']): void {
    const origin = this.engine.store.get('facts', 'origin')!.text;
    this.run(signAct(act, this.next++, this.nowMs, { origin }));
  }

  closeShard(year: number): void {
    this.order({ kind: 'closeShard', value: { nextOrigin: `${ORIGIN}/${year}` } });
  }
}

let subject: ShardedEngine;
afterEach(() => subject.close());
afterAll(() => {
  removeDirectory();
  removeEngines();
});
const NONE = new Uint8Array(0);

describe('links', () => {
  test('lead from any checkpoint of any shard to the newest', () => {
    subject = new ShardedEngine();
    const { engine } = subject;
    const notes = [engine.checkpoint];
    for (const year of [2, 3]) {
      subject.commit([work(send([police, harbour]))]);
      notes.push(engine.checkpoint);
      subject.closeShard(year);
      notes.push(engine.checkpoint);
    }
    const newest = parseVerifierKey(engine.store.get('facts', 'verifier-key')!.text);
    for (const note of notes) {
      const { consistency, shards } = extensionFrom(engine, note, true);
      const at = engine.closedShards.length - shards.length;
      let key = parseVerifierKey(
        engine.closedShards[at]?.verifierKey ?? engine.store.get('facts', 'verifier-key')!.text,
      );
      const held = verifyCheckpoint(note, key);
      const final = shards[0]
        ? verifyCheckpoint(shards[0].finalCheckpoint, key)
        : verifyCheckpoint(engine.checkpoint, key);
      const path = shards[0]?.consistency ?? consistency;
      expect(verifyConsistency(BigInt(held.size), BigInt(final.size), held.root, final.root, path)).toBe(true);
      for (const link of shards) key = readLink(link, key).next;
      expect(key.keyId).toEqual(newest.keyId);
    }
    expect(extensionFrom(engine, NONE, true).shards).toHaveLength(2);
    expect(extensionFrom(engine, NONE, false)).toEqual({ consistency: [], shards: [] });
  });

  test('are refused to whoever does not know them, and where entries were deleted', () => {
    subject = new ShardedEngine();
    const { engine } = subject;
    const held = engine.checkpoint;
    subject.closeShard(2);
    expect(refusalOf(() => extensionFrom(engine, held, false))).toBe('CHECKPOINT_INVALID');
    expect(() => extensionFrom(engine, held, false)).toThrow(/Update the node/);
    const second = engine.checkpoint;
    subject.closeShard(3);
    subject.order({ kind: 'dropShard', value: { origin: ORIGIN } });
    expect(() => extensionFrom(engine, held, true)).toThrow(/were deleted/);
    expect(extensionFrom(engine, second, true).shards).toHaveLength(1);
    expect(extensionFrom(engine, NONE, true).shards).toHaveLength(1);
  });
});
