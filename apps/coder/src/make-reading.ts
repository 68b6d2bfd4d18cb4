import { join } from "node:path";
import { SearchApart } from "@boocode/db/search/search-apart";
import { FileSearch, type FileSearchDeps } from "./files/file-search.ts";
import { FileViews, type FileViewsDeps } from "./files/file-views.ts";
import { Search, type SearchDeps } from "./search/search.ts";

type ReadingDeps = FileViewsDeps & FileSearchDeps & Omit<SearchDeps, "apart" | "db"> & { dataDir: string };

/** Builds what shows the files of worktrees, and finds what was said and done in chats. */
export function makeReading(deps: ReadingDeps, parts: AsyncDisposableStack) {
  const { dataDir } = deps;
  const apart = new SearchApart({ store: join(dataDir, "boocode.db"), index: join(dataDir, "index.db") });
  const search = new Search({ ...deps, apart });
  parts.defer(() => search.close());
  return { fileViews: new FileViews(deps), fileSearch: new FileSearch(deps), search };
}
