/**
 * Makes a gateway's data directory with a large, realistic log and backlog, and the authority, certificates and nodes that
 * belong to it (README.md). The gateway's own engine decides and records everything; only sockets and waiting are left
 * out, and the checks of signatures that have been made a moment before.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createSigner, KEY_TYPE } from '../../audit/verifier-key.ts';
import { initGateway } from '../../gateway/init.ts';
import { LedgerEngine, type Work } from '../../gateway/ledger/engine.ts';
import { ERRORS, LiaisonError } from '../../protocol/errors.ts';
import { toBase64Url } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { AGENCIES_MIN, Acts, PILOTS } from './acts.ts';
import { workTimes } from './calendar.ts';
import { AGENCIES_MAX, type CastAgency, makeCast, makeCertificates, Places, readList } from './cast.ts';
import { Deliveries } from './deliveries.ts';
import { type Description, DESCRIPTION_FILE } from './description.ts';
import { sealLetters } from './letters.ts';
import { LogWriter } from './log-writer.ts';
import { type Burst, DAY_MS, MessageMaker } from './messages.ts';
import { Presence } from './presence.ts';
import { Random } from './random.ts';
import { Traffic } from './traffic.ts';

export interface GenerateOptions {
  /** New or empty directory. */
  readonly dir: string;
  /** Messages that are accepted and whose deliveries end. */
  readonly messages: number;
  /** Messages that come after those and wait; each has one recipient. */
  readonly waiting: number;
  /** Mailboxes for which they wait: the first of each of the most active agencies. */
  readonly waitingFor: number;
  /** Whether their recipients can open them; then each is sealed by itself, some 2000 a second. */
  readonly openable: boolean;
  readonly seed: number;
  readonly agencies: number;
  /** Of each sealed content, about. */
  readonly contentBytes: number;
  readonly burst: Burst;
  /** Share of the messages, and of the handovers, that are signed one by one: 0 to 1. */
  readonly single: number;
  /** Length of the period, which ends at `endMs`; a trial of the gateway precedes it by 92 days. */
  readonly days: number;
  /** Port in the configuration. */
  readonly port: number;
  /** Time of the last entry, POSIX milliseconds. */
  readonly endMs: number;
  readonly onProgress?: (messages: number) => void;
}

const HOUR_MS = 3_600_000;
/** As with `tickSeconds: 14400`: a tick a minute would be most of a small log. */
const TICK_MS = 4 * HOUR_MS;
const ORIGIN = 'gateway.generated.example/log';
/** Long enough that what was sent in the trial is forgotten in the period. */
const TRIAL_DAYS = LIMITS.purgeAfterExpiryMs / DAY_MS + 2;
const TRIAL_MESSAGES = 20;
const CERTIFICATE_DAYS_AFTER = 365;
const ROUND_MESSAGES_MAX = 400;
const ROUNDS_MIN = 40;
const BACKLOG_DAYS_MAX = 10;
const WORK_PER_COMMIT = 1000;
const SUMMARY_SHARE = 0.05;

/**
 * @throws LiaisonError USAGE for an option out of its bounds, FILE_EXISTS, and what the parts throw that make the directory
 */
export async function generate(options: GenerateOptions): Promise<Description> {
  checkOptions(options);
  const places = new Places(options.dir);
  const startMs = options.endMs - options.days * DAY_MS;
  const openMs = startMs - TRIAL_DAYS * DAY_MS;
  const certificateDays = TRIAL_DAYS + options.days + CERTIFICATE_DAYS_AFTER;
  await makeCertificates(places, options.agencies, openMs, certificateDays);
  const { verifierKey } = initGateway({
    data: places.gateway,
    origin: ORIGIN,
    anchors: [places.root],
    certificate: join(places.certs, 'gateway/tls.pem'),
    key: join(places.certs, 'gateway/tls.key'),
    host: '127.0.0.1',
    port: options.port,
    revocationLists: [places.list],
    openExchange: true,
    nowMs: openMs,
  });
  const random = new Random(options.seed);
  const node = { port: options.port, verifierKey, agencies: options.agencies, nowMs: openMs };
  const cast = makeCast(places, node, random);
  const keys = cast.flatMap(({ mailboxes }) => mailboxes.flatMap(({ key, nextKey }) => [key, nextKey]));
  const letters = sealLetters(keys, options.contentBytes, random, openMs);
  const signer = createSigner(ORIGIN, KEY_TYPE.ED25519, keyOf(join(places.gateway, 'log.key')));
  const engine = LedgerEngine.open(join(places.gateway, 'ledger.db'), signer);
  try {
    const operatorKey = keyOf(join(places.gateway, 'operator.key'));
    const writer = new LogWriter({ engine, operatorKey, random: random.bytes, startMs: openMs });
    writer.revocationLists = [readList(places)];
    writer.requireRevocationLists = true;
    const maker = new MessageMaker(letters, options.contentBytes, random);
    const generation = new Generation(options, { places, cast, writer, maker, random, startMs, certificateDays });
    await generation.run();
    return describe(options, { places, cast, writer, verifierKey, openMs });
  } finally {
    engine.close();
  }
}

