/** @type {import('jest').Config} */
const shared = {
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  watchPathIgnorePatterns: ['<rootDir>/.fovea/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

/**
 * Tests of kernels run twice, once per twin (see kernels/twin.ts); all others with the twin that is chosen by default.
 *
 * @type {import('jest').Config}
 */
export default {
  projects: [
    {
      ...shared,
      displayName: 'all',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/test/kernels/[^/]+$'],
    },
    ...['wasm', 'ts'].map((kernels) => ({
      ...shared,
      displayName: `kernels ${kernels}`,
      testMatch: ['<rootDir>/test/kernels/*.test.ts'],
      testEnvironmentOptions: { kernels },
    })),
  ],
  testTimeout: 60_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/test/support/closing-line.mjs'],
};
