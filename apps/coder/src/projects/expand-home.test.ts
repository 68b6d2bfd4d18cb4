import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { expandHome, readTypedPath } from "./expand-home.ts";

const USERS = "root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000:Ada:/people/ada:/bin/sh\nodd:x\n";

it.each([
  ["~", "/home/me/"],
  ["~/", "/home/me/"],
  ["~/code", "/home/me/code"],
  ["~ada", "/people/ada"],
  ["~ada/code/", "/people/ada/code/"],
  ["~bob/code", "/home/bob/code"],
  ["~odd/code", "/home/odd/code"],
  ["/srv/~ada", "/srv/~ada"],
  ["code", "code"],
])("%s is %s", async (path, whole) => {
  await using folder = await createTempFolder();
  const usersFile = join(folder.path, "passwd");
  await writeFile(usersFile, USERS);
  expect(`${await expandHome(path, { home: "/home/me", usersFile })}/`.replace(/\/+$/, "/")).toBe(`${whole}/`.replace(/\/+$/, "/"));
});

it("finds a home beside ours where there is no list of users", async () => {
  expect(await expandHome("~ada/x", { home: "/Users/me", usersFile: "/nowhere/passwd" })).toBe("/Users/ada/x");
});

it("takes a path as it is written where it exists, and else as it was pasted", async () => {
  await using folder = await createTempFolder();
  const odd = join(folder.path, "'odd' ");
  const plain = join(folder.path, "my app");
  await mkdir(odd);
  await mkdir(plain);
  const read = (path: string) => readTypedPath(path, { home: folder.path });
  expect(await read(odd)).toBe(odd);
  expect(await read(plain)).toBe(plain);
  expect(await read(`"${plain}/"\r\n`)).toBe(`${plain}/`);
  expect(await read(`file://${encodeURI(plain)}`)).toBe(plain);
  expect(await read(plain.replaceAll(" ", "\\ "))).toBe(plain);
  expect(await read('"~/my app"')).toBe(plain);
  expect(await read("nowhere")).toBe("nowhere");
});
