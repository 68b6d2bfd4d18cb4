import { z } from "zod";
import { SessionId } from "../ids.ts";

export const Noun = z.enum([
  "projects",
  "sessions",
  "chats",
  "tasks",
  "agents",
  "agentSessions",
  "worktrees",
  "changes",
  "permissions",
  "settings",
  "access",
]);
export type Noun = z.infer<typeof Noun>;

/** Something changed and wants to be read again. Carries no state and has no cursor. */
export const WorkspaceEvent = z.object({
  kind: z.literal("changed"),
  noun: Noun,
  ids: z.array(z.string()),
  sessionId: SessionId.optional(),
});
export type WorkspaceEvent = z.infer<typeof WorkspaceEvent>;
