/** Tables of the report: on paper their head stands on every page, on a telephone each row becomes a few lines. */
import { timeText } from '../query/log-reader.ts';
import { html, type Html } from './html.ts';

export interface Column {
  readonly name: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
  /** Kept on one line. */
  readonly isWhole?: boolean;
}

export type Cell = string | number | Html;

const classOf = ({ isNumber, isWhole }: Column): string => (isNumber ? 'n' : isWhole ? 'w' : '');

export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], foot?: readonly Cell[]): Html {
  const row = (cells: readonly Cell[]): Html =>
    html`<tr>
      ${columns.map(
        (column, i) => html`<td class="${classOf(column)}" data-name="${column.name}">${cells[i] ?? ''}</td> `,
      )}
    </tr>`;
  const heads = columns.map((column) => html`<th scope="col" class="${classOf(column)}">${column.name}</th> `);
  return html`<div class="scroll">
    <table class="stack">
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows.map(row)}
      </tbody>
      ${
        foot
          ? html`<tfoot>
              ${row(foot)}
            </tfoot>`
          : ''
      }
    </table>
  </div>`;
}

export const code = (text: string): Html => html`<code>${text}</code>`;

/** To the second, in UTC. */
export const time = (ms: number): string =>
  timeText(ms)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');

export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${value.toLocaleString('en-GB')} ${value === 1 ? one : many}`;

export const facts = (list: readonly (readonly [name: string, value: Cell])[]): Html =>
  html`<dl class="facts">
    ${list.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl>`;

/** What is not listed, because there is too much of it. */
export const more = (count: number, what: string): Html | string =>
  count > 0
    ? html`<p class="soft">And ${counted(count, what)} more, which ./liaison audit verify --json lists.</p>`
    : '';
