import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { STAGED_LIMITS } from "@boocode/shared/changes/staged/staged-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { expect } from "vitest";
import type { StagingWrite } from "../../src/changes/staged/staged-edits.ts";
import { createTurns } from "../../src/changes/turns-fixture.ts";
import type { SizeLimit } from "./size-limit.ts";

const REFUSED = "refused with `staging_refused` (422)";
const YOU = { agent: null, chatId: null, taskId: null };
const MB = 1024 * 1024;

/** What is kept of edits that wait for review. */
export const STAGED_LIMITS_LISTED: readonly SizeLimit[] = [
  {
    name: "staged files of a session",
    figure: "1,000",
    over: REFUSED,
    async check(limit) {
      await using place = await open();
      const files = (count: number) => Array.from({ length: count }, (_, at) => ({ path: `${at}.txt`, content: Buffer.from("x") }));
      expect(await place.stage(...files(limit + 1))).toEqual({ because: "full", limit });
      expect(await place.stage(...files(limit))).toBeNull();
      expect(await place.stage({ path: "more.txt", content: Buffer.from("x") })).toEqual({ because: "full", limit });
    },
  },
  {
    name: "staged file",
    figure: "8 MB",
    over: REFUSED,
    async check(limit) {
      await using place = await open();
      expect(await place.stage({ path: "a.txt", content: Buffer.alloc(limit + 1, "x") })).toEqual({ because: "too_large", limit });
      expect(await place.stage({ path: "a.txt", content: Buffer.alloc(limit, "x") })).toBeNull();
    },
  },
  {
    name: "staged files of a session, together",
    figure: "64 MB",
    over: REFUSED,
    async check(limit) {
      await using place = await open();
      const each = STAGED_LIMITS.fileBytes;
      const files = Array.from({ length: limit / each }, (_, at) => ({ path: `${at}.txt`, content: Buffer.alloc(each, String(at)) }));
      expect(await place.stage(...files)).toBeNull();
      expect(await place.stage({ path: "more.txt", content: Buffer.from("x") })).toEqual({ because: "full", limit });
    },
  },
  {
    name: "file that a staged edit replaces or deletes",
    figure: "50 MB",
    over: REFUSED,
    async check(limit) {
      await using place = await open();
      await place.setup.write({ "fits.bin": "", "large.bin": "" });
      await truncate(join(place.setup.worktree.path, "fits.bin"), limit);
      await truncate(join(place.setup.worktree.path, "large.bin"), limit + 1);
      expect(await place.stage({ path: "fits.bin", content: null })).toBeNull();
      expect(await place.stage({ path: "large.bin", content: null })).toEqual({ because: "too_large", limit });
    },
  },
  {
    name: "text that you stage",
    figure: "2 MB",
    over: REFUSED,
    async check(limit) {
      await using place = await open();
      // Characters of two bytes, so that the input itself is short enough.
      const add = (bytes: number) =>
        refusalOf(
          place.setup.stagedWrites.add({
            sessionId: place.setup.sessionId,
            path: "new.txt",
            content: "ü".repeat(bytes / 2),
            baseOid: null,
          }),
        );
      expect(await add(limit + 2)).toEqual({ because: "too_large", limit });
      expect(await add(limit)).toBeNull();
      expect(limit).toBe(2 * MB);
    },
  },
];

async function open() {
  const setup = await createTurns();
  return {
    setup,
    stage: (...writes: StagingWrite[]) => refusalOf(setup.staged.stage(setup.sessionId, writes, YOU)),
    [Symbol.asyncDispose]: () => setup[Symbol.asyncDispose](),
  };
}

/** What was refused, and at which figure; null if nothing was. */
async function refusalOf(work: Promise<unknown>): Promise<{ because: string; limit: number | null } | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof DomainError) || error.fault.kind !== "staging_refused") throw error;
    const { because, limit } = error.fault;
    return { because, limit };
  }
}
