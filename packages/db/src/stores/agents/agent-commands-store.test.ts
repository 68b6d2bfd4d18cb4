import { AgentId, ProjectId } from "@boocode/shared/ids";
import { buildProject } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase } from "../../../test/scratch-database.ts";
import { type AnnouncedCommands, listAgentCommands, upsertAgentCommands } from "./agent-commands-store.ts";
import { deleteProject, insertProject } from "../project-store.ts";

const agent = AgentId.parse("qwen");
const [PROJECT, OTHER] = [buildProject().id, ProjectId.parse("another")];
const announced = (projectId: string, name: string): AnnouncedCommands => ({
  agent,
  projectId,
  programKey: "a",
  commands: [{ name, description: "", hint: "[file]" }],
  announcedAt: 1,
});

it("keeps the last list of each place, and forgets a project's with the project", async () => {
  const db = await scratchDatabase();
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject());
    for (const one of [announced("", "old"), announced("", "compress"), announced(PROJECT, "deploy"), announced(OTHER, "test")])
      await upsertAgentCommands(tx, one);
  });
  expect(await listAgentCommands(db.read, agent, PROJECT)).toEqual([announced(PROJECT, "deploy"), announced("", "compress")]);
  expect(await listAgentCommands(db.read, agent, null)).toEqual([announced("", "compress")]);
  expect(await listAgentCommands(db.read, AgentId.parse("goose"), PROJECT)).toEqual([]);
  await db.write("full", (tx) => deleteProject(tx, PROJECT));
  expect(await listAgentCommands(db.read, agent, PROJECT)).toEqual([announced("", "compress")]);
});
