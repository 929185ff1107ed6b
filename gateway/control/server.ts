/**
 * The operators' way in: HTTP on a Unix socket that only the gateway's own user can open. Acts are signed by an operator's
 * key all the same; the socket alone allows nothing but questions.
 */
import { unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { LiaisonError } from '../../protocol/errors.ts';
import { Classification, ContactCopyExemption, HandlingCode, MessageType } from '../../protocol/generated/schema.ts';
import { fromBase64, fromHex, toBase64 } from '../../protocol/ids.ts';
import type { WitnessFigures } from '../witnesses/witnesses.ts';
import type { LedgerHandlers } from './ledger.ts';
import { inHex, type RulesHandlers } from './rules.ts';

export interface ControlHandlers extends LedgerHandlers, RulesHandlers {
  sessions: () => { agency: string; node: string; mailboxes: string[] }[];
  witnesses?: () => WitnessFigures | undefined;
}

const BODY_BYTES_MAX = 256 * 1024;
const actSchema = z.strictObject({ signed: z.string() });
const bytes = z.string().transform((text) => fromHex(text));
const hypotheticalSchema = z.strictObject({
  from: z.string(),
  to: z.array(z.string()),
  type: z.enum(MessageType),
  classification: z.enum(Classification),
  handling: z.array(z.enum(HandlingCode)),
  personalData: z.boolean(),
  groupId: bytes,
  derivedFrom: z.array(bytes),
  permissionIds: z.array(bytes),
  inReplyTo: bytes,
  exemption: z.enum(ContactCopyExemption),
});

export class ControlServer {
  private readonly server: Server;
  private readonly path: string;

  static async listen(path: string, handlers: ControlHandlers): Promise<ControlServer> {
    const server = createServer((request, response) => void respond(handlers, request, response));
    // Whoever holds the ledger's lock is the only gateway here, so a socket that is left over is nobody's.
    removeSocket(path);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new LiaisonError('FILE_UNREADABLE', `${path}: ${error.message}.`)));
      // The socket is made within this call, and must not be open to others for a moment. Only the main thread may set
      // the mask, and it runs nothing else in between.
      const mask = process.umask(0o177);
      try {
        server.listen(path, resolve);
      } finally {
        process.umask(mask);
      }
    });
    return new ControlServer(server, path);
  }

  private constructor(server: Server, path: string) {
    this.server = server;
    this.path = path;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    removeSocket(this.path);
  }
}

function removeSocket(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function respond(handlers: ControlHandlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  try {
    send(200, await handle(handlers, request));
  } catch (error) {
    const named = error instanceof LiaisonError ? error : new LiaisonError('INTERNAL', String(error));
    send(400, { code: named.code, detail: named.detail });
  }
}

async function handle(handlers: ControlHandlers, request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://control');
  if (request.method === 'GET' && url.pathname === '/status') {
    const status = await handlers.status(url.searchParams.get('digest') === '1');
    const { sessions, witnesses } = handlers;
    return { ...status, checkpoint: toBase64(status.checkpoint), sessions: sessions(), witnesses: witnesses?.() };
  }
  if (request.method === 'POST' && url.pathname === '/act') {
    const body = actSchema.safeParse(await readJson(request));
    const signed = body.success ? fromBase64(body.data.signed) : undefined;
    if (!signed) throw new LiaisonError('USAGE', 'Expected {"signed": base64}.');
    return { index: await handlers.act(signed) };
  }
  if (request.method === 'GET' && url.pathname === '/rules') return inHex(await handlers.rules());
  if (request.method === 'POST' && url.pathname === '/explain') {
    const message = hypotheticalSchema.safeParse(await readJson(request));
    if (!message.success) throw new LiaisonError('USAGE', message.error.message);
    return handlers.explain(message.data);
  }
  throw new LiaisonError('USAGE', `There is no ${String(request.method)} ${url.pathname}.`);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_BYTES_MAX) throw new LiaisonError('LIMIT_EXCEEDED', 'The request is too large.');
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new LiaisonError('MALFORMED', 'The request is not JSON.');
  }
}
