import { context } from '#event-sourcing';

export const privacy = await context('privacy', import.meta.url);
