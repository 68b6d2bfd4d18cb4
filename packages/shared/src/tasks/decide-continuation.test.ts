import { expect, it } from "vitest";
import { buildTask } from "../testing/build.ts";
import { decideContinuation } from "./decide-continuation.ts";

const limited = { state: "failed", cause: "usage_limit", evidence: { resetsAt: 1_000 } } as const;
const off = { continueAfterLimit: false, continueAfterLimitTimes: 3 };
const on = { continueAfterLimit: true, continueAfterLimitTimes: 3 };

it.each([
  ["a plain one, setting off", limited, off, false, null],
  ["a plain one, setting on", limited, on, false, { notBefore: 6_000, left: 2 }],
  ["a plain one, by a person", limited, off, true, { notBefore: 6_000, left: 2 }],
  ["the first continuation", { ...limited, continuesLeft: 2 }, off, false, { notBefore: 6_000, left: 1 }],
  ["the last continuation", { ...limited, continuesLeft: 0 }, on, false, null],
  ["the last continuation, by a person again", { ...limited, continuesLeft: 0 }, on, true, { notBefore: 6_000, left: 2 }],
  ["one that met no limit", { state: "failed", cause: "agent_error", evidence: { resetsAt: 1_000 } } as const, on, true, null],
  ["one whose limit names no time", { ...limited, evidence: {} }, on, true, null],
  ["one that the agent began by itself", { ...limited, kind: "agent" } as const, on, true, null],
])("%s", (_, task, settings, byPerson, expected) => {
  expect(decideContinuation(buildTask(task), settings, byPerson)).toEqual(expected);
});

it("is not continued for ever: as often as the setting says, and no more", () => {
  let task = buildTask(limited);
  let times = 0;
  for (let next = decideContinuation(task, on, false); next; next = decideContinuation(task, on, false)) {
    task = buildTask({ ...limited, continuesLeft: next.left });
    times += 1;
  }
  expect(times).toBe(3);
});
