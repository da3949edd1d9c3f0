export { customerHistory, type CustomerHistory, type HistoryEntry, type Standing } from './customer-history.js';
export { exported, HISTORY_FORMATS, MEDIA_TYPES, type HistoryFormat } from './export/formats.js';
export { changeAsText } from './export/words.js';
