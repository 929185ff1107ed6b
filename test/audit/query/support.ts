/** Logs in memory, and random ones with everything in them that a fold can depend on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { LogIndex } from '../../../audit/query/log-index.ts';
import { LogReader } from '../../../audit/query/log-reader.ts';
import type { AuditSource, ShardSource } from '../../../audit/source.ts';
import { TileTree } from '../../../audit/tree.ts';
import { apply } from '../../../ledger/apply.ts';
import { type Command, decide, type SubmitCommand } from '../../../ledger/decide.ts';
import { MemoryStore } from '../../../ledger/store/memory.ts';
import { encode } from '../../../protocol/codec.ts';
import { type Act, type Entry, EntrySchema, MessageType, RecipientEvent } from '../../../protocol/generated/schema.ts';
import { ruleOf } from '../../../protocol/messages/types.ts';
import { leafHash } from '../../../protocol/merkle.ts';
import { eventAbout, REQUEST } from '../../ledger/cases-support.ts';
import {
  DAY_MS,
  FAILED,
  filler,
  firstEvent,
  handover,
  HOUR_MS,
  makeAgency,
  message,
  signAct,
  START_MS,
  type TestAgency,
} from '../../ledger/support.ts';

export const directory = mkdtempSync(join(tmpdir(), 'liaison-query-'));
export const removeIndexes = (): void => rmSync(directory, { recursive: true });
let files = 0;
export const newFile = (): string => join(directory, `${files++}.index`);

/** A source of one shard for each list of entries. */
export function memorySource(...shards: readonly (readonly Uint8Array[])[]): AuditSource {
  const sources = shards.map(shardSource);
  return {
    kind: 'bundle',
    path: '/nowhere/bundle',
    checkFormat: () => undefined,
    shards: () => sources,
    live: undefined,
    assertUnchanged: () => undefined,
    close: () => undefined,
  };
}

function shardSource(entries: readonly Uint8Array[]): ShardSource {
  const tiles = new Map<string, Uint8Array>();
  const tree = new TileTree((level, number) => tiles.get(`${level}/${number}`) ?? new Uint8Array(0));
  for (const { level, number, hashes } of tree.append(entries.map(leafHash))) tiles.set(`${level}/${number}`, hashes);
  return {
    batches: () => [],
    statedSize: () => entries.length,
    entryBytes: (index) => entries[index],
    tile: (level, number) => tiles.get(`${level}/${number}`),
    tileAddresses: () => [],
    cosigned: () => undefined,
    checkpointOf: () => undefined,
  };
}

export interface Asked {
  readonly log: LogReader;
  readonly index: LogIndex;
}

export function indexed(source: AuditSource, file = newFile()): Asked {
  const log = new LogReader(source);
  return { log, index: LogIndex.open(log, { place: { file, isChosen: true } }) };
}

export const customs = makeAgency('xa.customs');
export const police = makeAgency('xb.police');
export const border = makeAgency('xc.border');
export const cast = [customs, police, border] as const;

/** Decides over a store in memory, and keeps the entries. */
export class RecordedLog {
  readonly entries: Uint8Array[] = [];
  nowMs = START_MS;
  private readonly store = new MemoryStore();
  private acts = 0;

  constructor(agencies: readonly TestAgency[] = cast) {
    this.record({ blind: filler(16), atMs: this.nowMs, event: firstEvent() });
    for (const { enrol } of agencies) this.act({ kind: 'enrol', value: enrol });
  }

  act(act: Act['act']): void {
    if (this.run(signAct(act, this.acts, this.nowMs)) > 0) this.acts++;
  }

  /** How many entries it made, and a refusal's entry is one. */
  run(command: Command): number {
    const context = { nowMs: this.nowMs, random: filler, revocationLists: [], requireRevocationLists: false };
    const decision = decide(this.store, command, context);
    const entries = decision.kind === 'entries' ? decision.entries : [];
    for (const entry of entries) this.record(entry);
    if (decision.kind === 'refused' && decision.entry) this.record(decision.entry);
    return entries.length;
  }

  /** Stages and expiries that are due, as the gateway looks for them. */
  look(): void {
    for (const { requestIndex, mailboxId } of this.store.deadlinesDue(this.nowMs, 1000)) {
      this.run({ kind: 'deadline', requestIndex, mailboxId });
    }
    for (const { entryIndex, expiresAtMs } of this.store.scan('messages')) {
      if (expiresAtMs > this.nowMs) continue;
      this.run({ kind: 'expire', entryIndex });
      this.run({ kind: 'lapse', entryIndex });
    }
  }

  record(entry: Entry): void {
    const index = this.entries.push(encode(EntrySchema, entry)) - 1;
    this.store.write(apply(this.store, index, entry));
  }

  /** Number that the message got at a recipient; 0 when it was not accepted. */
  numberOf({ parsed }: SubmitCommand, recipient: TestAgency): number {
    const rows = this.store.messagesById(parsed.routing.messageId);
    const row = rows.find(({ senderId }) => this.store.mailboxOfId(senderId) === parsed.sender);
    const mailboxId = this.store.get('mailboxes', recipient.mailboxes[0]!)?.id;
    const found = this.store
      .scan('deliveries')
      .find((each) => each.mailboxId === mailboxId && each.messageIndex === row?.entryIndex);
    return found?.number ?? 0;
  }
}

