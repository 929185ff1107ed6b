/**
 * The gateway as a whole: starts the stages, connects them, and stops them in good order. This is the main thread; it owns
 * the sockets and does nothing slow.
 */
import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { pino, type Logger } from 'pino';
import type { WebSocket } from 'ws';
import { readKeyFile } from '../cli/config-file.ts';
import { ERRORS, LiaisonError, type ErrorCode } from '../protocol/errors.ts';
import { AuditorsClient } from './auditors/client.ts';
import { BlobClient } from './blobs/client.ts';
import { Calls } from './calls.ts';
import type { GatewayConfig } from './config.ts';
import { ledgerHandlers } from './control/ledger.ts';
import { rulesHandlers } from './control/rules.ts';
import { ControlServer } from './control/server.ts';
import { type HealthServer, listenForHealth } from './health/server.ts';
import { readTlsFiles } from './init.ts';
import { LedgerClient, ledgerData } from './ledger/client.ts';
import { monotonicMs } from './monotonic.ts';
import type { DirectoryView, Fault, LedgerFigures, LedgerOutput, LedgerRequest } from './pipeline.ts';
import { RevocationFiles } from './revocation-files.ts';
import { AccessList, verifiedCertificate, type Admission } from './session/access.ts';
import { Budget } from './session/budget.ts';
import { createListener, type Listener } from './session/listener.ts';
import { Session, type SessionHost } from './session/session.ts';
import { Sessions } from './session/sessions.ts';
import { VerifyPool } from './verify/pool.ts';
import { witnessesOf } from './witnesses/ports.ts';
import type { Witnesses } from './witnesses/witnesses.ts';

const SWEEP_MS = 2_000;
const COUNTS_MS = 10_000;
const DRAIN_MS = 10_000;
const IN_FLIGHT_BYTES_MAX = 16 * 1024 * 1024;

/** A running gateway. Make one with {@link Gateway.start}. */
export class Gateway {
  /** Port the gateway listens on. */
  port = 0;
  /** Settles when the gateway has failed on its own. */
  readonly failed: Promise<LiaisonError>;
  private readonly config: GatewayConfig;
  private readonly log: Logger;
  private readonly ledger: LedgerClient;
  private readonly pool: VerifyPool;
  private readonly blobs: BlobClient;
  private readonly sessions: Sessions;
  private readonly access = new AccessList();
  private readonly budget = new Budget(IN_FLIGHT_BYTES_MAX);
  private readonly refusals = new Map<ErrorCode, number>();
  private readonly jobs = new Map<number, number>();
  private readonly calls = new Calls();
  private readonly lists: RevocationFiles;
  private readonly auditors: AuditorsClient;
  private readonly witnesses: Witnesses | undefined;
  private listener: Listener | undefined;
  private control: ControlServer | undefined;
  private health: HealthServer | undefined;
  private figures: LedgerFigures | undefined;
  /** Refused on this thread since the start. */
  private readonly refusedEver = new Map<ErrorCode, number>();
  private timers: NodeJS.Timeout[] = [];
  private nextNumber = 1;
  private stopping = false;
  /** What made it fail. */
  private fault: LiaisonError | undefined;
  private fail: (error: LiaisonError) => void = () => undefined;

  /**
   * Opens the ledger, then the control socket, then the door.
   * @throws LiaisonError for everything that makes a start impossible: configuration, key files, data, port
   */
  static async start(config: GatewayConfig, log: Logger = pino({ level: config.logLevel })): Promise<Gateway> {
    const tls = readTlsFiles(config.tls);
    readKeyFile(config.logKey);
    log.info({ origin: config.origin }, 'starting');
    let ready: (directory: DirectoryView) => void = () => undefined;
    const opened = new Promise<DirectoryView>((resolve) => (ready = resolve));
    const gateway = new Gateway(config, log, (directory) => ready(directory));
    try {
      const first = await Promise.race([opened, gateway.failed]);
      if (first instanceof LiaisonError) throw first;
      gateway.lists.start();
      await gateway.openDoors(first, tls);
      return gateway;
    } catch (error) {
      await gateway.abandon();
      throw error;
    }
  }

