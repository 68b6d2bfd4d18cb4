import type { PendingChange } from "@boocode/shared/changes/pending-change";
import type { TurnDiff } from "@boocode/shared/changes/turn-diff";
import { AgentId, ChangeId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { toPendingFiles, toTurnFiles } from "./panel-file.ts";

const [own, other] = [TaskId.parse("task_own"), TaskId.parse("task_other")];
const agent = AgentId.parse("boocode");
const file = { operation: "modified", additions: 1, deletions: 0, binary: false } as const;

const pending = (path: string, given: Partial<PendingChange> = {}): PendingChange => ({
  id: ChangeId.parse(`change_${path}`),
  sessionId: SessionId.parse("session_1"),
  path,
  location: "worktree",
  agent,
  agents: [agent],
  chatIds: [],
  taskIds: [own],
  evidence: "tool",
  state: "pending",
  stale: false,
  ...file,
  ...given,
});

const turn = (...paths: string[]): TurnDiff => ({
  taskId: own,
  sessionId: SessionId.parse("session_1"),
  chatId: ChatId.parse("chat_1"),
  agent,
  state: "known",
  before: "b",
  after: "a",
  files: paths.map((path) => ({ id: ChangeId.parse(`turn_${path}`), path, ...file, location: "worktree", diff: null })),
  moreFiles: 0,
});

it("every pending change can be judged", () => {
  const change = pending("a");
  expect(toPendingFiles([change])).toEqual([{ ...change, key: "a", change, diff: null, note: null }]);
});

it.each([
  ["only this turn changed it", pending("a"), true, /^$/],
  ["another turn changed it too", pending("a", { taskIds: [other, own] }), false, /Others changed this file too/],
  ["the person changed it too", pending("a", { agents: [null, agent] }), false, /Others changed this file too/],
  ["another turn changed it later instead", pending("a", { taskIds: [other] }), false, /Others changed this file too/],
  ["it is no longer pending", pending("b"), false, /no longer|not pending|any more/],
])("a file of a turn where %s", (_, change, isJudged, note) => {
  const [shown] = toTurnFiles(turn("a"), [change]);
  expect(shown?.change).toBe(isJudged ? change : null);
  expect(shown?.note ?? "").toMatch(note);
});

it("a file of a turn that changed too much says so", () => {
  expect(toTurnFiles(turn("a"), [])[0]?.diff).toMatchObject({ kind: "failed", words: expect.stringContaining("too much") });
});

it("a path that is staged too is another file of the panel", () => {
  const files = toPendingFiles([pending("a"), pending("a", { location: "staged" })]);
  expect(new Set(files.map(({ key }) => key)).size).toBe(2);
  expect(files.map(({ path }) => path)).toEqual(["a", "a"]);
});

it("what a turn staged is another file than what it wrote, and each is shown as it is pending", () => {
  const [written, staged] = [pending("a"), pending("a", { location: "staged" })];
  const both = turn("a", "a");
  both.files[1]!.location = "staged";
  const shown = toTurnFiles(both, [written, staged]);
  expect(shown.map(({ key, change }) => [key, change])).toEqual([
    ["a", written],
    ["a//staged", staged],
  ]);
  expect(toTurnFiles(turn("a"), [staged])[0]?.change).toBeNull();
});
