/** Customers of the load: the first commands register them, later ones are about them. */
export const CUSTOMERS = 40;

/** Command number n as its name and fields: always the same, so that another process can send it again. */
export function numberedCommand(number: number): [name: string, fields: Record<string, unknown>] {
  const customerId = `c${number % CUSTOMERS}`;
  if (number < CUSTOMERS) return ['RegisterCustomer', { customerId, kind: 'person', name: `Customer ${number}` }];
  const kinds: [string, Record<string, unknown>][] = [
    ['RecordPurchase', { purchaseId: `p${number}`, customerId, amount: { amount: number, currency: 'EUR' }, occurredAt: day(number) }],
    ['RecordInteraction', { interactionId: `i${number}`, customerId, channel: 'phone', direction: 'inbound', summary: `Call ${number}` }],
    ['RenameCustomer', { customerId, name: `Customer ${number}` }],
  ];
  return kinds[number % kinds.length]!;
}

function day(number: number): string {
  return new Date(Date.UTC(2025, 0, 1 + (number % 300))).toISOString();
}
