import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vitest/config";

const ROOT = join(import.meta.dirname, "../..");
const THOROUGH = join(import.meta.dirname, "thorough-fast-check.ts");
/** Time limit for a test, in milliseconds. A whole matrix or thousands of property runs take long; only a hang reaches the limit. */
const LIMIT_MS = 3_600_000;

/** Replaces fast-check with the version that runs longer, in every test. */
const thorough: Plugin = {
  name: "thorough-fast-check",
  enforce: "pre",
  resolveId: (source, importer) => (source === "fast-check" && importer !== THOROUGH ? THOROUGH : null),
};

const withProperties = globSync("{apps,packages}/*/src/**/*.test.ts", { cwd: ROOT }).filter((file) =>
  readFileSync(join(ROOT, file), "utf8").includes('from "fast-check"'),
);

export default defineConfig({
  root: ROOT,
  test: {
    pool: "forks",
    maxWorkers: 2,
    projects: [
      {
        plugins: [thorough],
        test: {
          name: "soak",
          root: ROOT,
          globalSetup: ["tooling/gate/build-daemons.ts", "tooling/gate/use-memory-folder.ts"],
          include: [
            "apps/*/{src,test}/**/*.soak.ts",
            "packages/*/{src,test}/**/*.soak.ts",
            "e2e/{agents,start}/*.soak.ts",
            ...withProperties,
          ],
          setupFiles: [join(ROOT, "packages/testkit/src/faults/watch-faults.ts")],
          testTimeout: LIMIT_MS,
          expect: { poll: { timeout: 60_000 } },
          hookTimeout: LIMIT_MS,
        },
      },
    ],
  },
});
