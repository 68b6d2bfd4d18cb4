import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Found, SearchInput } from "@boocode/shared/files/file-search";
import { parseGrep } from "./parse-grep.ts";
import type { Git } from "../platform/git/git.ts";
import { openSessionFolder, type SessionFolderDeps } from "./session-folder.ts";

export interface FileSearchDeps extends SessionFolderDeps {
  git: Git;
}

const LIMIT_MS = 10_000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** Never a pager, a program or a submodule's settings. */
const GREP = ["grep", "-z", "-n", "--column", "-I", "--no-color", "--full-name", "--no-textconv", "--untracked", "--no-recurse-submodules"];
/** How git ends if it understands a pattern not at all. */
const FATAL = 128;

/** Searches the text files of worktrees: those that git tracks or does not ignore. */
export class FileSearch {
  readonly #deps: FileSearchDeps;

  constructor(deps: FileSearchDeps) {
    this.#deps = deps;
  }

  /**
   * Finds lines, in the order of their paths. `signal` ends the search.
   *
   * Faults: `session_not_found`, `worktree_not_made`, `worktree_missing`, `pattern_refused`, those of git.
   */
  async search(input: SearchInput, signal?: AbortSignal): Promise<Found> {
    const { disk } = await openSessionFolder(this.#deps, input.sessionId);
    try {
      const { stdout, isCut } = await this.#deps.git.read(disk.root, toArgv(input), {
        // 1: nothing was found.
        exitCodes: [0, 1],
        limitMs: LIMIT_MS,
        maxOutputBytes: MAX_OUTPUT_BYTES,
        mayCut: true,
        signal,
      });
      return parseGrep(stdout, input.limit, isCut);
    } catch (error) {
      const fault = error instanceof DomainError ? error.fault : null;
      if (!input.isPattern || fault?.kind !== "git_failed" || fault.exitCode !== FATAL) throw error;
      throw new DomainError({ kind: "pattern_refused", reason: fault.stderrTail.trim().replace(/^fatal: /, "") }, { cause: error });
    }
  }
}

function toArgv({ query, isPattern, isCaseSensitive, isWholeWord }: SearchInput): string[] {
  return [...GREP, isPattern ? "-E" : "-F", ...(isCaseSensitive ? [] : ["-i"]), ...(isWholeWord ? ["-w"] : []), "-e", query];
}
