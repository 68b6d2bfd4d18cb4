import { describe, expect, it } from "vitest";
import { AgentId, ChangeId, ChatId, SessionId, TaskId } from "../ids.ts";
import { attributeChanges, type CapturedFile, type EditBatch } from "./attribute-changes.ts";
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

const agentBatch = (agent: string, paths: string[], namedPaths: string[] = paths): EditBatch => ({
  paths: new Set(paths),
  renames: new Map(),
  by: {
    agent: AgentId.parse(agent),
    chatId: ChatId.parse(`chat-${agent}`),
    taskId: TaskId.parse(`task-${agent}`),
    namedPaths: new Set(namedPaths),
  },
});
const setupBatch = (...paths: string[]): EditBatch => ({
  paths: new Set(paths),
  renames: new Map(),
  by: { agent: SETUP_AUTHOR, chatId: null, taskId: null, namedPaths: new Set() },
});
const personBatch = (...paths: string[]): EditBatch => ({ paths: new Set(paths), renames: new Map(), by: null });

/** Each as [now, before]. */
const renaming = (batch: EditBatch, ...renames: [string, string][]): EditBatch => ({ ...batch, renames: new Map(renames) });
const agents = (...ids: (string | null)[]) => ids.map((id) => id && AgentId.parse(id)) as (AgentId | null)[];

interface Case {
  name: string;
  previous?: PendingChange[];
  stillPending?: string[];
  files: CapturedFile[];
  batches: EditBatch[];
  expected: Partial<PendingChange>[];
}

