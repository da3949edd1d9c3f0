export { Analyses, UnknownAnalysis, type AnalysisQuestion, type DayAnswer, type Series, type SeriesQuestion } from './analyses.js';
export { NoNumber, type AnalysisAnswer } from './answer.js';
export { AXES, INTERVALS, type Axis, type Interval, type SeriesSpan } from './days.js';
export { parameterNames } from './parameters.js';
export { WholeViews } from './whole-views.js';
export { stepOf, type AnalysisProgress } from './progress.js';
