import { afterAll, test } from 'vitest';
import { join } from 'node:path';
import { directory, LogBuilder, customs, police, harbour, makeMessage, submissions, handovers, statementAbout, removeDirectory } from './log-builder.ts';
import { audit, TRUST } from './verify-support.ts';
afterAll(removeDirectory);
test.each([[1, 1], [50, 50]])('rate %i', async (burst) => {
  const log = new LogBuilder(join(directory, `rate${burst}.db`));
  for (const a of [customs, police, harbour]) log.act({ kind: 'enrol', value: a.enrol });
  let n = 0;
  for (let i = 0; i < 10000; i += burst) {
    const ms = Array.from({ length: burst }, () => makeMessage(customs, [police], log.nowMs));
    log.commit(...submissions(customs, ms));
    log.commit(...handovers(police, ms.map((m) => statementAbout(m, police, ++n))));
  }
  log.close();
  for (let k = 0; k < 2; k++) {
  const cpu0 = process.cpuUsage(); const t = performance.now();
  const r = await audit(log.path, TRUST);
  const ms = performance.now() - t; const cpu = process.cpuUsage(cpu0);
  console.log(JSON.stringify({ burst, size: r.size, verdict: r.verdict, sig: r.signaturesVerified, cps: r.checkpointsVerified, ms, rate: r.size / ms * 1000, cpu, rss: process.memoryUsage().rss / 1e6 }));
  }
}, 600000);
