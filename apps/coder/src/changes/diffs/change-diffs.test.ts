import { rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import { ChangeId } from "@boocode/shared/ids";
import { BytePath } from "../../platform/git/byte-path.ts";
import { compareContents } from "../compare/compare-contents.ts";
import { readTreeChanges } from "../compare/read-tree-changes.ts";
import { createTurns } from "../turns-fixture.ts";
import { ChangeDiffs } from "./change-diffs.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

const idsOf = async ({ pending, sessionId }: Turns) => (await pending.list(sessionId)).map(({ id }) => id);
const bodyOf = ({ patch }: ChangeDiff) => patch.slice(patch.indexOf("\n@@ ") + 1);

describe("the diffs of several changes", () => {
  const long = Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join("");

  it("are those of each alone, whatever changed and however the files are called", async () => {
    await using setup = await createTurns({
      "edit.txt": long,
      "crlf.txt": "one\r\ntwo\r\n",
      "no end": "none",
      "old name.txt": long,
      "gone.txt": "1\n2\n",
      "to-link": "a file\n",
      "bin.dat": Buffer.from([0, 1]),
      "run.sh": "x\n",
      "latin.txt": Buffer.from([0xe4, 0x0a]),
    });
    const at = (name: string) => join(setup.worktree.path, name);
    await setup.turn("qwen", () => setup.write({ "edit.txt": `first\n${long}`, "both.txt": "a\n", "no end": "none\nand" }));
    await setup.turn("goose", async () => {
      await setup.write({
        "edit.txt": `first\n${long.replace("line 30", "line thirty\n@@ -1 +1 @@ no hunk\ndiff --git a/0 b/0")}`,
        "crlf.txt": "one\r\n2\r\n",
        'n"ew\tand\nodd': "odd\n",
        "both.txt": "a\nb\n",
        "bin.dat": Buffer.from([0, 2]),
        "latin.txt": Buffer.from([0xe5, 0x0a]),
        "empty.txt": "",
        "run.sh": { text: "x\n", mode: 0o755 },
      });
      await rm(at("gone.txt"));
      await rename(at("old name.txt"), at("new name.txt"));
      await rm(at("to-link"));
      await symlink("edit.txt", at("to-link"));
    });
    await setup.write({ "edit.txt": `first\n${long.replace("line 3\n", "by hand\n")}` });
    await setup.pending.refresh(setup.sessionId);
    const ids = await idsOf(setup);
    const all = await new ChangeDiffs(setup).list(setup.sessionId, ids);
    expect([all.more, all.gone, all.diffs.map(({ diff }) => diff.changeId)]).toEqual([[], [], ids]);
    for (const [place, id] of ids.entries()) {
      const alone = new ChangeDiffs(setup);
      expect(all.diffs[place]).toEqual({
        diff: await alone.diff(setup.sessionId, id),
        blame: await alone.blame(setup.sessionId, id),
      });
    }
  });

  it("have the hunks that git finds between any two contents", async () => {
    await using setup = await createTurns();
    const { git, worktree, sessionId } = setup;
    const { overlay } = await setup.worktrees.openRaw(worktree, setup.repository.path);
    const line = fc.constantFrom("a", "b", "", "}", "\\ No newline at end of file", "-- x", "++ y", "@@ -1 +1 @@", "diff --git a/0 b/0");
    const text = fc.tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom("\n", "\r\n"), fc.boolean());
    const toText = ([lines, ending, isEnded]: [string[], string, boolean]) => lines.join(ending) + (isEnded ? ending : "");
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 6 }), async (texts) => {
        await setup.turn("qwen", () => setup.write(Object.fromEntries(texts.map((each, place) => [`file ${place}`, toText(each)]))));
        const now = (await setup.worktrees.find(sessionId))!;
        const changes = await readTreeChanges(git, overlay, worktree.baseTree, now.lastCheckpoint!);
        const { diffs } = await setup.changeDiffs.list(sessionId, await idsOf(setup));
        const empty = (await git.write(overlay.gitDir, ["hash-object", "-w", "--stdin"], { overlay, stdin: "" })).text;
        for (const { newOid, path } of changes) {
          const { diff } = diffs.find((each) => each.diff.path === BytePath.toText(path))!;
          const expected = await compareContents(git, overlay, empty, newOid);
          expect(diff.view === "text" ? { text: bodyOf(diff) } : { text: "" }).toEqual(expected);
        }
      }),
      { numRuns: 8 },
    );
  });

  it("start the same gits for one file as for forty, and none for versions that are known", async () => {
    const names = Array.from({ length: 40 }, (_, place) => `file-${place}.txt`);
    const write = (setup: Turns, last: string) => setup.write(Object.fromEntries(names.map((name) => [name, `${long}${last}\n`])));
    await using setup = await createTurns(Object.fromEntries(names.map((name) => [name, long])));
    for (const last of ["first", "second", "third"]) await setup.turn("qwen", () => write(setup, last));
    const ids = await idsOf(setup);
    const gitsOf = async (diffs: ChangeDiffs, some: typeof ids) => {
      setup.started.length = 0;
      await diffs.list(setup.sessionId, some);
      return setup.started.toSorted();
    };
    const diffs = new ChangeDiffs(setup);
    const cold = ["cat-file", "diff-tree", "diff-tree", "diff-tree", "log", "mktree", "rev-parse"];
    expect(await gitsOf(new ChangeDiffs(setup), ids.slice(0, 1))).toEqual(cold);
    expect(await gitsOf(diffs, ids)).toEqual(cold);
    expect(await gitsOf(diffs, ids)).toEqual(["cat-file", "diff-tree", "mktree"]);
  });

  it("name what is gone, and fail for no other reason", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    await setup.turn("qwen", () => setup.write({ "a.txt": "b\n", "b.txt": "b\n" }));
    const [a, b] = await idsOf(setup);
    const never = ChangeId.parse("chg_never");
    const answer = await setup.changeDiffs.list(setup.sessionId, [a!, never, b!, a!]);
    expect([answer.diffs.map(({ diff }) => diff.path), answer.gone]).toEqual([["a.txt", "b.txt"], [never]]);
    await setup.turn("qwen", () => setup.write({ "a.txt": "c\n" }));
    expect((await setup.changeDiffs.list(setup.sessionId, [a!, b!])).gone).toEqual([a]);
    expect(await setup.changeDiffs.list(setup.otherSessionId, [b!])).toEqual({ diffs: [], more: [], gone: [b] });
  });

  it("leave out white space on request, and say so", async () => {
    await using setup = await createTurns({ "a.txt": "if\nx\ny\nend\n", "b.txt": "x\n" });
    await setup.turn("qwen", () => setup.write({ "a.txt": "if\n  x\n  z\nend\n", "b.txt": "  x\n" }));
    const ids = await idsOf(setup);
    const [a, b] = (await setup.changeDiffs.list(setup.sessionId, ids, { ignoreWhitespace: true })).diffs;
    expect(bodyOf(a!.diff)).toBe("@@ -1,4 +1,4 @@\n if\n   x\n-y\n+  z\n end\n");
    expect(a!.diff).toMatchObject({ view: "text", whitespace: "ignored" });
    expect(b!.diff).toMatchObject({ view: "empty", whitespace: "ignored" });
    // The authors are still those of the exact lines.
    expect(a!.blame.lines).toEqual(["base", 0, 0, "base"]);
    // Traced by what is shown, without the unchanged lines around it.
    const [exact] = (await new ChangeDiffs(setup).list(setup.sessionId, ids)).diffs;
    expect(exact!.blame.lines).toEqual(a!.blame.lines);
    expect(bodyOf(exact!.diff)).toBe("@@ -1,4 +1,4 @@\n if\n-x\n-y\n+  x\n+  z\n end\n");
    expect(exact!.diff.whitespace).toBeUndefined();
  });

  it("leave no object in the repository", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    await setup.turn("qwen", () => setup.write({ "a.txt": "b\n", "b.txt": "b\n" }));
    const count = () => setup.repository.git("count-objects");
    const before = await count();
    await setup.changeDiffs.list(setup.sessionId, await idsOf(setup));
    expect(await count()).toBe(before);
  });
});

