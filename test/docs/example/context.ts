// #region context
import { context } from '#event-sourcing';

export const cards = await context('cards', import.meta.url);
// #endregion