function checkOptions({
  dir,
  messages,
  waiting,
  waitingFor,
  agencies,
  burst,
  days,
  contentBytes,
}: GenerateOptions): void {
  const within = (name: string, value: number, low: number, high: number): void => {
    if (value >= low && value <= high) return;
    throw new LiaisonError('USAGE', `${name} is a number from ${low} to ${high}, not ${value}.`);
  };
  within('messages', messages, 0, 100_000_000);
  within('waiting', waiting, 0, 10_000_000);
  within('agencies', agencies, AGENCIES_MIN, AGENCIES_MAX);
  within('waiting-for', waitingFor, 1, agencies);
  within('content', contentBytes, 200, LIMITS.bodyBytesMax / 2);
  within('days', days, 1, 1000);
  if (typeof burst === 'number') within('burst', burst, 1, LIMITS.submitMessagesMax);
  const found = statSync(dir, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isDirectory()) throw new LiaisonError('FILE_EXISTS', `${dir} is not a directory.`);
  if (readdirSync(dir).length > 0) throw new LiaisonError('FILE_EXISTS', `${dir} is not empty.`);
}

const keyOf = (file: string): KeyObject => createPrivateKey(readFileSync(file));

interface Parts {
  readonly places: Places;
  readonly cast: readonly CastAgency[];
  readonly writer: LogWriter;
  readonly maker: MessageMaker;
  readonly random: Random;
  /** Begin of the period, POSIX milliseconds. */
  readonly startMs: number;
  readonly certificateDays: number;
}

/** The course of time. */
class Generation {
  private readonly options: GenerateOptions;
  private readonly parts: Parts;
  private readonly backlogMs: number;
  private readonly presence: Presence;
  private readonly deliveries: Deliveries;
  private readonly traffic: Traffic;
  private readonly acts: Acts;

  constructor(options: GenerateOptions, parts: Parts) {
    const { random } = parts;
    const { days, messages, waiting, endMs, burst, single } = options;
    const share = waiting === 0 ? 0 : waiting / (messages + waiting);
    this.options = options;
    this.parts = parts;
    this.backlogMs = endMs - Math.floor(Math.min(BACKLOG_DAYS_MAX, days * share) * DAY_MS);
    this.presence = new Presence(random);
    this.deliveries = new Deliveries(random, single);
    const { presence, deliveries } = this;
    this.traffic = new Traffic({ ...parts, deliveries, burst, single, untilMs: this.backlogMs });
    this.acts = new Acts({ ...parts, traffic: this.traffic, presence });
  }

  async run(): Promise<void> {
    const { messages } = this.options;
    const trial = Math.min(TRIAL_MESSAGES, messages);
    this.tryOut(trial);
    await this.period(messages - trial);
    await this.backlog();
    this.finish();
  }

  /** The gateway is tried out with a few agencies, and then stands still for some months. */
  private tryOut(messages: number): void {
    const { writer, cast, startMs } = this.parts;
    writer.advance(writer.nowMs + 60_000);
    this.acts.pilot();
    writer.commit(this.presence.gather(cast.slice(0, PILOTS)));
    if (messages > 0) this.traffic.round(messages, DAY_MS);
    this.handOver();
    writer.commit(this.presence.closeAll(0));
    writer.advance(startMs);
  }

  private async period(messages: number): Promise<void> {
    const { writer, cast, random, startMs } = this.parts;
    await this.rounds(messages, startMs, this.backlogMs - 60_000, async (part, share) => {
      await this.acts.until(part);
      this.traffic.round(share);
      writer.advance(writer.nowMs + random.between(500, 4000));
      this.handOver(this.housekeeping());
    });
    await this.acts.until(1);
    writer.advance(this.backlogMs);
    const work = this.housekeeping();
    this.handOver([...work, ...this.presence.gather(cast)]);
  }

  private async backlog(): Promise<void> {
    const { waiting, waitingFor, openable, endMs } = this.options;
    const { writer, cast } = this.parts;
    const recipients = cast.slice(0, waitingFor).flatMap(({ mailboxes }) => mailboxes.slice(0, 1));
    await this.rounds(waiting, this.backlogMs, endMs, (_, share) => {
      writer.commit(this.housekeeping());
      this.traffic.backlog(share, recipients, openable);
    });
  }

