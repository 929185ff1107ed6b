/** What the gateway says of itself: probe, reasons for not being ready, and figures. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { Metrics } from '../../gateway/health/metrics.ts';
import { Readiness } from '../../gateway/health/readiness.ts';
import { Histogram, Tally } from '../../gateway/ledger/figures.ts';
import { LedgerThread } from '../../gateway/ledger/ledger-thread.ts';
import type { Fault, LedgerFigures, LedgerOutput } from '../../gateway/pipeline.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { filler, removeDirectory, START_MS } from '../ledger/support.ts';
import { police, removeEngines, send, TestEngine, work } from './engine-support.ts';

afterAll(() => {
  removeDirectory();
  removeEngines();
});
afterEach(() => {
  vi.useRealTimers();
});

const count = (subject: TestEngine, sql: string): unknown => Object.values(subject.engine.prepare(sql).get() ?? {})[0];
const TRIGGER = 'CREATE TRIGGER hostile AFTER INSERT ON probe BEGIN';

describe('the probe', () => {
  test('leaves no trace in log and state, and the file does not grow with it', () => {
    const subject = new TestEngine();
    subject.engine.probe(filler(16));
    const seen = subject.seen();
    const pages = count(subject, 'PRAGMA page_count');
    for (let i = 0; i < 50; i++) subject.engine.probe(filler(16));
    expect(subject.seen()).toEqual(seen);
    expect(count(subject, 'PRAGMA page_count')).toBe(pages);
    expect(count(subject, 'SELECT count(*) FROM probe')).toBe(1);
    subject.reopen();
    expect(subject.seen()).toEqual(seen);
    subject.close();
  });

  test('a file from before it gets its row', () => {
    const subject = new TestEngine();
    subject.tamper('DROP TABLE probe');
    subject.reopen();
    subject.engine.probe(filler(16));
    subject.close();
  });

  test('what is read again must be what was written', () => {
    const subject = new TestEngine();
    subject.tamper(`${TRIGGER} UPDATE probe SET nonce = x'00'; END`);
    subject.reopen();
    expect(() => subject.engine.probe(filler(16))).toThrow(expect.objectContaining({ code: 'DATA_DAMAGED' }));
    subject.close();
  });
});

/** A ledger thread over an engine, with a wall clock that the test can set. */
class TestThread {
  readonly outputs: LedgerOutput[] = [];
  readonly thread: LedgerThread;
  aheadMs = 0;

  constructor(subject: TestEngine) {
    this.thread = new LedgerThread(
      subject.engine,
      { requireRevocationLists: false, tickMs: 60_000, figures: true },
      (output) => this.outputs.push(output),
      { now: () => START_MS + this.aheadMs, monotonic: () => 0 },
    );
  }

  probe(): LedgerOutput | undefined {
    this.thread.guarded(() => this.thread.handle({ kind: 'probe', call: 7 }));
    return this.outputs.at(-1);
  }
}

describe('the ledger says why it is not ready', () => {
  test('CLOCK_FAULT, before anything else has noticed it', () => {
    const subject = new TestEngine();
    const thread = new TestThread(subject);
    expect(thread.probe()).toEqual({ kind: 'probed', call: 7 });
    thread.aheadMs = 6000;
    expect(thread.probe()).toMatchObject({ kind: 'probed', fault: { code: 'CLOCK_FAULT', detail: /jumped by 6 s/ } });
    subject.close();
  });

  test('STORAGE_FULL, until there is space again', () => {
    const subject = new TestEngine();
    subject.tamper(`${TRIGGER} INSERT INTO contents VALUES (-1, zeroblob(1000000), x''); END`);
    subject.reopen();
    const thread = new TestThread(subject);
    const seen = subject.seen();
    const pages = Number(count(subject, 'PRAGMA page_count'));
    count(subject, `PRAGMA max_page_count = ${pages + 10}`);
    expect(thread.probe()).toMatchObject({ kind: 'probed', fault: { code: 'STORAGE_FULL' } });
    expect(subject.seen()).toEqual(seen);
    count(subject, `PRAGMA max_page_count = ${pages + 1000}`);
    expect(thread.probe()).toEqual({ kind: 'probed', call: 7 });
    subject.close();
  });

  test('STORAGE_FAILED ends it: nothing is answered any more', () => {
    const subject = new TestEngine();
    const thread = new TestThread(subject);
    vi.spyOn(subject.engine, 'probe').mockImplementation(() => {
      throw new LiaisonError('STORAGE_FAILED', 'SQLite says: disk I/O error.');
    });
    expect(thread.probe()).toMatchObject({ kind: 'fatal', fault: { code: 'STORAGE_FAILED' } });
    thread.probe();
    expect(thread.outputs).toHaveLength(1);
    subject.close();
  });
});

