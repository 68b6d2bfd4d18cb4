import { describe, expect, it } from "vitest";
import type { ToolResult, ToolStatus } from "../agents/agent-event.ts";
import { TaskId } from "../ids.ts";
import {
  acceptPrompt,
  answerPermission,
  askPermission,
  endTask,
  sayText,
  sayThought,
  setText,
  startTask,
  startTool,
  updateTool,
} from "../testing/build-body.ts";
import { BUILT_IDS, buildEvent, buildEvents } from "../testing/build.ts";
import { applyChatEvents, emptyTranscript } from "./apply-chat-event.ts";
import type { ChatEvent, ChatEventBody } from "./chat-event.ts";
import type { Transcript } from "./transcript.ts";

const fold = (events: readonly ChatEvent[]) => applyChatEvents(emptyTranscript(BUILT_IDS.chat), events);
const usage = { inputTokens: 1, outputTokens: 2, cachedTokens: null, cost: null, contextUsed: null, contextSize: null };

describe("a part's text", () => {
  it.each([
    {
      name: "grows by consecutive ranges",
      deltas: [
        [0, "ab"],
        [2, "cd"],
      ],
      text: "abcd",
    },
    {
      name: "E2: ignores a repeated range",
      deltas: [
        [0, "ab"],
        [0, "ab"],
        [2, "c"],
        [2, "c"],
      ],
      text: "abc",
    },
    {
      name: "E2: takes only the tail of an overlap",
      deltas: [
        [0, "abc"],
        [1, "bcd"],
      ],
      text: "abcd",
    },
    {
      name: "leaves out text after a gap",
      deltas: [
        [0, "ab"],
        [3, "x"],
      ],
      text: "ab",
    },
    {
      name: "takes the text after a gap once the whole part is set",
      deltas: [
        [0, "ab"],
        [3, "d"],
        [2, "cd"],
      ],
      text: "abcd",
    },
    {
      name: "E9: joins the halves of a character",
      deltas: [
        [0, "a\ud83d"],
        [2, "\ude00b"],
      ],
      text: "a😀b",
    },
  ] as const)("$name", ({ deltas, text }) => {
    expect(fold(buildEvents(deltas.map(([offset, piece]) => sayText("p", offset, piece)))).items).toMatchObject([{ kind: "text", text }]);
  });

  it("does not begin in the middle of the part", () => {
    expect(fold([buildEvent(sayText("p", 2, "x"))]).items).toEqual([]);
  });

  it("E7: is replaced by a re-listing, shorter or longer, and continues from there", () => {
    const set = setText("p", "anew");
    const { items } = fold(buildEvents([sayText("p", 0, "first"), set, sayText("p", 4, "!")]));
    expect(items).toMatchObject([{ text: "anew!", firstSeq: 1, lastSeq: 3 }]);
  });

  it("set with its first seq takes that place, before the items that followed it", () => {
    const set = setText("p", "whole", 2);
    const events = [buildEvent(acceptPrompt("go"), { seq: 1 }), buildEvent(startTool("c"), { seq: 3 }), buildEvent(set, { seq: 4 })];
    expect(fold(events).items.map(({ kind, firstSeq }) => [kind, firstSeq])).toEqual([
      ["prompt", 1],
      ["text", 2],
      ["tool", 3],
    ]);
  });
});

describe("streaming", () => {
  const streaming = (transcript: Transcript) =>
    transcript.items.flatMap((item) => (item.kind === "text" || item.kind === "thought" ? [[item.partId, item.isStreaming]] : []));

  it("ends with the next item of the task", () => {
    const events = buildEvents([sayThought("t", 0, "hm"), sayText("p", 0, "so")]);
    expect(streaming(fold(events.slice(0, 1)))).toEqual([["t", true]]);
    expect(streaming(fold(events))).toEqual([
      ["t", false],
      ["p", true],
    ]);
  });

  it("goes on while another task's items begin", () => {
    const events = [
      buildEvent(sayText("p", 0, "so"), { seq: 1 }),
      buildEvent(acceptPrompt("later"), { seq: 2, taskId: TaskId.parse("task-2") }),
    ];
    expect(streaming(fold(events))).toEqual([["p", true]]);
  });

  it("does not start for a part that arrives late at an earlier place", () => {
    const events = buildEvents([startTask(), sayText("b", 0, "y"), setText("a", "x", 1)]);
    expect(streaming(fold(events))).toEqual([
      ["a", false],
      ["b", true],
    ]);
  });

  it("does not restart when an earlier part grows", () => {
    expect(streaming(fold(buildEvents([sayText("a", 0, "x"), sayText("b", 0, "y"), sayText("a", 1, "z")])))).toEqual([
      ["a", false],
      ["b", true],
    ]);
  });

  it("ends with the task", () => {
    expect(streaming(fold(buildEvents([sayText("p", 0, "so"), endTask("completed")])))).toEqual([["p", false]]);
  });
});

