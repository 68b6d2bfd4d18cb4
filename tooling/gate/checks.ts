import type { Step } from "./run-step.ts";

/** The checks that every commit must pass before its tests run, fastest first. */
export const CHECKS: readonly Step[] = [
  { name: "format", script: "node_modules/oxfmt/bin/oxfmt", argv: ["--check", "."] },
  { name: "types", script: "node_modules/typescript/bin/tsc", argv: ["-b"] },
  { name: "lint", script: "node_modules/oxlint/bin/oxlint", argv: ["--type-aware", "--deny-warnings"] },
  { name: "unused code", script: "node_modules/knip/bin/knip.js", argv: ["--no-progress"] },
  { name: "house rules", script: "node_modules/vitest/vitest.mjs", argv: ["run", "--project", "tooling", "--reporter=dot"] },
];
