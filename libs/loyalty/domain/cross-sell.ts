interface Bought {
  customerId: string;
  amounts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What customers on average spend on the products that a customer has not bought yet, in minor units; for those whose products are known. */
export function crossSellOf(customers: readonly Bought[], currency: string): Map<string, number> {
  const known = customers.filter(({ amounts }) => amounts[currency]);
  const totals = new Map<string, number>();
  for (const { amounts } of known) for (const [product, amount] of Object.entries(amounts[currency]!)) totals.set(product, (totals.get(product) ?? 0) + amount);
  const all = [...totals.values()].reduce((sum, amount) => sum + amount, 0);
  return new Map(known.map(({ customerId, amounts }) => {
    const own = Object.keys(amounts[currency]!).reduce((sum, product) => sum + totals.get(product)!, 0);
    return [customerId, (all - own) / known.length];
  }));
}
