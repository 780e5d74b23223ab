/** The page's style sheet: system fonts, light and dark by the reader's setting, nothing loaded from anywhere. */
export const STYLE = `
:root { color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2330; --faint: #5d6778; --line: #dfe3ea; --band: #f5f7fa;
  --accent: #0f6bbd; --bar: #8fbde8; --bad: #b3261e; --bad-band: #fdeceb; --warn: #8a5300; --good: #1b7a43; --low: #1f5fb4; --high: #c0392b; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14181f; --ink: #e4e8ef; --faint: #98a2b3; --line: #2c3440; --band: #1b212a;
  --accent: #6fb3f2; --bar: #3a6fa3; --bad: #ff8a80; --bad-band: #34191a; --warn: #f3b24d; --good: #6fce97; --low: #4d9bf0; --high: #f0705c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 28px 24px 64px; }
h1 { font-size: 26px; margin: 0 0 2px; } h2 { font-size: 18px; margin: 40px 0 12px; }
a { color: var(--accent); } .faint { color: var(--faint); } .mono { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; }
.mono, td, th, figcaption { overflow-wrap: anywhere; } tbody th { min-width: 9em; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-radius: 8px; padding: 10px 16px; min-width: 128px; }
.tiles b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; line-height: 1.3; }
.tiles .bad b { color: var(--bad); } .tiles .warn b { color: var(--warn); }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 7px 12px; vertical-align: middle; }
thead th { background: var(--band); font-weight: 600; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody tr.failed > * { background: var(--bad-band); }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
th[aria-sort] button::after { content: " \\2195"; color: var(--faint); font-weight: 400; }
th[aria-sort=ascending] button::after { content: " \\2191"; color: var(--accent); }
th[aria-sort=descending] button::after { content: " \\2193"; color: var(--accent); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.bar { background-image: linear-gradient(var(--bar), var(--bar)); background-repeat: no-repeat; background-size: calc(var(--share) * (100% - 24px)) 3px; background-position: 12px calc(100% - 6px); }
td img { display: block; width: 56px; height: 56px; object-fit: cover; border-radius: 4px; background: #000; }
td ul { margin: 0; padding-left: 16px; color: var(--warn); font-size: 13px; }
.badge { font-weight: 600; font-size: 13px; } .badge.ok { color: var(--good); } .badge.failed { color: var(--bad); }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 16px; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
figure img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: #000; image-rendering: auto; }
figcaption { padding: 8px 12px; font-size: 14px; } figcaption b { display: block; }
.legend { display: flex; flex-wrap: wrap; gap: 18px; margin: 0 0 14px; color: var(--faint); font-size: 14px; }
.legend i { display: inline-block; width: 14px; height: 14px; border-radius: 3px; margin-right: 6px; vertical-align: -2px; border: 1px solid var(--line); }
.legend i.line { background: none !important; border-width: 2px; }
.plot { padding: 16px 20px 20px; margin: 0 0 16px; } .plot figcaption { padding: 0 0 10px; } .plot figcaption b { font-size: 15px; }
.plot .figures { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 6px; font-variant-numeric: tabular-nums; } .plot .figures b { display: inline; }
.plot .legend { gap: 4px 18px; font-size: 13px; } .plot .problem { color: var(--warn); }
.drawing { overflow-x: auto; } .plot svg { display: block; } .drawing svg { max-width: max(100%, 960px); height: auto; } .plot .key svg { display: inline; vertical-align: -2px; margin: 0 4px; }
.plot text { font-size: 12px; fill: var(--ink); font-variant-numeric: tabular-nums; } .plot text.faint { fill: var(--faint); }
.plot .grid { stroke: var(--line); } .plot .part { stroke: var(--paper); stroke-width: 0.75; }
.plot .low { fill: var(--low); } .plot .high { fill: var(--high); } .plot rect.none { fill: none; stroke: var(--line); }
.plot .back { fill: var(--band); } .plot .back.right { stroke: var(--faint); } .plot .share { fill: var(--accent); } .plot text.on { fill: var(--paper); }
.message { white-space: pre-wrap; } dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
ul.outputs { margin: 0; padding-left: 18px; } footer { margin-top: 48px; color: var(--faint); font-size: 13px; }
@media print { main { max-width: none; } figure, tr { break-inside: avoid; } th button::after { content: "" !important; } }
`;

/** Sorts a table by the column whose head is clicked; again to turn round. Empty values stay last. */
export const SCRIPT = `
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = head.querySelector('button');
    if (!button) return;
    button.addEventListener('click', () => {
      const turn = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      for (const other of heads) if (other.hasAttribute('aria-sort')) other.setAttribute('aria-sort', 'none');
      head.setAttribute('aria-sort', turn === 1 ? 'ascending' : 'descending');
      const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
      const numeric = head.classList.contains('number');
      const compare = (a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === '' || y === '') return (x === '') - (y === '');
        return turn * (numeric ? x - y : x.localeCompare(y, undefined, { numeric: true }));
      };
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort(compare));
    });
  });
}
`;
