/** Seizure reports from CSV: which rows make a report, and every bad row by number, column and rule. */
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { COLUMNS, columnOf } from '../../node/import/columns.ts';
import { readSeizures, type SeizureImport } from '../../node/import/seizures.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Body } from '../../protocol/generated/schema.ts';

interface Report {
  readonly nationalRef?: string;
  readonly seizedAt?: string;
  readonly goods: readonly { readonly hs?: string; readonly quantity?: string }[];
}

/** A few rules, in the words of the real ones. */
function check(json: unknown): Body {
  const { seizureReport } = json as { seizureReport: Report };
  const rule = (holds: boolean, text: string): void => {
    if (!holds) throw new LiaisonError('BODY_INVALID', `${text}.`);
  };
  rule(seizureReport.nationalRef !== undefined, 'seizureReport.nationalRef is missing');
  rule(/^\d{4}-.*[Z+-]/.test(seizureReport.seizedAt ?? ''), 'seizureReport.seizedAt is not a time with its zone');
  for (const [i, goods] of seizureReport.goods.entries()) {
    rule(/^\d{4,10}$/.test(goods.hs ?? ''), `seizureReport.goods[${i}].hs is not a code of the Harmonized System`);
    rule(/^\d+(\.\d+)?$/.test(goods.quantity ?? ''), `seizureReport.goods[${i}].quantity is not a decimal number`);
  }
  return json as Body;
}

const read = (text: string | Buffer, options: { delimiter?: string } = {}): Promise<SeizureImport> =>
  readSeizures(Readable.from([Buffer.from(text)], { objectMode: false }), { language: 'en', check, ...options });

const HEAD = 'national_ref,seized_at,location_type,transit,commodity,hs,quantity,unit,description';
const GOOD = `${HEAD}
XA-1,2026-05-04T10:00:00+02:00,land border,XD XB,medical,3004,48000,pieces,"ivermectin, tablets"
XA-1,,,,medical,3004,12,kg,powder
XA-2,2026-05-05T10:00:00Z,Seaport,,tobacco,2402,1000,pieces,cigarettes
`;

test('rows with one reference are one report with several goods', async () => {
  const { reports, bad, rows } = await read(GOOD);
  expect([bad, rows]).toEqual([[], 3]);
  expect(reports).toMatchObject([
    {
      firstRow: 2,
      lastRow: 3,
      body: {
        language: 'en',
        seizureReport: {
          nationalRef: 'XA-1',
          form: 'SIMPLIFIED',
          locationType: 'LAND_BORDER',
          route: { transit: ['XD', 'XB'] },
          goods: [
            { commodity: 'MEDICAL', hs: '3004', description: 'ivermectin, tablets' },
            { quantity: '12', unit: 'kg' },
          ],
        },
      },
    },
    { firstRow: 4, lastRow: 4, body: { seizureReport: { nationalRef: 'XA-2', locationType: 'SEAPORT' } } },
  ]);
});

test('semicolons, tabs, a byte order mark and lines of Windows make no difference', async () => {
  const plain = await read(GOOD);
  const quoted = GOOD.replace('"ivermectin, tablets"', 'ivermectin tablets').replaceAll('\n', '\r\n');
  for (const mark of [';', '\t']) {
    const { reports, bad } = await read(`\ufeff${quoted.replaceAll(',', mark)}`);
    expect([reports.length, bad]).toEqual([plain.reports.length, []]);
  }
});

test('every bad row is listed in one pass, and only its own report is left out', async () => {
  const { reports, bad } = await read(`${HEAD}
XA-1,yesterday,,,medical,3004,1,kg,x
XA-1,,,,medical,30,1,kg,x

XA-2,2026-05-05T10:00:00Z,,,tobacco,2402,many,pieces,x
XA-3,2026-05-05T10:00:00Z,,,tobacco,2402,1,pieces,x
XA-3,2026-05-06T10:00:00Z,,,tobacco,2402,1,pieces,x
XA-4,2026-05-05T10:00:00Z,,,tobacco,2402,1,pieces,x,one more
XA-5,2026-05-05T10:00:00Z,,,tobacco,2402,1,pieces,good
XA-2,2026-05-05T10:00:00Z,,,tobacco,2402,1,pieces,x
`);
  expect(bad).toEqual([
    { row: 2, column: 'seized_at', rule: 'is not a time with its zone' },
    { row: 3, column: 'hs', rule: 'is not a code of the Harmonized System' },
    { row: 5, column: 'quantity', rule: 'is not a decimal number' },
    { row: 7, column: 'seized_at', rule: 'differs from row 6, which is the same report' },
    { row: 8, column: '', rule: 'has 10 cells for 9 columns' },
    { row: 10, column: 'national_ref', rule: 'stands in an earlier row too, with other reports between' },
  ]);
  expect(reports.map(({ firstRow }) => firstRow)).toEqual([9]);
});

test('bytes that are not UTF-8 are told, not guessed', async () => {
  const latin1 = Buffer.from(GOOD.replace('powder', 'Pülver'), 'latin1');
  expect((await read(latin1)).bad).toEqual([{ row: 3, column: 'description', rule: 'is not in UTF-8' }]);
});

test.each([
  ['', /is empty/],
  ['national_ref,hss\n', /unknown columns: hss/],
  ['national_ref,hs,hs\n', /columns twice: hs/],
  ['hs\n', /does not name the column national_ref/],
  [`${HEAD}\nXA-1,"open`, /Quote/],
])('what is no such table is refused: %j', async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
  await expect(read(text)).rejects.toMatchObject({ code: 'FILE_INVALID' });
});

test('a long file is read as it comes', async () => {
  const row = 'XA-2,2026-05-05T10:00:00Z,seaport,,tobacco,2402,1000,pieces,cigarettes';
  const lines = function* (): Generator<Buffer> {
    yield Buffer.from(`${HEAD}\n`);
    for (let i = 0; i < 20_000; i++) yield Buffer.from(`${row.replace('XA-2', `XA-${i}`)}\n`);
  };
  const { reports, bad } = await readSeizures(Readable.from(lines(), { objectMode: false }), { language: 'en', check });
  expect([reports.length, bad]).toEqual([20_000, []]);
});

test('each column is found again by the path that a refusal names', () => {
  for (const { name, path } of COLUMNS) {
    expect(columnOf(path.replace(/^goods\./, 'seizureReport.goods[3].'))).toBe(name);
  }
  expect(columnOf('seizureReport.location')).toBe('location');
  expect(columnOf('seizureReport.route.transit[1]')).toBe('transit');
});
