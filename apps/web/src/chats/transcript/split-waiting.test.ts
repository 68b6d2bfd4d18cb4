import type { PromptItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { splitWaiting } from "./split-waiting.ts";

const prompt = (name: string, firstSeq: number) => ({ kind: "prompt", taskId: name as TaskId, firstSeq }) as PromptItem;
const end = (name: string) => ({ kind: "turn_end", taskId: name as TaskId }) as TranscriptItem;
const open = (
  name: string,
  position: number,
  state = "queued",
  more: { waitsUntil?: number; overBudget?: object; waitsFor?: { taskId: TaskId }; step?: string } = {},
) => ({
  id: name as TaskId,
  position,
  state,
  waitsUntil: null,
  overBudget: null,
  waitsFor: null,
  step: null,
  ...more,
});

it.each([
  ["nothing at all", [], null, [], [], { next: undefined, queued: [], goesToQueue: false }],
  ["the first prompt, before the list of tasks knows it", [prompt("a", 1)], null, [], [], { next: "a", queued: [], goesToQueue: true }],
  ["the first prompt", [prompt("a", 1)], null, [], [open("a", 1)], { next: "a", queued: [], goesToQueue: true }],
  [
    "one behind a turn of this chat",
    [prompt("b", 5)],
    "a",
    [],
    [open("a", 1, "running"), open("b", 5)],
    { next: undefined, queued: ["b"], goesToQueue: true },
  ],
  [
    "one behind a turn of another chat",
    [prompt("b", 5)],
    null,
    [],
    [open("a", 1, "running"), open("b", 5)],
    { next: undefined, queued: ["b"], goesToQueue: true },
  ],
  [
    "one behind a prompt of another chat",
    [prompt("b", 5)],
    null,
    [],
    [open("a", 1), open("b", 5)],
    { next: undefined, queued: ["b"], goesToQueue: true },
  ],
  [
    "one before a prompt of another chat",
    [prompt("b", 5)],
    null,
    [],
    [open("b", 5), open("c", 9)],
    { next: "b", queued: [], goesToQueue: true },
  ],
  [
    "two, the turn before them just ended and the list does not know",
    [prompt("b", 5), prompt("c", 6)],
    null,
    [end("a")],
    [open("a", 1, "running"), open("b", 5), open("c", 6)],
    { next: "b", queued: ["c"], goesToQueue: true },
  ],
  [
    "two that were turned around",
    [prompt("b", 5), prompt("c", 6)],
    null,
    [],
    [open("c", 5), open("b", 6)],
    { next: "c", queued: ["b"], goesToQueue: true },
  ],
  [
    "one in preparation, with another moved before it",
    [prompt("b", 5), prompt("c", 6)],
    null,
    [],
    [open("c", 5), open("b", 6, "queued", { step: "setup" })],
    { next: "b", queued: ["c"], goesToQueue: true },
  ],
  [
    "one that waits for its time holds back no other",
    [prompt("b", 5), prompt("c", 6)],
    null,
    [],
    [open("b", 5, "queued", { waitsUntil: 9 }), open("c", 6)],
    { next: "c", queued: ["b"], goesToQueue: true },
  ],
  [
    "only one that waits for its time",
    [prompt("b", 5)],
    null,
    [],
    [open("b", 5, "queued", { waitsUntil: 9 })],
    { next: undefined, queued: ["b"], goesToQueue: false },
  ],
  [
    "one that a budget holds, and so are those after it",
    [prompt("b", 5)],
    null,
    [],
    [open("b", 5, "queued", { overBudget: {} })],
    { next: undefined, queued: ["b"], goesToQueue: true },
  ],
  [
    "one that is sent anyway, past one that a budget holds",
    [prompt("b", 5), prompt("c", 6)],
    null,
    [],
    [open("b", 5, "queued", { overBudget: {} }), open("c", 6)],
    { next: "c", queued: ["b"], goesToQueue: true },
  ],
  [
    "one that is sent anyway, behind one of its chat that a budget holds",
    [prompt("b", 5), prompt("c", 6)],
    null,
    [],
    [open("b", 5, "queued", { overBudget: {} }), open("c", 6, "queued", { waitsFor: { taskId: "b" as TaskId } })],
    { next: undefined, queued: ["b", "c"], goesToQueue: true },
  ],
  ["nothing here, another chat is busy", [], null, [], [open("a", 1, "running")], { next: undefined, queued: [], goesToQueue: true }],
] as const)("%s", (_, waiting, running, items, tasks, expected) => {
  const split = splitWaiting({ waiting, transcript: { items, runningTaskId: running as TaskId | null } }, tasks);
  expect({ ...split, next: split.next?.taskId, queued: split.queued.map((task) => task.id) }).toEqual(expected);
});