describe("what a file holds on one side of a change", () => {
  const png = Buffer.from("\u0089PNG\r\n\u001a\n\0\0", "latin1");

  it("is an image by its content, whatever its name says; the beginning of a text; or nothing", async () => {
    await using setup = await createTurns({ "a.png": png, "b.txt": "old\n", "c.png": "no image\n" });
    await setup.turn("qwen", async () => {
      await setup.write({
        "a.png": "became a text\n",
        "b.txt": png,
        "c.png": "<svg onload='x'/>\n",
        "d.bin": Buffer.from([1, 0]),
        "e.txt": "ü".repeat(40_000),
      });
    });
    const { sessionId, changeDiffs } = setup;
    const read = async (path: string, side: "before" | "after") => {
      const row = (await setup.pending.list(sessionId)).find((each) => each.path === path);
      return changeDiffs.content(sessionId, row!.id, side);
    };
    const image = { kind: "image", type: "image/png", base64: png.toString("base64") };
    expect(await read("a.png", "before")).toEqual(image);
    expect(await read("a.png", "after")).toEqual({ kind: "text", text: "became a text\n", isCut: false });
    expect(await read("b.txt", "after")).toEqual(image);
    expect(await read("c.png", "after")).toEqual({ kind: "text", text: "<svg onload='x'/>\n", isCut: false });
    expect(await read("d.bin", "before")).toEqual({ kind: "absent" });
    expect(await read("d.bin", "after")).toEqual({ kind: "binary" });
    // One long line is cut between characters.
    expect(await read("e.txt", "after")).toEqual({ kind: "text", text: "ü".repeat(32_768), isCut: true });
  });
});
