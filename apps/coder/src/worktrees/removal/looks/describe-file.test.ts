import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { BytePath } from "../../../platform/git/byte-path.ts";
import { systemTime } from "../../../platform/time.ts";
import { describeFiles } from "./describe-file.ts";
import { Limit } from "./limit.ts";

it("W4 a file too big to be read leaves the others read, whichever is looked at first", async () => {
  await using folder = await createTempFolder();
  const names = ["0", "huge", "x", "y", "z"];
  for (const name of names) await writeFile(join(folder.path, name), `${name}\n`);
  await truncate(join(folder.path, "huge"), 2 ** 40);
  const paths = names.map((name) => BytePath.ofText(name));
  const look = async () => [...(await describeFiles(folder.path, paths, new Limit(systemTime, 60_000))).values()];
  const first = await look();
  expect(first.map((what) => what.split(" ")[0])).toEqual(["file", "unread", "file", "file", "file"]);
  for (let again = 0; again < 20; again += 1) expect(await look()).toEqual(first);
});
