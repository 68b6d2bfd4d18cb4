import type { SessionId } from "@boocode/shared/ids";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { trpc } from "../../api/trpc.ts";
import type { LoadedFolder } from "./tree-rows.ts";

/** As many entries as one answer has. */
const PAGE = 1_000;

/** Reads the folders that are unfolded. `showMore` reads the next page of one. */
export function useFolders(sessionId: SessionId, expanded: ReadonlySet<string>) {
  const [pages, setPages] = useState<ReadonlyMap<string, number>>(new Map());
  const wanted = ["", ...expanded].flatMap((path) =>
    Array.from({ length: pages.get(path) ?? 1 }, (_, page) => ({ path, from: page * PAGE })),
  );
  const results = useQueries({
    queries: wanted.map(({ path, from }) => trpc.files.tree.queryOptions({ sessionId, path, from, limit: PAGE })),
  });
  const folders = new Map<string, LoadedFolder>();
  for (const [place, { path }] of wanted.entries()) {
    const { data, isPending, error } = results[place]!;
    const before = folders.get(path);
    folders.set(path, {
      pages: [...(before?.pages ?? []), ...(data ? [data] : [])],
      isLoading: (before?.isLoading ?? false) || isPending,
      error: before?.error ?? error,
    });
  }
  const showMore = (path: string) => setPages(new Map([...pages, [path, (pages.get(path) ?? 1) + 1]]));
  return { folders, showMore };
}
