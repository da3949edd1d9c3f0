import { audit } from './audit.js';
import { commands } from './commands.js';
import { engines } from './engines.js';
import { growth } from './growth.js';
import type { Benchmark } from './harness.js';
import { http } from './http.js';
import { importing } from './import.js';
import { moments } from './moments.js';
import { peers } from './peers.js';
import { privacy } from './privacy.js';
import { processes } from './processes.js';
import { rebuild } from './rebuild.js';
import { rehydrate } from './rehydrate.js';
import { rules } from './rules.js';
import { sales } from './sales.js';
import { visible } from './visible.js';
import { warehouse } from './warehouse.js';

export const benchmarks: readonly Benchmark[] = [commands, peers, rebuild, rehydrate, growth, visible, http, importing, moments, engines, audit, privacy, processes, sales, warehouse, rules];
