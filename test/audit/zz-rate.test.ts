import { test } from 'vitest';
import { join } from 'node:path';
import { directory, LogBuilder, customs, police, harbour, makeMessage, submissions, handovers, statementAbout, rootCertificate, signer } from './log-builder.ts';
import { audit, TRUST } from './verify-support.ts';
import { Session } from 'node:inspector/promises';
import { writeFileSync } from 'node:fs';
test.each([[1, 1], [50, 50]])('rate %i', async (burst, group) => {
  const log = new LogBuilder(join(directory, `rate${burst}.db`));
  for (const a of [customs, police, harbour]) log.act({ kind: 'enrol', value: a.enrol });
  let n = 0;
  const N = 10000;
  for (let i = 0; i < N; i += burst) {
    const ms = Array.from({ length: burst }, () => makeMessage(customs, [police], log.nowMs));
    const w = submissions(customs, ms);
    for (let j = 0; j < w.length; j += group) log.commit(...w.slice(j, j + group));
    const h = handovers(police, ms.map((m) => statementAbout(m, police, ++n)));
    log.commit(...h);
  }
  log.close();
  const cpu0 = process.cpuUsage(); const t = performance.now();
  const s = new Session(); s.connect(); if (process.env['PROF']) { await s.post('Profiler.enable'); await s.post('Profiler.start'); }
  const r = await audit(log.path, TRUST);
  if (process.env['PROF']) writeFileSync(`/tmp/prof${burst}.cpuprofile`, JSON.stringify((await s.post('Profiler.stop')).profile));
  const ms = performance.now() - t; const cpu = process.cpuUsage(cpu0);
  console.log({ burst, size: r.size, verdict: r.verdict, sig: r.signaturesVerified, cps: r.checkpointsVerified, ms, rate: r.size / ms * 1000, cpu, rss: process.memoryUsage().rss / 1e6 });
}, 600000);
