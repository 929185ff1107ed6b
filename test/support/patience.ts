/** Loaded before every test file: waiting ends when what is waited for is there, and a busy machine needs more than a second. */
import { vi } from 'vitest';

const PATIENCE_MS = 10_000;
const { waitFor } = vi;

vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
