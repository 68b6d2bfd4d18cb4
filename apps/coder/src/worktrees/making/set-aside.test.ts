import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { listSetAside, moveToTrash } from "./set-aside.ts";

it("W1 what earlier versions put aside elsewhere is listed in the one place for it, and lost nowhere", async () => {
  await using folder = await createTempFolder();
  const former = join(folder.path, ".aside");
  await mkdir(join(former, "ses-1-1"), { recursive: true });
  await writeFile(join(former, "ses-1-1", "precious.txt"), "former");
  await mkdir(join(folder.path, "ses-1"));
  await writeFile(join(folder.path, "ses-1", "precious.txt"), "later");
  const trash = join(folder.path, ".trash");
  expect(await moveToTrash(folder.path, join(folder.path, "ses-1"))).toBe(join(trash, "ses-1-1"));

  const found = await listSetAside(folder.path);
  expect(found.map(({ path }) => path).toSorted()).toEqual([join(trash, "ses-1-1"), join(trash, "ses-1-1-1")]);
  expect(await readFile(join(trash, "ses-1-1", "precious.txt"), "utf8")).toBe("later");
  expect(await readFile(join(trash, "ses-1-1-1", "precious.txt"), "utf8")).toBe("former");
  expect(await listSetAside(folder.path)).toEqual(found);
});
