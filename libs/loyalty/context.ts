import { context } from '#event-sourcing';

export const loyalty = await context('loyalty', import.meta.url);
