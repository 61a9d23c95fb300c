"""The style of all pages: narrow and wide screens, light and dark, and paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #57606a; --paper: #ffffff; --card: #f5f6f8; --rule: #d5d9de;
  --right: #1a7f37; --wrong: #b3261e; --open: #6e7781; --fill: #2f6db5; --track: #e4e8ed; --link: #0b57b0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --soft: #a3abb5; --paper: #15181c; --card: #1f242a; --rule: #3a424c;
    --right: #57c26f; --wrong: #ff8f85; --open: #a3abb5; --fill: #6ea8ec; --track: #2c333b; --link: #8ab8f5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .4rem 0; }
a { color: var(--link); }
code { font-family: ui-monospace, monospace; font-size: .95em; }
.soft, caption, figcaption { color: var(--soft); font-size: .9rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem; margin: 1rem 0 0; }
.facts div { background: var(--card); border-radius: .5rem; padding: .6rem .8rem; display: flex;
  flex-direction: column-reverse; justify-content: flex-end; }
.facts dt { color: var(--soft); font-size: .9rem; }
.facts dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.2; }
.card { background: var(--card); border-left: .3rem solid var(--open); border-radius: .3rem; padding: .7rem .9rem;
  margin: .7rem 0; break-inside: avoid; }
.card.pass { border-left-color: var(--right); }
.card.fail, .card.error { border-left-color: var(--wrong); }
.card header { display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: baseline; }
.card header h2, .card header h3 { flex: 1 1 12rem; margin: 0; font-size: 1.05rem; }
.card p { white-space: pre-wrap; margin: .35rem 0 0; }
.pass .status { color: var(--right); }
.fail .status, .error .status { color: var(--wrong); }
.missing .status { color: var(--soft); }
.status { font-weight: 600; }
.points { font-variant-numeric: tabular-nums; margin-left: .5rem; }
.bar { display: block; width: 100%; height: .6rem; border-radius: .3rem; margin: .25rem 0; }
.track { fill: var(--track); }
.fill { fill: var(--fill); }
.good { fill: var(--right); }
.other { fill: var(--open); }
.row { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; align-items: center;
  margin: .45rem 0; break-inside: avoid; }
.row .bar, .row details { grid-column: 1 / -1; }
.many { color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right; }
@media (min-width: 44rem) {
  .row { grid-template-columns: minmax(0, 1fr) 16rem 7rem; }
  .row .bar { grid-column: 2; grid-row: 1; } }
.histogram { display: block; width: 100%; max-width: 32rem; height: auto; }
.histogram text { fill: var(--soft); font-size: 11px; }
.axis { stroke: var(--soft); stroke-width: 1; }
details { margin: .3rem 0; }
summary { cursor: pointer; color: var(--link); font-size: .9rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; table-layout: fixed; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--rule); }
thead th:nth-child(2) { width: 5.5rem; }
tbody td:nth-child(3) { font-size: .9rem; }
@media (max-width: 30rem) { thead th:first-child { width: 34%; } }
.few { width: auto; table-layout: auto; }
th[scope="row"] { font-weight: 400; }
ul { padding-left: 1.2rem; margin: .4rem 0; }
footer { margin-top: 2.5rem; padding-top: .6rem; border-top: 1px solid var(--rule); color: var(--soft);
  font-size: .9rem; }
@media print {
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .bar, .histogram, .card, .facts div { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; height: auto; }
}
"""
