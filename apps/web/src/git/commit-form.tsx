import type { CommitWhat } from "@boocode/shared/git/git-input";
import type { GitFile, GitStatus } from "@boocode/shared/git/git-status";
import { MAX_COMMIT_MESSAGE } from "@boocode/shared/git/git-status";
import { Sparkles } from "lucide-react";
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useState } from "react";
import { trpcClient } from "../api/trpc.ts";
import { useChangesFrame } from "../changes/changes-frame.tsx";
import { Button } from "../ui/button.tsx";
import { toCount } from "../ui/labels.ts";
import { TextField } from "../ui/text-field.tsx";
import { CommitFiles } from "./commit-files.tsx";
import { useCommitDraft } from "./use-commit-draft.ts";
import { useGitAction } from "./use-git.ts";

/** Writes a message over chosen changes and commits exactly what is shown. */
export function CommitForm({ status }: { status: GitStatus }) {
  const { sessionId, files, counts, identity, run, isBusy, isTrusted, digest } = status;
  const { chosen } = useChangesFrame();
  const [{ message, left: leftPaths, sent }, change] = useCommitDraft(sessionId);
  const left = new Set(leftPaths);
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const commit = useGitAction(trpcClient.git.commit.mutate);
  const propose = useGitAction(trpcClient.git.proposeMessage.mutate);
  const noteId = useId();
  // A hook may refuse the commit: the message goes only with one that was made.
  const hasEnded = sent !== null && run?.startedAt === sent.at && run.end !== null;
  const isMade = hasEnded && run.end?.problem === null && message === sent.message;
  const settle = useEffectEvent(() => change(isMade ? { message: "", left: [], sent: null } : { sent: null }));
  useEffect(() => {
    if (hasEnded) settle();
  }, [hasEnded]);
  const taken = files.filter(({ path }) => !left.has(path));
  const isCut = files.length < counts.changed;
  const what: CommitWhat = left.size === 0 || isCut ? { kind: "all" } : { kind: "paths", paths: taken.map(({ path }) => path) };
  const isNameless = identity.name === null || identity.email === null;
  const isRunning = run !== null && run.end === null;
  const reason = toReason({ message, taken, isBusy, isRunning, isNameless: isNameless && (name.trim() === "" || email.trim() === "") });
  if (counts.changed === 0) return <p className="text-muted">Everything is committed.</p>;
  const send = () => {
    if (reason !== null || commit.isPending) return;
    const who = isNameless ? { identity: { name, email } } : {};
    commit.mutate(
      { sessionId, message, what, digest, ...who },
      { onSuccess: ({ startedAt }) => change({ sent: { message, at: startedAt } }) },
    );
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      send();
    }
  };
  // Only the built-in agent's models can be asked outside of a chat.
  const model = chosen?.agent === "boocode" ? chosen.model : "";
  const ask = () => propose.mutate({ sessionId, what, model }, { onSuccess: (proposed) => change({ message: proposed.message }) });
  return (
    <form
      aria-label="Commit"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <CommitFiles files={files} isFixed={isCut} total={counts.changed} left={left} onLeave={(paths) => change({ left: [...paths] })} />
      <div className="flex flex-col gap-1.5">
        <div className="flex items-center justify-between gap-2">
          <label htmlFor={`${noteId}-message`} className="font-medium">
            Message
          </label>
          <Button size="sm" variant="quiet" busy={propose.isPending} disabled={taken.length === 0} onClick={ask}>
            <Sparkles aria-hidden className="size-3.5" />
            Propose
          </Button>
        </div>
        <textarea
          id={`${noteId}-message`}
          aria-label="Commit message"
          value={message}
          maxLength={MAX_COMMIT_MESSAGE}
          rows={4}
          onKeyDown={press}
          onChange={(event) => change({ message: event.target.value })}
          placeholder="What this changes, and why"
          className="w-full resize-y rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-base text-ink focus:border-accent focus:outline-1 focus:outline-accent"
        />
        {propose.data && message === propose.data.message && (
          <p className="text-sm text-muted">Proposed by {propose.data.model}. Nothing is committed yet.</p>
        )}
      </div>
      {isNameless && (
        <fieldset className="flex flex-col gap-2 rounded-md border border-line p-3">
          <legend className="px-1 text-sm text-muted">Git does not know you. For this commit:</legend>
          <TextField aria-label="Your name" placeholder="Name" value={name} onChange={(event) => setName(event.target.value)} />
          <TextField aria-label="Your email" placeholder="Email" value={email} onChange={(event) => setEmail(event.target.value)} />
        </fieldset>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" busy={commit.isPending} disabled={reason !== null} aria-describedby={noteId}>
          Commit {toCount(isCut ? counts.changed : taken.length, "file")}
        </Button>
        <p id={noteId} className="min-w-0 flex-1 text-sm text-muted">
          {reason ?? (isTrusted ? "Hooks run in a terminal you see." : "Hooks do not run: this project is not trusted.")}
        </p>
      </div>
    </form>
  );
}

/** Why nothing can be committed now; null if it can. */
function toReason(facts: {
  message: string;
  taken: readonly GitFile[];
  isBusy: boolean;
  isRunning: boolean;
  isNameless: boolean;
}): string | null {
  if (facts.isBusy) return "An agent works in these files. Commit when its turn is over.";
  if (facts.isRunning) return "Git is at work in its terminal.";
  if (facts.taken.length === 0) return "Choose at least one file.";
  if (facts.isNameless) return "Enter your name and email.";
  return facts.message.trim() === "" ? "Write a message." : null;
}
