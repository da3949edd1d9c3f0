import { context } from '#event-sourcing';

export const purchases = await context('purchases', import.meta.url);
