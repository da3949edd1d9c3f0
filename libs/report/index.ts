// A page with charts that opens without a network.
export { reportPage, type ReportData } from './page.js';
export { type ChurnSummary, type CustomerFigures } from './figures.js';
