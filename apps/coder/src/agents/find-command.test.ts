import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { findAgentCommand } from "./find-command.ts";

async function setUp(agents?: string) {
  const folder = await createTempFolder();
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  for (const name of ["opencode", "other"]) {
    await writeFile(join(bin, name), "");
    await chmod(join(bin, name), 0o755);
  }
  const agentsFile = join(folder.path, "agents.json");
  if (agents !== undefined) await writeFile(agentsFile, agents);
  const find = (id: string, ...names: string[]) => findAgentCommand(id, names, { agentsFile, path: `relative:${bin}` });
  return { find, bin, agentsFile, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

it("is found on PATH, where nothing else is said", async () => {
  await using place = await setUp();
  expect(await place.find("opencode", "opencode")).toEqual({ argv: [`${place.bin}/opencode`], env: {} });
  expect(await place.find("opencode", "missing", "opencode")).toEqual({ argv: [`${place.bin}/opencode`], env: {} });
  expect(await place.find("opencode", "missing")).toBeNull();
});

it("is the person's own where agents.json names one, with its arguments and environment", async () => {
  await using place = await setUp(
    JSON.stringify([
      { id: "qwen", command: ["/nowhere/qwen"] },
      { id: "opencode", command: ["other", "--pure"], env: { NO_COLOR: "1" } },
    ]),
  );
  expect(await place.find("opencode", "opencode")).toEqual({ argv: [`${place.bin}/other`, "--pure"], env: { NO_COLOR: "1" } });
  await expect(place.find("qwen", "other")).rejects.toThrow("agents.json names /nowhere/qwen for it, and there is no such program.");
  expect(await place.find("goose", "other")).toEqual({ argv: [`${place.bin}/other`], env: {} });
});

it.each([
  ["not JSON", "[{", "is not a list of agents"],
  ["of another shape", JSON.stringify([{ id: "opencode", command: "opencode serve" }]), "0.command"],
])("is not looked for where agents.json is %s: that is said", async (_, text, words) => {
  await using place = await setUp(text);
  await expect(place.find("opencode", "opencode")).rejects.toThrow(words);
});
