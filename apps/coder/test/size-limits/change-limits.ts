import { replacePendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import type { ChangeContent } from "@boocode/shared/changes/change-content";
import { CommentedLine, CommentText } from "@boocode/shared/changes/review/line-comment";
import { ChangeId } from "@boocode/shared/ids";
import { buildChange, buildTask } from "@boocode/shared/testing/build";
import { type RepoFiles } from "@boocode/testkit/repo-builder";
import { expect } from "vitest";
import { createTurns } from "../../src/changes/turns-fixture.ts";
import { ChangeDiffer } from "../../src/changes/diffs/change-differ.ts";
import { diffTurn } from "../../src/changes/diffs/diff-turn.ts";
import { Reviews } from "../../src/changes/review/reviews.ts";
import type { SizeLimit } from "./size-limit.ts";

/** What is computed and shown of changes. */
export const CHANGE_LIMITS: readonly SizeLimit[] = [
  {
    name: "diff of a file, lines",
    figure: "50,000",
    over: "not shown; the file is listed as too large",
    async check(limit) {
      // The head of the hunk is a line, too.
      expect(await viewsOf({ "a-fits": "x\n".repeat(limit - 1), "b-large": "x\n".repeat(limit) })).toEqual(["text", "too_large"]);
    },
  },
  {
    name: "diff of a file, bytes",
    figure: "4 MB",
    over: "not shown; the file is listed as too large",
    async check(limit) {
      // With what git says above the lines.
      const head = 1_000;
      expect(await viewsOf({ "a-fits": "x".repeat(limit - head), "b-large": "x".repeat(limit + 1) })).toEqual(["text", "too_large"]);
    },
  },
  {
    name: "patches of a turn, together",
    figure: "8 MB",
    over: "listed without its patch",
    async check(limit) {
      const most = 3_900_000;
      const files = (last: number) => ({ "a.txt": "x".repeat(most), "b.txt": "x".repeat(most), "c.txt": "x".repeat(last) });
      await using turns = await openTurns();
      const first = await turns.diff(files(200_000));
      const all = first.reduce((chars, file) => chars + file.diff!.patch.length, 0);
      const room = 200_000 + limit - all;
      expect((await turns.diff(files(room))).map(({ diff }) => diff?.patch.length ?? 0).reduce((sum, chars) => sum + chars)).toBe(limit);
      expect((await turns.diff(files(room + 1))).map(({ diff }) => diff !== null)).toEqual([true, true, false]);
    },
  },
  {
    name: "diffs of an answer, together",
    figure: "4 MB",
    over: "named in `more`; one diff alone is always sent",
    async check(limit) {
      await using setup = await createTurns();
      const bytes = limit / 4;
      const names = ["a.txt", "b.txt", "c.txt", "d.txt"];
      await setup.turn("qwen", () => setup.write(Object.fromEntries(names.map((name) => [name, "x".repeat(bytes)]))));
      const ids = (await setup.pending.list(setup.sessionId)).map(({ id }) => id);
      const answer = await setup.changeDiffs.list(setup.sessionId, ids);
      expect(answer.diffs.reduce((sum, { diff }) => sum + diff.patch.length, 0)).toBeLessThanOrEqual(limit);
      expect([answer.diffs.length, answer.more, answer.gone]).toEqual([3, [ids[3]], []]);
      expect((await setup.changeDiffs.list(setup.sessionId, answer.more)).diffs).toHaveLength(1);
    },
  },
  {
    name: "changes of a list",
    figure: "10,000",
    over: "not listed; the first by path are",
    async check(limit) {
      await using setup = await createTurns();
      const { sessionId } = setup;
      const rows = (count: number) =>
        Array.from({ length: count }, (_, place) => {
          const name = String(place).padStart(5, "0");
          return buildChange({ id: ChangeId.parse(`chg_${name}`), sessionId, path: name });
        });
      const list = async (count: number) => {
        await setup.db.write("normal", (tx) => replacePendingChanges(tx, sessionId, rows(count)));
        return (await setup.pending.list(sessionId)).map(({ path }) => path);
      };
      const fits = await list(limit);
      expect([fits.length, await list(limit + 1)]).toEqual([limit, fits]);
    },
  },
  {
    name: "image of a diff",
    figure: "4 MB",
    over: "named as binary, with its size",
    async check(limit) {
      const png = (bytes: number) => Buffer.concat([Buffer.from("\u0089PNG\r\n\u001a\n", "latin1"), Buffer.alloc(bytes - 8)]);
      const [fits, large] = await contentsOf({ "a-fits.png": png(limit), "b-large.png": png(limit + 1) });
      expect([fits!.kind, large!.kind]).toEqual(["image", "binary"]);
    },
  },
  {
    name: "text of a file whose diff is too large",
    figure: "64 KB",
    over: "its beginning is shown, to the end of a line",
    async check(limit) {
      const [fits, large] = await contentsOf({ "a-fits.txt": "x\n".repeat(limit / 2), "b-large.txt": `${"x\n".repeat(limit / 2)}y` });
      expect(fits).toEqual({ kind: "text", text: "x\n".repeat(limit / 2), isCut: false });
      expect(large).toEqual({ kind: "text", text: "x\n".repeat(limit / 2), isCut: true });
    },
  },
  {
    name: "comments of a session",
    figure: "100",
    over: "refused with `too_many`",
    async check(limit) {
      await using setup = await openComments();
      for (let count = 0; count < limit; count++) await setup.comment("Why?");
      await expect(setup.comment("Why?")).rejects.toMatchObject({ fault: { kind: "too_many", limit } });
    },
  },
  {
    name: "comment on a line",
    figure: "4,000 characters",
    over: "refused with `invalid_input` (400)",
    check(limit) {
      const accepts = (text: string) => CommentText.safeParse(text).success;
      expect([accepts("x".repeat(limit)), accepts("x".repeat(limit + 1)), accepts(" ")]).toEqual([true, false, false]);
    },
  },
  {
    name: "line quoted by a comment",
    figure: "400 characters",
    over: "refused with `invalid_input` (400); the page sends the line's beginning",
    check(limit) {
      const accepts = (quote: string) => CommentedLine.safeParse({ side: "new", line: 1, quote }).success;
      expect([accepts("x".repeat(limit)), accepts("x".repeat(limit + 1))]).toEqual([true, false]);
    },
  },
  {
    name: "files of a turn with a patch",
    figure: "200",
    over: "listed without its patch",
    async check(limit) {
      const { files } = await diffSubmodules(limit + 1);
      expect(files.map(({ diff }) => diff !== null)).toEqual([...Array.from({ length: limit }, () => true), false]);
    },
  },
  {
    name: "files of a turn",
    figure: "2,000",
    over: "counted, not listed",
    async check(limit) {
      const [fits, large] = [await diffSubmodules(limit), await diffSubmodules(limit + 1)];
      expect([fits.files.length, fits.moreFiles, large.files.length, large.moreFiles]).toEqual([limit, 0, limit, 1]);
    },
  },
];

/** How the diffs of new files are shown. */
async function viewsOf(files: RepoFiles): Promise<string[]> {
  await using turns = await openTurns();
  return (await turns.diff(files)).map(({ diff }) => diff!.view);
}

/** A worktree in which a turn writes files, and what is read of each turn. */
async function openTurns() {
  const setup = await createTurns();
  const { overlay } = await setup.worktrees.openRaw(setup.worktree, setup.repository.path);
  return {
    /** Writes files, and reads the diff from the worktree's beginning, so that each is new. */
    async diff(files: RepoFiles) {
      const { after } = await setup.turn("qwen", () => setup.write(files));
      const { git, worktree } = setup;
      return (
        await diffTurn({
          git,
          differ: new ChangeDiffer(git),
          overlay,
          worktree,
          task: buildTask(),
          saves: [],
          staged: [],
          before: worktree.baseTree,
          after: after.tree,
        })
      ).files;
    },
    [Symbol.asyncDispose]: () => setup[Symbol.asyncDispose](),
  };
}

/** What is shown of new files, in the order of their names. */
async function contentsOf(files: RepoFiles): Promise<ChangeContent[]> {
  await using setup = await createTurns();
  await setup.turn("qwen", () => setup.write(files));
  const rows = await setup.pending.list(setup.sessionId);
  return await Promise.all(rows.map(({ id }) => setup.changeDiffs.content(setup.sessionId, id, "after")));
}

/** A session with one change, and comments on its first line. */
async function openComments() {
  const setup = await createTurns();
  await setup.turn("qwen", () => setup.write({ "a.txt": "a\n" }));
  const [change] = await setup.pending.list(setup.sessionId);
  const reviews = new Reviews({ ...setup, listStaged: async () => [] });
  const line = { sessionId: setup.sessionId, changeId: change!.id, side: "new", line: 1, quote: "a" } as const;
  return {
    comment: (text: string) => reviews.comment({ ...line, text }),
    [Symbol.asyncDispose]: () => setup[Symbol.asyncDispose](),
  };
}

/** The diff of a turn that added so many submodules: changes that no git is asked about one by one. */
async function diffSubmodules(count: number) {
  await using setup = await createTurns();
  const { git, worktree } = setup;
  const { overlay } = await setup.worktrees.openRaw(worktree, setup.repository.path);
  const make = async (entries: readonly string[]) =>
    (await git.write(overlay.gitDir, ["mktree", "--missing"], { overlay, stdin: entries.join("") })).text;
  const entries = Array.from({ length: count }, (_, index) => `160000 commit ${worktree.baseCommit}\tsub-${index}\n`);
  return await diffTurn({
    git,
    differ: new ChangeDiffer(git),
    overlay,
    worktree,
    task: buildTask(),
    saves: [],
    staged: [],
    before: await make([]),
    after: await make(entries),
  });
}
