import { context } from '#event-sourcing';

export const audit = await context('audit', import.meta.url);
