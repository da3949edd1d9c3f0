import { audit } from './audit.js';
import { commands } from './commands.js';
import { engines } from './engines.js';
import { growth } from './growth.js';
import type { Benchmark } from './harness.js';
import { http } from './http.js';
import { importing } from './import.js';
import { loyalty } from './loyalty.js';
import { moments } from './moments.js';
import { peers } from './peers.js';
import { privacy } from './privacy.js';
import { rebuild } from './rebuild.js';
import { rehydrate } from './rehydrate.js';
import { rules } from './rules.js';
import { visible } from './visible.js';
import { warehouse } from './warehouse.js';

export const benchmarks: readonly Benchmark[] = [commands, peers, rebuild, rehydrate, growth, visible, http, importing, loyalty, moments, engines, audit, privacy, warehouse, rules];
