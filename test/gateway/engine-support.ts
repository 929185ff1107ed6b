/** A ledger in a file, driven as the gateway's thread drives it. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSigner, formatVerifierKey, KEY_TYPE } from '../../audit/verifier-key.ts';
import { type Content, LedgerEngine, type LogSigner, type Outcome, type Work } from '../../gateway/ledger/engine.ts';
import type { Command, DecisionContext, SubmitCommand } from '../../ledger/decide.ts';
import { stateDigest } from '../../ledger/rows.ts';
import { toHex } from '../../protocol/ids.ts';
import {
  filler,
  firstEvent,
  makeAgency,
  message,
  ORIGIN,
  signAct,
  START_MS,
  type TestAgency,
} from '../ledger/support.ts';

export const customs = makeAgency('xa.customs');
export const police = makeAgency('xb.police');
export const harbour = makeAgency('xc.harbour');

export const newSigner = (origin = ORIGIN): LogSigner =>
  createSigner(origin, KEY_TYPE.ED25519, generateKeyPairSync('ed25519').privateKey);

export const directory = mkdtempSync(join(tmpdir(), 'liaison-engine-'));
export const removeEngines = (): void => rmSync(directory, { recursive: true, force: true });

let files = 0;

export class TestEngine {
  readonly path = join(directory, `${++files}.db`);
  readonly signer = newSigner();
  engine: LedgerEngine;
  nowMs = START_MS;
  private acts = 0;
  private closed: LedgerEngine | undefined;

  constructor(agencies: readonly TestAgency[] = [customs, police, harbour]) {
    const event = firstEvent(formatVerifierKey(this.signer));
    LedgerEngine.create(this.path, this.signer, { blind: filler(16), atMs: this.nowMs, event });
    this.engine = this.open();
    const enrol = agencies.map(({ enrol: value }) => signAct({ kind: 'enrol', value }, this.acts++, this.nowMs));
    this.run(...enrol);
  }

  open(signer = this.signer): LedgerEngine {
    return LedgerEngine.open(this.path, signer);
  }

  reopen(): void {
    this.close();
    this.engine = this.open();
  }

  context(): DecisionContext {
    return { nowMs: this.nowMs, random: filler, revocationLists: [], requireRevocationLists: false };
  }

  commit(work: readonly Work[]): Outcome[] {
    return this.engine.commit(work, this.context());
  }

  run(...commands: Command[]): Outcome[] {
    return this.commit(commands.map((command) => ({ command })));
  }

  /** Records ticks, all in one batch. */
  tick(count: number): void {
    this.run(...Array.from({ length: count }, (): Command => ({ kind: 'tick' })));
  }

  /** Everything that a reader could compare. */
  seen(): { size: number; checkpoint: string; root: string; digest: string } {
    const { tree, checkpoint, store } = this.engine;
    return {
      size: tree.size,
      checkpoint: Buffer.from(checkpoint).toString(),
      root: toHex(tree.root()),
      digest: toHex(stateDigest(store)),
    };
  }

  /** Changes the file behind the engine's back, which is closed before. */
  tamper(sql: string): void {
    this.close();
    const db = new DatabaseSync(this.path);
    db.exec(sql);
    db.close();
  }

  close(): void {
    if (this.closed === this.engine) return;
    this.closed = this.engine;
    this.engine.close();
  }
}

export const content = (bytes = 500): Content => ({
  content: filler(bytes),
  wrappedKeys: [filler(106), filler(1), filler(0)],
});

/** A submission to be recorded with content. */
export const work = (command: SubmitCommand, kept = content()): Work => ({ command, content: kept });

export const send = (to: readonly TestAgency[], change: Parameters<typeof message>[3] = {}): SubmitCommand =>
  message(customs, to, START_MS, change);

export const indicesOf = (outcome: Outcome | undefined): number[] => {
  if (outcome?.kind !== 'logged') throw outcome?.kind === 'refused' ? outcome.error : new Error('not recorded');
  return outcome.indices;
};
