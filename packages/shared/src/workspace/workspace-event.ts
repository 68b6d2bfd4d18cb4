import { z } from "zod";
import { SessionId } from "../ids.ts";

export const Noun = z.enum([
  "projects",
  "sessions",
  // Where the tabs of a session stand.
  "layouts",
  "chats",
  "tasks",
  "agents",
  "agentSessions",
  "worktrees",
  // Work that was stashed, also what was dropped.
  "stashes",
  "files",
  "terminals",
  // A git that the page has started in a terminal.
  "git",
  "trash",
  "changes",
  // What the person noted about changes: which are viewed, and comments on lines.
  "reviews",
  "permissions",
  "settings",
  // What turns used, and budgets of single sessions.
  "usage",
  "access",
]);
export type Noun = z.infer<typeof Noun>;

/** A notice that something changed and must be reread. Carries no state. */
export const WorkspaceEvent = z.object({
  kind: z.literal("changed"),
  noun: Noun,
  ids: z.array(z.string()),
  sessionId: SessionId.optional(),
});
export type WorkspaceEvent = z.infer<typeof WorkspaceEvent>;

/** The response header with the feed's place before the response was computed: every change up to it is included. */
export const PLACE_HEADER = "x-boocode-place";

/** Sent to a reader whose place is no longer known: it must reread everything. */
export type WorkspaceAnew = { kind: "anew" };
