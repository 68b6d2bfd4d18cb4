import { DomainError } from "@boocode/shared/faults/domain-error";
import { toMessagePrompt, toProposedMessage } from "@boocode/shared/git/message-prompt";
import type { ProposedMessage, ProposeMessageInput } from "@boocode/shared/git/git-input";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import type { GitWork } from "./git-work.ts";

/** Asks a model one question, outside of any chat. Rejects with a sentence. */
export type AskModel = (input: {
  model: string;
  instructions: string;
  prompt: string;
  signal: AbortSignal;
}) => Promise<{ text: string; model: string }>;

export interface ProposeMessageDeps {
  git: Git;
  work: Pick<GitWork, "look">;
  askModel: AskModel;
}

/** How much of the differences is read, and how long a model may take. */
const MAX_DIFF_BYTES = 512 * 1024;
const LIMIT_MS = 60_000;
const MAX_SUBJECTS = 8;

/**
 * Has the built-in agent's model write a commit message over what would be committed. No chat and no agent's context is touched, and nothing
 * is committed. Faults: `git_nothing`, `message_not_proposed`, those of git.
 */
export async function proposeMessage(
  { git, work, askModel }: ProposeMessageDeps,
  { sessionId, what, model }: ProposeMessageInput,
): Promise<ProposedMessage> {
  const { look, worktree } = await work.look(sessionId);
  const isChosen = (file: (typeof look.all)[number]) =>
    what.kind === "all" || (what.kind === "index" ? file.staged !== null : what.paths.includes(file.path));
  const files = look.all.filter(isChosen);
  if (files.length === 0) throw new DomainError({ kind: "git_nothing", sessionId, to: "commit" });
  const read = { maxOutputBytes: MAX_DIFF_BYTES, mayCut: true, exitCodes: [0, 128] };
  const against = what.kind === "index" ? ["--cached"] : [];
  const named = look.toPaths(files.filter(({ isUntracked }) => !isUntracked).map(({ path }) => path)).filter(BytePath.isText);
  const [diff, log] = await Promise.all([
    named.length === 0
      ? null
      : git.read(worktree.path, ["diff", ...against, "--no-color", "HEAD", "--", ...named.slice(0, MAX_NAMED).map(BytePath.toText)], read),
    git.read(worktree.path, ["log", `--max-count=${MAX_SUBJECTS}`, "--format=%s"], read),
  ]);
  const { instructions, prompt } = toMessagePrompt({ files, diff: diff?.text ?? "", subjects: log.text.split("\n").filter(Boolean) });
  const refuse = (reason: string, cause?: unknown) => new DomainError({ kind: "message_not_proposed", reason }, { cause });
  const answer = await askModel({ model, instructions, prompt, signal: AbortSignal.timeout(LIMIT_MS) }).catch((error: unknown) => {
    throw refuse(error instanceof Error ? error.message : String(error), error);
  });
  const message = toProposedMessage(answer.text);
  if (message === "") throw refuse("The model's answer was empty.");
  return { message, model: answer.model };
}

/** More paths than this are only counted for the model. */
const MAX_NAMED = 500;
