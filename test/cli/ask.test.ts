/** Questions at a terminal, with the real prompts and keys that are typed. */
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type Asker, terminalAsker } from '../../cli/ask.ts';

const DOWN = '\u001b[B';
const CONTROL_C = '\u0003';

/** Types the keys one after the other while the question is asked. */
async function answered<T>(
  keys: readonly string[],
  ask: (asker: Asker) => Promise<T>,
): Promise<{ answer: T; seen: string }> {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 24, isTTY: true });
  let seen = '';
  output.on('data', (chunk) => (seen += String(chunk)));
  const answer = ask(await terminalAsker('', { input, output }));
  answer.catch(() => undefined);
  for (const key of keys) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    input.write(key);
  }
  return { answer: await answer, seen };
}

describe('a question', () => {
  test('for a text shows at once what is wrong, and asks again', async () => {
    const problem = (text: string): string | undefined => (text.includes('b') ? undefined : 'No b in it.');
    const { answer, seen } = await answered(['a', '\r', 'b', '\r'], (ask) => ask.text({ message: 'Word?', problem }));
    expect(answer).toBe('ab');
    expect(seen).toContain('No b in it.');
  });

  test('for a long text takes several lines', async () => {
    const ask = (asker: Asker): Promise<string> => asker.text({ message: 'Text?', isLong: true });
    expect((await answered(['one', '\r', 'two', '\r', '\r'], ask)).answer.trim()).toBe('one\ntwo');
  });

  test('for one of several, some of several, yes or no', async () => {
    const options = ['a', 'b', 'c'].map((value) => ({ value }));
    expect((await answered([DOWN, '\r'], (ask) => ask.choose({ message: '?', options }))).answer).toBe('b');
    const several = await answered([' ', DOWN, ' ', '\r'], (ask) => ask.several({ message: '?', options }));
    expect(several.answer).toEqual(['a', 'b']);
    expect((await answered(['\r'], (ask) => ask.confirm('?', false))).answer).toBe(false);
  });

  test('that is given up ends as wrong use', async () => {
    await expect(answered([CONTROL_C], (ask) => ask.text({ message: '?' }))).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('shows nothing that moves the cursor', async () => {
    const { seen } = await answered(['x', '\r'], (ask) => ask.text({ message: 'evil\u001b[2Jtext' }));
    expect(seen).not.toContain('evil\u001b');
  });
});