const TYPES = [
  MessageType.INFORMATION_REQUEST,
  MessageType.INFORMATION_ANSWER,
  MessageType.REFUSAL,
  MessageType.CLARIFICATION_REQUEST,
  MessageType.CLARIFICATION,
  MessageType.RESTRICTION_UPDATE,
  MessageType.RECALL,
  MessageType.SPONTANEOUS_INFORMATION,
] as const;

const nat = fc.noBias(fc.nat(1000));
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('send' as const), from: nat, to: nat, type: nat, about: nat, day: nat }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('forward' as const), from: nat, to: nat, about: nat, same: fc.boolean() }),
  },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('handover' as const), about: nat, to: nat, failed: nat }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('event' as const), about: nat, to: nat, event: nat }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.constantFrom(1, 5, 30, 24 * 40, 24 * 130) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'purge' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('act' as const), which: nat }) },
);
type Step = typeof step extends fc.Arbitrary<infer V> ? V : never;

/** Steps that hold small numbers, looked up in what has happened so far, so that they can be shrunk. */
export const randomSteps = fc.array(step, { minLength: 40, maxLength: 90 });

const at = <T>(list: readonly T[], i: number): T => list[i % list.length]!;

export function play(steps: readonly Step[]): RecordedLog {
  const log = new RecordedLog();
  const sent: SubmitCommand[] = [];
  for (const each of steps) {
    log.nowMs += 1000;
    playStep(log, sent, each);
    log.look();
  }
  return log;
}

function playStep(log: RecordedLog, sent: SubmitCommand[], each: Step): void {
  switch (each.kind) {
    case 'send':
      return send(log, sent, each);
    case 'forward': {
      if (sent.length === 0) return;
      const from = at(cast, each.from);
      const original = newest(sent, each.about).parsed.routing;
      const to = at(
        cast.filter((agency) => agency !== from),
        each.to,
      );
      // Another sender may use the same id for something else.
      const id = each.same ? { messageId: original.messageId } : {};
      const change = {
        type: MessageType.SPONTANEOUS_INFORMATION,
        schemaVersion: 2,
        derivedFrom: [original.messageId],
        ...id,
        expiresAtMs: log.nowMs + 9 * DAY_MS,
      };
      return submit(log, sent, message(from, [to], log.nowMs, change));
    }
    case 'handover':
    case 'event': {
      if (sent.length === 0) return;
      const about = newest(sent, each.about);
      const to = agencyNamed(at(about.parsed.recipients, each.to));
      const number = log.numberOf(about, to);
      if (each.kind === 'handover')
        return void log.run(handover(about, to, number, each.failed % 8 === 0 ? FAILED : {}));
      const { OPENED, CONSENT_GIVEN, CONSENT_REFUSED } = RecipientEvent;
      return void log.run(eventAbout(about, to, number, at([OPENED, CONSENT_GIVEN, CONSENT_REFUSED], each.event)));
    }
    case 'wait':
      log.nowMs += each.hours * HOUR_MS;
      return;
    case 'purge':
      return void log.run({ kind: 'purge' });
    case 'act':
      return log.act({ kind: each.which % 3 === 0 ? 'suspend' : 'release', value: { agency: 'xc.border' } });
  }
}

type Send = Extract<Step, { kind: 'send' }>;
const agencyNamed = (mailbox: string): TestAgency => cast.find((agency) => mailbox.startsWith(`${agency.agency}/`))!;
/** One of the last few: what is older has mostly expired. */
const newest = <T>(list: readonly T[], i: number): T => list[list.length - 1 - (i % Math.min(list.length, 8))]!;

/** A request, or what replies to or follows a message that it can refer to; mostly from and to whom it is allowed. */
function send(log: RecordedLog, sent: SubmitCommand[], each: Send): void {
  const wanted = at(TYPES, each.type);
  const { repliesTo = [] } = ruleOf(wanted) ?? {};
  const fitting = sent.filter(({ parsed }) => repliesTo.length === 0 || repliesTo.includes(parsed.routing.type));
  const original = fitting.length > 0 ? newest(fitting, each.about).parsed : undefined;
  const type = original ? wanted : MessageType.INFORMATION_REQUEST;
  const expiresAtMs = log.nowMs + (1 + (each.day % 30)) * DAY_MS;
  const isFree = !original || type === MessageType.INFORMATION_REQUEST || each.from % 10 === 0;
  if (isFree) {
    const from = at(cast, each.from);
    const others = cast.filter((agency) => agency !== from);
    const to = each.to % 3 === 2 ? others : [at(others, each.to)];
    return submit(log, sent, message(from, to, log.nowMs, { ...REQUEST, expiresAtMs }));
  }
  const { messageId: inReplyTo, threadId } = original.routing;
  const isOriginator = type === MessageType.RESTRICTION_UPDATE || type === MessageType.RECALL;
  const sender = agencyNamed(original.sender);
  const recipients = original.recipients.map(agencyNamed);
  const [from, to] = isOriginator ? [sender, recipients] : [at(recipients, each.from), [sender]];
  submit(log, sent, message(from, to, log.nowMs, { schemaVersion: 2, type, inReplyTo, threadId, expiresAtMs }));
}

function submit(log: RecordedLog, sent: SubmitCommand[], command: SubmitCommand): void {
  if (log.run(command) > 0) sent.push(command);
}
