/** Fills an index from the entries of a log, one after the other. It judges nothing; what contradicts the log's rules is noted. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { PURGE_MESSAGES_MAX } from '../../ledger/holds.ts';
import { DeliveryState, TABLES } from '../../ledger/rows.ts';
import { decode } from '../../protocol/codec.ts';
import { readHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  ActSchema,
  type ContentHandoverFailure,
  type Entry,
  EntrySchema,
  EventStatementSchema,
  HandoverStatementSchema,
  type OperatorAct,
  type Routing,
  type SubmissionAcceptance,
} from '../../protocol/generated/schema.ts';

/** How one message refers to another. */
export const Relation = { REPLY: 1, DERIVED: 2, ANNEX: 3, GRANT: 4, PERMISSION: 5 } as const;
export type Relation = (typeof Relation)[keyof typeof Relation];

export class Indexer {
  private readonly names = new Map<string, number>();
  private readonly statements: ReturnType<typeof prepare>;

  private readonly isOldest: boolean;

  /**
   * The caller holds a transaction.
   * @param isOldest whether no older shard is at hand: then what the Snapshots carry on about agencies counts
   */
  constructor(db: DatabaseSync, isOldest: boolean) {
    this.isOldest = isOldest;
    this.statements = prepare(db);
  }

  /** An entry whose bytes cannot be read, or say something that cannot be, is noted as such. */
  add(number: number, bytes: Uint8Array): void {
    try {
      this.note(number, decode(EntrySchema, bytes, 'signed'));
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.statements.unreadable.run(number);
    }
  }

  private note(number: number, entry: Entry): void {
    const { event } = entry;
    switch (event.kind) {
      case 'submissionAcceptance':
        return this.accept(number, event.value);
      case 'submissionRejection': {
        const { messageId, sender, code } = event.value;
        return this.run('rejection', number, messageId, this.nameOf(sender), code);
      }
      case 'contentHandover': {
        const { recipient, number: place } = decode(HandoverStatementSchema, event.value.statement.leaf, 'signed');
        return this.end(number, recipient, place, event.value.late ? undefined : DeliveryState.HANDED_OVER);
      }
      case 'contentHandoverFailure':
        return this.fail(number, event.value);
      case 'contentAccessTracking':
      case 'consignmentAcceptance':
      case 'consignmentRejection': {
        const { recipient, number: place } = decode(EventStatementSchema, event.value.statement.leaf, 'signed');
        return this.end(number, recipient, place, undefined);
      }
      case 'acceptanceRejectionExpiry':
        return this.end(number, event.value.recipient, event.value.number, undefined);
      case 'deadlineEvent':
        return this.run('aboutId', number, event.value.messageId, this.nameOf(event.value.sender));
      case 'contentErasure':
        for (const message of event.value.messages) this.run('about', message, number);
        return;
      case 'purge':
        return this.run('purge', number, event.value.throughMs, PURGE_MESSAGES_MAX);
      case 'operatorAct':
        return this.act(number, event.value);
      case 'shardOpen':
      case 'shardClose':
      case 'keyRevoked':
      case 'groupChange':
        return this.run('general', number);
      case 'sessionOpened':
        return this.run('opened', number, event.value.session, event.value.agency);
      case 'sessionClosed':
        return this.run('closed', number, event.value.code, event.value.session);
      case 'snapshot':
        if (this.isOldest && isSmall(event.value.table)) this.run('general', number);
        return;
      case 'tick':
      case 'auditRead':
      case 'refusalSummary':
        return;
    }
  }

  private accept(number: number, { header, numbers }: SubmissionAcceptance): void {
    const { routing } = readHeader(header);
    const { messageId, sender, threadId, type, expiresAtMs } = routing;
    this.run('message', number, messageId, this.nameOf(sender), threadId, type, expiresAtMs);
    for (const [i, { mailbox }] of routing.recipients.entries()) {
      const place = numbers[i];
      if (place !== undefined) this.run('delivery', this.nameOf(mailbox), place, number);
    }
    const isJudged = routing.schemaVersion >= 2 ? 1 : 0;
    for (const [target, relation] of referencesOf(routing)) this.run('refers', target, number, relation, isJudged);
  }

  private fail(number: number, event: ContentHandoverFailure): void {
    this.end(number, event.recipient, event.number, event.late ? undefined : DeliveryState.FAILED);
  }

