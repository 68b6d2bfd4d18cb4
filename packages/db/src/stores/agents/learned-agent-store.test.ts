import { AgentId } from "@boocode/shared/ids";
import type { LearnedAgent } from "@boocode/shared/agents/learning/learned-agent";
import { expect, it } from "vitest";
import { scratchDatabase } from "../../../test/scratch-database.ts";
import { listLearnedAgents, upsertLearnedAgent } from "./learned-agent-store.ts";

it("keeps the last answer of each agent", async () => {
  const db = await scratchDatabase();
  const learned: LearnedAgent = {
    agent: AgentId.parse("qwen"),
    programKey: "a",
    probedVersion: "0.24.4",
    version: null,
    modes: [{ id: "plan", label: "Plan", description: "" }],
    models: [{ id: "m", label: "M", isScripted: false }],
    takesImages: true,
    learnedAt: 1,
  };
  const other = { ...learned, agent: AgentId.parse("goose"), modes: [], models: [], takesImages: null };
  const later = { ...learned, programKey: "b", version: "0.25.0", learnedAt: 2 };
  await db.write("full", async (tx) => {
    for (const one of [learned, other, later]) await upsertLearnedAgent(tx, one);
  });
  expect(await listLearnedAgents(db.read)).toEqual([other, later]);
});
