import type { ChangeBlame } from "@boocode/shared/changes/change-blame";
import { MAX_DIFFS_AT_ONCE, type OpenDiffs } from "@boocode/shared/changes/open-diffs";
import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import type { ChangeId, SessionId } from "@boocode/shared/ids";

/** A diff with the authors of its lines. */
export interface LoadedDiff {
  diff: ChangeDiff;
  blame: ChangeBlame;
}

interface Place {
  sessionId: SessionId;
  ignoreWhitespace: boolean;
}

/** Asks the daemon for the diffs of at most {@link MAX_DIFFS_AT_ONCE} changes. */
export type FetchDiffs = (input: Place & { changeIds: ChangeId[] }) => Promise<OpenDiffs>;

/** The change was judged, or the file has changed since the list was read. The list is about to say so. */
export class DiffGone extends Error {
  override name = "DiffGone";
}

interface Waiting {
  changeId: ChangeId;
  resolve: (loaded: LoadedDiff) => void;
  reject: (error: unknown) => void;
}

/** Loads diffs one by one for its callers, and from the daemon together: all that are asked for in the same moment in one call. */
export class DiffLoader {
  readonly #fetch: FetchDiffs;
  readonly #waiting = new Map<string, { place: Place; asked: Waiting[] }>();

  constructor(fetch: FetchDiffs) {
    this.#fetch = fetch;
  }

  /** Rejects with {@link DiffGone}, or as the call does. */
  load(place: Place, changeId: ChangeId): Promise<LoadedDiff> {
    const key = `${place.sessionId} ${place.ignoreWhitespace}`;
    const known = this.#waiting.get(key);
    const group = known ?? { place, asked: [] };
    if (!known) {
      this.#waiting.set(key, group);
      queueMicrotask(() => {
        this.#waiting.delete(key);
        void this.#loadAll(group.place, group.asked);
      });
    }
    return new Promise((resolve, reject) => void group.asked.push({ changeId, resolve, reject }));
  }

  async #loadAll(place: Place, asked: readonly Waiting[]): Promise<void> {
    for (let rest = asked; rest.length > 0;) {
      const now = rest.slice(0, MAX_DIFFS_AT_ONCE);
      try {
        const { diffs, more } = await this.#fetch({ ...place, changeIds: now.map(({ changeId }) => changeId) });
        const found = new Map(diffs.map((each) => [each.diff.changeId, each]));
        const later = new Set(more);
        // An answer that brings nothing and promises more would be asked for again and again.
        const isStuck = found.size === 0;
        for (const { changeId, resolve, reject } of now) {
          const loaded = found.get(changeId);
          if (loaded) resolve(loaded);
          else if (isStuck || !later.has(changeId)) reject(new DiffGone());
        }
        rest = [...(isStuck ? [] : now.filter(({ changeId }) => later.has(changeId))), ...rest.slice(now.length)];
      } catch (error) {
        for (const { reject } of now) reject(error);
        rest = rest.slice(now.length);
      }
    }
  }
}
