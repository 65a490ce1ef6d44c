/**
 * Sizes: unit (beside the file), streaming (content of real media), integration, sdk and e2e (real Postgres, real clients).
 * A file that passes prints nothing. TEST_LOG_LEVEL=info shows what the rooms log and what tests print.
 */
const base = {
  testEnvironment: '<rootDir>/test/support/jest/environment.cjs',
  transform: { '^.+\\.[tj]s$': ['@swc/jest'] },
  // Nest 12 and jose are ES modules only; jest loads them as CommonJS after this transform.
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|jose)/)'],
  moduleNameMapper: {
    '^node-av$': '<rootDir>/test/support/jest/node-av.cjs',
    '^@lianmai/client$': '<rootDir>/sdk/src/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  setupFiles: ['<rootDir>/test/support/jest/log-level.ts'],
};

module.exports = {
  testTimeout: 30_000,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['src', 'sdk/src', 'web/src', 'test/architecture'].map(
        (folder) => `<rootDir>/${folder}/**/*.spec.ts`,
      ),
    },
    { ...base, displayName: 'streaming', testMatch: ['<rootDir>/test/streaming/**/*.spec.ts'] },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/database/postgres.setup.ts',
      globalTeardown: '<rootDir>/test/support/database/postgres.teardown.ts',
    },
    {
      ...base,
      displayName: 'sdk',
      testMatch: ['<rootDir>/test/sdk/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/sdk/support/build.setup.ts',
    },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
    // Pictures for people to look at: npm run screenshots.
    { ...base, displayName: 'gallery', testMatch: ['<rootDir>/test/gallery/**/*.gallery.ts'] },
  ],
};
