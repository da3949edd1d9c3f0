import { basename, join } from 'node:path';
import { type Engine } from '#event-sourcing';
import { importFiles, type ImportOptions, type ImportSummary } from '../running/importer.js';
import { crmSalesFormats } from './crm-sales.js';
import { withKnown, type Settlement } from './settlement.js';
import { FILES, surveyOf, type Finding } from './survey.js';

export interface SalesImportSummary extends ImportSummary {
  findings: Finding[];
}

/**
 * Turns a folder with the four files of crm-sales (sales teams, products, accounts, pipeline) into what must have
 * happened, as one import. What is wrong in them is told; what the settlement does not settle is rejected.
 * @throws UnusableFile @throws UnreadableText @throws RejectsNotWritable @throws StoreUnavailable
 */
export async function importSales(engine: Engine, folder: string, settlement: Settlement, options: ImportOptions): Promise<SalesImportSummary> {
  const settled = withKnown(settlement);
  const survey = await surveyOf(folder, settled);
  const formats = crmSalesFormats(survey, settled);
  const parts = Object.keys(FILES).map((name, index) => ({ path: join(folder, name), format: formats[index]! }));
  return { ...(await importFiles(engine, 'sales', basename(folder), parts, options)), findings: survey.findings };
}
