import { context } from '#event-sourcing';

export const customers = await context('customers', import.meta.url);
