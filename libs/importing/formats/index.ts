import { baskets } from './baskets.js';
import { cdnowFormats } from './cdnow.js';

/** Files whose rows are known without a mapping, by name. */
export const knownFormats = { ...cdnowFormats, baskets };
