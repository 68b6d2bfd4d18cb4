import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { z } from "zod";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import { decodeBytes, splitNulBytes } from "../../platform/git/git-output.ts";
import type { Git } from "../../platform/git/git.ts";
import { CHECKPOINT_COMMITTER } from "../../worktrees/checkpoints/commit-checkpoint.ts";
import { parseRawChange, withoutFiles, type TreeEntryChange } from "../compare/read-tree-changes.ts";

/** One checkpoint and its differences from the previous one. */
export interface ChainStep {
  /** The position, counted from the oldest. */
  place: number;
  commit: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** The author; "base" if the checkpoint only contains the base. */
  by: { agent: AgentId | null; taskId: TaskId | null; chatId: ChatId | null } | "base";
  changes: TreeEntryChange[];
}

/** The maximum number of checkpoints read. Older content counts as existing from the beginning. */
const MAX_STEPS = 5_000;
const LISTING = { maxOutputBytes: 256 * 1024 * 1024, limitMs: 60_000 };
const BEGIN = "\u0001";
const AGENTS = "@boocode.invalid";

const Head = z.tuple([
  z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/),
  z.string().regex(/^[0-9]+$/),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
]);
const FORMAT = [
  "%H",
  "%ct",
  "%(trailers:key=Boocode-Task,valueonly,separator=%x20)",
  "%(trailers:key=Boocode-Chat,valueonly,separator=%x20)",
  "%ae",
  "%an",
];

/** Reads the worktree's checkpoints from its base to `tip`, oldest first, each with the paths it changed and its renames paired. */
export async function readChain(git: Git, overlay: GitOverlay, worktree: Worktree, tip: string): Promise<ChainStep[]> {
  if (tip === worktree.baseCommit) return [];
  const argv = ["log", "-z", "--first-parent", `--max-count=${MAX_STEPS}`, "--raw", "--no-abbrev", "-M"];
  const { stdout } = await git.read(overlay.gitDir, [...argv, `--format=${BEGIN}${FORMAT.join(BEGIN)}`, tip, `^${worktree.baseCommit}`], {
    overlay: withoutFiles(overlay),
    ...LISTING,
  });
  const fields = splitNulBytes(stdout);
  const steps: Omit<ChainStep, "place">[] = [];
  let place = 0;
  const next = () => z.string().parse(fields[place++]);
  while (place < fields.length) {
    const field = next();
    if (field.startsWith(BEGIN)) steps.push(toStep(field));
    // A line break separates a commit's header from its first path.
    else if (field !== "") steps.at(-1)?.changes.push(parseRawChange(field.replace(/^\n/, ""), next));
  }
  return steps.toReversed().map((step, index) => ({ ...step, place: index }));
}

function toStep(field: string): Omit<ChainStep, "place"> {
  const [commit, seconds, task, chat, email, name] = Head.parse(splitHead(field));
  return { commit, at: Number(seconds) * 1_000, by: toAuthor({ task, chat, email, name: decodeBytes(name) }), changes: [] };
}

/** Splits a commit's header. The name comes last, because it may contain any character. */
function splitHead(field: string): string[] {
  const parts = field.slice(1).split(BEGIN);
  return [...parts.slice(0, FORMAT.length - 1), parts.slice(FORMAT.length - 1).join(BEGIN)];
}

function toAuthor({ task, chat, email, name }: { task: string; chat: string; email: string; name: string }): ChainStep["by"] {
  if (email === CHECKPOINT_COMMITTER.email && name === CHECKPOINT_COMMITTER.name) return "base";
  const agent = email.endsWith(AGENTS) ? AgentId.safeParse(email.slice(0, -AGENTS.length)) : null;
  // A person's checkpoint names the turn it was taken for, not the turn that made its changes.
  if (!agent?.success) return { agent: null, taskId: null, chatId: null };
  return { agent: agent.data, taskId: TaskId.safeParse(task).data ?? null, chatId: ChatId.safeParse(chat).data ?? null };
}
