/** Tables that fit, colours that switch off, and bars that only terminals get. */
import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import stringWidth from 'string-width';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cut, line, paint, printTable, wrapped } from '../../cli/print.ts';
import { barText, showProgress } from '../../cli/progress.ts';

const ID = '0198f0a2-6e1c-7d31-8a55-0123456789ab';
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function table(columns: number | undefined, rows: readonly (readonly string[])[]): string[] {
  let out = '';
  const before = process.stdout.columns;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
  process.stdout.columns = columns as number;
  printTable(['Id', 'From', 'Count', 'Subject'], rows, { whole: ['Id'] });
  process.stdout.columns = before;
  return out.trimEnd().split('\n');
}

describe('a table', () => {
  const rows = [[ID, 'xb.police/desk', '3', 'Vessel 密輸船 Aurora arrives with tobacco '.repeat(4)]];

  test('that is piped is whole', () => {
    expect(table(undefined, rows)[1]).toBe([ID, 'xb.police/desk', '3    ', rows[0]![3]!.trim()].join('  '));
  });

  test('is cut to the terminal, but for ids', () => {
    const [, row = ''] = table(90, rows);
    expect(stringWidth(row)).toBeLessThanOrEqual(90);
    expect(row).toContain(ID);
    expect(row.endsWith('…')).toBe(true);
  });

  test('that becomes lines names what says nothing alone, and counts in the singular', () => {
    let out = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
    const before = process.stdout.columns;
    process.stdout.columns = 30;
    printTable(['Id', 'Messages', 'Nominal'], [[ID, '1', 'yes']], { whole: ['Id'], named: ['Nominal'] });
    process.stdout.columns = before;
    expect(out).toContain('1 message  nominal: yes');
  });

  test('that does not fit becomes lines, in which a number keeps its name', () => {
    const lines = table(60, rows);
    expect(lines.map((text) => stringWidth(text) <= 60)).not.toContain(false);
    expect(lines.slice(0, 2)).toEqual([`${ID}  xb.police/desk`, '  3 count']);
  });

  test('that does not fit breaks long text at spaces and loses none of it', () => {
    const text = table(60, rows).slice(2).join(' ').replaceAll(/ +/g, ' ');
    expect(text.trim()).toBe(rows[0]![3]!.trim());
  });

  test('of any width has no line that is too long', () => {
    for (let columns = 45; columns < 200; columns += 7) {
      for (const text of table(columns, rows)) expect(stringWidth(text)).toBeLessThanOrEqual(columns);
    }
  });
});

test('text is cut between graphemes and wrapped at spaces', () => {
  expect(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 5)).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦…');
  expect(cut('abc', 3)).toBe('abc');
  expect(wrapped('To one two three', 10, '   ')).toEqual(['To one two', '   three']);
});

describe('colour', () => {
  test('is there in a terminal, and off when piped or with NO_COLOR', () => {
    const before = process.stdout.isTTY;
    // A pipe has no such method.
    process.stdout.getColorDepth = WriteStream.prototype.getColorDepth.bind(process.stdout);
    vi.stubEnv('FORCE_COLOR', undefined);
    // Where it is set, no terminal is believed to have colours.
    vi.stubEnv('CI', undefined);
    vi.stubEnv('NO_COLOR', undefined);
    vi.stubEnv('NODE_DISABLE_COLORS', undefined);
    vi.stubEnv('TERM', 'xterm-256color');
    try {
      process.stdout.isTTY = true;
      expect(paint('red', 'x').text).toBe('\u001b[31mx\u001b[39m');
      vi.stubEnv('NO_COLOR', '1');
      expect(paint('red', 'x').text).toBe('x');
      vi.stubEnv('NO_COLOR', undefined);
      process.stdout.isTTY = false;
      expect(paint('red', 'x').text).toBe('x');
    } finally {
      Object.assign(process.stdout, { isTTY: before, getColorDepth: undefined });
    }
  });

  test('comes from paint only', () => {
    expect(line`a ${'\u001b[31mevil'} ${paint('red', '\u001b[2Jx')}`.text).not.toContain('\u001b[2J');
    expect(line`a ${'\u001b[31mevil'}`.text).toBe('a  [31mevil');
  });
});

describe('a bar', () => {
  test('fits its line and ends at 100 %', () => {
    expect(barText('Verifying', 5, 10, 80)).toBe(`Verifying  ${'█'.repeat(15)}${'░'.repeat(15)}  50 %`);
    expect(barText('Verifying', 20, 10, 80)).toContain('100 %');
    expect(barText('Verifying', 7, 0, 80)).toBe('Verifying  7');
    for (const columns of [5, 12, 20, 40]) expect(barText('Verifying', 1, 2, columns).length).toBeLessThan(columns);
  });

  test('is for terminals only, and is taken away', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: false, columns: 40 });
    const seen = (): string => String(stream.read() ?? '');
    showProgress('Work', 2, stream as unknown as NodeJS.WriteStream).at(1);
    expect(seen()).toBe('');
    stream.isTTY = true;
    const progress = showProgress('Work', 2, stream as unknown as NodeJS.WriteStream);
    progress.at(1);
    progress.at(1);
    expect(seen()).toMatch(/^\rWork {2}█+░+ {2}50 %\u001b\[K$/);
    progress.end();
    expect(seen()).toBe('\r\u001b[K');
  });
});