  private constructor(config: GatewayConfig, log: Logger, ready: (directory: DirectoryView) => void) {
    this.config = config;
    this.log = log;
    this.failed = new Promise((resolve) => (this.fail = resolve));
    this.sessions = new Sessions(config.sessions);
    this.witnesses = witnessesOf(config, this.calls, log, (request) => this.ledger.request(request));
    this.ledger = new LedgerClient(ledgerData(config), (output) => {
      if (output.kind === 'ready') ready(output.directory);
      else this.output(output);
    });
    this.pool = new VerifyPool(
      config.verifyThreads,
      (port) => this.ledger.request({ kind: 'verify-port', port }, [port]),
      {
        rejected: ({ session, job, fault }) => {
          this.endJob(job);
          this.sessions.get(session)?.rejected(job, fault);
        },
        failed: (error) => this.fatal({ code: 'INTERNAL', detail: error.message }),
      },
    );
    this.blobs = new BlobClient(config.blobs, {
      session: (number) => this.sessions.get(number),
      ledger: (request) => this.ledger.request(request),
      endJob: (session, job) => {
        this.endJob(job);
        this.sessions.get(session)?.answered(job);
      },
      fatal: (fault) => this.fatal(fault),
    });
    this.lists = new RevocationFiles(config.revocationLists, log, (lists) => {
      this.ledger.request({ kind: 'lists', lists });
      this.auditors.setLists(lists);
    });
    this.auditors = new AuditorsClient(config, {
      read: (read) => this.ledger.request({ kind: 'audit-read', read }),
      refused: ({ code, detail }) => this.countRefusal(code, detail),
      restarted: (why) => log.error({ why }, 'the listener for auditors is started again'),
    });
  }

  private async openDoors(directory: DirectoryView, tls: { certificate: Buffer; key: Buffer }): Promise<void> {
    this.setDirectory(directory);
    const ask = (request: LedgerRequest): void => this.ledger.request(request);
    const handlers = ledgerHandlers(this.calls, ask, this.log);
    this.witnesses?.start((await handlers.status(false)).verifierKey);
    this.control = await ControlServer.listen(this.config.controlSocket, {
      ...handlers,
      ...rulesHandlers(this.calls, ask),
      sessions: () => this.sessions.list(),
      witnesses: () => this.witnesses?.figures(),
    });
    this.listener = createListener({
      ...tls,
      authorities: directory.anchors.map((der) => new X509Certificate(der).toString()),
      admit: (socket) => this.admit(socket),
      connected: (socket, admission) => this.connected(socket, admission),
      refused: (error) => this.countRefusal(error.code, error.detail),
    });
    this.port = await this.listener.listen(this.config.listen.host, this.config.listen.port);
    this.timers = [
      setInterval(() => this.sessions.sweep(Date.now()), SWEEP_MS),
      setInterval(() => this.sessions.review(this.access, Date.now()), SWEEP_MS),
      setInterval(() => this.reportRefusals(), COUNTS_MS),
    ];
    const healthPort = await this.openHealth();
    const auditorsPort = await this.auditors.listen(directory.anchors, tls);
    this.log.info({ port: this.port, healthPort, auditorsPort, origin: this.config.origin }, 'ready');
  }

  /** Opens the listener for monitoring if there is to be one; returns its port. */
  private async openHealth(): Promise<number | undefined> {
    this.health = await listenForHealth(this.config, {
      objection: () => this.objection(),
      probe: async () => (await this.calls.ask('probed', (call) => this.ledger.request({ kind: 'probe', call }))).fault,
      main: () => ({
        sessions: this.sessions.size,
        jobs: this.jobs.size,
        bytesUnderWay: this.budget.bytes,
        bytesUnderWayMax: this.budget.max,
        refusals: this.refusedEver,
        witnesses: this.witnesses?.figures(),
      }),
      ledger: () => this.figures,
    });
    return this.health?.port;
  }

  /** Why the gateway takes no new work, as far as this thread knows. */
  private objection(): Fault | undefined {
    try {
      if (this.fault) throw this.fault;
      if (this.stopping) throw new LiaisonError('SHUTTING_DOWN');
      this.lists.requireCurrent(Date.now());
      this.witnesses?.requireQuorum();
      return undefined;
    } catch (error) {
      return faultOf(error);
    }
  }

