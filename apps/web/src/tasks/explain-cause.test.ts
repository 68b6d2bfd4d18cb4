import { TaskCause } from "@boocode/shared/tasks/task";
import { describe, expect, it } from "vitest";
import { explainCause, explainEnd } from "./explain-cause.ts";

describe("explainCause", () => {
  it.each(TaskCause.options)("has words for %s", (cause) => {
    const words = explainCause(cause);
    expect(words.title).toMatch(/^[A-Z].{5,60}[^.]$/);
    expect(words.hint).toMatch(/^[A-Z].{15,200}\.$/);
    expect(`${words.title} ${words.hint}`).not.toMatch(/oops|sorry|unknown error|_/i);
  });

  it("says each cause differently", () => {
    const titles = TaskCause.options.map((cause) => explainCause(cause).title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe("explainEnd", () => {
  const started = { durationMs: 900 };
  it.each([
    ["a completed turn needs no words", { state: "completed", cause: null, ...started }, true, null],
    [
      "a stopped turn goes on",
      { state: "cancelled", cause: "stopped_by_person", ...started },
      true,
      { title: "Stopped", action: "continue" },
    ],
    [
      "one stopped in the queue is sent again",
      { state: "cancelled", cause: "stopped_by_person", durationMs: null },
      false,
      { title: "Stopped before it started", action: "retry" },
    ],
    [
      "an interrupted turn that said nothing is sent again",
      { state: "interrupted", cause: "daemon_restart", ...started },
      false,
      { title: "Interrupted by a restart", action: "retry" },
    ],
    ["a failure without a cause still has words", { state: "failed", cause: null, ...started }, true, { title: "Failed", action: "retry" }],
  ] as const)("%s", (_, end, hasOutput, expected) => {
    const words = explainEnd(end, hasOutput);
    if (expected === null) expect(words).toBeNull();
    else expect(words).toMatchObject(expected);
  });
});
