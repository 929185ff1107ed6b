/** Contents and wrapped keys of the messages that somebody waits for or that are held, in the database. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { packKeys, unpackKeys } from '../../audit/data-format.ts';
import { RecentContents } from './recent-contents.ts';

/** What to keep of a message until everybody has it. */
export interface Content {
  content: Uint8Array;
  wrappedKeys: readonly Uint8Array[];
}

/** Contents by the number of the acceptance. Writes go into the engine's open transaction. */
export class Contents {
  private readonly recent = new RecentContents();
  private readonly sql: Readonly<Record<'add' | 'erase' | 'get', StatementSync>>;

  constructor(db: DatabaseSync) {
    this.sql = {
      add: db.prepare('INSERT INTO contents (entryIndex, content, wrappedKeys) VALUES (?, ?, ?)'),
      erase: db.prepare('DELETE FROM contents WHERE entryIndex BETWEEN ? AND ?'),
      get: db.prepare('SELECT content, wrappedKeys FROM contents WHERE entryIndex = ?'),
    };
  }

  add(number: number, content: Content): void {
    this.sql.add.run(number, content.content, packKeys(content.wrappedKeys));
    this.recent.add(number, content);
  }

  /** What is handed over together was mostly accepted together: neighbours go in one statement. */
  erase(numbers: readonly number[]): void {
    const sorted = [...numbers].sort((a, b) => a - b);
    for (let at = 0; at < sorted.length;) {
      const first = sorted[at++] as number;
      let last = first;
      while (sorted[at] === last + 1) last = sorted[at++] as number;
      this.sql.erase.run(first, last);
    }
    for (const number of sorted) this.recent.delete(number);
  }

  get(number: number): Content | undefined {
    const recent = this.recent.get(number);
    if (recent) return recent;
    const row = this.sql.get.get(number) as { content: Uint8Array; wrappedKeys: Uint8Array } | undefined;
    return row && { content: row.content, wrappedKeys: unpackKeys(row.wrappedKeys) ?? [] };
  }

  /** The transaction was rolled back: what was added last may not be stored. */
  discard(): void {
    this.recent.clear();
  }
}
