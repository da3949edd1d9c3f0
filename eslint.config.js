import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'data/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
    },
  },
  {
    // Nest reads constructor types at run time, so a class used only as a type there is still a value import.
    files: ['apps/**/*.ts', 'libs/event-sourcing/nest/**/*.ts', 'libs/*/http/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    // Folds, decisions and what they use: functions of their arguments alone.
    files: ['libs/**/domain/**/*.ts', 'libs/**/views/**/*.ts', 'libs/**/analyses/**/*.ts', 'libs/**/processes/**/*.ts'],
    ignores: ['libs/event-sourcing/processes/**'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'console', 'crypto', 'performance'],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Domain code reads no clock: time comes in as data.' },
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Domain code reads no clock: time comes in as data.' },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Domain code has no randomness: ids come in as data.' },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', 'libs/event-sourcing/testing/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 700, skipBlankLines: true, skipComments: true }], 'no-restricted-syntax': 'off', 'no-restricted-globals': 'off' },
  },
  {
    // What comes over the wire in a test has no type; the assertions say what it must be.
    files: ['**/*.e2e.spec.ts', 'test/api/*.ts'],
    rules: Object.fromEntries(
      ['assignment', 'member-access', 'call', 'return', 'argument'].map((what) => [`@typescript-eslint/no-unsafe-${what}`, 'off']),
    ),
  },
  { files: ['**/*.js', '**/*.cjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', module: 'writable', URL: 'readonly' } } },
);