  private finish(): void {
    const { writer } = this.parts;
    writer.advance(this.options.endMs);
    writer.commit(this.presence.closeAll(0));
    writer.command({ kind: 'tick' });
  }

  /** Spreads messages over a span of time, several hundred at a time. */
  private async rounds(
    messages: number,
    fromMs: number,
    toMs: number,
    round: (part: number, share: number) => Promise<void> | void,
  ): Promise<void> {
    const roundsMin = Math.max(ROUNDS_MIN, this.options.days);
    const size = Math.min(ROUND_MESSAGES_MAX, Math.max(1, Math.ceil(messages / roundsMin)));
    const times = workTimes(fromMs, toMs, Math.ceil(messages / size));
    for (const [i, atMs] of times.entries()) {
      this.quietUntil(atMs);
      this.parts.writer.advance(atMs);
      await round(i / times.length, Math.min(size, messages - i * size));
      this.options.onProgress?.(this.traffic.accepted);
    }
  }

  /** What a gateway does while nobody sends: it says that it is there. */
  private quietUntil(untilMs: number): void {
    const { writer } = this.parts;
    while (writer.nowMs + TICK_MS < untilMs) {
      writer.advance(writer.nowMs + TICK_MS);
      writer.commit([...this.deliveries.expire(writer.nowMs), { command: { kind: 'tick' } }]);
    }
  }

  /** Sessions, expiries, purges and summaries. */
  private housekeeping(): Work[] {
    const { writer, cast, random } = this.parts;
    const codes = [ERRORS.SIGNATURE_INVALID.number, ERRORS.DIGEST_MISMATCH.number];
    const counts = codes.map((code) => ({ code, count: random.between(1, 40, 3) }));
    return [
      ...this.presence.round(cast, writer.nowMs),
      ...this.deliveries.expire(writer.nowMs),
      ...(random.chance(SUMMARY_SHARE) ? [{ command: { kind: 'summary', counts } } as const] : []),
      { command: { kind: 'purge' } },
    ];
  }

  /** Hands over what has been delivered, after other work. */
  private handOver(before: readonly Work[] = []): void {
    const { writer } = this.parts;
    const work = [...before, ...this.deliveries.handOver(this.presence.isPresent, writer.nowMs)];
    for (let at = 0; at < work.length; at += WORK_PER_COMMIT) writer.commit(work.slice(at, at + WORK_PER_COMMIT));
  }
}

/** Writes and returns the description. */
function describe(
  options: GenerateOptions,
  made: { places: Places; cast: readonly CastAgency[]; writer: LogWriter; verifierKey: string; openMs: number },
): Description {
  const { places, cast, writer, verifierKey, openMs } = made;
  const { engine } = writer;
  const waiting = new Map(
    engine
      .prepare('SELECT mailboxId, count(*) AS n FROM deliveries WHERE state = 1 GROUP BY mailboxId')
      .all()
      .map((row) => [engine.store.mailboxOfId(row['mailboxId'] as number), row['n'] as number]),
  );
  const at = (path: string): string => relative(places.dir, path);
  const pair = (agency: string, name: string) => ({
    certificate: `certs/${agency}/${name}.pem`,
    key: `certs/${agency}/${name}.key`,
  });
  const description: Description = {
    format: 'liaison-generated@v1',
    seed: options.seed,
    messages: options.messages + options.waiting,
    waiting: options.waiting,
    openable: options.openable,
    log: {
      origin: ORIGIN,
      verifierKey,
      size: engine.tree.size,
      entriesByKind: Object.fromEntries(writer.counts),
      fromMs: openMs,
      toMs: writer.nowMs,
    },
    gateway: {
      config: 'gateway/gateway.yaml',
      data: 'gateway',
      database: 'gateway/ledger.db',
      operatorKey: 'gateway/operator.key',
      port: options.port,
      ca: at(places.root),
    },
    anchors: 'certs/ca',
    agencies: cast.map(({ agency, signingFile, mailboxes }) => ({
      agency,
      config: at(places.node(agency, 'node.yaml')),
      tls: pair(agency, 'tls'),
      signing: pair(agency, signingFile),
      mailboxes: mailboxes.map(({ mailbox, unit, key, nextNumber }) => ({
        mailbox,
        keyId: toBase64Url(key.keyId),
        encryptionKeys: ['', '-2'].map((ending) => at(places.node(agency, 'encryption', `${unit}${ending}.key`))),
        waiting: waiting.get(mailbox) ?? 0,
        nextNumber,
      })),
    })),
  };
  writeFileSync(join(places.dir, DESCRIPTION_FILE), `${JSON.stringify(description, undefined, 2)}\n`);
  return description;
}
