import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AgentId, ChangeId, ChatId, TaskId } from "../ids.ts";
import { SETUP_AUTHOR } from "../worktrees/worktree-plan.ts";
import type { ChangeBlame, LineWriter } from "./change-blame.ts";
import { toTraceFile } from "./to-trace-file.ts";

const writer = (agent: string | null, task: string | null = null): LineWriter => ({
  agent: agent === null ? null : AgentId.parse(agent),
  taskId: task === null ? null : TaskId.parse(task),
  chatId: task === null ? null : ChatId.parse(`chat-${agent}`),
  prompt: null,
  commit: "1".repeat(40),
  at: 0,
});
const blame = (writers: LineWriter[], lines: ChangeBlame["lines"]): ChangeBlame => ({
  changeId: ChangeId.parse("chg_1"),
  path: "a.txt",
  view: "lines",
  writers,
  lines,
  removed: [],
});
const modelOf = (taskId: TaskId) => (taskId === "task-3" ? "" : "vendor/model");

describe("toTraceFile", () => {
  it("groups lines by author, joins neighbours, and leaves out the base", () => {
    const writers = [writer("qwen", "task-1"), writer(null), writer("qwen", "task-2"), writer("goose", "task-3"), writer(SETUP_AUTHOR)];
    const task = (id: string) => ({ type: "task", url: `urn:boocode:task:${id}` });
    expect(toTraceFile(blame(writers, ["base", 0, 2, 1, "base", 0, 3, 4]), modelOf)).toEqual({
      path: "a.txt",
      conversations: [
        {
          url: "urn:boocode:chat:chat-qwen",
          contributor: { type: "ai", model_id: "vendor/model" },
          ranges: [
            { start_line: 2, end_line: 3 },
            { start_line: 6, end_line: 6 },
          ],
          related: [task("task-1"), task("task-2")],
        },
        { contributor: { type: "human" }, ranges: [{ start_line: 4, end_line: 4 }] },
        {
          url: "urn:boocode:chat:chat-goose",
          contributor: { type: "ai" },
          ranges: [{ start_line: 7, end_line: 7 }],
          related: [task("task-3")],
        },
        { contributor: { type: "unknown" }, ranges: [{ start_line: 8, end_line: 8 }] },
      ],
    });
  });

  it("says nothing of a file without such lines", () => {
    expect(toTraceFile(blame([], ["base"]), modelOf)).toBeNull();
  });

  it("covers every line that somebody wrote exactly once", () => {
    const lines = fc.array(fc.oneof(fc.constant("base" as const), fc.nat(3)), { maxLength: 40 });
    const writers = [writer("qwen", "task-1"), writer(null), writer("qwen", "task-2"), writer("goose", "task-3")];
    fc.assert(
      fc.property(lines, (by) => {
        const ranges = (toTraceFile(blame(writers, by), modelOf)?.conversations ?? []).flatMap((conversation) => conversation.ranges);
        const covered = ranges.flatMap(({ start_line: start, end_line: end }) =>
          Array.from({ length: end - start + 1 }, (_, at) => start + at),
        );
        expect(covered.toSorted((a, b) => a - b)).toEqual(by.flatMap((each, place) => (each === "base" ? [] : [place + 1])));
      }),
    );
  });
});
