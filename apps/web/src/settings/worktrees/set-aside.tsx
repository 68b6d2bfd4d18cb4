import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { trpc } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { describeAll, describeSize } from "./describe-size.ts";

/** Number of folders shown at first. */
const SHOWN = 50;

/** Lists the files set aside by worktree repairs. Renders nothing if there are none. */
export function SetAside() {
  const { data: entries = [] } = useQuery(trpc.worktreeRisk.setAside.queryOptions(undefined, { staleTime: 0 }));
  const [isWhole, setWhole] = useState(false);
  if (entries.length === 0) return null;
  const shown = isWhole ? entries : entries.slice(0, SHOWN);
  return (
    <details>
      <summary className="cursor-pointer rounded-sm text-sm text-muted">
        Set aside when a worktree was made again: {describeAll(entries, "folder")}. BooCode never removes them.
      </summary>
      <ul aria-label="Set aside" className="mt-2 max-h-60 divide-y divide-line overflow-auto rounded-lg border border-line">
        {shown.map(({ path, at, size }) => (
          <li key={path} className="flex min-h-8 items-center gap-2 px-3 text-sm">
            <span className="min-w-0 flex-1 truncate text-left font-mono [direction:rtl]" title={path}>
              <bdi>{path}</bdi>
            </span>
            <CopyButton text={path} label={`Copy the path ${path}`} className="shrink-0" />
            <span className="tabular shrink-0 text-muted">{describeSize(size)}</span>
            <RelativeTime at={at} className="tabular w-8 shrink-0 text-right text-faint" />
          </li>
        ))}
        {shown.length < entries.length && (
          <li className="p-1.5 text-center">
            <Button size="sm" variant="quiet" onClick={() => setWhole(true)}>
              Show all {entries.length}
            </Button>
          </li>
        )}
      </ul>
    </details>
  );
}
