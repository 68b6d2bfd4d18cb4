import { expect, it } from "vitest";
import { countPlaywright, countVitest } from "./count-tests.ts";

it("counts by part, and counts a file that did not load as a failure", () => {
  const file = (name: string, ...statuses: string[]) => ({
    name: `/root/${name}`,
    status: statuses.includes("failed") || statuses.length === 0 ? "failed" : "passed",
    assertionResults: statuses.map((status) => ({ status })),
  });
  const report = {
    testResults: [
      file("packages/db/src/a.test.ts", "passed", "passed"),
      file("apps/coder/src/b.test.ts", "passed", "failed", "skipped"),
      file("apps/coder/test/c.test.ts", "passed"),
      file("tooling/floors/d.test.ts"),
    ],
  };
  expect(countVitest(report, "/root")).toEqual([
    { part: "apps/coder", tests: 2, passed: 1, failed: 1, skipped: 1 },
    { part: "apps/coder/test", tests: 1, passed: 1, failed: 0, skipped: 0 },
    { part: "packages/db", tests: 2, passed: 2, failed: 0, skipped: 0 },
    { part: "tooling", tests: 1, passed: 0, failed: 1, skipped: 0 },
  ]);
});

it("a flaky journey counts as failed", () => {
  const count = countPlaywright({ stats: { expected: 7, unexpected: 1, flaky: 2, skipped: 0 } });
  expect(count).toEqual({ part: "e2e", tests: 10, passed: 7, failed: 3, skipped: 0 });
});
