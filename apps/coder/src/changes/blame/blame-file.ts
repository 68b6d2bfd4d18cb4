import { traceLines, type TracedLines, type TraceStep } from "@boocode/shared/changes/trace-lines";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { compareContents, SUBMODULE } from "../compare/compare-contents.ts";
import { followBack, followOn, type FileContent, type FileVersion, type FollowedFile } from "./follow-file.ts";
import type { ChainStep } from "./read-chain.ts";
import { readHunks, type Hunk } from "../compare/read-hunks.ts";
import { withoutFiles, type TreeEntryChange } from "../compare/read-tree-changes.ts";

/** The origin of each line: the checkpoint that added it, or "base" if it is older than the changes. */
export interface FileBlame {
  lines: (ChainStep | "base")[];
  removed: (ChainStep | null)[];
}

/** The number of cached comparisons: the difference between two contents never changes. */
const MAX_KEPT = 4_000;
const TOGETHER = 4;
/** The maximum size of one version of a file, and of the difference between two. */
const MAX_TRACED_BYTES = 8 * 1024 * 1024;

/** Traces lines through checkpoints, and caches the differences between contents. */
export class FileBlamer {
  readonly #git: Git;
  readonly #hunks = new Map<string, readonly Hunk[] | "whole">();

  constructor(git: Git) {
    this.#git = git;
  }

  /** Returns the origin of every line of a change; null if a version of the file is too large to trace. */
  async blame(overlay: GitOverlay, chain: readonly ChainStep[], change: TreeEntryChange): Promise<FileBlame | null> {
    try {
      return await this.#blame(overlay, chain, change);
    } catch (error) {
      if (error instanceof DomainError && error.fault.kind === "git_output_too_large") return null;
      throw error;
    }
  }

  async #blame(overlay: GitOverlay, chain: readonly ChainStep[], change: TreeEntryChange): Promise<FileBlame> {
    const { path, previousPath, oldMode, oldOid, newMode, newOid } = change;
    const base = oldMode === null ? null : { path: previousPath ?? path, mode: oldMode, oid: oldOid };
    const back = newMode === null ? null : followBack(chain, { path, mode: newMode, oid: newOid }, base);
    const written = back && (await this.#trace(overlay, back));
    const lines = written?.lines.map((by) => (by === "start" ? bringerOf(back!) : by)) ?? [];
    if (base === null) return { lines, removed: [] };
    const gone = back?.isFromBase ? written! : await this.#trace(overlay, followOn(chain, base, newMode === null ? null : path));
    return { lines, removed: gone.removed.map((by) => (by === "base" ? null : by)) };
  }

  async #trace(overlay: GitOverlay, { start, versions }: FollowedFile): Promise<TracedLines<ChainStep | "base">> {
    const steps: TraceStep<ChainStep | "base">[] = [];
    for (let first = 0; first < versions.length; first += TOGETHER) {
      steps.push(...(await Promise.all(versions.slice(first, first + TOGETHER).map((version) => this.#toStep(overlay, version)))));
    }
    return traceLines(await this.#countLines(overlay, start), steps);
  }

  async #toStep(overlay: GitOverlay, { step, from, to }: FileVersion): Promise<TraceStep<ChainStep | "base">> {
    const by = step.by === "base" ? "base" : step;
    if (to === null) return { by, replacedBy: 0 };
    if (from?.oid === to.oid) return { by, hunks: [] };
    const hunks = from === null ? "whole" : await this.#compare(overlay, from, to);
    return hunks === "whole" ? { by, replacedBy: await this.#countLines(overlay, to) } : { by, hunks };
  }

  async #compare(overlay: GitOverlay, from: FileContent, to: FileContent): Promise<readonly Hunk[] | "whole"> {
    if (from.mode === SUBMODULE || to.mode === SUBMODULE) return "whole";
    const key = `${from.oid} ${to.oid}`;
    const known = this.#hunks.get(key);
    if (known) return known;
    const body = await compareContents(this.#git, overlay, from.oid, to.oid, { context: 0, maxOutputBytes: MAX_TRACED_BYTES });
    const hunks = typeof body === "string" ? "whole" : readHunks(body.text);
    this.#hunks.set(key, hunks);
    for (const oldest of this.#hunks.keys()) {
      if (this.#hunks.size <= MAX_KEPT) break;
      this.#hunks.delete(oldest);
    }
    return hunks;
  }

  async #countLines(overlay: GitOverlay, content: FileContent | null): Promise<number> {
    if (content === null) return 0;
    if (content.mode === SUBMODULE) return 1;
    const { stdout } = await this.#git.read(overlay.gitDir, ["cat-file", "blob", content.oid], {
      overlay: withoutFiles(overlay),
      maxOutputBytes: MAX_TRACED_BYTES,
    });
    let lines = 0;
    for (let at = stdout.indexOf(10); at >= 0; at = stdout.indexOf(10, at + 1)) lines++;
    return stdout.length > 0 && stdout.at(-1) !== 10 ? lines + 1 : lines;
  }
}

/**
 * Returns the step that brought a file's lines. A file whose old name is a change of its own counts as new: the step that renamed it
 * brought its lines.
 */
function bringerOf({ isFromBase, versions }: ReturnType<typeof followBack>): ChainStep | "base" {
  const step = isFromBase ? undefined : versions.find(({ isRename }) => isRename)?.step;
  return step === undefined || step.by === "base" ? "base" : step;
}
