import type { Benchmark } from './harness.js';

/** Every benchmark by its name. It is loaded when it is run: what one of them measures takes long to load for all others. */
export const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  commands: async () => (await import('./commands.js')).commands,
  peers: async () => (await import('./peers.js')).peers,
  rebuild: async () => (await import('./rebuild.js')).rebuild,
  rehydrate: async () => (await import('./rehydrate.js')).rehydrate,
  growth: async () => (await import('./growth.js')).growth,
  visible: async () => (await import('./visible.js')).visible,
  http: async () => (await import('./http.js')).http,
  import: async () => (await import('./import.js')).importing,
  loyalty: async () => (await import('./loyalty.js')).loyalty,
  moments: async () => (await import('./moments.js')).moments,
  engines: async () => (await import('./engines.js')).engines,
  audit: async () => (await import('./audit.js')).audit,
  privacy: async () => (await import('./privacy.js')).privacy,
  processes: async () => (await import('./processes.js')).processes,
  sales: async () => (await import('./sales.js')).sales,
  warehouse: async () => (await import('./warehouse.js')).warehouse,
  rules: async () => (await import('./rules.js')).rules,
};
