/** Brings a node's parts to life from its configuration: keys, trust, database, and what was stored in it. */
import { randomBytes } from 'node:crypto';
import { destination, type Logger, pino } from 'pino';
import type { RandomBytes } from '../protocol/envelope/key-wrap.ts';
import type { LiaisonError } from '../protocol/errors.ts';
import { fromHex } from '../protocol/ids.ts';
import { Spool } from './attachments/spool.ts';
import { AttachmentStore } from './store/attachment-store.ts';
import { CaseIndex, type IndexRuntime } from './cases/case-index.ts';
import type { NodeConfig } from './config.ts';
import { DirectoryCache } from './directory-cache.ts';
import { Journal } from './journal/journal.ts';
import { loadKeys, loadTrust } from './keys.ts';
import { LogView } from './log-view.ts';
import { OpenedMessages } from './opened-messages.ts';
import type { NodeRuntime } from './runtime.ts';
import { CaseStore } from './store/case-store.ts';
import { NodeDatabase } from './store/database.ts';
import { DirectoryStore } from './store/directory-store.ts';
import { EventStore } from './store/event-store.ts';
import { EvidenceStore } from './store/evidence-store.ts';
import { GroupStore } from './store/group-store.ts';
import { HandoverStore } from './store/handover-store.ts';
import { InboxStore } from './store/inbox-store.ts';
import { OutboxStore } from './store/outbox-store.ts';
import { ShardStore } from './store/shard-store.ts';

export interface RuntimeOverrides {
  /** POSIX milliseconds. */
  readonly now?: () => number;
  readonly random?: RandomBytes;
  readonly logger?: Logger;
}

export interface RuntimeHooks extends Pick<NodeRuntime, 'notify' | 'fault'> {
  /** Data could not be made durable: nothing is written from now on. */
  readonly storageFailed: (error: LiaisonError) => void;
}

/** @throws LiaisonError as `AgencyNode.open`; the database is closed again then */
export function openRuntime(config: NodeConfig, overrides: RuntimeOverrides, hooks: RuntimeHooks): NodeRuntime {
  const keys = loadKeys(config);
  const trust = loadTrust(config);
  const now = overrides.now ?? Date.now;
  const { notify, fault, storageFailed } = hooks;
  const db = NodeDatabase.open(config.dataDir, storageFailed);
  const random = overrides.random ?? ((bytes: number) => new Uint8Array(randomBytes(bytes)));
  const evidence = new EvidenceStore(db);
  const attachments = new AttachmentStore(db);
  const runtime: IndexRuntime = {
    ...{ config, keys, db, evidence, now, notify, fault },
    caseStore: new CaseStore(db),
    groups: new GroupStore(db),
    events: new EventStore(db),
    attachments,
    spool: openSpool(config.dataDir, random, attachments),
    log: closedOnError(db, () => {
      const shards = new ShardStore(db);
      return new LogView({ verifier: trust.logVerifier, db, store: evidence, shards, dataDir: config.dataDir, now });
    }),
    journal: closedOnError(db, () => {
      return new Journal({ db, dataDir: config.dataDir, agency: config.agencyId, now, random });
    }),
    directory: new DirectoryCache({ db, store: new DirectoryStore(db), trust, now }),
    outbox: new OutboxStore(db),
    inbox: new InboxStore(db),
    opened: new OpenedMessages(),
    handovers: new HandoverStore(db),
    logger: overrides.logger ?? pino({ level: config.logLevel, name: config.node }, destination(2)),
    random,
  };
  return { ...runtime, cases: new CaseIndex(runtime) };
}

function openSpool(dataDir: string, random: RandomBytes, attachments: AttachmentStore): Spool {
  const spool = new Spool(dataDir, random);
  spool.keepOnly((digest, kind) => /^[0-9a-f]{64}$/.test(digest) && attachments.isKnown(fromHex(digest), kind));
  return spool;
}

function closedOnError<T>(db: NodeDatabase, make: () => T): T {
  try {
    return make();
  } catch (error) {
    void db.close();
    throw error;
  }
}
