import { mkdir, symlink } from "node:fs/promises";
import { STAGED_LIMITS } from "@boocode/shared/changes/staged/staged-edit";
import { describe, expect, it } from "vitest";
import { setUp } from "./staged-fixture.ts";

describe("refuses", () => {
  it("S7: paths that lead elsewhere, and what is no file or not git's to hold", async () => {
    await using setup = await setUp({ "a.txt": "one\n", "dir/b.txt": "two\n", ".gitignore": "build/\n", "real/c.txt": "c\n" });
    await symlink("real", setup.at("link"));
    await mkdir(setup.at("inner/.git"), { recursive: true });
    const elsewhere = [
      "../out.txt",
      "/etc/passwd",
      ".git/config",
      "dir/.GIT/hooks/x",
      "a//b.txt",
      "dir/",
      "",
      "half\uD800",
      "link/below.txt",
    ];
    const refused = [
      ...elsewhere.map((path) => [path, "forbidden"] as const),
      ["dir", "not_a_file"],
      ["a.txt/below.txt", "not_a_file"],
      ["inner/x.txt", "other_repository"],
      ["build/out.txt", "ignored"],
    ] as const;
    for (const [path, because] of refused) {
      expect(await setup.refusal({ path, content: Buffer.from("x") })).toMatchObject({ kind: "staging_refused", path, because });
    }
    expect(await setup.rows()).toEqual([]);
  });

  it("a file below a staged file, and above one", async () => {
    await using setup = await setUp();
    await setup.stage("x/y", "y\n");
    for (const path of ["x", "x/y/z"]) {
      expect(await setup.refusal({ path, content: Buffer.from("x") })).toMatchObject({ kind: "staging_refused", because: "not_a_file" });
    }
  });

  it("a content that was read before somebody else changed it, on disk or staged", async () => {
    await using setup = await setUp();
    const seen = Buffer.from("one\n");
    expect(await setup.refusal({ path: "a.txt", content: Buffer.from("two\n"), seen })).toBeNull();
    expect(await setup.refusal({ path: "a.txt", content: Buffer.from("three\n"), seen })).toMatchObject({
      kind: "file_changed",
      path: "a.txt",
    });
    await setup.write({ "dir/b.txt": "by hand\n" });
    expect(await setup.refusal({ path: "dir/b.txt", content: Buffer.from("x"), seen: Buffer.from("two\n") })).toMatchObject({
      kind: "file_changed",
    });
    expect(await setup.refusal({ path: "dir/b.txt", content: Buffer.from("x"), seen: null })).toMatchObject({ kind: "file_changed" });
    expect((await setup.rows()).map(({ path }) => path)).toEqual(["a.txt"]);
  });

  it("all writes of a call if one is refused", async () => {
    await using setup = await setUp();
    expect(await setup.refusal({ path: "a.txt", content: Buffer.from("x") }, { path: "../b", content: null })).not.toBeNull();
    expect(await setup.rows()).toEqual([]);
  });

  it("S5: a file, and a number of files, over its limit", async () => {
    await using setup = await setUp();
    const large = Buffer.alloc(STAGED_LIMITS.fileBytes + 1, "x");
    expect(await setup.refusal({ path: "large.txt", content: large })).toMatchObject({
      because: "too_large",
      limit: STAGED_LIMITS.fileBytes,
    });
    const many = Array.from({ length: STAGED_LIMITS.files + 1 }, (_, at) => ({ path: `many/${at}`, content: Buffer.from("x") }));
    expect(await setup.refusal(...many)).toMatchObject({ because: "full", limit: STAGED_LIMITS.files });
    expect(await setup.refusal(...many.slice(1))).toBeNull();
    expect(await setup.rows()).toHaveLength(STAGED_LIMITS.files);
  });
});