  /** An entry about a delivery, and how that ended if it did with this entry. */
  private end(number: number, recipient: string, place: number, outcome: DeliveryState | undefined): void {
    const mailbox = this.nameOf(recipient);
    this.run('aboutDelivery', number, mailbox, place);
    if (outcome !== undefined) this.run('end', number, outcome, mailbox, place);
  }

  private act(number: number, event: OperatorAct): void {
    this.run('general', number);
    const { act } = decode(ActSchema, event.act.leaf, 'signed');
    if (act.kind !== 'hold' && act.kind !== 'releaseHold') return;
    const sender = this.nameOf(act.value.sender);
    this.run('aboutId', number, act.value.messageId, sender);
    this.run('hold', act.kind === 'hold' ? 1 : 0, act.value.messageId, sender);
  }

  private run(statement: keyof ReturnType<typeof prepare>, ...values: SQLInputValue[]): void {
    this.statements[statement].run(...values);
  }

  private nameOf(name: string): number {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const agency = name.includes('/') ? name.slice(0, name.indexOf('/')) : name;
    this.run('name', name, agency);
    const id = this.statements.nameId.get(name)?.['id'] as number;
    if (this.names.size >= NAMES_KEPT_MAX) this.names.clear();
    this.names.set(name, id);
    return id;
  }
}

/** A hostile log can name as many mailboxes as it has entries. */
const NAMES_KEPT_MAX = 65_536;

/** Rows about agencies, groups and rules. Those about messages are not looked for in Snapshots. */
const isSmall = (table: string): boolean => Object.hasOwn(TABLES, table) && TABLES[table as keyof typeof TABLES].small;

/** What a message refers to, and how. */
export function referencesOf(routing: Routing): [Uint8Array, Relation][] {
  const one = (id: Uint8Array, relation: Relation): [Uint8Array, Relation][] =>
    id.length === 0 ? [] : [[id, relation]];
  return [
    ...one(routing.inReplyTo, Relation.REPLY),
    ...routing.derivedFrom.flatMap((id) => one(id, Relation.DERIVED)),
    ...one(routing.annexOf, Relation.ANNEX),
    ...(routing.grant ? one(routing.grant.target, Relation.GRANT) : []),
    ...routing.permissionIds.flatMap((id) => one(id, Relation.PERMISSION)),
  ];
}

const SQL = {
  name: 'INSERT OR IGNORE INTO names (name, agency) VALUES (?, ?)',
  nameId: 'SELECT id FROM names WHERE name = ?',
  message: 'INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, 0, 0)',
  // A later message that claims the number of an earlier one takes its row, as in the fold.
  delivery: 'INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, 0, 0)',
  refers: 'INSERT OR IGNORE INTO refers VALUES (?, ?, ?, ?)',
  rejection: 'INSERT INTO rejections VALUES (?, ?, ?, ?)',
  about: 'INSERT OR IGNORE INTO about VALUES (?, ?)',
  aboutDelivery:
    'INSERT OR IGNORE INTO about SELECT message, ? FROM deliveries WHERE mailbox = ? AND mailboxNumber = ?',
  aboutId:
    'INSERT OR IGNORE INTO about SELECT number, ? FROM messages WHERE messageId = ? AND sender = ? AND forgottenBy = 0',
  hold: 'UPDATE messages SET held = ? WHERE messageId = ? AND sender = ? AND forgottenBy = 0',
  end: 'UPDATE deliveries SET endedBy = ?, outcome = ? WHERE mailbox = ? AND mailboxNumber = ? AND endedBy = 0',
  purge: `UPDATE messages SET forgottenBy = ? WHERE number IN
    (SELECT number FROM messages WHERE forgottenBy = 0 AND held = 0 AND expiresAtMs <= ? ORDER BY expiresAtMs, number LIMIT ?)`,
  general: 'INSERT INTO general VALUES (?)',
  opened: 'INSERT INTO sessions VALUES (?, ?, ?, 0, 0)',
  closed: 'UPDATE sessions SET closed = ?, code = ? WHERE session = ? AND closed = 0',
  unreadable: 'INSERT OR IGNORE INTO unreadable VALUES (?)',
} as const;

const prepare = (db: DatabaseSync): Record<keyof typeof SQL, StatementSync> =>
  Object.fromEntries(Object.entries(SQL).map(([name, text]) => [name, db.prepare(text)])) as Record<
    keyof typeof SQL,
    StatementSync
  >;
