import { z } from "zod";
import { SessionId } from "../ids.ts";
import { TerminalSize } from "../terminals/terminal.ts";
import { Oid } from "../worktrees/worktree.ts";
import { GitBaseTarget, MAX_COMMIT_MESSAGE, MAX_COMMIT_PATHS, MAX_PREVIEWED } from "./git-status.ts";

const plain = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !text.includes("\0"), "contains a NUL byte");
const oneLine = (max: number) => plain(max).refine((text) => !/[\r\n]/.test(text), "contains a line break");
const session = z.object({ sessionId: SessionId });
/** The size of the terminal in which git runs. */
const size = TerminalSize.default({ cols: 100, rows: 30 });

/** Which changes a commit takes: all of the worktree, these paths as they are on disk, or what the person staged. */
export const CommitWhat = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("all") }),
  z.object({ kind: z.literal("paths"), paths: z.array(plain(4_096)).min(1).max(MAX_COMMIT_PATHS) }),
  z.object({ kind: z.literal("index") }),
]);
export type CommitWhat = z.infer<typeof CommitWhat>;

export const CommitInput = session.extend({
  message: plain(MAX_COMMIT_MESSAGE),
  what: CommitWhat,
  /** The `digest` of the status that was shown. */
  digest: z.string().max(100),
  /** For this commit only, where git's settings name nobody. */
  identity: z.object({ name: oneLine(200), email: oneLine(200) }).optional(),
  size,
});
export type CommitInput = z.infer<typeof CommitInput>;

export const ProposeMessageInput = session.extend({
  what: CommitWhat,
  /** Of the built-in agent, as in `tasks.send`; empty: its default. */
  model: z.string().max(500).default(""),
});
export type ProposeMessageInput = z.infer<typeof ProposeMessageInput>;

export interface ProposedMessage {
  message: string;
  /** The one that wrote it. */
  model: string;
}

export const PushInput = session.extend({
  /** For a first push; default: {@link GitStatus} `pushRemote`. */
  remote: oneLine(200).optional(),
  size,
});
export type PushInput = z.infer<typeof PushInput>;

export const PullRequestInput = session.extend({ title: oneLine(250), body: z.string().max(MAX_COMMIT_MESSAGE).default(""), size });
export type PullRequestInput = z.infer<typeof PullRequestInput>;

export const UpdateHow = z.enum(["merge", "rebase"]);
export type UpdateHow = z.infer<typeof UpdateHow>;

export const PreviewUpdateInput = session.extend({ from: GitBaseTarget.shape.from, how: UpdateHow });
export type PreviewUpdateInput = z.infer<typeof PreviewUpdateInput>;
export const UpdateInput = PreviewUpdateInput.extend({ size });
export type UpdateInput = z.infer<typeof UpdateInput>;

export const OperationInput = session.extend({ size });
export type OperationInput = z.infer<typeof OperationInput>;

/** What an update from the base branch would do, as last fetched. Nothing was changed for it. */
export const UpdatePreview = z.object({
  target: GitBaseTarget,
  /** The newest commits that would come, newest first. */
  commits: z.array(z.object({ oid: Oid, subject: z.string().max(300) })).max(MAX_PREVIEWED),
  /** Uncommitted work that git would refuse to touch: it has to be committed or stashed first. */
  inTheWay: z.array(z.string().max(4_096)).max(MAX_PREVIEWED),
  inTheWayCount: z.number().int().nonnegative(),
});
export type UpdatePreview = z.infer<typeof UpdatePreview>;