  /**
   * Stops: no new connections, GoAway to all sessions, work under way finished and answered, ledger closed.
   * Nothing that was accepted is unanswered unless its node is gone. Takes at most about 10 s.
   * @throws LiaisonError what made the gateway fail on the way: then what was not answered may not be durable
   */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.log.info('stopping');
    for (const timer of this.timers) clearInterval(timer);
    this.lists.stop();
    this.witnesses?.stop();
    this.listener?.stopAccepting();
    await this.control?.close();
    this.sessions.endAll('SHUTTING_DOWN');
    const deadline = Date.now() + DRAIN_MS;
    while (this.sessions.size > 0 && Date.now() < deadline && !this.fault)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await this.listener?.close();
    if (this.fault) {
      await this.abandon();
      throw this.fault;
    }
    this.reportRefusals();
    await this.auditors.close();
    await this.blobs.close();
    await this.ledger.close();
    await this.pool.close();
    await this.health?.close();
    this.log.info('stopped');
  }

  /** Ends everything at once; nothing more is written or answered. */
  async abandon(): Promise<void> {
    this.stopping = true;
    for (const timer of this.timers) clearInterval(timer);
    this.lists.stop();
    await this.auditors.abandon();
    this.witnesses?.stop();
    await this.blobs.abandon();
    await this.ledger.abandon();
    await this.pool.close();
    await this.control?.close();
    await this.health?.close();
    await this.listener?.close();
  }

  private admit(socket: TLSSocket): Admission {
    const certificate = verifiedCertificate(socket);
    const admission = this.access.admit(certificate, Date.now());
    this.sessions.requireRoom(admission.agency, Date.now());
    this.lists.requireCurrent(Date.now());
    if (this.stopping) throw new LiaisonError('SHUTTING_DOWN');
    return admission;
  }

  private connected(socket: WebSocket, admission: Admission): void {
    const host: SessionHost = {
      verify: (session, frame) => {
        const job = this.startJob(frame.length);
        const { number, agency } = session;
        this.pool.submit({
          kind: 'job',
          job,
          session: number,
          agency,
          version: session.agreed.version,
          frame,
          receivedMs: monotonicMs(),
        });
        return job;
      },
      ask: (cost, request) => {
        const job = this.startJob(cost);
        this.ledger.request(request(job));
        return job;
      },
      ledger: (request) => this.ledger.request(request),
      store: (request) => this.blobs.request(request),
      start: (cost) => this.startJob(cost),
      opened: (session) => {
        this.sessions.opened(session);
        this.log.info({ session: session.number, agency: session.agency, node: session.node }, 'session open');
      },
      closed: (session) => {
        this.sessions.remove(session);
        this.ledger.request({ kind: 'gone', session: session.number });
        this.blobs.request({ kind: 'gone', session: session.number });
        this.log.info({ session: session.number, agency: session.agency }, 'session closed');
      },
      refused: (code) => this.countRefusal(code, ''),
      now: () => Date.now(),
      budget: this.budget,
    };
    this.sessions.add(new Session(this.nextNumber++, socket, admission, host, this.log));
  }

  /** Work under way counts against the budget until it is answered, also when its session has gone. */
  private startJob(cost: number): number {
    const job = this.nextNumber++;
    this.jobs.set(job, cost);
    this.budget.take(cost);
    return job;
  }

  private endJob(job: number): void {
    const cost = this.jobs.get(job) ?? 0;
    this.jobs.delete(job);
    this.budget.giveBack(cost);
  }

  private output(output: LedgerOutput): void {
    switch (output.kind) {
      case 'frame':
      case 'fetched':
      case 'owed':
      case 'opened':
      case 'open-refused':
        if (output.kind === 'frame' && output.job !== undefined) this.endJob(output.job);
        return this.toSession(output);
      case 'evidence':
        this.sessions.ofAgency(output.agency, output.version)?.outbound.offer(output.frame, output.indices);
        return;
      case 'shard-begun':
        return this.sessions.moveOn(output.origin);
      case 'blob-begin':
      case 'blob-read':
      case 'blob-erase':
        return this.blobs.ledgerSays(output);
      case 'directory-changed':
        return this.setDirectory(output.directory);
      case 'acted':
      case 'status':
      case 'probed':
      case 'releases':
      case 'consistency':
      case 'rules':
      case 'explained':
        return this.calls.answered(output);
      case 'log-opened':
        void this.begin(output.origin);
        return;
      case 'notice':
        this.log.warn(output.text);
        return;
      case 'figures':
        this.figures = output.figures;
        return;
      case 'fatal':
        return this.fatal(output.fault);
      case 'ready':
      case 'closed':
    }
  }

  private toSession(output: Extract<LedgerOutput, { session: number }>): void {
    const session = this.sessions.get(output.session);
    if (session) session.output(output);
    // The node went away while its session was being opened; the log says both.
    else if (output.kind === 'opened') {
      this.ledger.request({ kind: 'gone', session: output.session });
      this.ledger.request({ kind: 'closed', id: output.id, code: 0 });
    }
  }

  /** Nothing is signed before it is known what the witnesses hold of this log. */
  private async begin(origin: string): Promise<void> {
    this.ledger.request({ kind: 'begin', shown: (await this.witnesses?.shown(origin)) ?? [] });
  }

  private setDirectory(directory: DirectoryView): void {
    this.access.update(directory);
    this.pool.setKeys(this.access.signingKeys());
    this.sessions.review(this.access, Date.now());
  }

  private countRefusal(code: ErrorCode, detail: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    this.refusedEver.set(code, (this.refusedEver.get(code) ?? 0) + 1);
    this.log.debug({ code, detail }, 'refused');
  }

  private reportRefusals(): void {
    if (this.refusals.size === 0) return;
    const counts = [...this.refusals].map(([code, count]) => ({ code: ERRORS[code].number, count }));
    this.refusals.clear();
    this.ledger.request({ kind: 'counts', counts });
  }

  private fatal(fault: Fault): void {
    if (this.fault) return;
    const error = new LiaisonError(fault.code, fault.detail);
    this.fault = error;
    this.log.fatal({ code: error.code }, error.message);
    this.fail(error);
  }
}

function faultOf(error: unknown): Fault {
  const { code, detail } = error instanceof LiaisonError ? error : new LiaisonError('INTERNAL', String(error));
  return { code, detail };
}