describe("T3: the end of a task settles everything of it", () => {
  it.each([
    { state: "completed", tool: "cancelled" },
    { state: "cancelled", tool: "cancelled" },
    { state: "interrupted", tool: "cancelled" },
    { state: "failed", tool: "failed" },
  ] as const)("$state: a running tool is $tool, a permission cancelled", ({ state, tool }) => {
    const events = buildEvents([startTask(), startTool("c"), askPermission("a1"), sayThought("t", 0, "hm"), endTask(state)]);
    const { items, runningTaskId } = fold(events);
    expect(items).toMatchObject([
      { kind: "tool", status: tool, endedAt: events.at(-1)!.at },
      { kind: "permission", resolution: { optionId: null, by: "cancelled" } },
      { kind: "thought", isStreaming: false },
      { kind: "turn_end", state },
    ]);
    expect(runningTaskId).toBeNull();
  });

  it("leaves settled items and other tasks unchanged", () => {
    const done = updateTool("c", "completed", { exitCode: 0 });
    const events = [
      ...buildEvents([startTool("c"), done]),
      buildEvent(startTool("d"), { seq: 3, taskId: TaskId.parse("task-2") }),
      buildEvent(endTask("failed"), { seq: 4 }),
    ];
    expect(fold(events).items).toMatchObject([
      { status: "completed", result: { exitCode: 0 } },
      { status: "running" },
      { kind: "turn_end" },
    ]);
  });

  it("T1: happens once: a second end changes nothing, and late items are settled from the start", () => {
    const { items } = fold(
      buildEvents([endTask("interrupted"), endTask("completed"), startTool("late"), startTask(), sayText("late", 0, "x")]),
    );
    expect(items).toMatchObject([
      { kind: "turn_end", state: "interrupted" },
      { kind: "tool", status: "cancelled" },
      { kind: "text", isStreaming: false },
    ]);
    expect(fold(buildEvents([endTask("interrupted"), startTask()])).runningTaskId).toBeNull();
  });
});

describe("a tool", () => {
  const report = (status: ToolStatus, result: ToolResult) => updateTool("c", status, result);
  it.each([
    {
      name: "keeps fields an update omits",
      updates: [report("running", { output: "a", truncatedBytes: 1 }), report("completed", { exitCode: 0 })],
      expected: { status: "completed", result: { output: "a", truncatedBytes: 1, exitCode: 0 } },
    },
    {
      name: "forgets how much of an earlier output was cut",
      updates: [report("running", { output: "a", truncatedBytes: 1 }), report("completed", { output: "b" })],
      expected: { status: "completed", result: { output: "b" } },
    },
    {
      name: "does not run again once it has ended",
      updates: [report("failed", { error: "no" }), report("running", { output: "late" })],
      expected: { status: "failed", result: { error: "no" } },
    },
  ])("$name", ({ updates, expected }) => {
    const [item] = fold(buildEvents([startTool("c"), ...updates])).items;
    expect(item).toMatchObject({ kind: "tool", status: expected.status });
    expect(item).toHaveProperty("result", expected.result);
  });
});

it("T8: the first answer to a permission wins", () => {
  const answer = (optionId: string) => answerPermission("a1", optionId);
  expect(fold(buildEvents([askPermission("a1"), answer("yes"), answer("no")])).items).toMatchObject([
    { resolution: { optionId: "yes", by: "person" } },
  ]);
});

it("an edited prompt keeps its place", () => {
  expect(fold(buildEvents([acceptPrompt("one"), startTool("c"), acceptPrompt("two")])).items).toMatchObject([
    { kind: "prompt", text: "two", firstSeq: 1, lastSeq: 3 },
    { kind: "tool" },
  ]);
});

it("a plan stands where it began and shows its newest state", () => {
  const plan = (status: "pending" | "done"): ChatEventBody => ({ type: "plan.updated", entries: [{ text: "step", status }] });
  expect(fold(buildEvents([plan("pending"), startTool("c"), plan("done")])).items).toMatchObject([
    { kind: "plan", entries: [{ status: "done" }], firstSeq: 1 },
    { kind: "tool" },
  ]);
});

it("tracks the running task and its usage", () => {
  const events = buildEvents([startTask(), { type: "usage.updated", usage }, endTask("completed")]);
  const seen = events.map((_, at) => fold(events.slice(0, at + 1))).map(({ runningTaskId, usage }) => [runningTaskId, usage]);
  expect(seen).toEqual([
    [BUILT_IDS.task, null],
    [BUILT_IDS.task, usage],
    [null, null],
  ]);
});

it("knows the agent's commands", () => {
  const commands = [{ name: "review", description: "Reviews" }];
  expect(fold(buildEvents([{ type: "commands.updated", commands }])).commands).toEqual(commands);
});
