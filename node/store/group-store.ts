/** Groups as their newest known entries define them. Writing must run within `NodeDatabase.write`. */
import { decode, encode } from '../../protocol/codec.ts';
import { type Group, GroupSchema } from '../../protocol/generated/schema.ts';
import type { NodeDatabase } from './database.ts';

export interface KnownGroup {
  /** Position in the log of the last change. */
  readonly version: number;
  readonly group: Group;
  readonly ended: boolean;
}

export class GroupStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  get(groupId: Uint8Array): KnownGroup | undefined {
    const row = this.statements.get.get(groupId);
    if (!row) return undefined;
    return {
      version: row['version'] as number,
      group: decode(GroupSchema, row['definition'] as Uint8Array, 'signed'),
      ended: row['ended'] === 1,
    };
  }

  put({ version, group, ended }: KnownGroup): void {
    this.statements.put.run(group.groupId, version, encode(GroupSchema, group), ended ? 1 : 0);
  }
}

function prepare(db: NodeDatabase) {
  return {
    get: db.prepare('SELECT version, definition, ended FROM groups WHERE group_id = ?'),
    put: db.prepare('INSERT OR REPLACE INTO groups (group_id, version, definition, ended) VALUES (?, ?, ?, ?)'),
  };
}
