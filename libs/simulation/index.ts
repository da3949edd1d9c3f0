export { simulate, type SimulationOptions, type SimulationSummary } from './simulate.js';
