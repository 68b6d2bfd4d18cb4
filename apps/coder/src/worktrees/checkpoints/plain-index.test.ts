import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository, createTempFolder, type RepoFiles, writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { BytePath } from "../../platform/git/byte-path.ts";
import { Git } from "../../platform/git/git.ts";
import { ATTRIBUTES_FILE, mayConvert, readAttributePlaces } from "./attribute-words.ts";
import { readPlainIndex } from "./read-plain-index.ts";

const FILES: RepoFiles = { "a.txt": "one\n", "dir/ä b\n.txt": "two\n", link: { linkTo: "a.txt" }, run: { text: "x", mode: 0o755 } };

it("reads the paths of a plain index as git does", async () => {
  await using repository = await createRepository(FILES);
  const index = join(repository.path, ".git", "index");
  const listed = (await repository.git("ls-files", "-z")).split("\0").filter((name) => name !== "");
  const found = await readPlainIndex(index, "");
  expect(found?.paths.map(BytePath.toText)).toEqual(listed);
  expect(listed).toHaveLength(4);
  expect((await readPlainIndex(index, ".txt"))?.paths).toEqual(found?.paths.filter((name) => BytePath.toText(name).endsWith(".txt")));
  expect((await readPlainIndex(index, "link"))?.paths).toEqual(["link"]);
  expect((await readPlainIndex(index, "a-long-ending-that-reaches-beyond-every-name-of-this-index"))?.paths).toEqual([]);
  expect(found?.nested).toEqual([]);
  await repository.git("update-index", "--add", "--cacheinfo", `160000,${await repository.git("rev-parse", "HEAD")},dir/inner`);
  expect((await readPlainIndex(index, ".txt"))?.nested).toEqual(["dir/inner"]);
});

it.each([
  ["hidden by assume-unchanged", ["update-index", "--assume-unchanged", "a.txt"]],
  ["left out", ["update-index", "--skip-worktree", "a.txt"]],
  ["only intended", ["rm", "--quiet", "--cached", "a.txt"], ["add", "--intent-to-add", "a.txt"]],
  ["split", ["update-index", "--split-index"]],
  ["with an untracked cache", ["update-index", "--force-untracked-cache"]],
  ["compressed", ["update-index", "--index-version", "4"]],
])("leaves to git an index that is %s", async (_, ...commands) => {
  await using repository = await createRepository(FILES);
  for (const argv of commands) await repository.git(...argv);
  expect(await readPlainIndex(join(repository.path, ".git", "index"), "")).toBeNull();
});

it("leaves to git what is no index", async () => {
  await using folder = await createTempFolder();
  const file = join(folder.path, "index");
  expect(await readPlainIndex(file, "")).toBeNull();
  for (const text of ["", "DIRC", `DIRC\0\0\0\u0002\0\0\0\u0009${"x".repeat(60)}`]) {
    await writeFile(file, text, "latin1");
    expect(await readPlainIndex(file, "")).toBeNull();
  }
});

it.each([
  { case: "nothing is said", expected: false },
  { case: "text alone", attributes: "* text=auto\n*.png binary\n*.ts text eol=lf diff=ts\n", expected: false },
  { case: "another line end", attributes: "*.bat eol=crlf\n", expected: true },
  { case: "a filter", attributes: "*.bin filter=lfs\n", expected: true },
  { case: "a filter in a folder", nested: "*.bin filter=lfs\n", expected: true },
  { case: "a keyword by a macro", attributes: "[attr]words ident\n* words\n", expected: true },
  { case: "an encoding", attributes: "*.ps1 working-tree-encoding=UTF-16LE\n", expected: true },
  { case: "a setting for line ends", setting: ["core.autocrlf", "true"], expected: true },
  { case: "a setting that changes none", setting: ["core.autocrlf", "input"], expected: false },
  { case: "further attributes somewhere", setting: ["core.attributesFile", "/dev/null"], expected: true },
  { case: "the repository's own attributes", info: "* filter=x\n", expected: true },
  { case: "the person's attributes", personal: "* ident\n", expected: true },
])("knows whether a byte may change on its way to the disk: $case", async (given) => {
  await using home = await createTempFolder();
  await using repository = await createRepository({
    ...FILES,
    ...(given.attributes !== undefined && { ".gitattributes": given.attributes }),
    ...(given.nested !== undefined && { "dir/.gitattributes": given.nested }),
    ...(given.info !== undefined && { ".git/info/attributes": given.info }),
  });
  if (given.setting) await repository.git("config", ...given.setting);
  const git = new Git({ env: { PATH: "/usr/bin:/bin", HOME: "/nowhere", XDG_CONFIG_HOME: home.path } });
  if (given.personal !== undefined) await writeFiles(home.path, { "git/attributes": given.personal });
  const places = await readAttributePlaces(git, repository.path);
  const found = await readPlainIndex(join(repository.path, ".git", "index"), ATTRIBUTES_FILE);
  expect(await mayConvert(repository.path, found?.paths ?? [], places)).toBe(given.expected);
});
