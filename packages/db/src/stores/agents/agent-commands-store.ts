import { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import { AgentId, EpochMs, type ProjectId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import { z } from "zod";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { AgentCommandsTable } from "../../agent-tables.ts";
import type { Schema } from "../../schema.ts";

/** The commands that an agent announced last in one place. They count for exactly the program that announced them. */
const AnnouncedCommands = z.object({
  agent: AgentId,
  /** Empty: in a folder that belongs to no project. */
  projectId: z.string(),
  /** Identifies the program and how it is started. */
  programKey: z.string(),
  commands: z.array(SlashCommand),
  announcedAt: EpochMs,
});
export type AnnouncedCommands = z.infer<typeof AnnouncedCommands>;

const codec = recordCodec<AgentCommandsTable, AnnouncedCommands>("list of commands", AnnouncedCommands, {
  agent: "agent",
  projectId: "project_id",
  programKey: "program_key",
  commands: { column: "commands", as: "json" },
  announcedAt: "announced_at",
});

/** Inserts or replaces what an agent announced in one place. */
export async function upsertAgentCommands(tx: Transaction<Schema>, announced: AnnouncedCommands): Promise<void> {
  const row = codec.toRow(announced);
  await tx
    .insertInto("agent_commands")
    .values(row)
    .onConflict((conflict) => conflict.columns(["agent", "project_id"]).doUpdateSet(row))
    .execute();
}

/** Returns what an agent announced in a project and outside of all projects, the project's first. */
export async function listAgentCommands(db: Queryable, agent: AgentId, projectId: ProjectId | null): Promise<AnnouncedCommands[]> {
  const rows = await db
    .selectFrom("agent_commands")
    .selectAll()
    .where("agent", "=", agent)
    .where("project_id", "in", [projectId ?? "", ""])
    .orderBy("project_id", "desc")
    .execute();
  return rows.map(codec.toRecord);
}
