import { context } from '#event-sourcing';

export const care = await context('care', import.meta.url);
