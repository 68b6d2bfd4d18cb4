import { expect, it } from "vitest";
import type { TranscriptItem } from "../../chats/transcript.ts";
import { AgentId, TaskId } from "../../ids.ts";
import { toHandover } from "../handoff/handover-frame.ts";
import { applyReplayWord, beginReplay, type ReplayWord } from "./replay.ts";

const agent = AgentId.parse("gemini");
const item = (task: string, more: object) =>
  ({ key: "", firstSeq: 0, lastSeq: 0, at: 0, taskId: TaskId.parse(task), ...more }) as TranscriptItem;
const ITEMS = [
  item("t1", { kind: "prompt", agent, text: "Say hello" }),
  item("t1", { kind: "text", text: "Hello " }),
  item("t1", { kind: "tool" }),
  item("t1", { kind: "text", text: "there." }),
  item("t2", { kind: "prompt", agent: "qwen", text: "And you?" }),
  item("t2", { kind: "text", text: "Another agent's." }),
  item("t3", { kind: "prompt", agent, text: "Once more" }),
  item("t3", { kind: "thought", text: "Hm." }),
  item("t3", { kind: "text", text: "OK" }),
];

const person = (text: string): ReplayWord => ({ who: "person", text });
const text = (words: string): ReplayWord => ({ who: "text", text: words });
const thought = (words: string): ReplayWord => ({ who: "thought", text: words });
const tool = (callId: string): ReplayWord => ({ who: "tool", callId });

it.each<[string, ReplayWord[], string]>([
  [
    "a replay of all, cut otherwise",
    [
      person("Say "),
      person("hello"),
      text("Hel"),
      tool("a"),
      tool("a"),
      text("lo\nthere."),
      person("Once more"),
      thought("Hm."),
      text("OK"),
    ],
    "told told held held held told told held told",
  ],
  [
    "a replay without thoughts and tools",
    [person("Say hello"), text("Hello there."), person("Once more"), text("OK"), text("New")],
    "told told told told new",
  ],
  ["a replay of the end only", [person("Once more"), text("OK"), person("The new prompt"), text("OK")], "told told new new"],
  ["an answer without a replay, with the same text as before", [text("OK")], "new"],
  ["an answer that begins like the rest of an old one", [person("Once more"), text("O"), text("ther")], "told held new"],
  ["a tool after the text of the last turn", [person("Once more"), text("OK"), tool("b")], "told told new"],
  ["a text of the agent's own, in the person's name", [person("<context>"), text("Hello")], "held new"],
  [
    "a replay behind such a text",
    [person("<context>"), person("Say hello"), text("Hello there."), person("<context>"), person("Once more"), text("OK"), text("New")],
    "held told told held told told new",
  ],
  ["an echo in such a text", [person("Once more"), person("<context>The new prompt</context>"), text("OK")], "told new new"],
  [
    "an echo in pieces that begins like an old prompt",
    [person("Once more"), person("The new"), person(" prompt"), text("OK")],
    "told new new new",
  ],
  [
    "a replay with what the agent was told before a prompt, in one text with it",
    [
      person(`Say ${toHandover("The person: The new prompt, Once more")}hello`),
      text("Hello there."),
      person("Once more"),
      text("OK"),
      text("New"),
    ],
    "told told told told new",
  ],
  [
    "the same in pieces",
    [
      ...toHandover("The person to qwen:\nThe new prompt\n<b>Once more")
        .match(/[^]{1,7}/g)!
        .map(person),
      person("Say hello"),
      text("Hello there."),
    ],
    `${"told ".repeat(Math.ceil(toHandover("The person to qwen:\nThe new prompt\n<b>Once more").length / 7))}told told`,
  ],
  [
    "a replay of a prompt that ends like a mark",
    [person("Say hello <"), text("Hello there."), person("Once more"), text("OK"), text("New")],
    "told told told told new",
  ],
  [
    "a replay of a prompt that names the mark",
    [person("Say hello <boocode-handover> to me"), text("Hello there."), person("Once more"), text("OK"), text("New")],
    "told told told told new",
  ],
  ["text of another agent's turn", [person("And you?"), text("Another agent's.")], "held new"],
  ["a short answer that says the same again", [text("Hello there."), text("OK"), text("New")], "new new new"],
  ["an answer that begins like such a replay", [text("Hello there."), text("Not OK"), text("OK")], "new new new"],
  ["events after the replay is over", [person("Once more"), text("No"), text("OK")], "told new new"],
])("tells %s apart", (_, words, verdicts) => {
  let replay = beginReplay(ITEMS, agent, "The new prompt");
  const told = words.map((word) => {
    const step = applyReplayWord(replay, word);
    replay = step.replay;
    return step.verdict;
  });
  expect(told.join(" ")).toBe(verdicts);
});

it("ends immediately if the journal has nothing from the agent", () => {
  expect(applyReplayWord(beginReplay([], agent, "The new prompt"), person("Say hello")).verdict).toBe("new");
});

it("doubts a replay without prompts, because nothing tells it from an answer to “say it again”", () => {
  const long = "Once upon a time there was a daemon that never lost a word.";
  let replay = beginReplay([item("t1", { kind: "prompt", agent, text: "Go" }), item("t1", { kind: "text", text: long })], agent, "Again");
  const verdicts = [tool("a"), text(long.slice(0, 20)), text(long.slice(20)), text("New")].map((word) => {
    const step = applyReplayWord(replay, word);
    replay = step.replay;
    return step.verdict;
  });
  expect(verdicts).toEqual(["new", "new", "doubted", "new"]);
});
