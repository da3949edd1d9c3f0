// Types and lint of a share of the sources, such as `1/2`. One program serves both: what lint asks of types need not be
// found out a second time.
import { relative } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';

const [share, shares] = process.argv[2].split('/').map(Number);
const isFirst = share === 1;

const { fileNames, options, errors } = ts.getParsedCommandLineOfConfigFile('tsconfig.json', {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (error) => { throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n')); } });
// Lint goes from a node to its parent.
const program = ts.createProgram({ rootNames: fileNames, options, host: ts.createCompilerHost(options, true) });
const files = fileNames.toSorted().filter((_, index) => index % shares === share - 1);

const eslint = new ESLint({ overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { programs: [program] } } } });
const linted = await eslint.lintFiles([...files.map((file) => relative('', file)), ...(isFirst ? ['**/*.{js,cjs}'] : [])]);
const diagnostics = [
  ...(isFirst ? [...errors, ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()] : []),
  ...files.map((file) => program.getSourceFile(file)).flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
];

const told = [
  ts.formatDiagnostics(diagnostics, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => process.cwd(), getNewLine: () => '\n' }),
  await (await eslint.loadFormatter('stylish')).format(linted),
];
process.stdout.write(told.join(''));
if (diagnostics.length > 0 || linted.some(({ errorCount }) => errorCount > 0)) process.exitCode = 1;
