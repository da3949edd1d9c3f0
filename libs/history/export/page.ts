import type { Change } from '#event-sourcing';
import type { CustomerHistory, HistoryEntry, Standing } from '../customer-history.js';
import { html, Html } from './html.js';

const NOTHING = html``;

const STYLE = new Html(`
  :root { color-scheme: light; }
  body { font: 14px/1.45 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; color: #1a1a1a; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
  h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
  .about { color: #555; margin: 0 0 1.5rem; }
  article { border-left: 4px solid #2f6f4f; padding: .5rem .9rem .7rem; margin: 0 0 .8rem; background: #fafafa; break-inside: avoid; }
  article.withdrawn { border-color: #b3261e; }
  article.set-aside, article.merged { border-color: #8a6d00; }
  header { display: flex; flex-wrap: wrap; gap: .2rem 1rem; align-items: baseline; }
  h2 { font-size: 1rem; margin: 0; }
  .withdrawn h2 { text-decoration: line-through; }
  .standing { font-size: .85rem; font-weight: 600; color: #8a6d00; }
  .withdrawn .standing { color: #b3261e; }
  time { white-space: nowrap; }
  .when { margin-left: auto; color: #333; }
  table { border-collapse: collapse; width: 100%; margin: .5rem 0; table-layout: fixed; }
  th, td { text-align: left; vertical-align: top; padding: .15rem .6rem .15rem 0; border-bottom: 1px solid #e3e3e3; overflow-wrap: anywhere; }
  th { font-weight: 600; color: #555; font-size: .85rem; }
  td.before { color: #7a1f18; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .8rem; margin: .4rem 0 0; font-size: .82rem; color: #444; }
  dt { color: #777; } dd { margin: 0; overflow-wrap: anywhere; }
  code { font: .8rem ui-monospace, monospace; }
  a { color: inherit; }
  @media print { body { margin: 0; max-width: none; font-size: 10pt; } article { background: none; } a { text-decoration: none; } @page { margin: 15mm; } }
`);

const STANDINGS: Readonly<Record<Standing, string>> = {
  counts: '', merged: 'counts for', 'set-aside': 'set aside while merged', withdrawn: 'withdrawn',
};

/** A page to read and to print, whole in itself: no script, nothing loaded from elsewhere. */
export function historyAsPage({ customerId, sameAs, position, entries }: CustomerHistory): string {
  const others = sameAs.filter((id) => id !== customerId);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>History of customer ${customerId}</title><style>${STYLE}</style></head>
<body>
<h1>History of customer ${customerId}</h1>
<p class="about">${entries.length} events in the order of recording, of the log up to position ${position}. Times are UTC.${others.length > 0 ? html` With what was recorded for ${others.join(', ')}, now the same customer.` : NOTHING}</p>
${entries.map((entry) => article(entry, byId))}
</body>
</html>
`.text;
}

function article(entry: HistoryEntry, byId: ReadonlyMap<string, HistoryEntry>): Html {
  const { id, type, occurredAt, recordedAt, standing, depth, changes } = entry;
  return html`<article class="${standing}" id="${id}" style="margin-left: ${Math.min(depth, 6) * 1.5}rem">
<header><h2>${type}</h2>${standing === 'counts' ? NOTHING : html`<span class="standing">${standingText(entry)}</span>`}<span class="when">happened <time>${shortTime(occurredAt)}</time> · recorded <time>${shortTime(recordedAt)}</time></span></header>
${changes.length > 0 ? changesTable(changes) : NOTHING}
${facts(entry, byId)}
</article>
`;
}

function standingText({ standing, countsFor, withdrawn }: HistoryEntry): string {
  if (withdrawn) return `withdrawn ${shortTime(withdrawn.at)} by ${withdrawn.by}: ${withdrawn.reason}`;
  return countsFor === undefined ? STANDINGS[standing] : `${STANDINGS[standing]} ${countsFor}`;
}

function changesTable(changes: readonly Change[]): Html {
  const cell = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  const rows = changes.filter((change) => !isEmptyStart(change)).map(({ path, before, after }) => html`<tr><td>${path === '' ? 'state' : path}</td><td class="before">${cell(before)}</td><td>${cell(after)}</td></tr>`);
  return html`<table><thead><tr><th>Field</th><th>Before</th><th>After</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** A field that begins with nothing in it says nothing to a reader. */
const isEmptyStart = ({ before, after }: Change) => before === undefined && (after === false || (typeof after === 'object' && after !== null && Object.keys(after).length === 0));

function facts(entry: HistoryEntry, byId: ReadonlyMap<string, HistoryEntry>): Html {
  const { actor, source, command, commandId, correlationId, cause, effects, stream, revision, position, customerId, policies, data } = entry;
  const link = (id: string) => html`<a href="#${id}">${byId.get(id)?.type ?? id}</a> `;
  const inForce = Object.entries(policies).map(([kind, version]) => `${kind}/${version}`).join(', ');
  const all: (readonly [name: string, value: string | Html | readonly Html[]])[] = [
    ['Who', `${actor}, by ${source}`],
    ['Command', html`${command ?? ''} <code>${commandId}</code>, of <code>${correlationId}</code>`],
    ...(cause === undefined ? [] : [['Caused by', link(cause)] as const]),
    ...(effects.length === 0 ? [] : [['Led to', effects.map(link)] as const]),
    ['Place', html`<code>${stream}</code> at revision ${revision}, position ${position}, event <code>${entry.id}</code>${customerId === undefined ? NOTHING : html`, recorded for ${customerId}`}`],
    ...(inForce === '' ? [] : [['Policies', inForce] as const]),
    ['Recorded', html`<code>${JSON.stringify(data)}</code>`],
  ];
  return html`<dl>${all.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

const shortTime = (time: string) => time.replace('T', ' ').replace(/(:00)?\.000Z$/, '').replace('Z', '');
