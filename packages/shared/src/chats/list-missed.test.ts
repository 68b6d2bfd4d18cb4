import { expect, it } from "vitest";
import type { AgentEvent } from "../agents/agent-event.ts";
import type { ChatEventBody } from "./chat-event.ts";
import { endTask, sayText, sayThought, setText, startTool, updateTool } from "../testing/build-body.ts";
import { BUILT_IDS, buildEvents } from "../testing/build.ts";
import { applyChatEvents, emptyTranscript } from "./apply-chat-event.ts";
import { listMissed } from "./list-missed.ts";

const fold = (bodies: readonly ChatEventBody[]) => applyChatEvents(emptyTranscript(BUILT_IDS.chat), buildEvents(bodies)).items;

it.each<{ name: string; known: ChatEventBody[]; told: AgentEvent[]; missed: AgentEvent[] }>([
  { name: "nothing the transcript has", known: [sayText("p", 0, "one")], told: [sayText("p", 0, "one")], missed: [] },
  { name: "a part the transcript lacks", known: [], told: [sayText("p", 0, "on"), sayText("p", 2, "e")], missed: [setText("p", "one")] },
  {
    name: "a thought, as a thought",
    known: [],
    told: [sayThought("p", 0, "hm")],
    missed: [{ ...setText("p", "hm"), kind: "thought" }],
  },
  {
    name: "the whole of a part that grew",
    known: [sayText("p", 0, "on")],
    told: [sayText("p", 0, "one")],
    missed: [setText("p", "one")],
  },
  { name: "no part the transcript has more of", known: [sayText("p", 0, "one ")], told: [sayText("p", 0, "one")], missed: [] },
  { name: "no empty part", known: [], told: [setText("p", "")], missed: [] },
  {
    name: "a part whose text differs in the end",
    known: [sayText("p", 0, "two")],
    told: [setText("p", "one")],
    missed: [setText("p", "one")],
  },
  {
    name: "a tool with its end",
    known: [],
    told: [startTool("c"), updateTool("c", "running", {}), updateTool("c", "completed", { output: "done" })],
    missed: [startTool("c"), updateTool("c", "completed", { output: "done" })],
  },
  {
    name: "the end of a tool that ran",
    known: [startTool("c")],
    told: [startTool("c"), updateTool("c", "failed", {})],
    missed: [updateTool("c", "failed", {})],
  },
  { name: "no tool that did not end", known: [startTool("c")], told: [startTool("c"), updateTool("c", "cancelled", {})], missed: [] },
  {
    name: "no end the transcript has",
    known: [startTool("c"), updateTool("c", "completed", {})],
    told: [startTool("c"), updateTool("c", "completed", { output: "done" })],
    missed: [],
  },
  {
    name: "in the order they began",
    known: [sayText("p", 0, "a")],
    told: [sayText("p", 0, "a"), startTool("c"), sayText("q", 0, "b"), updateTool("c", "completed", {}), sayText("q", 1, "c")],
    missed: [startTool("c"), updateTool("c", "completed", {}), setText("q", "bc")],
  },
])("gives $name", ({ known, told, missed }) => {
  const before = [...known, endTask("interrupted")];
  expect(listMissed(fold(before), told)).toEqual(missed);
  expect(listMissed(fold([...before, ...missed]), told)).toEqual([]);
});
