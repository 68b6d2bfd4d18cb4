import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { findAgentCommand, findAgentWays } from "./find-command.ts";

async function setUp(agents?: string, programs: readonly string[] = []) {
  const folder = await createTempFolder();
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  for (const name of ["opencode", "other", ...programs]) {
    await writeFile(join(bin, name), "");
    await chmod(join(bin, name), 0o755);
  }
  const agentsFile = join(folder.path, "agents.json");
  if (agents !== undefined) await writeFile(agentsFile, agents);
  const find = (id: string, ...names: string[]) => findAgentCommand(id, names, { agentsFile, path: `relative:${bin}` });
  const ways = async (id: string) => {
    const { acp, cli } = await findAgentWays(id, { agentsFile, path: bin });
    return { acp: acp?.argv.join(" ").replace(`${bin}/`, ""), cli: cli?.argv.join(" ").replace(`${bin}/`, "") };
  };
  return { find, ways, bin, agentsFile, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
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

it.each<[string, readonly string[], object[], string, { acp?: string; cli?: string }]>([
  ["Claude with both of its programs", ["claude-agent-acp", "claude"], [], "claude", { acp: "claude-agent-acp", cli: "claude" }],
  ["Claude with its command line only", ["claude"], [], "claude", { cli: "claude" }],
  ["Claude, set to its command line", ["claude-agent-acp", "claude"], [{ id: "claude", transport: "cli" }], "claude", { cli: "claude" }],
  ["Claude, by a command of the person's", ["claude"], [{ id: "claude", command: ["other"] }], "claude", { acp: "other", cli: "claude" }],
  ["Pi", ["pi"], [], "pi", { cli: "pi" }],
  ["Pi, by a command of the person's", [], [{ id: "pi", command: ["other", "--x"] }], "pi", { cli: "other --x" }],
  ["Pi, by an adapter", ["pi"], [{ id: "pi", transport: "acp", command: ["other"] }], "pi", { acp: "other", cli: "pi" }],
  ["goose, which has no command line", ["goose"], [], "goose", { acp: "goose" }],
  ["a program of text", [], [{ id: "mine", transport: "cli", command: ["other"] }], "mine", { cli: "other" }],
  ["an agent that speaks the protocol", [], [{ id: "mine", command: ["other"] }], "mine", { acp: "other" }],
])("finds how to drive %s", async (_, programs, entries, id, found) => {
  await using place = await setUp(JSON.stringify(entries), programs);
  expect(await place.ways(id)).toEqual({ acp: undefined, cli: undefined, ...found });
});
