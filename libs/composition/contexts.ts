import { type Context } from '#event-sourcing';
import { accessContext } from '#access';
import { audit } from '../audit/context.js';
import { care } from '../care/context.js';
import { customers } from '../customers/context.js';
import { delivery } from '../delivery/context.js';
import { interactions } from '../interactions/context.js';
import { loyalty } from '../loyalty/context.js';
import { mining } from '../mining/context.js';
import { models } from '../models/context.js';
import { overview } from '../overview/context.js';
import { privacy } from '../privacy/context.js';
import { purchases } from '../purchases/context.js';
import { sales } from '../sales/context.js';
import { warehouse } from '../warehouse/context.js';

/** Every bounded context that this program is made of. */
export const contexts: readonly Context[] = [customers, interactions, purchases, sales, care, loyalty, mining, models, overview, privacy, delivery, audit, accessContext, warehouse];