const cases: Case[] = [
  {
    name: "the setup's changes belong to the setup, without chat and task",
    previous: [row("b", ["qwen"])],
    stillPending: ["b"],
    files: [file("a"), file("b")],
    batches: [setupBatch("a", "b")],
    expected: [
      { path: "a", agent: SETUP_AUTHOR, agents: [SETUP_AUTHOR], chatIds: [], taskIds: [], evidence: "inferred" },
      { path: "b", agent: SETUP_AUTHOR, agents: [SETUP_AUTHOR, AgentId.parse("qwen")], chatIds: [ChatId.parse("chat-qwen")] },
    ],
  },
  {
    name: "a path named by a tool belongs to the agent",
    files: [file("a")],
    batches: [agentBatch("qwen", ["a"])],
    expected: [
      { path: "a", agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen")], evidence: "tool", chatIds: [ChatId.parse("chat-qwen")] },
    ],
  },
  {
    name: "a path no tool named belongs to the agent, inferred",
    files: [file("a"), file("b")],
    batches: [agentBatch("qwen", ["a", "b"], ["a"])],
    expected: [{ evidence: "tool" }, { path: "b", agent: AgentId.parse("qwen"), evidence: "inferred" }],
  },
  {
    name: "the latest agent is first, earlier ones stay",
    previous: [row("a", ["goose", "qwen"])],
    files: [file("a")],
    batches: [agentBatch("qwen", ["a"])],
    expected: [{ agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen"), AgentId.parse("goose")] }],
  },
  {
    name: "an untouched path keeps its author",
    previous: [row("a", ["goose"]), row("b", [null])],
    files: [file("a"), file("b")],
    batches: [agentBatch("qwen", ["c"])],
    expected: [
      { agent: AgentId.parse("goose"), evidence: "tool" },
      { agent: null, agents: [null] },
    ],
  },
  {
    name: "the person's edit over an agent's belongs to the person; the agent stays listed",
    previous: [row("a", ["goose"])],
    files: [file("a")],
    batches: [personBatch("a"), agentBatch("qwen", ["b"])],
    expected: [{ agent: null, agents: [null, AgentId.parse("goose")] }],
  },
  {
    name: "person first, then agent: belongs to the agent, and the person stays listed",
    stillPending: ["a"],
    files: [file("a")],
    batches: [personBatch("a"), agentBatch("qwen", ["a"])],
    expected: [{ agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen"), null] }],
  },
  {
    name: "a path that returned to its base in between starts over",
    previous: [row("a", ["goose"])],
    stillPending: [],
    files: [file("a")],
    batches: [personBatch("a"), agentBatch("qwen", ["a"])],
    expected: [{ agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen")] }],
  },
  {
    name: "a path back at its base is dropped",
    previous: [row("a", ["goose"])],
    files: [],
    batches: [agentBatch("qwen", ["a"])],
    expected: [],
  },
  {
    name: "a renamed file keeps the agents of its former name",
    previous: [row("old", ["goose"])],
    files: [file("new", { previousPath: "old", operation: "renamed" })],
    batches: [agentBatch("qwen", ["old", "new"], ["old"])],
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
    name: "a former rename that is now two files lists both",
    previous: [row("new", ["goose"], { previousPath: "old", operation: "renamed" })],
    stillPending: ["old", "new"],
    files: [file("new", { operation: "added" }), file("old")],
    batches: [agentBatch("qwen", ["old"])],
    expected: [
      { path: "new", agent: AgentId.parse("goose"), agents: [AgentId.parse("goose")] },
      { path: "old", agent: AgentId.parse("qwen"), agents: [AgentId.parse("qwen"), AgentId.parse("goose")] },
    ],
  },
  {
    name: "a renamed file that is not in the base keeps its agents too",
    previous: [row("draft", ["goose"])],
    files: [file("final", { operation: "added" })],
    batches: [personBatch(), renaming(agentBatch("qwen", ["draft", "final"]), ["final", "draft"])],
    expected: [{ agents: agents("qwen", "goose"), chatIds: [ChatId.parse("chat-qwen"), ChatId.parse("chat-goose")] }],
  },
  {
    name: "so does a file the person renamed, even if that is reported again",
    previous: [row("draft", ["goose"])],
    stillPending: ["final"],
    files: [file("final", { operation: "added" })],
    batches: [renaming(personBatch("draft", "final"), ["final", "draft"])],
    expected: [{ agents: agents(null, "goose") }],
  },
  {
    name: "reported again",
    previous: [row("final", [null, "goose"])],
    files: [file("final", { operation: "added" })],
    batches: [renaming(personBatch("draft", "final"), ["final", "draft"]), agentBatch("qwen", ["other"])],
    expected: [{ agents: agents(null, "goose") }],
  },
  {
    name: "a name taken by another file belongs to that file",
    previous: [row("a", ["goose"]), row("b", ["pi"])],
    files: [file("a", { operation: "added" }), file("c", { operation: "added" })],
    batches: [renaming(agentBatch("qwen", ["a", "b", "c"]), ["c", "a"], ["a", "b"])],
    expected: [
      { path: "a", agents: agents("qwen", "pi") },
      { path: "c", agents: agents("qwen", "goose") },
    ],
  },
  {
    name: "two changes that became one list all authors",
    previous: [row("new", ["goose"]), row("old", ["pi"], { operation: "deleted" })],
    files: [file("new", { previousPath: "old", operation: "renamed" })],
    batches: [agentBatch("qwen", ["new"])],
    expected: [{ agents: agents("qwen", "goose", "pi") }],
  },
  {
    name: "removing a renamed file removes the base's file",
    previous: [row("new", ["goose"], { previousPath: "old", operation: "renamed" })],
    stillPending: ["old"],
    files: [file("old", { operation: "deleted" })],
    batches: [personBatch("new")],
    expected: [{ path: "old", agent: null, agents: agents(null, "goose") }],
  },
  {
    name: "removing a renamed file does not count for another file that took its new name",
    previous: [row("new", ["goose"], { previousPath: "old", operation: "renamed" })],
    stillPending: ["old", "new"],
    files: [file("old", { operation: "deleted" }), file("new", { operation: "added" })],
    batches: [agentBatch("qwen", ["new"])],
    expected: [
      { path: "old", agents: agents("goose") },
      { path: "new", agents: agents("qwen", "goose") },
    ],
  },
  {
    name: "touching only the former name of a renamed file counts",
    files: [file("new", { previousPath: "old", operation: "renamed" })],
    batches: [agentBatch("qwen", ["old"])],
    expected: [{ path: "new", agents: agents("qwen") }],
  },
  {
    name: "touching neither name of a renamed file does not count",
    previous: [row("new", ["goose"], { previousPath: "old", operation: "renamed" })],
    stillPending: ["new", "old"],
    files: [file("new", { previousPath: "old", operation: "renamed" })],
    batches: [agentBatch("qwen", ["other"])],
    expected: [{ path: "new", agents: agents("goose") }],
  },
  {
    name: "a rename within the batch that touched only the former name counts",
    files: [file("new", { operation: "added" })],
    batches: [renaming(agentBatch("qwen", ["draft"]), ["new", "draft"])],
    expected: [{ path: "new", agents: agents("qwen") }],
  },
  {
    name: "the tasks of earlier turns stay, the newest first, and the setup adds none",
    previous: [row("a", ["goose"])],
    files: [file("a")],
    batches: [setupBatch("a")],
    expected: [{ agents: [SETUP_AUTHOR, AgentId.parse("goose")], taskIds: [TaskId.parse("task-goose")], stale: false }],
  },
  {
    name: "a change without a known author belongs to the person",
    files: [file("a")],
    batches: [],
    expected: [{ agent: null, agents: [null], evidence: "inferred" }],
  },
];

describe("attributeChanges", () => {
  it.each(cases)("$name", ({ previous = [], stillPending, files, batches, expected }) => {
    const pending = new Set(stillPending ?? previous.map(({ path }) => path));
    const changes = attributeChanges({ sessionId, previous, stillPending: pending, files, batches });
    expect(changes).toHaveLength(expected.length);
    expect(changes).toMatchObject(expected);
  });
});
