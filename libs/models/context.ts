import { context } from '#event-sourcing';

export const models = await context('models', import.meta.url);
