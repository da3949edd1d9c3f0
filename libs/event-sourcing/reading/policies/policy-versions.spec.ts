import { describe, expect, it } from '@jest/globals';
import { aggregate } from '../../modelling/aggregate.js';
import { DomainEvent } from '../../modelling/domain-event.js';
import { Counter } from '../../testing/counter.js';
import type { Moment } from '../moments/moment.js';
import { policyVersionsOf, versionsInForce, type PolicyVersionRow } from './policy-versions.js';

@DomainEvent()
class TariffPublished {
  version!: number;
  effectiveFrom?: string;
}

@DomainEvent()
class TariffNamed {
  tariffId!: string;
}

const Tariff = aggregate('tariff', 0).on(TariffPublished, (_, { version }) => version).on(TariffNamed, (version) => version).policy('tariff', TariffPublished);

const day = (date: string) => `${date}T00:00:00.000Z`;

const published = (id: string, version: number, occurredAt: string, effectiveFrom?: string) => ({
  id: `${id}-${version}`, type: 'TariffPublished', schemaVersion: 1, stream: `tariff-${id}`, revision: version - 1, position: version, occurredAt, recordedAt: occurredAt,
  data: { version, ...(effectiveFrom !== undefined && { effectiveFrom }) }, metadata: { commandId: 'c', correlationId: 'c', actor: 'ada', source: 'test' },
});

function rowsOf(...events: ReturnType<typeof published>[]): PolicyVersionRow[] {
  const versions = policyVersionsOf([Counter, Tariff])!;
  return events.map((event) => versions.fold(undefined, event, versions.keysOf(event)[0]!) as PolicyVersionRow);
}

const inForce = (rows: PolicyVersionRow[], at: string, known?: Moment) =>
  Object.fromEntries(versionsInForce(rows, at, known).map(({ policy, version }) => [policy, version]));

describe('versions of policies', () => {
  it('are those of whatever aggregate declares itself one, each under the name of the policy and, but for the only one, its id', () => {
    const versions = policyVersionsOf([Counter, Tariff])!;
    expect(versions.eventTypes().map(({ name }) => name)).toEqual(['TariffPublished']);
    expect([published('default', 1, day('2024-01-01')), published('night', 2, day('2024-01-01'))].map((event) => versions.keysOf(event))).toEqual([['tariff/1'], ['tariff/night/2']]);
    expect(policyVersionsOf([Counter])).toBeUndefined();
  });

  it('are in force from when they say, or from when they were published, until the next', () => {
    const rows = rowsOf(published('default', 1, day('2024-01-01')), published('default', 2, day('2024-03-01'), day('2024-02-01')), published('night', 1, day('2024-05-01')));
    expect(['2023-12-31', '2024-01-01', '2024-02-01', '2024-06-01'].map((date) => inForce(rows, day(date)))).toEqual([{}, { tariff: 1 }, { tariff: 2 }, { tariff: 2, 'tariff/night': 1 }]);
    expect(inForce(rows, day('2024-02-01'), { knownAt: day('2024-02-15') })).toEqual({ tariff: 1 });
  });

  it('that apply from the same time on are counted by their number', () => {
    const rows = rowsOf(published('default', 1, day('2024-01-01'), day('2024-01-01')), published('default', 2, day('2024-01-02'), day('2024-01-01')));
    expect(inForce(rows.reverse(), day('2024-01-01'))).toEqual({ tariff: 2 });
  });

  it('must be published by an event that the aggregate folds', () => {
    expect(() => Counter.policy('counting', TariffPublished)).toThrow('does not fold TariffPublished');
  });
});
