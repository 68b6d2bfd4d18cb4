import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AGENT_EVENT_TYPES } from "../../packages/shared/src/agents/agent-event.ts";
import { CHAT_EVENT_TYPES } from "../../packages/shared/src/chats/chat-event.ts";
import { findEventSwitches } from "./find-event-switches.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const types: ReadonlySet<string> = new Set(CHAT_EVENT_TYPES);

const switches = globSync(["apps/*/src/**/*.{ts,tsx}", "packages/*/src/**/*.ts"], { cwd: root })
  .filter((file) => !file.includes(".test."))
  .toSorted()
  .flatMap((file) => findEventSwitches(file, read(file), types).map((one) => ({ file, ...one })));

it("AGENTS.md names every file that a new event leads to by compiler errors", () => {
  const list = /- \*\*An event\*\*[^]*?(?=\n- \*\*|$)/.exec(read("AGENTS.md"))?.[0] ?? "";
  const named = [...list.matchAll(/`([\w/.-]+\.tsx?)`/g)].map(([, file]) => file!);
  for (const { file } of switches) expect(named).toContain(file);
  expect(named.filter((file) => !types.has(file)).every((file) => globSync(file, { cwd: root }).length === 1)).toBe(true);
});

it("no switch over events silently ignores a type: it names all agent events or all events", () => {
  const all = CHAT_EVENT_TYPES.toSorted();
  const ofAgents = AGENT_EVENT_TYPES.toSorted();
  for (const { file, types: cases, hasDefault } of switches) {
    const expected = cases.length > ofAgents.length ? all : ofAgents;
    expect({ file, cases: cases.toSorted(), hasDefault }).toEqual({ file, cases: expected, hasDefault: false });
  }
  expect(switches.map(({ file }) => file)).toContain("packages/shared/src/chats/item-key.ts");
});

it("finds a switch over events, and whether it has a default", () => {
  const text = `switch (body.type) { case "notice": case "part.set": case "tool.started": break; default: }`;
  expect(findEventSwitches("a.ts", text, types)).toEqual([{ types: ["notice", "part.set", "tool.started"], hasDefault: true }]);
  expect(findEventSwitches("a.ts", `switch (kind) { case "a": case "notice": }`, types)).toEqual([]);
});
