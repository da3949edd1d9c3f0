import { onRow, view } from '#event-sourcing';
import { type Money } from '#money';
import {
  CompetitorPriceObserved, CompetitorProductRecorded, CompetitorRegistered, CompetitorStrategyNoted, CompetitorStrengthNoted, CompetitorWeaknessNoted, CounterStrategyAdopted,
} from '../domain/competitor.js';

/** Something noted, and when. */
export interface Noted {
  text: string;
  at: string;
}

export interface CompetitorProduct {
  product: string;
  offeringId?: string;
  functions?: string;
  /** The earliest first. */
  prices: { price: Money; at: string; place?: string }[];
}

export interface CompetitorCardRow {
  name: string;
  products: CompetitorProduct[];
  strengths: Noted[];
  weaknesses: Noted[];
  strategies: Noted[];
  counterStrategies: Noted[];
}

const noted = (list: readonly Noted[], text: string, at: string): Noted[] => [...list, { text, at }];

export const competitorCard = view<CompetitorCardRow>('competitor_card', {
  version: 1,
  summary: 'What is known of each competitor: products with their prices over time, strengths, weaknesses, strategies, and what we do about them.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ name: 1 }],
})
  .key(({ data }) => data.competitorId)
  .on(CompetitorRegistered, (_, { data: { name } }) => ({ name, products: [], strengths: [], weaknesses: [], strategies: [], counterStrategies: [] }))
  .on(CompetitorProductRecorded, onRow(({ products }, { data: { competitorId: _, ...said } }) => ({
    products: [...products.filter(({ product }) => product !== said.product), { ...said, prices: products.find(({ product }) => product === said.product)?.prices ?? [] }],
  })))
  .on(CompetitorPriceObserved, onRow(({ products }, { data: { product, price, place }, occurredAt }) => ({
    products: products.map((each) => (each.product === product ? { ...each, prices: inOrder([...each.prices, { price, at: occurredAt, ...(place !== undefined && { place }) }]) } : each)),
  })))
  .on(CompetitorStrengthNoted, onRow(({ strengths }, { data: { strength }, occurredAt }) => ({ strengths: noted(strengths, strength, occurredAt) })))
  .on(CompetitorWeaknessNoted, onRow(({ weaknesses }, { data: { weakness }, occurredAt }) => ({ weaknesses: noted(weaknesses, weakness, occurredAt) })))
  .on(CompetitorStrategyNoted, onRow(({ strategies }, { data: { strategy }, occurredAt }) => ({ strategies: noted(strategies, strategy, occurredAt) })))
  .on(CounterStrategyAdopted, onRow(({ counterStrategies }, { data: { counterStrategy }, occurredAt }) => ({ counterStrategies: noted(counterStrategies, counterStrategy, occurredAt) })));

const inOrder = <Priced extends { at: string }>(prices: Priced[]): Priced[] => prices.sort((one, other) => (one.at < other.at ? -1 : 1));
