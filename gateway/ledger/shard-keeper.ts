/** Begins a new shard with each year, and deletes what dropped shards leave, a piece at a time. */
import type { StatementSync } from 'node:sqlite';
import { TILE_LEVELS, tileKey } from '../../audit/data-format.ts';
import { yearlyOrigin } from '../../ledger/shards.ts';
import type { Committer } from './committer.ts';
import { storageError } from './database.ts';
import type { LedgerEngine } from './engine.ts';

export interface ShardSettings {
  /** Close the shard when the year of the gateway's time (UTC) is after that of its first entry. */
  yearly: boolean;
  /** How many years the entries of a closed shard are kept. */
  retentionYears: number;
}

/** Rows of the log have up to 128 KiB. */
const ROWS_A_STEP = 64;

export class ShardKeeper {
  private readonly engine: LedgerEngine;
  private readonly committer: Committer;
  private readonly settings: ShardSettings;
  private readonly deleteRows: StatementSync;
  private readonly deleteTiles: StatementSync;
  private opened = { firstNumber: -1, year: 0 };
  /** First numbers of dropped shards of which nothing is left. */
  private readonly gone = new Set<number>();

  constructor(engine: LedgerEngine, committer: Committer, settings: ShardSettings) {
    this.engine = engine;
    this.committer = committer;
    this.settings = settings;
    const some = (table: string, key: string): string =>
      `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${key} >= ? AND ${key} < ? LIMIT ${ROWS_A_STEP})`;
    this.deleteRows = engine.prepare(some('log', 'firstIndex'));
    this.deleteTiles = engine.prepare(some('tiles', 'key'));
  }

  /** Called every second. */
  run(): void {
    this.deleteSome();
    if (!this.settings.yearly) return;
    const year = new Date(this.committer.clock.now()).getUTCFullYear();
    if (year > this.openedIn()) this.committer.closeShard(yearlyOrigin(this.engine.store, year));
  }

  private openedIn(): number {
    const { firstNumber } = this.engine;
    if (this.opened.firstNumber !== firstNumber) {
      this.opened = { firstNumber, year: new Date(this.engine.entry(firstNumber).atMs).getUTCFullYear() };
    }
    return this.opened.year;
  }

  /** A step for the first shard that has something left. A start finds what the last run has left over. */
  private deleteSome(): void {
    for (const [ordinal, { firstNumber, size, droppedIndex }] of this.engine.closedShards.entries()) {
      if (droppedIndex === 0 || this.gone.has(firstNumber)) continue;
      try {
        if (Number(this.deleteRows.run(firstNumber, firstNumber + size).changes) > 0) return;
        for (let level = 0; level < TILE_LEVELS; level++) {
          const [from, to] = [tileKey(level, 0, ordinal), tileKey(level, 0, ordinal + 1)];
          if (Number(this.deleteTiles.run(from, to).changes) > 0) return;
        }
      } catch (error) {
        const named = storageError(error);
        // SQLite writes pages anew before it gives them back.
        if (named.code === 'STORAGE_FULL') return;
        throw named;
      }
      this.gone.add(firstNumber);
    }
  }
}
