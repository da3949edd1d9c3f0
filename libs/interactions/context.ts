import { context } from '#event-sourcing';

export const interactions = await context('interactions', import.meta.url);
