import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { SalesProcess, SalesProcessDefined, SalesProcessVersionPublished, SalesStageAdded, SalesStageRetired } from '../domain/sales-process.js';
import { addSalesStage, defineSalesProcess, publishSalesProcessVersion, retireSalesStage } from './sales-process.js';

const salesprocessId = 'p1';
const first = { stage: 'first', name: 'First' };
const second = { stage: 'second', name: 'Second', probability: 60 };
const after = { stage: 'after', name: 'After', afterSale: true };
const defined = [event(SalesProcessDefined, { salesprocessId, name: 'P' }), event(SalesProcessVersionPublished, { salesprocessId, version: 1, stages: [first, after] })];

describe('a sales process', () => {
  it('is defined with its first version', () => {
    given(SalesProcess, []).when(defineSalesProcess, { salesprocessId, name: 'P', stages: [first, after] }).then(defined);
    given(SalesProcess, defined).when(defineSalesProcess, { salesprocessId, name: 'P', stages: [first] }).thenRejected('sales-process-defined');
  });

  it.each([
    [[first, first], 'stage-twice'],
    [[after], 'no-stage-before-sale'],
    [[first, after, second], 'stage-order'],
  ])('cannot be made of %j', (stages, code) => {
    given(SalesProcess, []).when(defineSalesProcess, { salesprocessId, name: 'P', stages }).thenRejected(code);
  });

  it('has a next version for each change, and none where nothing changes', () => {
    given(SalesProcess, defined).when(publishSalesProcessVersion, { salesprocessId, stages: [first, after] }).then([]);
    given(SalesProcess, defined).when(publishSalesProcessVersion, { salesprocessId, stages: [second] }).then([event(SalesProcessVersionPublished, { salesprocessId, version: 2, stages: [second] })]);
  });

  it('gets a stage behind another', () => {
    given(SalesProcess, defined).when(addSalesStage, { salesprocessId, ...second, after: 'first' }).then([
      event(SalesStageAdded, { salesprocessId, stage: second, after: 'first' }),
      event(SalesProcessVersionPublished, { salesprocessId, version: 2, stages: [first, second, after] }),
    ]);
    given(SalesProcess, defined).when(addSalesStage, { salesprocessId, ...second, after: 'nowhere' }).thenRejected('sales-stage-not-found');
  });

  it('loses a stage, but not the only one before the sale', () => {
    given(SalesProcess, defined).when(retireSalesStage, { salesprocessId, stage: 'after' }).then([
      event(SalesStageRetired, { salesprocessId, stage: 'after' }), event(SalesProcessVersionPublished, { salesprocessId, version: 2, stages: [first] }),
    ]);
    given(SalesProcess, defined).when(retireSalesStage, { salesprocessId, stage: 'first' }).thenRejected('no-stage-before-sale');
    expect(given(SalesProcess, defined).state()).toEqual({ name: 'P', version: 1, stages: [first, after] });
  });
});
