import { plainToInstance } from 'class-transformer';
import { type Aggregate } from '#event-sourcing';
import { DEFAULT_PROCESS, EIGHT_STEPS } from '../domain/default-process.js';
import { SalesProcess } from '../domain/sales-process.js';
import { DefineSalesProcess } from './sales-process.js';

/** What to send where nobody defined it yet: the eight steps of selling, as of before any fact. */
export function defaultSalesProcess(): { aggregate: Aggregate; id: string; command: object } {
  const fields = { salesprocessId: DEFAULT_PROCESS, name: 'The eight steps of selling', stages: EIGHT_STEPS, occurredAt: '1970-01-01T00:00:00.000Z' };
  return { aggregate: SalesProcess, id: DEFAULT_PROCESS, command: plainToInstance(DefineSalesProcess, fields) };
}
