import { describe, expect, it } from '@jest/globals';
import { MongoBulkWriteError, MongoNetworkError, MongoServerError, MongoTopologyClosedError } from 'mongodb';
import { InvalidQuery, QueryTooExpensive, StoreUnavailable } from '#event-sourcing';
import { explain, explainQuery, isUnknownOperator, notInTime } from './faults.js';

const fromServer = (code: number, message = 'said by the server') => new MongoServerError({ message, code });
const AWAY = [91, 189, 202, 246, 10107, 11600, 11601, 11602, 12587, 13436, 64, 262];

describe('an error of MongoDB', () => {
  it.each(AWAY)('with the number %i says that the store is away', (code) => {
    const explained = explain(fromServer(code), 'mongodb://there/guanxi');
    expect(explained).toBeInstanceOf(StoreUnavailable);
    expect((explained as Error).message).toBe('mongodb://there/guanxi cannot be used at the moment: said by the server');
    expect(explainQuery(explained, 5)).toBe(explained);
  });

  it.each([new MongoNetworkError('connect ECONNREFUSED'), new MongoTopologyClosedError('closed')])('of the driver, %s, does so too', (error) => {
    expect(explain(error, 'there')).toBeInstanceOf(StoreUnavailable);
  });

  it('of several writes says so where one of them met a server that is going away', () => {
    const writeErrors = [{ code: 11_000, index: 0 }, { code: 11_602, index: 1 }];
    const several = new MongoBulkWriteError({ message: 'E11000 duplicate key error', code: 11_000, writeErrors: writeErrors as never }, {} as never);
    expect(explain(several, 'there')).toBeInstanceOf(StoreUnavailable);
  });

  it.each([13, 18])('with the number %i says what to check', (code) => {
    expect((explain(fromServer(code), 'there') as Error).message).toMatch(/there refuses us.*password.*readWrite/);
  });

  it('that is about something else stays what it is', () => {
    const errors = [new TypeError('ours'), fromServer(11_000), fromServer(8)];
    for (const error of errors) expect(explain(error, 'there')).toBe(error);
    expect(explainQuery(errors[0], 5)).toBe(errors[0]);
    expect(explainQuery(errors[2], 5)).toBe(errors[2]);
  });

  it.each([2, 9, 14, 241, 16_020, 31_249, 40_415])('with the number %i, of a query, is the asker’s', (code) => {
    expect(explainQuery(fromServer(code), 5)).toBeInstanceOf(InvalidQuery);
  });

  it('says of a query what it took too much of', () => {
    expect(explainQuery(fromServer(50), 5)).toEqual(new QueryTooExpensive('The query took more than the 5 ms allowed. Narrow it.'));
    expect(explainQuery(fromServer(292), 5)).toBeInstanceOf(QueryTooExpensive);
    expect(() => notInTime(fromServer(50))).toThrow(StoreUnavailable);
    expect(() => notInTime(fromServer(8))).toThrow(MongoServerError);
  });

  it.each<[number, string, boolean]>([
    [40_324, "Unrecognized pipeline stage name: '$setWindowFields'", true],
    [168, "Unrecognized expression '$median'", true],
    [15_952, "unknown group operator '$top'", true],
    [2, 'unknown operator: $expr', true],
    [9, 'Unrecognized window function, $median', true],
    [9, 'failed to parse', false],
    [2, 'bad value', false],
    [16_020, 'takes 2 arguments', false],
  ])('%i (%s) tells whether the server lacks an operator', (code, message, lacks) => {
    expect(isUnknownOperator(fromServer(code, message))).toBe(lacks);
  });
});
