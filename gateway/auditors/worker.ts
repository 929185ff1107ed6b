/**
 * Entry point of the thread that serves auditors. It reads the database through a connection of its own and runs with
 * lowered priority, so that reading the log takes nothing from those who write it.
 */
import { X509Certificate } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { LedgerReader } from '../../audit/ledger-reader.ts';
import { AuditorAccess, named } from './access.ts';
import type { AuditorsInput, AuditorsOutput, AuditorsWorkerData } from './client.ts';
import { AuditorServer } from './server.ts';
import { AuditSessions } from './sessions.ts';

const SWEEP_MS = 500;

const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread.');
const post = (output: AuditorsOutput): void => port.postMessage(output);

// On Linux this is about the calling thread, elsewhere about the whole process.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

try {
  const { database, listen, certificate, key, authorities, lists, ...rest } = workerData as AuditorsWorkerData;
  const access = new AuditorAccess(
    authorities.map((der) => new X509Certificate(der)),
    rest.requireRevocationLists,
  );
  access.setLists(lists);
  const reader = new LedgerReader(database);
  const sessions = new AuditSessions(rest.silenceMs, (read) => post({ kind: 'read', read }));
  const server = new AuditorServer({
    certificate,
    key,
    authorities: authorities.map((der) => new X509Certificate(der).toString()),
    access,
    sessions,
    log: reader,
    now: () => Date.now(),
    refused: ({ code, detail }) => post({ kind: 'refused', fault: { code, detail } }),
  });
  const timer = setInterval(() => sessions.sweep(Date.now()), SWEEP_MS);
  // A listener that cannot be opened leaves nothing behind: the thread ends.
  timer.unref();
  port.on('message', (input: AuditorsInput) => {
    if (input.kind === 'lists') access.setLists(input.lists);
    else {
      clearInterval(timer);
      void server.close().then(() => {
        sessions.endAll();
        reader.close();
        port.close();
      });
    }
  });
  post({ kind: 'listening', port: await server.listen(listen.host, listen.port) });
} catch (error) {
  const { code, detail } = named(error);
  post({ kind: 'failed', fault: { code, detail } });
  port.close();
}
