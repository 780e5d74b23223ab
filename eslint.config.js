import tseslint from 'typescript-eslint';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';

/** One import fence: what a folder may not import, and why. */
const fence = (folder, patterns, allowTypeImports = false) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: patterns.map(([regex, message]) => ({ regex, message, allowTypeImports })) },
    ],
  },
});

const NODE = ['^node:', 'touch the world through ctx or activities only'];
const SDKS = [
  '^(@temporalio/|onnxruntime|sharp$|execa$|zarrita$|@zarrita/|pino$)',
  'frameworks belong in activities, workflows or cli',
];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.fovea/**',
      '.venv/**',
      'coverage/**',
      'results/**',
      'demo/**',
      'kernels/wasm/assembly/**',
      'kernels/wasm/bytes.ts',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['{kernels,core,plugins,activities,workflows,cli}/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 300 }],
    },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
  },
  fence('kernels', [
    ['^[^.]', 'kernels import nothing but kernels'],
    ['/(core|plugins|activities|workflows|cli)/', 'kernels import nothing but kernels'],
  ]),
  fence('core', [
    ['^node:(?!crypto$)', 'core is pure: node:crypto only'],
    SDKS,
    ['/(plugins|activities|workflows|cli)/', 'imports point one way'],
  ]),
  fence('plugins', [NODE, SDKS, ['/(activities|workflows|cli)/', 'imports point one way']]),
  fence(
    'workflows',
    [
      ['^(?!@temporalio/workflow$)[^.]', 'workflows import values from @temporalio/workflow and their own folder only'],
      ['/(core|kernels|plugins|activities|cli)/', 'workflows import types only from elsewhere'],
    ],
    true,
  ),
  fence('activities', [
    ['/cli/', 'imports point one way'],
    ['/plugins/', 'steps arrive through the registry'],
  ]),
  {
    files: ['**/*.{js,mjs}', 'test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
);
