/**
 * Files that become messages. `outbox/NAME.json` is taken (it gets a hidden name, so that nobody replaces it meanwhile),
 * claimed (a message id is durable for its name and content), added to the node's outbox under that id, and moved to
 * `sent/NAME.ID.json`. Wherever the process is killed, the next start finds the hidden file and its claim and goes on:
 * what is in the node's outbox under the id is not added again. A file that is wrong, or whose message the gateway refuses,
 * moves to `failed/` with its reason.
 */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { type ErrorCode, ERRORS, LiaisonError } from '../../protocol/errors.ts';
import { equalBytes, newMessageId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { SendRequest } from '../types.ts';
import { pause } from './drop-inbox.ts';
import { renameSynced, syncDirectory, writeSynced } from './files.ts';
import type { ServiceNode } from './ports.ts';
import { dropSchema } from './schemas.ts';
import { isInOutbox } from './send-once.ts';
import { Settled } from './settled.ts';
import type { Drop, ServiceStore } from './store.ts';

export interface DropFolders {
  readonly outbox: string;
  readonly inbox: string;
  readonly failed: string;
  readonly sent: string;
}

export interface DropOutboxOptions {
  readonly node: Pick<ServiceNode, 'send' | 'evidence' | 'on' | 'off'>;
  readonly store: Pick<ServiceStore, 'addDrop' | 'claimedDrop' | 'drops' | 'setDropSent' | 'removeDrop'>;
  readonly folders: DropFolders;
  readonly settleMs: number;
  readonly logger: Logger;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

type DropRequest = z.output<typeof dropSchema>;

const POLL_MAX_MS = 500;
const FILE_BYTES_MAX = 6 * LIMITS.bodyBytesMax + 256 * 1024;
/** Something that is wrong may still be written: it is taken after so many times the usual rest. */
const PATIENCE = 10;
const TAKEN = /^\.(.{1,150})\.json\.taken$/;
const NAME = /^(?!\.)([^/\\\0]{1,150})\.json$/;

export class DropOutbox {
  private readonly options: DropOutboxOptions;
  private readonly settled: Settled;

  constructor(options: DropOutboxOptions) {
    this.options = options;
    this.settled = new Settled(options.settleMs, options.now);
  }

  /** Takes files until the signal. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { node, settleMs } = this.options;
    const judged = ({ id }: { id: string }): void => void this.guarded(() => this.judge(this.options.store.drops(id)));
    node.on('refused', judged).on('accepted', judged);
    await this.guarded(() => this.recover());
    while (!signal.aborted) {
      await this.guarded(() => this.scan(signal));
      await pause(Math.min(POLL_MAX_MS, Math.max(settleMs / 2, 10)), signal);
    }
    node.off('refused', judged).off('accepted', judged);
  }

  /** Finishes what was taken, then takes every file that is complete now. */
  async scan(signal?: AbortSignal): Promise<void> {
    const { outbox } = this.options.folders;
    const entries = readdirSync(outbox).toSorted();
    const names = entries.flatMap((entry) => NAME.exec(entry)?.[1] ?? []);
    this.settled.keepOnly(names.map((name) => this.path('outbox', name)));
    // One file that cannot be finished at present does not hold up the others.
    const failures: unknown[] = [];
    const failed = (error: unknown): void => void failures.push(error);
    for (const entry of entries) {
      const name = TAKEN.exec(entry)?.[1];
      if (name !== undefined) await this.finish(name).catch(failed);
    }
    for (const name of names) {
      if (signal?.aborted === true) return;
      if (!this.isComplete(name)) continue;
      await renameSynced(this.path('outbox', name), this.takenPath(name));
      await this.finish(name).catch(failed);
    }
    if (failures.length > 0) throw failures[0];
  }

  /** What the last run had begun. */
  async recover(): Promise<void> {
    const { store, logger } = this.options;
    for (const drop of store.drops()) {
      if (drop.state !== 'claimed' || existsSync(this.takenPath(drop.name))) continue;
      if (existsSync(this.sentPath(drop))) store.setDropSent(drop.id);
      else {
        // Moved to failed/, or taken away by somebody.
        if (!existsSync(this.path('failed', drop.name)))
          logger.warn({ name: drop.name, id: drop.id }, 'a file is gone');
        store.removeDrop(drop.id);
      }
    }
    await this.judge(store.drops());
  }

  /** At rest, and so are its attachments. What is wrong for long enough is complete too: it is told then. */
  private isComplete(name: string): boolean {
    const { outbox } = this.options.folders;
    const path = this.path('outbox', name);
    if (!this.settled.has(path)) return false;
    const isOld = this.settled.has(path, PATIENCE);
    try {
      const { attachments = [] } = parse(this.read(path));
      const paths = attachments.map(({ file }) => join(outbox, file));
      // Each is looked at, so that all come to rest at the same time.
      return isOld || paths.map((one) => this.settled.has(one)).every(Boolean);
    } catch (error) {
      if (error instanceof LiaisonError) return isOld;
      throw error;
    }
  }

  private async finish(name: string): Promise<void> {
    const taken = this.takenPath(name);
    let files: string[] = [];
    try {
      const bytes = this.read(taken);
      const request = parse(bytes);
      files = (request.attachments ?? []).map(({ file }) => file);
      const drop = this.claim(name, bytes);
      if (!isInOutbox(this.options.node, drop.id)) await this.send(request, drop.id);
      await this.moveFiles(files, join(this.options.folders.sent, `${name}.${drop.id}`));
      await renameSynced(taken, this.sentPath(drop));
      this.options.store.setDropSent(drop.id);
      await this.judge([{ ...drop, state: 'sent' }]);
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.retry) throw error;
      await this.fail(name, error, files);
    }
  }

  /** @throws LiaisonError LIMIT_EXCEEDED */
  private read(path: string): Buffer {
    if (lstatSync(path).size > FILE_BYTES_MAX) {
      throw new LiaisonError('LIMIT_EXCEEDED', `The file is larger than ${FILE_BYTES_MAX} bytes.`);
    }
    return readFileSync(path);
  }

  /** @throws LiaisonError as `AgencyNode.send`; FILE_UNREADABLE of an attachment */
  private async send({ attachments = [], ...message }: DropRequest, id: string): Promise<void> {
    const files = attachments.map(({ file, ...rest }) => {
      const path = join(this.options.folders.outbox, file);
      // A link could lead out of the folder.
      if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
        throw new LiaisonError('FILE_UNREADABLE', `${file} is missing in outbox/, or is no plain file.`);
      }
      return { path, name: file, ...rest };
    });
    const draft = { ...message, id, ...(files.length > 0 && { attachments: files }) };
    await this.options.node.send(draft as unknown as SendRequest);
  }

  /** The id for this name and content: the one of an attempt that was interrupted, or a new one. */
  private claim(name: string, bytes: Uint8Array): Drop {
    const { node, store, now, random } = this.options;
    const digest = new Uint8Array(createHash('sha256').update(bytes).digest());
    const known = store.claimedDrop(name);
    if (known && equalBytes(known.digest, digest)) return known;
    if (known) {
      // Somebody has changed the hidden file: what was sent before counts as sent.
      if (isInOutbox(node, known.id)) store.setDropSent(known.id);
      else store.removeDrop(known.id);
    }
    const drop = { name, digest, id: newMessageId(now(), random(10)) };
    store.addDrop(drop);
    return { ...drop, state: 'claimed' };
  }

  /** What the gateway has said of messages whose files are in sent/. */
  private async judge(drops: readonly Drop[]): Promise<void> {
    const { node, store } = this.options;
    for (const drop of drops) {
      if (drop.state !== 'sent') continue;
      const { state, obstacle } = node.evidence(drop.id);
      if (state === 'refused') await this.refused(drop, obstacle);
      if (state === 'refused' || state === 'accepted') store.removeDrop(drop.id);
    }
  }

  private async refused(drop: Drop, obstacle: { code: string; text: string } | undefined): Promise<void> {
    const from = this.sentPath(drop);
    const reason = { code: 'REFUSED', text: '', ...obstacle };
    const told = isErrorCode(reason.code) ? inWords(new LiaisonError(reason.code, reason.text)) : reason;
    await this.writeReason(drop.name, { ...told, id: drop.id, at: this.options.now() });
    const files = from.slice(0, -'.json'.length);
    if (existsSync(files)) await renameSynced(files, join(this.options.folders.failed, `${drop.name}.${drop.id}`));
    if (existsSync(from)) await renameSynced(from, this.path('failed', drop.name));
  }

  private async fail(name: string, error: LiaisonError, files: readonly string[]): Promise<void> {
    const { store, folders, logger } = this.options;
    logger.warn({ name, code: error.code, detail: error.detail }, 'a dropped file failed');
    await this.writeReason(name, { ...inWords(error), at: this.options.now() });
    await this.moveFiles(files, folders.failed);
    await renameSynced(this.takenPath(name), this.path('failed', name));
    const claimed = store.claimedDrop(name);
    if (claimed) store.removeDrop(claimed.id);
  }

  private async writeReason(name: string, reason: object): Promise<void> {
    const { failed } = this.options.folders;
    const hidden = join(failed, `.${name}.reason.json.tmp`);
    await writeSynced(hidden, `${JSON.stringify(reason, null, 2)}\n`);
    await renameSynced(hidden, join(failed, `${name}.reason.json`));
  }

  /** What is not there any more was moved before an interruption. */
  private async moveFiles(files: readonly string[], to: string): Promise<void> {
    if (files.length === 0) return;
    const { outbox } = this.options.folders;
    await mkdir(to, { recursive: true, mode: 0o700 });
    for (const file of files) {
      if (existsSync(join(outbox, file))) await rename(join(outbox, file), join(to, file));
      this.settled.forget(join(outbox, file));
    }
    await syncDirectory(to);
  }

  private path(folder: keyof DropFolders, name: string): string {
    return join(this.options.folders[folder], `${name}.json`);
  }

  private takenPath(name: string): string {
    return join(this.options.folders.outbox, `.${name}.json.taken`);
  }

  private sentPath({ name, id }: Pick<Drop, 'name' | 'id'>): string {
    return join(this.options.folders.sent, `${name}.${id}.json`);
  }

  /** A failure of the disk or of the node is met again at the next scan. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.options.logger.error(
        { error: error instanceof Error ? error.message : String(error) },
        'drop outbox failed',
      );
    }
  }
}

/** @throws LiaisonError FILE_INVALID naming the member and the rule */
function parse(bytes: Buffer): DropRequest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LiaisonError('FILE_INVALID', `It is not JSON in UTF-8: ${why}.`, { cause: error });
  }
  const result = dropSchema.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  throw new LiaisonError('FILE_INVALID', `${issues.join('; ')}.`);
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

const inWords = ({ code, message: text, remedy }: LiaisonError): object => ({ code, text, remedy });
