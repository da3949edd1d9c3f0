import { notFound, wrongState } from './rejection.js';

/** Of an aggregate: in each state, the commands that are possible then. */
export type Possible<Status extends string> = Readonly<Record<Status, readonly string[]>>;

/**
 * What an aggregate goes through, as one table; what it does not allow is refused with the state and what is possible.
 * `const orderFor = stateMachine('order', { placed: ['ConfirmOrder', 'CancelOrder'], cancelled: [] })`, and in a decision
 * `const order = orderFor('ConfirmOrder', state, orderId)`.
 * @param what its name in messages and codes: `order` gives `order-not-found` and `order-cancelled`.
 */
export function stateMachine<Status extends string>(what: string, possible: Possible<Status>) {
  return <Known extends { status: Status }>(command: string, state: Known | null, id: string): Known => {
    if (!state) throw notFound(`${what.replaceAll(' ', '-')}-not-found`, `There is no ${what} ${id}; record it first, or correct the id.`);
    const { status } = state;
    if (possible[status].includes(command)) return state;
    const ways = possible[status].length > 0 ? `possible now: ${possible[status].join(', ')}` : 'nothing more can happen to it';
    throw wrongState(`${what.replaceAll(' ', '-')}-${status}`, `The ${what} ${id} is ${status}, so ${command} is not possible; ${ways}.`, { status, possible: possible[status] });
  };
}
