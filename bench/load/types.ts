/**
 * What the benchmark needs of every system that it measures: a server that it starts, and clients that run in processes of
 * their own. A client is named by its module, so that the process that carries it loads nothing of the other systems.
 *
 * Messages are named by their index in the run, counted from 0. All clients carry the same bodies: `bodyBytes` long, the
 * index in the first four bytes (u32be). Times are milliseconds on the machine's monotonic clock, which all processes share.
 */

/** A system that can be measured. */
export interface System {
  /** Short, as it stands in tables: `RabbitMQ quorum`. */
  readonly name: string;
  /** Why it cannot be measured here, as a sentence that says what to install; undefined when it can. */
  unavailable(): Promise<string | undefined>;
  /** Starts a single, fresh node below this empty directory and resolves when it accepts clients. */
  start(dir: string): Promise<Running>;
}

export interface Running {
  /** Name and version of the server and of the client library. */
  readonly version: string;
  /** What a confirmation means and what it does not, in a sentence or two. */
  readonly guarantees: string;
  /** File URL of the module whose default export is a {@link Client}. */
  readonly client: string;
  /** Passed to the clients as JSON: addresses, files of certificates, names. */
  readonly settings: unknown;
  /** Processes of the server, for CPU and memory. */
  pids(): number[];
  /** Bytes that its data takes on disk now. */
  diskBytes(): Promise<number>;
  /** Ends the server in good order; kills what does not end within ten seconds. */
  stop(): Promise<void>;
}

/** One pair of mailboxes (queues, subjects, topics) that messages run through, counted from 0. */
export interface Route {
  readonly from: number;
  readonly to: number;
}

export interface Client {
  /** Connects one sender. Resolves when it may send. */
  connectSender(settings: unknown, options: SenderOptions, events: SenderEvents): Promise<SenderLink>;
  /** Connects one recipient that takes, and acknowledges, whatever comes. Resolves when it is being served. */
  connectRecipient(settings: unknown, options: RecipientOptions, events: RecipientEvents): Promise<RecipientLink>;
}

export interface SenderOptions extends Route {
  readonly bodyBytes: number;
  /** One signature for each message, or one for many; brokers sign nothing. */
  readonly signing: 'single' | 'burst';
  /** Of each message; 1 unless told, 0 when nobody takes them. A system that proves sends so many proofs for each. */
  readonly recipients?: number;
}
export interface SenderEvents {
  /** The messages from `first` on are durable, as far as the system promises that. */
  confirmed: (first: number, count: number) => void;
  /** The sender has a proof that this many more were handed over; for systems that have such a thing. */
  proven: (count: number) => void;
  failed: (error: Error) => void;
}
export interface SenderLink {
  /** Sends messages first … first + count − 1 with no delay. Confirmations come in any order. */
  send(first: number, count: number): void;
  /** Whether `proven` will be called for every message. */
  readonly proves: boolean;
  /** Verifies a sample of the receipts that came; returns how many, throws when one does not verify. */
  checkReceipts?(): number;
  close(): Promise<void>;
}

export interface RecipientOptions {
  /** The mailbox (queue, subject, topic) that it reads. */
  readonly to: number;
}
export interface RecipientEvents {
  /** A message has arrived, as often as it arrives. */
  delivered: (index: number) => void;
  /** This many more are acknowledged: they will not come again. */
  acknowledged: (count: number) => void;
  failed: (error: Error) => void;
}
export interface RecipientLink {
  /** Bytes of the frames that have brought messages so far, without WebSocket and TLS; where the client can tell. */
  readonly deliveredBytes?: number;
  close(): Promise<void>;
}
