import { context } from '#event-sourcing';

export const access = await context('access', import.meta.url);
