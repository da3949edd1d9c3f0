export interface ProductMix {
  product: string;
  share: number;
  expectedRevenue: number;
  expectedShare: number;
  change: number;
}

/**
 * What is expected of each buyer, spread over products as that buyer spent so far, or as all did where the buyer's products are not known.
 * @param expected revenue of each buyer, minor units @param spent by customer, then by product
 */
export function expectedMix(expected: readonly { customerId: string; revenue: number }[], spent: ReadonlyMap<string, Readonly<Record<string, number>>>): ProductMix[] {
  const all = new Map<string, number>();
  for (const amounts of spent.values()) for (const [product, amount] of Object.entries(amounts)) all.set(product, (all.get(product) ?? 0) + amount);
  const total = [...all.values()].reduce((sum, amount) => sum + amount, 0);
  const revenues = new Map([...all.keys()].map((product) => [product, 0]));
  for (const { customerId, revenue } of expected) {
    const own = Object.entries(spent.get(customerId) ?? {});
    const sum = own.reduce((total_, [, amount]) => total_ + amount, 0);
    for (const [product, amount] of sum > 0 ? own : all) revenues.set(product, revenues.get(product)! + (revenue * amount) / (sum > 0 ? sum : total));
  }
  const expectedTotal = [...revenues.values()].reduce((sum, each) => sum + each, 0);
  return [...all].sort(([one, more], [other, many]) => many - more || (one < other ? -1 : 1)).map(([product, amount]) => {
    const [share, expectedRevenue] = [total > 0 ? amount / total : 0, revenues.get(product)!];
    const expectedShare = expectedTotal > 0 ? expectedRevenue / expectedTotal : 0;
    return { product, share, expectedRevenue, expectedShare, change: expectedShare - share };
  });
}
