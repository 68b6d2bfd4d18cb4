import { describe, expect, it } from "vitest";
import { AgentId, ChangeId, ChatId, SessionId, TaskId } from "../ids.ts";
import { attributeChanges, type CapturedFile, type Go } from "./attribute-changes.ts";
import type { PendingChange } from "./pending-change.ts";
import { SETUP_AUTHOR } from "../worktrees/worktree-plan.ts";

const sessionId = SessionId.parse("session-1");

const file = (path: string, given: Partial<CapturedFile> = {}): CapturedFile => ({
  id: ChangeId.parse(`change:${path.length}`),
  path,
  operation: "modified",
  additions: 1,
  deletions: 0,
  binary: false,
  ...given,
});

const row = (path: string, agents: (string | null)[], given: Partial<PendingChange> = {}): PendingChange => ({
  ...file(path),
  sessionId,
  location: "worktree",
  agent: agents[0] == null ? null : AgentId.parse(agents[0]),
  agents: agents.map((agent) => agent && AgentId.parse(agent)) as (AgentId | null)[],
  chatIds: agents.filter((agent) => agent !== null).map((agent) => ChatId.parse(`chat-${agent}`)),
  taskIds: agents.filter((agent) => agent !== null).map((agent) => TaskId.parse(`task-${agent}`)),
  evidence: "tool",
  state: "pending",
  stale: false,
  ...given,
});

const agentGo = (agent: string, paths: string[], namedPaths: string[] = paths): Go => ({
  paths: new Set(paths),
  renames: new Map(),
  by: {
    agent: AgentId.parse(agent),
    chatId: ChatId.parse(`chat-${agent}`),
    taskId: TaskId.parse(`task-${agent}`),
    namedPaths: new Set(namedPaths),
  },
});
const setupGo = (...paths: string[]): Go => ({
  paths: new Set(paths),
  renames: new Map(),
  by: { agent: SETUP_AUTHOR, chatId: null, taskId: null, namedPaths: new Set() },
});
const personGo = (...paths: string[]): Go => ({ paths: new Set(paths), renames: new Map(), by: null });

/** Each as [now, before]. */
const renaming = (go: Go, ...renames: [string, string][]): Go => ({ ...go, renames: new Map(renames) });
const agents = (...ids: (string | null)[]) => ids.map((id) => id && AgentId.parse(id)) as (AgentId | null)[];

interface Case {
  name: string;
  previous?: PendingChange[];
  stillPending?: string[];
  files: CapturedFile[];
  goes: Go[];
  expected: Partial<PendingChange>[];
}

