// A page with charts that opens without a network.
export { reportPage } from './page.js';
export { REPORTED, type Answered, type ReportData, type Reported } from './figures.js';
