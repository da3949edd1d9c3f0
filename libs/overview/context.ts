import { context } from '#event-sourcing';

export const overview = await context('overview', import.meta.url);
