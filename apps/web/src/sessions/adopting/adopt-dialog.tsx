import type { Project } from "@boocode/shared/projects/project";
import type { Adopt } from "@boocode/shared/sessions/session";
import { useMutation, useQuery } from "@tanstack/react-query";
import { FolderGit2, GitBranch } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { queryClient, trpc } from "../../api/trpc.ts";
import { Badge } from "../../ui/badge.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { startSession } from "../use-sessions.ts";
import { type AdoptChoice, findAdoptable } from "./find-adoptable.ts";

/** Starts a session on a worktree or a branch that the person has. */
export default function AdoptDialog({ project, onDone }: { project: Project; onDone: () => void }) {
  const [query, setQuery] = useState("");
  const adoptable = useQuery(trpc.sessions.adoptable.queryOptions({ projectId: project.id }, { staleTime: 0, retry: false }));
  const start = useMutation({
    mutationFn: (adopt: Adopt) => startSession(project.id, adopt),
    meta: { ownWords: true },
    onSuccess: onDone,
    onError: () => queryClient.invalidateQueries(trpc.sessions.adoptable.pathFilter()),
  });
  const failure = start.error ?? adoptable.error;
  const words = failure ? explainError(failure) : null;
  const found = adoptable.data && findAdoptable(adoptable.data, query);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Existing worktree or branch"
      description={`Becomes a session of ${project.name} and stays yours: a worktree is never moved or removed, a branch is never deleted.`}
      className="max-w-lg!"
    >
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- key events bubble up from the field and the buttons */}
      <div className="flex flex-col gap-2" onKeyDown={moveAmongChoices}>
        <TextField
          data-focus-first
          data-choice
          type="search"
          aria-label="Find a worktree or branch"
          placeholder="Find by name or folder"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <p role="alert" className="empty:hidden">
          {words && (
            <>
              <span className="text-removed">{words.title}.</span> <span className="text-muted">{words.hint}</span>
            </>
          )}
        </p>
        <div className="h-72 overflow-auto rounded-md border border-line bg-inset/50 p-1">
          {adoptable.isPending && <ListSkeleton />}
          {found && (
            <>
              <ChoiceList title="Worktrees" choices={found.choices.filter(({ kind }) => kind === "worktree")} start={start} />
              <ChoiceList title="Branches" choices={found.choices.filter(({ kind }) => kind === "branch")} start={start} />
              <p className="px-2 py-1 text-sm text-faint empty:hidden">{describeRest(found, query, adoptable.data.isCut)}</p>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function describeRest({ choices, total }: ReturnType<typeof findAdoptable>, query: string, isCut: boolean): string {
  if (total === 0 && query.trim() !== "") return "No worktree or branch matches.";
  if (total === 0) return "Every worktree and branch of this project is in use: by a session, or checked out in the project's folder.";
  if (total > choices.length) return `${total - choices.length} more. Type to find one.`;
  return isCut ? "There are older ones, which are not listed." : "";
}

type Start = { mutate: (adopt: Adopt) => void; isPending: boolean; variables: Adopt | undefined };

function ChoiceList({ title, choices, start }: { title: string; choices: readonly AdoptChoice[]; start: Start }) {
  if (choices.length === 0) return null;
  return (
    <section aria-label={title} className="not-first:mt-1">
      <h3 className="px-2 py-1 text-xs font-medium text-muted">{title}</h3>
      <ul>
        {choices.map((choice) => (
          <li key={choice.path ?? choice.name}>
            <Choice choice={choice} start={start} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Choice({ choice: { adopt, kind, name, path, state, committedAt }, start }: { choice: AdoptChoice; start: Start }) {
  const Icon = kind === "worktree" ? FolderGit2 : GitBranch;
  const isStarting = start.isPending && start.variables === adopt;
  return (
    <button
      type="button"
      data-choice
      disabled={start.isPending}
      aria-busy={isStarting}
      onClick={() => start.mutate(adopt)}
      className="flex min-h-8 w-full items-center gap-2 rounded-sm px-2 py-1 text-left hover:bg-hover focus-visible:bg-active disabled:opacity-60"
    >
      {isStarting ? <Spinner className="size-3.5 shrink-0" /> : <Icon aria-hidden className="size-3.5 shrink-0 text-faint" />}
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="truncate font-mono text-sm" title={name}>
          {name}
        </span>
        {path !== null && (
          // The end of a path says more than its beginning, so the beginning is cut off.
          <span className="truncate text-left text-xs text-faint [direction:rtl]" title={path}>
            <bdi>{path}</bdi>
          </span>
        )}
      </span>
      {state !== null && <Badge tone={state === "no branch" ? "neutral" : "amber"}>{state}</Badge>}
      {committedAt !== null && <RelativeTime at={committedAt} className="tabular shrink-0 text-xs text-faint" />}
    </button>
  );
}

function ListSkeleton() {
  return (
    <div className="flex flex-col gap-3 p-2">
      {["w-44", "w-36", "w-48"].map((width) => (
        <Skeleton key={width} className={`h-3.5 ${width}`} />
      ))}
    </div>
  );
}

/** Moves between the field and the choices with the up and down keys. */
function moveAmongChoices(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step === undefined || event.nativeEvent.isComposing) return;
  const places = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-choice]")];
  const next = places[places.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
