import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ConfinedFolder } from "../../platform/files/confined-folder.ts";
import { silentLogger, setUpNative, toolResults } from "./native-fixture.ts";
import { ALL_TOOLS } from "./tools/all-tools.ts";
import { runToolCall } from "./tools/run-tool-call.ts";
import { TOOLBOXES } from "./tools/toolbox.ts";
import { toReadFolder } from "./tools/folder/tool-folder.ts";

/** A call of each tool that would change or run something. */
const CHANGES: Record<string, object> = {
  edit: { path: "a.txt", oldText: "one", newText: "two" },
  write: { path: "b.txt", text: "new" },
  rename: { from: "a.txt", to: "c.txt" },
  delete: { path: "a.txt" },
  command: { argv: ["touch", "d.txt"] },
};

const READING = ["kindOf", "list", "readFile", "root", "walk"];

it("in plan mode no tool that changes anything exists, and none could", async () => {
  expect(TOOLBOXES.plan.tools.filter(({ access }) => access === "change")).toEqual([]);
  expect(Object.keys(CHANGES).toSorted()).toEqual(
    ALL_TOOLS.filter(({ access }) => access === "change")
      .map(({ name }) => name)
      .toSorted(),
  );
  await using native = await setUpNative([], { files: { "a.txt": "one\n" } });
  const files = toReadFolder(await ConfinedFolder.open(native.path));
  expect(Object.keys(files).toSorted()).toEqual(READING);
  // Even with every tool at hand, the place has nothing to write with.
  const { signal } = new AbortController();
  const run = { toolbox: TOOLBOXES.auto, place: { mode: "plan" as const, files }, signal, emit: () => {}, logger: silentLogger };
  for (const [name, input] of Object.entries(CHANGES))
    expect(await runToolCall({ callId: "c", name, input, invalid: null }, run)).toMatch(/^Error: in plan mode nothing is changed/);
  expect(await readdir(native.path)).toEqual(["a.txt"]);
});

it("a model in plan mode is offered what reads, is refused the rest, and its answer is the plan", async () => {
  const calls = Object.entries(CHANGES).map(([name, input]) => ({ kind: "tool" as const, name, arguments: { ...input } }));
  await using native = await setUpNative(
    [
      { steps: [{ kind: "tool", name: "read", arguments: { path: "a.txt" } }, ...calls] },
      { steps: [{ kind: "text", text: "1. Change a.txt" }] },
      { steps: [{ kind: "text", text: "Done" }] },
    ],
    { files: { "a.txt": "one\n" }, projectTrusted: false, remembers: true },
  );
  // It changes nothing, so it waits for no checkpoint.
  const never = new Promise<void>(() => {});
  const before = await stat(join(native.path, "a.txt"));
  const { end, text, events } = await native.run("Plan it", "", undefined, never, "plan");
  expect([end.state, text]).toEqual(["completed", "1. Change a.txt"]);
  expect(toolResults(events).map(({ status }) => status)).toEqual(["completed", ...calls.map(() => "failed")]);
  // Nobody is asked about a command that will not run.
  expect(events.map(({ type }) => type)).not.toContain("permission.requested");
  expect([await readdir(native.path), native.staged.files.size]).toEqual([["a.txt"], 0]);
  expect(await readFile(join(native.path, "a.txt"), "utf8")).toBe("one\n");
  expect((await stat(join(native.path, "a.txt"))).mtimeMs).toBe(before.mtimeMs);
  const [asked] = native.model.requests;
  expect(asked!.body.tools!.map((tool) => tool.function.name)).toEqual(TOOLBOXES.plan.tools.map(({ name }) => name));
  expect(JSON.stringify(asked!.body.messages[0])).toContain("You are in plan mode");
  // The next turn has the plan before it, and every tool again.
  await native.run("Do it", "", undefined, undefined, "auto");
  const next = native.model.requests.at(-1)!.body;
  expect(JSON.stringify(next.messages)).toContain("1. Change a.txt");
  expect(next.tools).toHaveLength(ALL_TOOLS.length);
  expect(JSON.stringify(next.messages[0])).not.toContain("You are in plan mode");
});

it.each(["Plan", "read-only", " auto", "AUTO"])("a mode that it does not have (%j) only reads, and the turn says so", async (mode) => {
  const calls = Object.entries(CHANGES).map(([name, input]) => ({ kind: "tool" as const, name, arguments: { ...input } }));
  await using native = await setUpNative([{ steps: calls }, { steps: [{ kind: "text", text: "1. Change a.txt" }] }], {
    files: { "a.txt": "one\n" },
  });
  const { end, events } = await native.run("Do it", "", undefined, undefined, mode);
  expect(end.state).toBe("completed");
  expect(toolResults(events).map(({ status }) => status)).toEqual(calls.map(() => "failed"));
  expect([await readdir(native.path), native.staged.files.size]).toEqual([["a.txt"], 0]);
  expect(native.model.requests[0]!.body.tools!.map((tool) => tool.function.name)).toEqual(TOOLBOXES.plan.tools.map(({ name }) => name));
  expect(events.filter(({ type }) => type === "notice")).toEqual([
    { type: "notice", level: "warning", text: expect.stringContaining(`no mode “${mode}”`) },
  ]);
});

it.each(["", "auto"])("in mode %j it writes at once, without a word about it", async (mode) => {
  const write = { kind: "tool" as const, name: "write", arguments: { path: "b.txt", text: "new" } };
  await using native = await setUpNative([{ steps: [write] }, { steps: [{ kind: "text", text: "Done" }] }]);
  const { events } = await native.run("Do it", "", undefined, undefined, mode);
  expect(await readdir(native.path)).toEqual(["b.txt"]);
  expect(events.map(({ type }) => type)).not.toContain("notice");
});
