import type { Reporter, TestCase } from "vitest/node";

/** Prints a failure when its test ends, because the summary comes an hour later, or never if the run is stopped. */
export default class TellFailures implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state !== "failed") return;
    const told = errors.map(({ message, diff, stack }) => [message, diff, stack].filter(Boolean).join("\n")).join("\n\n");
    console.log(`\n✗ ${test.fullName}\n${told}\n`);
  }
}
