import { z } from "zod";
import { WorktreeAdoption, WorktreeState } from "../worktrees/worktree.ts";
import { TaskEndState } from "../tasks/task.ts";
import { AgentId, EpochMs, ProjectId, Seq, SessionId } from "../ids.ts";

/** The mark on a session's row. `attention` says why the session needs the person, if it does. */
export const SessionStatus = z.enum(["idle", "running", "queued"]);
export const SessionAttention = z.enum(["none", "needs_you", "failed", "done"]);

/** A person's durable place of work on one project. */
export const Session = z.object({
  id: SessionId,
  projectId: ProjectId,
  title: z.string(),
  baseRef: z.string().nullable(),
  /** The person's own branch that the session works on; null if it has one of BooCode's, or works in a worktree of the person's. */
  adoptedBranch: z.string().nullable(),
  status: SessionStatus,
  attention: SessionAttention,
  /** How the task accepted last ended; null if it has not, or there is none. */
  lastEnd: TaskEndState.nullable(),
  archived: z.boolean(),
  /** True while it is on its way into the trash, and takes no new work. */
  isDeleting: z.boolean(),
  /** Agents of the open chats, for the row's icons. */
  agents: z.array(AgentId),
  additions: z.number().int(),
  deletions: z.number().int(),
  lastSeq: Seq,
  createdAt: EpochMs,
  lastActivityAt: EpochMs,
  /** When the person last sent a prompt, or created the session. */
  lastPromptAt: EpochMs,
  /** Null until a task or a warm-up creates it. */
  worktree: z
    .object({
      path: z.string(),
      branch: z.string(),
      adopted: WorktreeAdoption.nullable(),
      /** The HEAD last seen: a branch's short name, a commit if detached, or null. */
      head: z.string().nullable(),
      baseCommit: z.string(),
      state: WorktreeState,
    })
    .nullable(),
});
export type Session = z.infer<typeof Session>;

export const SessionTitle = z.string().trim().min(1).max(120);
/** A name of git's. It must not look like an option. */
const RefName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^-\0][^\0]*$/);

/** What of the person's becomes the session's: a worktree, by its absolute path, or a branch, in a worktree that BooCode makes. */
export const Adopt = z.union([z.strictObject({ path: z.string().min(1).max(4_096) }), z.strictObject({ branch: RefName })]);
export type Adopt = z.infer<typeof Adopt>;

export const CreateSessionInput = z
  .object({
    projectId: ProjectId,
    title: SessionTitle.optional(),
    /** A branch, tag or commit. */
    baseRef: RefName.optional(),
    adopt: Adopt.optional(),
  })
  .refine(({ baseRef, adopt }) => baseRef === undefined || adopt === undefined, "What is adopted has its own base.");
export type CreateSessionInput = z.infer<typeof CreateSessionInput>;

/** The stored part of a session; the rest of {@link Session} is derived on read. */
export const SessionRecord = Session.pick({
  id: true,
  projectId: true,
  title: true,
  baseRef: true,
  adoptedBranch: true,
  archived: true,
  lastSeq: true,
  createdAt: true,
  lastActivityAt: true,
}).extend({ deletedAt: EpochMs.nullable() });
export type SessionRecord = z.infer<typeof SessionRecord>;
