import type { PathCompletion } from "@boocode/shared/projects/project";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { trpc } from "../../api/trpc.ts";

/** What the field holds at first. */
export const AT_HOME = "~/";

export interface OfferedFolder extends PathCompletion {
  /** When git last wrote there, of a repository that was used lately; null for any other folder. */
  usedAt: number | null;
}

/**
 * The folders offered for a path: those that complete it, and before them, until something is typed, the repositories used lately.
 * `isLooking`: the repositories are still looked for; nothing is listed until then, so that no row moves.
 */
export function useOfferedFolders(path: string): { folders: OfferedFolder[]; isLooking: boolean } {
  const isUntouched = path === AT_HOME;
  const { data: completions = [] } = useQuery(
    trpc.projects.completePath.queryOptions({ prefix: path }, { placeholderData: keepPreviousData, staleTime: 2_000, retry: false }),
  );
  const recent = useQuery(trpc.projects.listRecent.queryOptions(undefined, { enabled: isUntouched, staleTime: 10_000, retry: false }));
  const isLooking = isUntouched && recent.isLoading;
  const used: OfferedFolder[] = isUntouched ? (recent.data ?? []).map((each) => ({ ...each, isRepository: true })) : [];
  const others = completions.filter(({ path: folder }) => used.every((each) => each.path !== folder));
  return { folders: isLooking ? [] : [...used, ...others.map((each) => ({ ...each, usedAt: null }))], isLooking };
}