const cases: Case[] = [
  {
    name: "what a worktree's setup changed is the setup's, of no chat and no task",
    previous: [row("b", ["qwen"])],
    stillPending: ["b"],
    files: [file("a"), file("b")],
    goes: [setupGo("a", "b")],
    expected: [
      { path: "a", agent: SETUP_AUTHOR, agents: [SETUP_AUTHOR], chatIds: [], taskIds: [], evidence: "inferred" },
      { path: "b", agent: SETUP_AUTHOR, agents: [SETUP_AUTHOR, AgentId.parse("qwen")], chatIds: [ChatId.parse("chat-qwen")] },
    ],
  },
  {
    name: "a path that a tool named is the agent's",
    files: [file("a")],
    goes: [agentGo("qwen", ["a"])],
    expected: [
      { path: "a", agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen")], evidence: "tool", chatIds: [ChatId.parse("chat-qwen")] },
    ],
  },
  {
    name: "a path that no tool named is the agent's, inferred",
    files: [file("a"), file("b")],
    goes: [agentGo("qwen", ["a", "b"], ["a"])],
    expected: [{ evidence: "tool" }, { path: "b", agent: AgentId.parse("qwen"), evidence: "inferred" }],
  },
  {
    name: "a later agent stands first, the earlier one stays",
    previous: [row("a", ["goose", "qwen"])],
    files: [file("a")],
    goes: [agentGo("qwen", ["a"])],
    expected: [{ agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen"), AgentId.parse("goose")] }],
  },
  {
    name: "what nobody touched keeps its owner",
    previous: [row("a", ["goose"]), row("b", [null])],
    files: [file("a"), file("b")],
    goes: [agentGo("qwen", ["c"])],
    expected: [
      { agent: AgentId.parse("goose"), evidence: "tool" },
      { agent: null, agents: [null] },
    ],
  },
  {
    name: "the person's edit over an agent's is the person's; the agent stays named",
    previous: [row("a", ["goose"])],
    files: [file("a")],
    goes: [personGo("a"), agentGo("qwen", ["b"])],
    expected: [{ agent: null, agents: [null, AgentId.parse("goose")] }],
  },
  {
    name: "person first, then the agent: the agent's, and the person stays named",
    stillPending: ["a"],
    files: [file("a")],
    goes: [personGo("a"), agentGo("qwen", ["a"])],
    expected: [{ agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen"), null] }],
  },
  {
    name: "a path that was back at its base in between begins anew",
    previous: [row("a", ["goose"])],
    stillPending: [],
    files: [file("a")],
    goes: [personGo("a"), agentGo("qwen", ["a"])],
    expected: [{ agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen")] }],
  },
  { name: "a path back at its base leaves", previous: [row("a", ["goose"])], files: [], goes: [agentGo("qwen", ["a"])], expected: [] },
  {
    name: "a rename brings its former name's agents along",
    previous: [row("old", ["goose"])],
    files: [file("new", { previousPath: "old", operation: "renamed" })],
    goes: [agentGo("qwen", ["old", "new"], ["old"])],
    expected: [
      {
        path: "new",
        previousPath: "old",
        agent: AgentId.parse("qwen"),
        agents: [AgentId.parse("qwen"), AgentId.parse("goose")],
        evidence: "tool",
      },
    ],
  },
  {
    name: "a former rename that is now two files tells both",
    previous: [row("new", ["goose"], { previousPath: "old", operation: "renamed" })],
    stillPending: ["old", "new"],
    files: [file("new", { operation: "added" }), file("old")],
    goes: [agentGo("qwen", ["old"])],
    expected: [
      { path: "new", agent: AgentId.parse("goose"), agents: [AgentId.parse("goose")] },
      { path: "old", agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen"), AgentId.parse("goose")] },
    ],
  },
  {
    name: "a file that the base does not know brings its agents along, too",
    previous: [row("draft", ["goose"])],
    files: [file("final", { operation: "added" })],
    goes: [personGo(), renaming(agentGo("qwen", ["draft", "final"]), ["final", "draft"])],
    expected: [{ agents: agents("qwen", "goose"), chatIds: [ChatId.parse("chat-qwen"), ChatId.parse("chat-goose")] }],
  },
  {
    name: "so it does where the person renamed it, also when that is told again",
    previous: [row("draft", ["goose"])],
    stillPending: ["final"],
    files: [file("final", { operation: "added" })],
    goes: [renaming(personGo("draft", "final"), ["final", "draft"])],
    expected: [{ agents: agents(null, "goose") }],
  },
  {
    name: "told again",
    previous: [row("final", [null, "goose"])],
    files: [file("final", { operation: "added" })],
    goes: [renaming(personGo("draft", "final"), ["final", "draft"]), agentGo("qwen", ["other"])],
    expected: [{ agents: agents(null, "goose") }],
  },
  {
    name: "a name that another file took is that file's",
    previous: [row("a", ["goose"]), row("b", ["pi"])],
    files: [file("a", { operation: "added" }), file("c", { operation: "added" })],
    goes: [renaming(agentGo("qwen", ["a", "b", "c"]), ["c", "a"], ["a", "b"])],
    expected: [
      { path: "a", agents: agents("qwen", "pi") },
      { path: "c", agents: agents("qwen", "goose") },
    ],
  },
  {
    name: "two changes that have become one tell all",
    previous: [row("new", ["goose"]), row("old", ["pi"], { operation: "deleted" })],
    files: [file("new", { previousPath: "old", operation: "renamed" })],
    goes: [agentGo("qwen", ["new"])],
    expected: [{ agents: agents("qwen", "goose", "pi") }],
  },
  {
    name: "who removes a renamed file removes the base's",
    previous: [row("new", ["goose"], { previousPath: "old", operation: "renamed" })],
    stillPending: ["old"],
    files: [file("old", { operation: "deleted" })],
    goes: [personGo("new")],
    expected: [{ path: "old", agent: null, agents: agents(null, "goose") }],
  },
  {
    name: "a change that nobody is known for is the person's",
    files: [file("a")],
    goes: [],
    expected: [{ agent: null, agents: [null], evidence: "inferred" }],
  },
];

describe("attributeChanges", () => {
  it.each(cases)("$name", ({ previous = [], stillPending, files, goes, expected }) => {
    const pending = new Set(stillPending ?? previous.map(({ path }) => path));
    const changes = attributeChanges({ sessionId, previous, stillPending: pending, files, goes });
    expect(changes).toHaveLength(expected.length);
    expect(changes).toMatchObject(expected);
  });
});
