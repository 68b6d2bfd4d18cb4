/** The number of tests that ran in one part of the tree, by outcome. */
export interface PartCount {
  part: string;
  tests: number;
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  testResults: readonly { name: string; assertionResults: readonly { status: string }[]; status: string }[];
}

/** Counts vitest's JSON report by part: `packages/db`, `apps/coder`, `apps/coder/test`, `tooling` … A file that did not load counts as one failure. */
export function countVitest(report: VitestReport, root: string): PartCount[] {
  const parts = new Map<string, PartCount>();
  for (const file of report.testResults) {
    const part = partOf(file.name.replace(`${root}/`, ""));
    const count = parts.get(part) ?? { part, tests: 0, passed: 0, failed: 0, skipped: 0 };
    parts.set(part, count);
    for (const { status } of file.assertionResults) tally(count, status);
    if (file.assertionResults.length === 0 && file.status === "failed") tally(count, "failed");
  }
  return [...parts.values()].sort((a, b) => a.part.localeCompare(b.part));
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
}

/** Counts Playwright's JSON report. A flaky test counts as failed, because it shows a bug in the test or the program. */
export function countPlaywright({ stats }: PlaywrightReport): PartCount {
  const failed = stats.unexpected + stats.flaky;
  return { part: "e2e", tests: stats.expected + failed, passed: stats.expected, failed, skipped: stats.skipped };
}

function partOf(file: string): string {
  const [top, name, folder] = file.split("/");
  if (top === "packages" || top === "apps") return folder === "test" ? `${top}/${name}/test` : `${top}/${name}`;
  return top!;
}

function tally(count: PartCount, status: string): void {
  if (status === "passed" || status === "failed") {
    count.tests += 1;
    count[status] += 1;
  } else {
    count.skipped += 1;
  }
}
