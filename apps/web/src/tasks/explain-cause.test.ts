import { TaskCause } from "@boocode/shared/tasks/task";
import { describe, expect, it } from "vitest";
import { explainCause, explainEnd, quoteCause } from "./explain-cause.ts";

describe("explainCause", () => {
  it.each(TaskCause.options)("has words for %s", (cause) => {
    const words = explainCause(cause);
    expect(words.title).toMatch(/^[A-Z].{5,60}[^.]$/);
    expect(words.hint).toMatch(/^[A-Z].{15,200}\.$/);
    expect(`${words.title} ${words.hint}`).not.toMatch(/oops|sorry|unknown error|_/i);
  });

  it("has a different text for each cause", () => {
    const titles = TaskCause.options.map((cause) => explainCause(cause).title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe("explainEnd", () => {
  const started = { durationMs: 900 };
  it.each([
    ["a stopped turn goes on", { state: "cancelled", cause: "stopped_by_person", ...started }, true, "Stopped by you", "continue"],
    [
      "one stopped in the queue is sent again",
      { state: "cancelled", cause: "stopped_by_person", durationMs: null },
      false,
      "Stopped before it started",
      "retry",
    ],
    [
      "an interrupted turn that said nothing is sent again",
      { state: "interrupted", cause: "daemon_restart", ...started },
      false,
      "Interrupted by a restart",
      "retry",
    ],
    [
      "an agent that could not be started is looked for again",
      { state: "failed", cause: "agent_unavailable", ...started },
      false,
      "The agent could not be started",
      "look_again",
    ],
    ["a failure without a cause still has words", { state: "failed", cause: null, ...started }, true, "Failed", "retry"],
  ] as const)("%s", (_, end, hasOutput, title, action) => {
    expect(explainEnd(end, hasOutput)).toMatchObject({ title, action });
  });

  it("has no text for a completed turn", () => {
    expect(explainEnd({ state: "completed", cause: null, ...started }, true)).toBeNull();
  });
});

describe("quoteCause", () => {
  it.each([
    [
      "the model's own words for a 401",
      "model_refused",
      { message: " Incorrect API key provided ", httpStatus: 401 },
      "The model says",
      "Incorrect API key provided",
    ],
    ["the ways to log in", "login_required", { message: "Use an API key" }, "It offers", "Use an API key"],
    [
      "the last words of a process",
      "agent_exit",
      { exitCode: 1, stderrTail: "out of memory\n" },
      "The agent's last output",
      "out of memory",
    ],
  ] as const)("quotes %s", (_, cause, evidence, by, text) => {
    expect(quoteCause({ cause, evidence })).toEqual({ by, text });
  });

  it.each([
    ["no cause", null, { message: "x" }],
    ["a stop", "stopped_by_person", { message: "x" }],
    ["nothing said", "model_refused", { httpStatus: 401 }],
    ["no evidence", "model_refused", null],
  ] as const)("quotes nothing for %s", (_, cause, evidence) => {
    expect(quoteCause({ cause, evidence })).toBeNull();
  });

  it("offers the settings if a key, an address or a model may be wrong", () => {
    expect(TaskCause.options.filter((cause) => explainCause(cause).offersSettings)).toEqual(["model_unreachable", "model_refused"]);
  });
});

it("says until when a usage limit lasts, and offers to go on then", () => {
  const now = new Date("2026-11-30T10:00:00").getTime();
  const end = { state: "failed", cause: "usage_limit", durationMs: 5, evidence: { resetsAt: now + 3_600_000 } } as const;
  expect(explainEnd(end, true, now)).toMatchObject({ title: "Usage limit reached: waits until 11:00", action: "continue_then" });
  expect(explainEnd(end, false, now)).toMatchObject({ action: "continue_then" });
  expect(explainEnd(end, true, now + 3_600_000)).toMatchObject({ title: "A usage limit was reached", action: "continue" });
  expect(explainEnd(end, false, now + 3_600_000)).toMatchObject({ action: "retry" });
});
