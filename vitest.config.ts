import { defineConfig } from "vitest/config";

/** Two cores, real processes: forks, and a time limit that only a hang reaches. */
const shared = { pool: "forks", maxWorkers: 2, testTimeout: 120_000, hookTimeout: 120_000 } as const;
const tests = (folder: string) => [`${folder}/**/*.test.ts`, `${folder}/**/*.test.tsx`];

export default defineConfig({
  test: {
    ...shared,
    projects: [
      { test: { ...shared, name: "shared", include: tests("packages/shared/src") } },
      { test: { ...shared, name: "db", include: tests("packages/db") } },
      { test: { ...shared, name: "testkit", include: tests("packages/testkit") } },
      { test: { ...shared, name: "coder", include: tests("apps/coder/src") } },
      { test: { ...shared, name: "journeys", include: [...tests("apps/coder/test"), ...tests("e2e/agents"), ...tests("e2e/start")] } },
      { test: { ...shared, name: "web", include: tests("apps/web/src") } },
      { test: { ...shared, name: "tooling", include: tests("tooling") } },
    ],
  },
});
