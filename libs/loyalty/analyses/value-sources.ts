import { stored } from '#event-sourcing';
import { costs } from '../views/costs.view.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { valuePolicies } from '../views/value-policies.view.js';

/** What every analysis of value reads. */
export const valueSources = { customers: stored(loyalty), policies, rules: valuePolicies, costs };
