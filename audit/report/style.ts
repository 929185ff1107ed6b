/** The page's style sheet: light and dark, telephone and A4. Its digest stands in the page's policy. */
export const STYLE = `
:root { color-scheme: light dark;
  --page: #ffffff; --ink: #1c2430; --soft: #566072; --line: #d5dae2; --tint: #f4f6f9;
  --good: #2c7a51; --wait: #8f9bad; --bad: #b3362b; --odd: #c98a1b; --on: #ffffff; --amber: #8a5a00; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14181f; --ink: #e4e8ee; --soft: #a0abbb; --line: #343c49; --tint: #1c222b;
  --good: #4fae7e; --wait: #67748a; --bad: #e0685c; --odd: #dba544; --on: #10141a; --amber: #dba544; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.5rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
header p { color: var(--soft); margin: 0; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin: 2.75rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
.verdict { margin: 1.75rem 0; padding: 1.1rem 1.4rem; border-radius: 6px; color: var(--on); background: var(--bad);
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.verdict.verified { background: var(--good); }
.verdict.unproven { background: var(--amber); }
.verdict strong { display: block; font-size: 1.35rem; letter-spacing: .02em; }
.verdict p { margin: .25rem 0 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0; padding: 0; }
.tiles div { background: var(--tint); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem;
  display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.tiles dt { color: var(--soft); font-size: .85rem; }
.tiles dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .3rem 1.5rem; margin: .75rem 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
code, pre { font: .86em/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
code { overflow-wrap: anywhere; unicode-bidi: isolate; }
pre { background: var(--tint); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; margin: .75rem 0;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--soft); padding: .3rem 0; }
th { text-align: left; font-weight: 600; border-bottom: 2px solid var(--line); padding: .35rem .9rem .35rem 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: .4rem .9rem .4rem 0; vertical-align: top; overflow-wrap: anywhere;
  unicode-bidi: isolate; }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; }
td.w { white-space: nowrap; overflow-wrap: normal; }
tfoot td { font-weight: 600; border-bottom: 0; }
.finding { border-left: 4px solid var(--bad); padding: .1rem 0 .1rem 1rem; margin: 1.1rem 0; break-inside: avoid; }
.finding p { margin: .2rem 0; overflow-wrap: anywhere; }
.finding .rule { font-weight: 600; }
.soft { color: var(--soft); }
.no { color: var(--bad); font-weight: 600; }
figure { margin: 1.25rem 0; break-inside: avoid; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--soft); font-size: .88rem; margin-top: .25rem; }
.narrow { display: none; }
footer { margin-top: 3rem; color: var(--soft); font-size: .88rem; border-top: 1px solid var(--line); padding-top: .75rem; }
@media screen and (max-width: 780px) {
  body { padding: 1.25rem 1rem 3rem; font-size: 15px; }
  .wide { display: none; } .narrow { display: block; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .6rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  table.stack thead { display: none; }
  table.stack tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0; }
  table.stack td { display: block; border: 0; padding: .05rem 0; text-align: left; white-space: normal; }
  table.stack td::before { content: attr(data-name) ' '; color: var(--soft); }
}
@page { size: A4; margin: 18mm 16mm; }
@media print {
  :root { --page: #ffffff; --ink: #000000; --soft: #444c58; --line: #b9c0ca; --tint: #f4f6f9; --good: #2c7a51;
    --wait: #8f9bad; --bad: #b3362b; --odd: #c98a1b; --on: #ffffff; --amber: #8a5a00; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  .wide { display: block; } .narrow { display: none; }
  .facts { grid-template-columns: minmax(8rem, max-content) 1fr; gap: .2rem 1.2rem; } .facts dd { margin-bottom: 0; }
  .tiles { grid-template-columns: repeat(5, 1fr); } .tiles dd { font-size: 1.2rem; } .tiles div { padding: .5rem .6rem; }
  .scroll { overflow: visible; }
  h2, h3, h3 + p { break-after: avoid; }
  thead { display: table-header-group; } tfoot { display: table-row-group; }
  tr, pre, .verdict, .tiles div { break-inside: avoid; }
}
`;
