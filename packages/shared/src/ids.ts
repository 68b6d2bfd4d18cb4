import { z } from "zod";

const id = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/);

/** Opaque identifiers. A brand prevents passing a chat's id where a session's is expected. */
export const ProjectId = id.brand("ProjectId");
export type ProjectId = z.infer<typeof ProjectId>;

export const SessionId = id.brand("SessionId");
export type SessionId = z.infer<typeof SessionId>;

export const ChatId = id.brand("ChatId");
export type ChatId = z.infer<typeof ChatId>;

export const TaskId = id.brand("TaskId");
export type TaskId = z.infer<typeof TaskId>;

/** Created by the browser for one prompt, so that retries are idempotent. */
export const PromptId = id.brand("PromptId");
export type PromptId = z.infer<typeof PromptId>;

export const WorktreeId = id.brand("WorktreeId");
export type WorktreeId = z.infer<typeof WorktreeId>;

/** A deletion, from its beginning to the purge; also the name of its folder and refs. */
export const TrashId = id.brand("TrashId");
export type TrashId = z.infer<typeof TrashId>;

export const ChangeId = id.brand("ChangeId");
export type ChangeId = z.infer<typeof ChangeId>;

/** One write to files that a person asked for; also the `applyId`, `rejectId` and `restoreId` of the API. */
export const EditId = id.brand("EditId");
export type EditId = z.infer<typeof EditId>;

/** Uncommitted work of a worktree that is kept in the repository. */
export const StashId = id.brand("StashId");
export type StashId = z.infer<typeof StashId>;

/** A comment of the person on a changed line. */
export const CommentId = id.brand("CommentId");
export type CommentId = z.infer<typeof CommentId>;

export const PermissionId = id.brand("PermissionId");
export type PermissionId = z.infer<typeof PermissionId>;

export const PermissionRuleId = id.brand("PermissionRuleId");
export type PermissionRuleId = z.infer<typeof PermissionRuleId>;

export const TerminalId = id.brand("TerminalId");
export type TerminalId = z.infer<typeof TerminalId>;

/** Created by the browser that split a pane. */
export const PaneId = id.brand("PaneId");
export type PaneId = z.infer<typeof PaneId>;

export const AccessTokenId = id.brand("AccessTokenId");
export type AccessTokenId = z.infer<typeof AccessTokenId>;

/** The content of an attached file: the SHA-256 of its bytes, in hex. */
export const BlobId = z
  .string()
  .length(64)
  .regex(/^[0-9a-f]{64}$/)
  .brand("BlobId");
export type BlobId = z.infer<typeof BlobId>;

/** An agent a person can pick: `boocode`, `opencode`, `qwen`, …, or the id of a custom agent. */
export const AgentId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9_-]*$/)
  .brand("AgentId");
export type AgentId = z.infer<typeof AgentId>;

/** A place in a session's journal. Dense, starting at 1; `0` is before the first event. */
export const Seq = z.number().int().nonnegative();
export type Seq = z.infer<typeof Seq>;

/** Milliseconds since the epoch. */
export const EpochMs = z.number().int().nonnegative();
export type EpochMs = z.infer<typeof EpochMs>;