describe('readiness', () => {
  const setUp = (ask: () => Promise<Fault | undefined>): { ready: Readiness; pass: (ms: number) => void } => {
    let nowMs = 0;
    return { ready: new Readiness(ask, () => nowMs, 20), pass: (ms) => (nowMs += ms) };
  };

  test('however often it is asked, the ledger is asked once in two seconds', async () => {
    const ask = vi.fn(() => Promise.resolve<Fault | undefined>(undefined));
    const { ready, pass } = setUp(ask);
    await Promise.all(Array.from({ length: 100 }, () => ready.check()));
    pass(1999);
    expect(await ready.check()).toBeUndefined();
    expect(ask).toHaveBeenCalledTimes(1);
    pass(1);
    ask.mockResolvedValueOnce({ code: 'STORAGE_FULL', detail: '' });
    expect(await ready.check()).toMatchObject({ code: 'STORAGE_FULL' });
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test('a ledger that does not answer is OVERLOADED, and is not asked again meanwhile', async () => {
    let answer: (fault?: Fault) => void = () => undefined;
    const ask = vi.fn(() => new Promise<Fault | undefined>((resolve) => (answer = resolve)));
    const { ready } = setUp(ask);
    expect(await ready.check()).toMatchObject({ code: 'OVERLOADED' });
    const second = ready.check();
    answer();
    expect(await second).toBeUndefined();
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

describe('figures', () => {
  test('a histogram puts a value at its bound below it', () => {
    const histogram = new Histogram([1, 2]);
    for (const value of [0.5, 1, 1.5, 2, 3]) histogram.observe(value);
    expect(histogram.figures()).toEqual({ bounds: [1, 2], counts: [2, 2, 1], sum: 8 });
  });

  test('the tally counts what was decided', () => {
    const subject = new TestEngine();
    const tally = new Tally();
    const message = work(send([police], { expiresAtMs: START_MS + 1000 }));
    const run = (...items: Parameters<typeof tally.committed>[0]): void =>
      tally.committed(items, subject.commit(items));
    run(message, work(send([police])));
    run(message);
    subject.nowMs += 2000;
    run({ command: { kind: 'expire', entryIndex: subject.engine.tree.size - 2 } });
    expect(tally.figures().counters).toMatchObject({ accepted: 2, repeats: 1, expired: 1, handedOver: 0 });
    expect(tally.figures().batchSize).toMatchObject({ sum: 4 });
    subject.close();
  });

  test('are posted once a second and say what waits', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate'] });
    const subject = new TestEngine();
    subject.commit([work(send([police])), work(send([police]))]);
    const thread = new TestThread(subject);
    thread.thread.start();
    vi.advanceTimersByTime(1000);
    const posted = thread.outputs.filter((output) => output.kind === 'figures');
    expect(posted).toHaveLength(1);
    const figures = posted[0]!.figures;
    expect(figures).toMatchObject({ outstandingDeliveries: 2, oldestWaitingAtMs: START_MS });
    expect(figures.treeSize).toBe(subject.engine.tree.size);
    await expectText(figures, subject.path);
    subject.close();
  });
});

async function expectText(figures: LedgerFigures, database: string): Promise<void> {
  const verifySeconds = { bounds: [0.1, 1], counts: [3, 2, 1], sum: 4.5 };
  const main = {
    sessions: 2,
    jobs: 1,
    bytesUnderWay: 10,
    bytesUnderWayMax: 100,
    refusals: new Map([['MALFORMED', 4]]),
  };
  const refusals = [{ code: 'EXPIRED' as const, count: 3 }];
  const text = await new Metrics(database).text(main, { ...figures, verifySeconds, refusals }, START_MS + 1500);
  const lines = text.split('\n');
  for (const line of [
    '# TYPE liaison_verify_seconds histogram',
    'liaison_verify_seconds_bucket{le="0.1"} 3',
    'liaison_verify_seconds_bucket{le="1"} 5',
    'liaison_verify_seconds_bucket{le="+Inf"} 6',
    'liaison_verify_seconds_sum 4.5',
    'liaison_verify_seconds_count 6',
    'liaison_refused_total{stage="ledger",code="EXPIRED"} 3',
    'liaison_refused_total{stage="session",code="MALFORMED"} 4',
    'liaison_deliveries_oldest_seconds 1.5',
    'liaison_sessions_open 2',
  ]) {
    expect(lines).toContain(line);
  }
}
