import { isDeepStrictEqual } from 'node:util';
import { IsOptional, Matches } from 'class-validator';
import { Command, decide, event, invalid, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue, SalesCommand } from '../../commands/fields.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import { Forecast, ForecastAdjusted, forecastFor, ForecastFrozen, ForecastSubmitted } from '../domain/forecast.js';

abstract class ForecastCommand extends SalesCommand {
  @IsId() forecastId!: string;
}

@Command({ summary: 'Says what a representative believes will be won in a month or quarter.', allow: ['manager', 'sales'] })
export class SubmitForecast extends ForecastCommand {
  @IsId() representativeId!: string;
  @Matches(/^\d{4}-((0[1-9]|1[0-2])|Q[1-4])$/, { message: '$property must be a month such as "2017-03" or a quarter such as "2017-Q1"' }) period!: string;
  @IsAmountDue() amount!: AmountDue;
}

export const submitForecast = decide(Forecast, SubmitForecast, (command, state, _, representative) => {
  if (state) throw wrongState('forecast-already-submitted', `Forecast ${command.forecastId} was submitted already; send AdjustForecast, or take another id.`);
  sellerOf(command.representativeId, representative);
  return event(ForecastSubmitted, factsOf(command));
}, representativeNamed);

@Command({ summary: 'Says something else instead of what was forecast, until it is frozen.', allow: ['manager', 'sales'] })
export class AdjustForecast extends ForecastCommand {
  @IsAmountDue() amount!: AmountDue;
  @IsOptional() @IsText(500) reason?: string;
}

export const adjustForecast = decide(Forecast, AdjustForecast, (command, state) => {
  const { representativeId, period, amount: former } = forecastFor('AdjustForecast', state, command.forecastId);
  if (former.currency !== command.amount.currency) throw invalid('two-currencies', `The forecast is in ${former.currency}; give the amount in it.`);
  return isDeepStrictEqual(former, factsOf(command).amount) ? [] : event(ForecastAdjusted, { ...factsOf(command), representativeId, period, former });
});

@Command({ summary: 'Keeps a forecast as it is, to be compared with what happens.', allow: ['manager'] })
export class FreezeForecast extends ForecastCommand {}

export const freezeForecast = decide(Forecast, FreezeForecast, ({ forecastId }, state) => {
  const { status: _, ...forecast } = forecastFor('FreezeForecast', state, forecastId);
  return event(ForecastFrozen, { forecastId, ...forecast });
});
