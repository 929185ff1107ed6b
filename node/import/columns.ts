/** The columns of a file of seizure reports, and how a row becomes a report. docs/integrate.md lists them for people. */

type Json = Record<string, unknown>;

interface Column {
  readonly name: string;
  /** Where it goes: a path in the body's JSON form; `goods.` is the entry for this row. */
  readonly path: string;
  /** `code`: an enumeration's value, written in any case, with spaces or hyphens. `list`: words with spaces between. */
  readonly kind?: 'code' | 'list';
}

const column = (name: string, path: string, kind?: Column['kind']): Column => ({ name, path, ...(kind && { kind }) });

export const COLUMNS: readonly Column[] = [
  column('national_ref', 'seizureReport.nationalRef'),
  column('form', 'seizureReport.form', 'code'),
  column('seized_at', 'seizureReport.seizedAt'),
  column('location', 'seizureReport.location.name'),
  column('location_country', 'seizureReport.location.country'),
  column('un_locode', 'seizureReport.location.unLocode'),
  column('latitude', 'seizureReport.location.latitude'),
  column('longitude', 'seizureReport.location.longitude'),
  column('location_type', 'seizureReport.locationType', 'code'),
  column('direction', 'seizureReport.direction', 'code'),
  column('customs_regime', 'seizureReport.customsRegime'),
  column('transport_mode', 'seizureReport.conveyance.mode', 'code'),
  column('conveyance_id', 'seizureReport.conveyance.id'),
  column('carrier', 'seizureReport.conveyance.carrier'),
  column('container', 'seizureReport.conveyance.container'),
  column('departure', 'seizureReport.route.departure'),
  column('transit', 'seizureReport.route.transit', 'list'),
  column('destination', 'seizureReport.route.destination'),
  column('detection_method', 'seizureReport.detectionMethod', 'code'),
  column('concealment', 'seizureReport.concealment'),
  column('modus_operandi', 'seizureReport.modusOperandi'),
  column('operation_id', 'seizureReport.operationId'),
  column('case_number', 'caseNumber'),
  column('language', 'language'),
  column('commodity', 'goods.commodity', 'code'),
  column('hs', 'goods.hs'),
  column('description', 'goods.description'),
  column('quantity', 'goods.quantity'),
  column('unit', 'goods.unit'),
  column('value', 'goods.value'),
  column('currency', 'goods.currency'),
  column('brand', 'goods.brand'),
  column('cites', 'goods.cites'),
];

const GOODS = 'goods.';
const BY_NAME = new Map(COLUMNS.map((one) => [one.name, one]));

/** A row by the names of its columns; empty cells are left out. */
export type Row = ReadonlyMap<string, string>;

export const isKnownColumn = (name: string): boolean => BY_NAME.has(name);
/** Whether a column speaks of one kind of goods, not of the whole report. */
export const isOfGoods = (name: string): boolean => BY_NAME.get(name)?.path.startsWith(GOODS) === true;

/** The JSON form of a body: the report of the first row, with the goods of all. */
export function bodyOfRows(rows: readonly Row[], language: string): Json {
  const [first = new Map<string, string>()] = rows;
  const body: Json = { language, seizureReport: { form: 'SIMPLIFIED' } };
  fill(body, first, (name) => !isOfGoods(name));
  (body['seizureReport'] as Json)['goods'] = rows.map((row) => {
    const holder: Json = {};
    fill(holder, row, isOfGoods);
    return holder['goods'] ?? {};
  });
  return body;
}

function fill(target: Json, row: Row, isWanted: (name: string) => boolean): void {
  for (const [name, text] of row) {
    const known = BY_NAME.get(name);
    if (known && isWanted(name)) set(target, known.path.split('.'), valueOf(known, text));
  }
}

function valueOf({ kind }: Column, text: string): unknown {
  if (kind === 'list') return text.split(/\s+/);
  return kind === 'code' ? text.toUpperCase().replaceAll(/[\s-]+/g, '_') : text;
}

function set(target: Json, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) target[name] = value;
  else set((target[name] ??= {}) as Json, rest, value);
}

/** The column that a member of the body comes from, by the path that a refusal names; the path itself when none does. */
export function columnOf(path: string): string {
  const plain = path.replace(/^seizureReport\.goods(\[\d+\]|\.\d+)?\.?/, GOODS).replaceAll(/\[\d+\]/g, '');
  if (plain === GOODS) return 'description';
  const exact = COLUMNS.find((one) => one.path === plain);
  // A part that is missing as a whole is named by its first column.
  return (exact ?? COLUMNS.find((one) => one.path.startsWith(`${plain}.`)))?.name ?? path;
}
