import { defineConfig } from "vitest/config";

/** What counts, at the end of each test of a fault, what the fault cost. */
const WATCH = "packages/testkit/src/faults/watch-faults.ts";
/**
 * Two cores, and tests that often wait for other processes: three forks, and time limits that only a hang reaches. Vitest alone would give a
 * poll one second.
 */
const shared = {
  pool: "forks",
  maxWorkers: 3,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
  setupFiles: [WATCH] as string[],
} as const;
/** The files share their processes: loading the program anew for each took longer than most tests. */
const together = { ...shared, isolate: false } as const;
const tests = (folder: string) => [`${folder}/**/*.test.ts`, `${folder}/**/*.test.tsx`];

/** Of the projects whose tests start daemons as programs. */
const globalSetup = "tooling/gate/build-daemons.ts";

/** It goes on as another user, so it has a process of its own. */
const APART = ["apps/coder/src/changes/edits/edit-faults.test.ts"];

export default defineConfig({
  test: {
    ...shared,
    globalSetup: "tooling/gate/use-memory-folder.ts",
    projects: [
      { test: { ...together, name: "shared", include: tests("packages/shared/src") } },
      { test: { ...together, name: "db", include: tests("packages/db") } },
      { test: { ...together, name: "testkit", include: tests("packages/testkit") } },
      { test: { ...shared, name: "apart", include: APART } },
      { test: { ...together, name: "coder", include: tests("apps/coder/src"), exclude: APART } },
      { test: { ...together, name: "journeys", globalSetup, include: tests("apps/coder/test") } },
      { test: { ...shared, name: "programs", globalSetup, include: [...tests("e2e/agents"), ...tests("e2e/start")] } },
      { test: { ...together, name: "web", include: tests("apps/web/src") } },
      { test: { ...together, name: "tooling", include: tests("tooling") } },
    ],
  },
});
