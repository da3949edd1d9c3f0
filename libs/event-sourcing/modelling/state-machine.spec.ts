import { describe, expect, it } from '@jest/globals';
import { onKnown, onRow } from './folding.js';
import { type Rejection } from './rejection.js';
import { recorded } from '../testing/recorded.js';
import { event } from './domain-event.js';
import { Counted } from '../testing/counter.js';
import { stateMachine } from './state-machine.js';

const orderFor = stateMachine<'placed' | 'cancelled'>('sales order', { placed: ['ConfirmOrder', 'CancelOrder'], cancelled: [] });
const refusal = (command: string, state: { status: 'placed' | 'cancelled' } | null) => {
  try {
    orderFor(command, state, 'o1');
  } catch (error) {
    const { kind, code, message, details } = error as Rejection;
    return { kind, code, message, details };
  }
  return undefined;
};

describe('a state machine', () => {
  it('lets through what is possible, and hands over what is known', () => {
    const order = { status: 'placed' as const, lines: 3 };
    expect(orderFor('CancelOrder', order, 'o1')).toBe(order);
  });

  it('refuses the rest with the state and what is possible', () => {
    expect(refusal('ShipOrder', { status: 'placed' })).toEqual({
      kind: 'wrong-state', code: 'sales-order-placed', details: { status: 'placed', possible: ['ConfirmOrder', 'CancelOrder'] },
      message: 'The sales order o1 is placed, so ShipOrder is not possible; possible now: ConfirmOrder, CancelOrder.',
    });
    expect(refusal('CancelOrder', { status: 'cancelled' })?.message).toContain('nothing more can happen to it');
    expect(refusal('CancelOrder', null)).toMatchObject({ kind: 'not-found', code: 'sales-order-not-found' });
  });
});

describe('a fold of what is known', () => {
  it('changes some fields, and makes nothing of nothing', () => {
    const fold = onKnown<{ total: number; name: string }>()((known, { by }: { by: number }) => ({ total: known.total + by }));
    const at = { occurredAt: '2026-01-01T00:00:00.000Z', revision: 0 };
    expect(fold({ total: 1, name: 'a' }, { by: 2 }, at)).toEqual({ total: 3, name: 'a' });
    expect(fold(null, { by: 2 }, at)).toBeNull();
  });

  it('does the same for rows', () => {
    const fold = onRow<{ total: number }, Counted>((row, { data }) => ({ total: row.total + data.by }));
    const counted = recorded(event(Counted, { counterId: 'a', by: 2 }));
    expect(fold({ total: 1 }, counted)).toEqual({ total: 3 });
    expect(fold(undefined, counted)).toBeUndefined();
  });
});
