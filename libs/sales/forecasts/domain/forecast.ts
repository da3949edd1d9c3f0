import { aggregate, DomainEvent, onKnown, Plain, stateMachine } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What a representative believes will be won in a period: `2017-03` or `2017-Q1`. */
@DomainEvent()
export class ForecastSubmitted {
  forecastId!: string;
  representativeId!: string;
  @Plain() period!: string;
  amount!: Money;
}

@DomainEvent()
export class ForecastAdjusted {
  forecastId!: string;
  representativeId!: string;
  @Plain() period!: string;
  former!: Money;
  amount!: Money;
  @Plain() reason?: string;
}

/** It is what will be compared with what happened. */
@DomainEvent()
export class ForecastFrozen {
  forecastId!: string;
  representativeId!: string;
  @Plain() period!: string;
  amount!: Money;
}

export interface KnownForecast {
  status: 'submitted' | 'frozen';
  representativeId: string;
  period: string;
  amount: Money;
}

/** Null: none was submitted under this id. */
export type ForecastState = KnownForecast | null;

const on = onKnown<KnownForecast>();

export const Forecast = aggregate<'forecast', ForecastState>('forecast', null)
  .on(ForecastSubmitted, (_, { representativeId, period, amount }) => ({ status: 'submitted', representativeId, period, amount }))
  .on(ForecastAdjusted, on((_, { amount }) => ({ amount })))
  .on(ForecastFrozen, on(() => ({ status: 'frozen' })));

/** What is possible with a forecast in each state. */
export const forecastFor = stateMachine<KnownForecast['status']>('forecast', { submitted: ['AdjustForecast', 'FreezeForecast'], frozen: [] });
