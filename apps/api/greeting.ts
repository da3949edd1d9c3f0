import { type AdministratorKey } from '#access';
import { type DeliveryPlaces } from '#delivery';

/** Something to try, as a request. */
export interface Try {
  what: string;
  path: string;
  /** Sent with POST when given. */
  body?: unknown;
  key?: string;
  /** Stays open. */
  live?: boolean;
}

/** In an order that tells what this is about. */
export const TRIES: readonly Try[] = [
  { what: 'Search customers', path: '/customers?q=tea' },
  { what: 'Everything about one of them', path: '/customers/mingde-tea' },
  { what: 'What happened, when, by whom', path: '/aggregates/customer/mingde-tea/history' },
  { what: 'Who is in which stage, and by which rule', path: '/views/lifecycle?fields=stage,since&limit=20' },
  { what: 'How many are in each stage', path: '/views/lifecycle/aggregate', body: [{ $group: { _id: '$stage', customers: { $sum: 1 } } }, { $sort: { customers: -1 } }] },
  { what: 'Mails and web hooks', path: '/outbox?limit=3' },
  { what: 'Change something; send it twice, it happens once', path: '/commands/RenameCustomer', key: 'my-first-change', body: { customerId: 'li-wei', name: 'Li Wei-Ming' } },
  { what: 'Watch events as they happen', path: '/events/live?after=0', live: true },
];

/** What a start says on standard output: where to look, and lines to paste. */
export function greeting(url: string, key: AdministratorKey, folder: string | undefined, delivery: DeliveryPlaces): string {
  const look = [['Page to try the API', '/docs'], ['OpenAPI 3.1', '/openapi.json'], ['All views', '/views'], ['State of the views', '/status'], ['Processes', '/processes'], ['Page of the outbox', '/outbox.html'], ['Metrics', '/metrics']];
  return [
    '', `Guanxi answers at ${url}`, folder === undefined ? 'Everything is kept in memory and gone when it stops.' : `Data folder: ${folder}`, '',
    ...look.map(([what, path]) => `  ${what!.padEnd(20)} ${url}${path}`), '', ...aboutMail(delivery), ...aboutKey(key), 'To try:', '', `  KEY=${key.text ?? `$(cat '${key.file}')`}`,
    ...TRIES.flatMap((each) => [`  # ${each.what}`, `  ${curl(url, each)}`]), '', 'Ctrl-C stops it.', '', '',
  ].join('\n');
}

function aboutMail({ smtp, folder }: DeliveryPlaces): string[] {
  if (smtp !== undefined) return ['Mail is sent by the mail server of GUANXI_SMTP_URL.', ''];
  return [`Mail is not sent: it is ${folder === undefined ? 'kept in memory' : `written to ${folder}`}, and shown on the page /outbox.html.`, ''];
}

function aboutKey({ file, text }: AdministratorKey): string[] {
  const where = text === undefined ? `The administrator's key is in ${file}.` : `The administrator's key, as long as this process runs: ${text}`;
  return [where, 'Every request shows it, or another key or token; /docs has a button "Authorize" for it.', ''];
}

function curl(url: string, { path, body, key, live }: Try): string {
  const options = [live ? '-N' : '-s', '-H "Authorization: Bearer $KEY"', ...(key === undefined ? [] : [`-H 'Idempotency-Key: ${key}'`]), ...(body === undefined ? [] : [`-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`])];
  return `curl ${options.join(' ')} '${url}${path}'`;
}
