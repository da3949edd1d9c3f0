import type { CustomerHistory } from '../customer-history.js';
import { historyAsCsv } from './csv.js';
import { historyAsPage } from './page.js';

/** Forms in which a history leaves the program. */
export const HISTORY_FORMATS = ['json', 'jsonl', 'csv', 'html'] as const;
export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<HistoryFormat, string>> = {
  json: 'application/json; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

export function exported(history: CustomerHistory, format: HistoryFormat): string {
  switch (format) {
    case 'json': return JSON.stringify(history);
    case 'jsonl': return history.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    case 'csv': return historyAsCsv(history);
    case 'html': return historyAsPage(history);
  }
}
