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

/** Something changed and wants to be read again. Carries no state. */
export const WorkspaceEvent = z.object({
  kind: z.literal("changed"),
  noun: Noun,
  ids: z.array(z.string()),
  sessionId: SessionId.optional(),
});
export type WorkspaceEvent = z.infer<typeof WorkspaceEvent>;

/** The response header that says how far changes had been told before anything of the answer was read. */
export const PLACE_HEADER = "x-boocode-place";

/** Told to a reader that asks for what changed since a place which is not known any more: all of it is to be read again. */
export type WorkspaceAnew = { kind: "anew" };
