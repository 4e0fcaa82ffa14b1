import { defineConfig } from 'vitest/config';

const tsx = { test: { include: ['test/unit/renderer/**/*.test.{ts,tsx}'], environment: 'happy-dom' as const } };

/** Elections and sessions mostly wait, so two of these files run at a time. */
const coordination = 'test/interop/coordination-*.test.ts';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      { test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: ['test/unit/renderer/**'] } },
      { ...tsx, test: { ...tsx.test, name: 'renderer' } },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'] } },
      { test: { name: 'interop', include: ['test/interop/**/*.test.ts'], exclude: [coordination], testTimeout: 180_000, fileParallelism: false } },
      { test: { name: 'coordination', include: [coordination], testTimeout: 180_000, maxWorkers: 2 } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 300_000, fileParallelism: false } },
    ],
  },
});
