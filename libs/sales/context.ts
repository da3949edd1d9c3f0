import { context } from '#event-sourcing';

export const sales = await context('sales', import.meta.url);
