import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { candidatesAmong, normalisedName, normalisedPhone, type Compared } from './index.js';

const customer = (customerId: string, more: Partial<Compared> = {}): Compared => ({ customerId, kind: 'person', name: customerId.repeat(8), emails: [], phones: [], ...more });
const among = (...customers: Compared[]) => candidatesAmong(customers).map(({ customerId, otherCustomerId, grounds, likeness }) => [customerId, otherCustomerId, grounds.join(), likeness]);

describe('customers that may be one', () => {
  it.each<[string, Partial<Compared>, Partial<Compared>, unknown[]]>([
    ['an e-mail address, however it is written', { emails: ['Li.Wei@Example.com '] }, { emails: ['li.wei@example.com'] }, ['a', 'b', 'same-e-mail', 0.7]],
    ['a telephone, with or without the code of the country', { phones: ['+86 28 5550 0118'] }, { phones: ['028-5550-0118'], country: 'CN' }, ['a', 'b', 'same-phone', 0.6]],
    ['a name, in whatever order, case and accents', { name: 'Wei, Lǐ' }, { name: 'LI WEI' }, ['a', 'b', 'same-name', 0.5]],
    ['a telephone and a similar name', { name: 'Katharina Müller', phones: ['+4930123456'] }, { name: 'Katarina Mueller', phones: ['030 123456'], country: 'DE' }, ['a', 'b', 'same-phone,similar-name', 0.72]],
  ])('have %s in common', (_, one, other, expected) => expect(among(customer('a', one), customer('b', other))).toEqual([expected]));

  it.each<[string, Compared[]]>([
    ['a similar name alone', [customer('a', { name: 'Katharina Müller' }), customer('b', { name: 'Katarina Müller' })]],
    ['a name that differs in its number', [customer('a', { name: 'Plant 1', phones: [] }), customer('b', { name: 'Plant 2' })]],
    ['an address, where one is a person and the other an organisation', [customer('a', { emails: ['info@example.com'] }), customer('b', { kind: 'organisation', emails: ['info@example.com'] })]],
    ['a number that is too short to tell anybody by', [customer('a', { phones: ['110'] }), customer('b', { phones: ['110'] })]],
    ['an address that many have', Array.from({ length: 11 }, (__, n) => customer(`c${n}`, { emails: ['info@example.com'] }))],
    ['nothing', [customer('a', { name: '' }), customer('b', { name: '' })]],
  ])('are not suspected for %s', (_, customers) => expect(among(...customers)).toEqual([]));

  it('are the same pairs in whatever order the customers come', () => {
    const some = fc.record({ name: fc.constantFrom('Li Wei', 'Wei Li', 'Li Way', 'Ann'), emails: fc.subarray(['a@example.com', 'b@example.com']), phones: fc.subarray(['+4930123456', '+4930123457']) });
    fc.assert(fc.property(fc.array(some, { maxLength: 12 }), fc.infiniteStream(fc.nat(99)), (values, order) => {
      const customers = values.map((value, index) => customer(`c${index}`, value));
      const shuffled = [...customers].map((each) => [order.next().value!, each] as const).sort(([one], [other]) => one - other).map(([, each]) => each);
      const strong = (all: readonly Compared[]) => candidatesAmong(all).map(({ customerId, otherCustomerId, grounds }) => `${customerId}/${otherCustomerId}: ${grounds.filter((ground) => ground !== 'similar-name').join()}`).filter((text) => !text.endsWith(': ')).sort();
      expect(strong(shuffled)).toEqual(strong(customers));
    }));
  });

  it('are found among 50,000 in seconds', () => {
    const many = Array.from({ length: 50_000 }, (_, n) => customer(`c${n}`, { name: `CDNOW customer ${n}`, emails: [`c${n % 49_990}@example.com`] }));
    const started = performance.now();
    expect(candidatesAmong(many)).toHaveLength(10);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('what is compared', () => {
  it('are words of names without accents and signs, and numbers in E.164', () => {
    expect(['Lǐ  Wěi', 'O’Brien & Söhne', '李伟', '!'].map(normalisedName)).toEqual(['li wei', 'brien o sohne', '李伟', '']);
    expect([normalisedPhone('0171 1234567', 'DE'), normalisedPhone('+1 (212) 555-0100'), normalisedPhone('12 34 56'), normalisedPhone('call me')]).toEqual(['+491711234567', '+12125550100', '123456', undefined]);
  });
});
