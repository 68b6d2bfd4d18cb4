import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, expectTypeOf, it } from "vitest";
import { BytePath } from "./byte-path.ts";
import { Git } from "./git.ts";

const bytes = (text: string) => BytePath.of(text);

it("W11 a name of any bytes comes from git, lies where it says, and goes back to git", async () => {
  await using repository = await createRepository();
  const git = new Git({ env: { PATH: "/usr/bin:/bin", HOME: repository.path } });
  const name = BytePath.join(BytePath.ofText("ördner"), bytes("\xe4\n\t.txt"));
  await mkdir(BytePath.toFile(repository.path, BytePath.ofText("ördner")));
  await writeFile(BytePath.toFile(repository.path, name), "one\n");
  const others = async () => BytePath.split((await git.read(repository.path, ["ls-files", "-z", "--others"])).stdout);
  expect(await others()).toEqual([name]);
  await git.write(repository.path, ["update-index", "--add", "-z", "--stdin"], { stdin: BytePath.list([name]) });
  expect(await others()).toEqual([]);
  expect(await readdir(join(repository.path, "ördner"), "latin1")).toEqual(["\xe4\n\t.txt"]);
});

it("shows UTF-8 as text, and other bytes so that two names never look the same", () => {
  expect(BytePath.toText(BytePath.ofText("grün/ö.txt"))).toBe("grün/ö.txt");
  expect([bytes("\xe4.txt"), bytes("\xc3\xa4.txt"), bytes("\xe4\xc3\xa4")].map(BytePath.toText)).toEqual(["\\xE4.txt", "ä.txt", "\\xE4ä"]);
  expect([bytes("\xe4"), bytes("\xc3\xa4")].map(BytePath.isText)).toEqual([false, true]);
});

it.each([
  ["a", "b.txt", "a/b.txt"],
  ["a/", "b/c", "a/b/c"],
])("joins %s and %s, and knows what lies below", (folder, name, whole) => {
  const path = BytePath.join(bytes(folder), bytes(name));
  expect(path).toBe(whole);
  expect(BytePath.isBelow(path, bytes(folder))).toBe(true);
  expect(BytePath.isBelow(bytes("ab/c"), bytes("a"))).toBe(false);
  expect(BytePath.isBelow(bytes("a"), bytes("a"))).toBe(false);
  expect([BytePath.asFolder(bytes(folder)), BytePath.withoutSlash(bytes(folder))]).toEqual(["a/", "a"]);
});

it("is not a string to the compiler, and a string is not a path", () => {
  expectTypeOf<BytePath>().not.toExtend<string>();
  expectTypeOf<string>().not.toExtend<BytePath>();
});
