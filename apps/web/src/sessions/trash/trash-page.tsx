import type { TrashEntry } from "@boocode/shared/trash/trash-entry";
import { Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { formatBytes } from "../../changes/change-rows.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { BareHeader } from "../bare-header.tsx";
import { useProjects } from "../use-sessions.ts";
import { describeCount } from "./describe-entry.ts";
import { TrashRow } from "./trash-row.tsx";
import { useTrash } from "./use-trash.ts";
import { later } from "../../ui/browser/later.ts";

const PurgeDialog = later(() => import("./purge-dialog.tsx"));
/** From this many entries on, there is a field to find one. */
const SEARCH_FROM = 8;
/** Number of entries shown at first; the search looks at all of them. */
const SHOWN = 50;

/** The page of what was deleted: sessions, and worktrees that belonged to none. */
export default function TrashPage({ onShowSidebar }: { onShowSidebar: (() => void) | null }) {
  return (
    <main data-region="chat" tabIndex={-1} className="flex h-full flex-col overflow-auto outline-none">
      <BareHeader onShowSidebar={onShowSidebar} />
      <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col px-6 pb-12 max-sm:px-3">
        <h1 className="text-lg font-semibold tracking-tight">Trash</h1>
        <p className="mt-1 text-muted">
          What you deleted is kept whole for 30 days. After that its folder goes, and its commits stay until you purge it.
        </p>
        <TrashList />
      </div>
    </main>
  );
}

function TrashList() {
  const { data: entries, error, refetch } = useTrash();
  const projects = useProjects();
  const [query, setQuery] = useState("");
  const [isWhole, setWhole] = useState(false);
  const [asked, setAsked] = useState<TrashEntry | null>(null);
  const [now] = useState(() => Date.now());
  if (error) {
    const { title, hint } = explainError(error);
    return <EmptyState title={title} hint={hint} action={<Button onClick={() => void refetch()}>Try again</Button>} />;
  }
  if (!entries || !projects) return <Skeleton className="mt-6 h-32 w-full" />;
  if (entries.length === 0) {
    return (
      <EmptyState
        className="flex-1 pb-20"
        icon={<Trash2 aria-hidden />}
        title="The trash is empty"
        hint="A session you delete waits here, and comes back as it was."
      />
    );
  }
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  const shown = entries.filter((entry) => matches(entry, names.get(entry.projectId), query));
  const bytes = entries.reduce((sum, { size }) => sum + (size ?? 0), 0);
  return (
    <>
      <div className="mt-4 mb-2 flex min-h-8 flex-wrap items-center gap-3">
        <p className="tabular min-w-0 flex-1 text-sm text-muted">
          {describeCount(entries)}
          {bytes > 0 && `, ${formatBytes(bytes)}`}
        </p>
        {entries.length >= SEARCH_FROM && (
          <TextField
            type="search"
            aria-label="Search the trash"
            placeholder="Search"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            className="w-56!"
          />
        )}
      </div>
      {shown.length === 0 ? (
        <p className="py-2 text-muted">Nothing in the trash matches.</p>
      ) : (
        <ul aria-label="Trash" className="divide-y divide-line rounded-lg border border-line">
          {shown.slice(0, isWhole ? shown.length : SHOWN).map((entry) => (
            <TrashRow
              key={entry.id}
              entry={entry}
              projectName={names.get(entry.projectId) ?? null}
              now={now}
              onPurge={() => setAsked(entry)}
            />
          ))}
          {!isWhole && shown.length > SHOWN && (
            <li className="p-1.5 text-center">
              <Button size="sm" variant="quiet" onClick={() => setWhole(true)}>
                Show all {shown.length}
              </Button>
            </li>
          )}
        </ul>
      )}
      {asked && (
        <Suspense>
          <PurgeDialog entry={asked} onDone={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}

function matches({ title, branch }: TrashEntry, project: string | undefined, query: string): boolean {
  const words = query.trim().toLowerCase();
  return [title, branch ?? "", project ?? ""].some((text) => text.toLowerCase().includes(words));
}
