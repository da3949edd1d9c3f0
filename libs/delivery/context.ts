import { context } from '#event-sourcing';

export const delivery = await context('delivery', import.meta.url);
