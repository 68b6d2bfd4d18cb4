import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SessionId } from "@boocode/shared/ids";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { readMentions, toGoneNotice } from "./turn-mentions.ts";

it("finds the files that a prompt mentions, never outside of the worktree, and names those that were there", async () => {
  await using folder = await createTempFolder();
  await using outside = await createTempFolder();
  const root = join(folder.path, "tree");
  await mkdir(join(root, "src"), { recursive: true });
  for (const name of ["a.ts", "two words.md", "end."]) await writeFile(join(root, name), "x");
  await writeFile(join(outside.path, "secret"), "x");
  await symlink(outside.path, join(root, "link"));
  const had = new Set(["was/here.ts"]);
  const files = { known: async (_: SessionId, __: string, paths: readonly string[]) => new Set(paths.filter((path) => had.has(path))) };
  const text = `Look at @a.ts, @src and @"two words.md" but not @types/node or @link/secret, @../tree/a.ts. @was/here.ts? @"not here" @end.`;
  const mentions = await readMentions(files, { sessionId: SessionId.parse("ses_1"), text }, root);
  expect(mentions).toEqual({
    files: [
      { path: "a.ts", isFolder: false, absolutePath: join(root, "a.ts") },
      { path: "src", isFolder: true, absolutePath: join(root, "src") },
      { path: "two words.md", isFolder: false, absolutePath: join(root, "two words.md") },
      { path: "end.", isFolder: false, absolutePath: join(root, "end.") },
    ],
    gone: ["not here", "was/here.ts"],
  });
  expect(toGoneNotice(mentions)).toMatchObject({ type: "notice", level: "warning" });
  expect(toGoneNotice({ files: [], gone: [] })).toBeNull();
});

it("gives a link that stays inside, an absolute path below the worktree once, and never the worktree itself; a link that leads out is not gone", async () => {
  await using folder = await createTempFolder();
  const root = join(folder.path, "tree");
  await mkdir(join(root, "src"), { recursive: true });
  await writeFile(join(root, "src/a.ts"), "x");
  await symlink("src/a.ts", join(root, "CLAUDE.md"));
  await symlink("/", join(root, "out"));
  // The worktree itself may be known by a link.
  await symlink(root, join(folder.path, "alias"));
  const text = `@CLAUDE.md @${join(folder.path, "alias")}/src/a.ts @${root}/src/ @. @./ @${root} @"out" @out @"/etc/hosts" @${root}/gone.ts`;
  const files = { known: async () => new Set(["CLAUDE.md", "out", "gone.ts"]) };
  const mentions = await readMentions(files, { sessionId: SessionId.parse("ses_1"), text }, join(folder.path, "alias"));
  expect(mentions).toEqual({
    files: [
      { path: "CLAUDE.md", isFolder: false, absolutePath: join(root, "CLAUDE.md") },
      { path: "src/a.ts", isFolder: false, absolutePath: join(root, "src/a.ts") },
      { path: "src", isFolder: true, absolutePath: join(root, "src") },
    ],
    gone: ["gone.ts"],
  });
});
