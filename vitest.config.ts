import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout: number): object => ({
  test: {
    name,
    include,
    testTimeout,
    hookTimeout: testTimeout,
    environment: 'node',
    pool: 'forks',
    setupFiles: ['test/support/patience.ts'],
  },
});

const long = process.env['LIAISON_LONG'] === '1';

export default defineConfig({
  test: {
    // End-to-end tests mostly wait for other processes: more files at a time than there are cores.
    maxWorkers: 4,
    projects: [
      project(
        'unit',
        ['test/{protocol,domain,ledger,audit,gateway,witness,node,certs-dev,cli,demo,project}/**/*.test.ts'],
        20_000,
      ),
      project('conformance', ['test/conformance/**/*.test.ts'], 60_000),
      project('e2e', ['test/{e2e,bench}/**/*.test.ts'], 120_000),
      ...(long ? [project('long', ['test/long/**/*.test.ts'], 3_600_000)] : []),
    ],
  },
});
