export { cdnowFormats } from './formats/cdnow.js';
export { MAIN_COMMANDS, type FileFormat, type FileKind } from './formats/file-format.js';
export { InvalidMapping, Mapping, mappingOf } from './mapping/mapping.js';
export { importFile, type ImportCounts, type ImportOptions, type ImportSummary } from './running/importer.js';
export { RejectsNotWritable } from './running/rejects-file.js';
export { UnreadableText } from './source/lines.js';
export { UnusableFile } from './source/source-file.js';
export { ImportInUse, undoImport, UnknownImport, type Dependent, type UndoneImport, type UndoOptions } from './undoing/undo-import.js';
