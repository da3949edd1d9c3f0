import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commandIdFrom, eventIdFrom } from './command-context.js';
import { CommandLedger } from './command-ledger.js';

describe('the ledger of commands', () => {
  it('has every command that was added, also after it was stored', () => {
    fc.assert(
      fc.property(fc.array(fc.uuid()), (ids) => {
        const ledger = CommandLedger.empty();
        for (const id of ids) ledger.add(id);
        const restored = CommandLedger.decode(ledger.encode());
        for (const id of ids) expect([ledger.mayHave(id), restored.mayHave(id)]).toEqual([true, true]);
        expect(restored.encode()).toBe(ledger.encode());
      }),
    );
  });

  it('does not have a command that was not added', () => {
    const ledger = CommandLedger.empty();
    ledger.add('0191e7a0-0000-7000-8000-000000000001');
    expect(ledger.mayHave('0191e7a0-0000-7000-8000-000000000002')).toBe(false);
  });

  it('takes eight bytes for each command', () => {
    const ledger = CommandLedger.empty();
    for (let index = 0; index < 300; index++) ledger.add(commandIdFrom(`key ${index}`));
    expect(Buffer.from(ledger.encode(), 'base64').length).toBe(300 * 8);
  });

  it('refuses what is no ledger', () => {
    expect(() => CommandLedger.decode('abcd')).toThrow('eight bytes');
  });
});

describe('ids that are derived', () => {
  it('keep a UUID and turn any other key into one, always the same', () => {
    expect(commandIdFrom('0191E7A0-0000-7000-8000-00000000000A')).toBe('0191e7a0-0000-7000-8000-00000000000a');
    expect(commandIdFrom('order 17')).toBe(commandIdFrom('order 17'));
    expect(commandIdFrom('order 17')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(commandIdFrom('order 17')).not.toBe(commandIdFrom('order 18'));
  });

  it('tell events of one command apart by stream and number', () => {
    const id = commandIdFrom('a');
    const made = [eventIdFrom(id, 'a-1', 0), eventIdFrom(id, 'a-1', 1), eventIdFrom(id, 'a-2', 0)];
    expect(new Set(made).size).toBe(3);
    expect(eventIdFrom(id, 'a-1', 0)).toBe(made[0]);
  });
});
