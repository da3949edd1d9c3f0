import { context } from '#event-sourcing';

export const mining = await context('mining', import.meta.url);
