import { createHash } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { SuspectDuplicate, type CustomerKind } from '#customers';
import { MAX_PAGE, withContext, type CommandContext, type Engine } from '#event-sourcing';
import { candidatesAmong, type Candidate, type Compared } from './candidates.js';

/** What a search came to. */
export interface DuplicateSearch {
  /** Customers that were compared. */
  compared: number;
  /** Pairs that look alike. */
  found: number;
  /** Those of them that were not suspected before, or not on all these grounds. */
  suspected: number;
}

interface CustomerRow {
  _id: string;
  kind: CustomerKind;
  name: string;
  status: string;
  country?: string;
}

interface ReachRow {
  _id: string;
  contactMethods: { type: string; value: string }[];
}

const PHONES = ['phone', 'mobile', 'fax'];
const ERASED = '[erased]';

/**
 * Compares all customers in memory and records which may be the same. What they have in common is recorded nowhere, so
 * that nothing of a person outlasts an erasure. Repeatable: what is known or was dismissed is suspected on new grounds alone.
 */
export async function findDuplicates(engine: Pick<Engine, 'views' | 'commands' | 'events'>, context: CommandContext): Promise<DuplicateSearch> {
  const customers = await comparedIn(engine);
  const candidates = candidatesAmong(customers);
  let suspected = 0;
  for (const candidate of candidates) {
    const command = plainToInstance(SuspectDuplicate, { duplicateId: duplicateIdOf(candidate), ...candidate });
    if ((await engine.commands.execute(withContext(command, context))).events > 0) suspected++;
  }
  return { compared: customers.length, found: candidates.length, suspected };
}

/** The same for the same two, whoever finds them. */
export function duplicateIdOf({ customerId, otherCustomerId }: Pick<Candidate, 'customerId' | 'otherCustomerId'>): string {
  return createHash('sha256').update([customerId, otherCustomerId].sort().join('\n')).digest('hex').slice(0, 32);
}

/** Whoever is deactivated or was merged is nobody's duplicate any more. */
async function comparedIn(engine: Pick<Engine, 'views' | 'events'>): Promise<Compared[]> {
  const reach = new Map<string, ReachRow['contactMethods']>();
  for await (const { _id, contactMethods } of rowsOf<ReachRow>(engine, 'contact_policy', {})) reach.set(_id, contactMethods);
  const compared: Compared[] = [];
  for await (const { _id, kind, name, country } of rowsOf<CustomerRow>(engine, 'customers', { status: { $nin: ['merged', 'deactivated'] } })) {
    const methods = (reach.get(_id) ?? []).filter(({ value }) => value !== ERASED);
    const valuesOf = (types: readonly string[]) => methods.filter(({ type }) => types.includes(type)).map(({ value }) => value);
    compared.push({ customerId: _id, kind, name: name === ERASED ? '' : name, emails: valuesOf(['e-mail']), phones: valuesOf(PHONES), ...(country !== undefined && { country }) });
  }
  return compared;
}

async function* rowsOf<Row>({ views, events }: Pick<Engine, 'views' | 'events'>, view: string, filter: object): AsyncIterable<Row> {
  const after = await events.head();
  for (let cursor: string | undefined, more = true; more; ) {
    const { items, next } = (await views.find(view, { filter: { ...filter }, limit: MAX_PAGE, ...(cursor !== undefined && { cursor }) }, { after })).value;
    yield* items as unknown as Row[];
    [cursor, more] = [next, next !== undefined];
  }
}
