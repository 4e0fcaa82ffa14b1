import { defineConfig } from 'vitest/config';

const tsx = { test: { include: ['test/unit/renderer/**/*.test.{ts,tsx}'], environment: 'happy-dom' as const } };

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      { test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: ['test/unit/renderer/**'] } },
      { ...tsx, test: { ...tsx.test, name: 'renderer' } },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'] } },
      // peers mostly wait for one another: two of these files run at a time
      { test: { name: 'interop', include: ['test/interop/**/*.test.ts'], testTimeout: 180_000, maxWorkers: 2 } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 300_000, fileParallelism: false } },
    ],
  },
});
