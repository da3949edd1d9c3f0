import { Option, type Command } from 'commander';
import { changeAsText, customerHistory, exported, type CustomerHistory, type HistoryEntry } from '#history';
import { type Configuration } from '#composition';
import { credentialsOf } from '../access/credentials.js';
import { LocalAccess } from '../access/local-access.js';
import { openAccess } from '../access/open-access.js';
import { askServer } from '../access/remote-audit.js';
import { invocationOf } from '../invocation.js';
import { catchUpWith } from '../operations/catch-up.js';
import { Failed } from '../terminal/exit.js';
import { Lines, table } from '../terminal/output.js';

const FORMATS = ['table', 'csv', 'jsonl', 'html'] as const;

export function addHistory(audit: Command): void {
  audit
    .command('history')
    .description('the full history of a customer across all streams, with what each event changed and what became of it')
    .argument('<customer>', 'id of the customer')
    .addOption(new Option('--format <name>', 'how it is written').choices(FORMATS).default('table'))
    .action(async (customerId: string, { format }: { format: (typeof FORMATS)[number] }, command: Command) => {
      const { configuration, output } = invocationOf(command);
      const access = await openAccess(configuration);
      try {
        const history = await historyFrom(access, configuration, customerId);
        if (format === 'table') await output.answer(history, () => historyTable(history));
        else await output.text(exported(history, format));
      } finally {
        await access.close();
      }
    });
}

/** @throws Failed nothing was recorded of the customer. */
async function historyFrom(access: Awaited<ReturnType<typeof openAccess>>, configuration: Configuration, customerId: string): Promise<CustomerHistory> {
  if (!(access instanceof LocalAccess)) return askServer<CustomerHistory>(access.url!, await credentialsOf(configuration), 'GET', `/audit/history/${encodeURIComponent(customerId)}`);
  await catchUpWith(access.engine, ['policies']);
  const history = await customerHistory(access.engine, customerId);
  if (!history) throw new Failed(`Nothing was ever recorded of a customer "${customerId}".`);
  access.showed('full history', history.sameAs);
  return history;
}

function historyTable({ entries }: CustomerHistory): string {
  return table(['position', 'occurred', 'recorded', 'type', 'by', 'standing', 'what changed'], entries.map((entry) => [
    entry.position, entry.occurredAt, entry.recordedAt, '· '.repeat(entry.depth) + entry.type, entry.actor, standingOf(entry), new Lines(entry.changes.map(changeAsText)),
  ]));
}

const standingOf = ({ standing, countsFor, withdrawn }: HistoryEntry) => [standing, countsFor ?? withdrawn?.reason ?? ''].join(' ').trim();
