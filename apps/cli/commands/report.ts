import { writeFile } from 'node:fs/promises';
import { REPORTED, reportPage, type ReportData } from '#report';
import { momentFrom } from '#event-sourcing';
import { pathOf, withAccess, type Invocation } from '../invocation.js';
import { WrongUsage } from '../terminal/exit.js';
import { note } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

export const REPORT = 'report';

/** The earlier moment, where none is named. Churn is learnt from who did not buy since then. */
const HORIZON_DAYS = 180;
const DAY_MS = 86_400_000;

interface ReportOptions {
  out?: string;
  asOf?: string;
  knownAt?: string;
  from?: string;
}

/** Writes the page with the charts. @throws WrongUsage no file is named. */
export async function writeReport({ configuration }: Invocation, { out, asOf, knownAt, from }: ReportOptions): Promise<void> {
  if (out === undefined || !/\.html?$/i.test(out)) throw new WrongUsage('Name the file of the report: --out report.html.');
  const moment = momentFrom({ asOf, knownAt });
  const known = { ...moment } as Record<string, string>;
  const now = moment.asOf ?? moment.knownAt ?? new Date().toISOString();
  const earlier = from ?? new Date(Date.parse(now) - HORIZON_DAYS * DAY_MS).toISOString();
  const path = pathOf(out);
  const bar = progressBar('Replaying');
  const onProgress = (done: number, total: number, text: string) => bar.update(done, total, text);
  await withAccess(configuration, async (access) => {
    const compares = new Set((await access.analyses()).filter((each) => each.compares).map(({ name }) => name));
    const answers: Record<string, object> = {};
    for (const name of REPORTED) answers[name] = await access.analyse(name, { ...known, ...(compares.has(name) && { from: earlier }) }, onProgress);
    await writeFile(path, reportPage(answers as unknown as ReportData));
  }).finally(() => bar.end());
  note(`${path} holds the report: open it in a browser; it needs no network.`);
}
