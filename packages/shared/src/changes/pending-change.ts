import { z } from "zod";
import { AgentId, ChangeId, ChatId, SessionId, TaskId } from "../ids.ts";

/** The most changes that are listed at once, in the order of their paths. */
export const MAX_LISTED_CHANGES = 10_000;

export const ChangeOperation = z.enum(["added", "modified", "deleted", "renamed"]);

/** What agents or the person changed in one file since the base and nobody has judged yet. */
export const PendingChange = z.object({
  /** Derived from worktree, path, base and result, so it identifies exactly this content. */
  id: ChangeId,
  sessionId: SessionId,
  path: z.string(),
  previousPath: z.string().optional(),
  operation: ChangeOperation,
  location: z.enum(["worktree", "staged"]),
  /** The last author; null is the person. */
  agent: AgentId.nullable(),
  /** All authors, latest first: agents, and null for the person. */
  agents: z.array(AgentId.nullable()),
  chatIds: z.array(ChatId),
  taskIds: z.array(TaskId),
  additions: z.number().int(),
  deletions: z.number().int(),
  binary: z.boolean(),
  /** `inferred`: no tool event named the path. */
  evidence: z.enum(["tool", "inferred"]),
  state: z.enum(["pending", "applying", "applied", "rejected", "conflict"]),
  stale: z.boolean(),
});
export type PendingChange = z.infer<typeof PendingChange>;

export const DiffHunk = z.object({
  oldStart: z.number().int(),
  oldLines: z.number().int(),
  newStart: z.number().int(),
  newLines: z.number().int(),
  /** The author of the hunk's newest line; null is the person. */
  agent: AgentId.nullable(),
  /** Everyone who wrote or removed one of its lines, latest first. */
  agents: z.array(AgentId.nullable()),
});

/** The diff the page shows for one change. `patch` is empty unless `view` is "text". */
export const ChangeDiff = z.object({
  changeId: ChangeId,
  path: z.string(),
  previousPath: z.string().optional(),
  view: z.enum(["text", "binary", "mode", "too_large", "empty"]),
  oldMode: z.string().nullable(),
  newMode: z.string().nullable(),
  /** Sizes in bytes; null if the side does not exist. */
  oldBytes: z.number().nullable(),
  newBytes: z.number().nullable(),
  patch: z.string(),
  /** Numbered from 0. With white space ignored they are not those of the exact diff, so nothing can be chosen by them. */
  hunks: z.array(DiffHunk),
  /** Set if changes of white space are left out; `view` is "empty" if nothing else changed. */
  whitespace: z.literal("ignored").optional(),
});
export type ChangeDiff = z.infer<typeof ChangeDiff>;
