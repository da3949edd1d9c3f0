import { context } from '#event-sourcing';

export const warehouse = await context('warehouse', import.meta.url);
