import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AgentId, ChatId, SessionId, TaskId } from "../../ids.ts";
import { decideStage, decideStale, listAuthors } from "./decide-stage.ts";
import type { FileState } from "../edits/file-edit.ts";
import { STAGED_LIMITS, StagedEdit, stagedState, type StagedAuthor } from "./staged-edit.ts";

const sessionId = SessionId.parse("session");
const state = (digit: string, mode: NonNullable<FileState>["mode"] = "100644"): FileState => ({ mode, oid: digit.repeat(40) });
const by = (agent: string | null, turn = 1): StagedAuthor => ({
  agent: agent === null ? null : AgentId.parse(agent),
  chatId: agent === null ? null : ChatId.parse(`chat-${agent}`),
  taskId: agent === null ? null : TaskId.parse(`task-${agent}-${turn}`),
});

interface Staged {
  worktree: FileState;
  after: FileState;
  author?: StagedAuthor;
}

function stageAll(edits: readonly Staged[]): StagedEdit | null {
  return edits.reduce<StagedEdit | null>(
    (previous, { worktree, after, author = by("boocode") }, at) =>
      decideStage({ sessionId, path: "a.txt", previous, worktree, after, bytes: 1, by: author, at }),
    null,
  );
}

describe("decideStage", () => {
  it("keeps what the edit was first made over, also when the worktree moves on", () => {
    const edit = stageAll([
      { worktree: state("a"), after: state("b") },
      { worktree: state("c"), after: state("d") },
    ]);
    expect(edit).toMatchObject({ base: state("a"), createdAt: 0, updatedAt: 1 });
    expect(stagedState(edit!)).toEqual(state("d"));
  });

  it.each<[string, Staged[]]>([
    ["the worktree's content", [{ worktree: state("a"), after: state("a") }]],
    ["a deletion of nothing", [{ worktree: null, after: null }]],
    [
      "a return to the beginning",
      [
        { worktree: state("a"), after: state("b") },
        { worktree: state("a"), after: state("a") },
      ],
    ],
    [
      "a return to the beginning while the worktree moved on",
      [
        { worktree: state("a"), after: state("b") },
        { worktree: state("c"), after: state("a") },
      ],
    ],
    [
      "what the worktree has meanwhile",
      [
        { worktree: state("a"), after: state("b") },
        { worktree: state("c"), after: state("c") },
      ],
    ],
  ])("stages nothing for %s", (_, edits) => {
    expect(stageAll(edits)).toBeNull();
  });

  it("stages a mode alone", () => {
    expect(stageAll([{ worktree: state("a"), after: state("a", "100755") }])).not.toBeNull();
  });

  it("joins the steps of one turn, and keeps all authors of others, latest first", () => {
    const edit = stageAll([
      { worktree: null, after: state("a"), author: by("boocode", 1) },
      { worktree: null, after: state("b"), author: by("boocode", 1) },
      { worktree: null, after: state("c"), author: by(null) },
      { worktree: null, after: state("d"), author: by("boocode", 2) },
    ])!;
    expect(edit.steps.map(({ after }) => after?.oid[0])).toEqual(["b", "c", "d"]);
    expect(listAuthors([edit])).toEqual({
      agents: ["boocode", null],
      chatIds: ["chat-boocode"],
      taskIds: ["task-boocode-2", "task-boocode-1"],
    });
  });

  it("keeps the steps of one agent apart by chat and by turn, up to the limit", () => {
    const author = { agent: AgentId.parse("boocode"), chatId: ChatId.parse("chat-1"), taskId: TaskId.parse("task-1") };
    const stepsOf = (...authors: StagedAuthor[]) =>
      stageAll(authors.map((each, at) => ({ worktree: null, after: state(String((at % 9) + 1)), author: each })))!.steps.length;
    expect(stepsOf(author, author)).toBe(1);
    expect(stepsOf(author, { ...author, chatId: ChatId.parse("chat-2") })).toBe(2);
    expect(stepsOf(author, { ...author, taskId: TaskId.parse("task-2") })).toBe(2);
    expect(stepsOf(author, { ...author, agent: null })).toBe(2);
    const turns = (count: number) => Array.from({ length: count }, (_, turn) => by("boocode", turn));
    expect([STAGED_LIMITS.steps, STAGED_LIMITS.steps + 1].map((count) => stepsOf(...turns(count)))).toEqual([
      STAGED_LIMITS.steps,
      STAGED_LIMITS.steps,
    ]);
  });

  it.each<[string, (at: number) => string, number]>([
    ["the older of two in a row of one agent", (at) => (at === 0 ? "goose" : ["opencode", "boocode"][(at <= 5 ? at : at - 1) % 2]!), 5],
    ["else the first of an agent that has others", (at) => (at === 0 ? "goose" : ["opencode", "boocode"][at % 2]!), 1],
    ["else the first", (at) => `agent-${at}`, 0],
  ])("beyond the limit of steps lets go of %s", (_, agentOf, gone) => {
    const authors = Array.from({ length: STAGED_LIMITS.steps + 1 }, (__, at) => by(agentOf(at), at));
    const edit = stageAll(authors.map((author, at) => ({ worktree: null, after: state(String((at % 9) + 1)), author })))!;
    expect(edit.steps.map(({ taskId }) => taskId)).toEqual(authors.toSpliced(gone, 1).map(({ taskId }) => taskId));
  });

  it("lists the authors of several edits by when each made a step", () => {
    const edits = [
      stageAll([{ worktree: null, after: state("a"), author: by("boocode", 1) }])!,
      stageAll([{ worktree: null, after: state("a"), author: by("goose", 2) }])!,
    ];
    const at = (edit: StagedEdit, time: number) => ({ ...edit, steps: edit.steps.map((step) => ({ ...step, at: time })) });
    const agentsAt = (first: number, second: number) => listAuthors([at(edits[0]!, first), at(edits[1]!, second)]).agents;
    expect([agentsAt(1, 2), agentsAt(2, 1), agentsAt(1, 1)]).toEqual([
      ["goose", "boocode"],
      ["boocode", "goose"],
      ["goose", "boocode"],
    ]);
  });

  it("holds any sequence of edits in a valid row that loses no agent", () => {
    const author = fc.record({ agent: fc.constantFrom("boocode", "opencode", "goose", null), turn: fc.nat(200) });
    fc.assert(
      fc.property(fc.array(fc.tuple(author, fc.constantFrom("b", "c", "d")), { minLength: 1, maxLength: 200 }), (edits) => {
        const edit = stageAll(
          edits.map(([{ agent, turn }, digit]) => ({ worktree: state("a"), after: state(digit), author: by(agent, turn) })),
        );
        expect(StagedEdit.parse(edit)).toEqual(edit);
        expect(edit!.steps.length).toBeLessThanOrEqual(STAGED_LIMITS.steps);
        expect(new Set(listAuthors([edit!]).agents)).toEqual(new Set(edits.map(([{ agent }]) => agent)));
        expect(stagedState(edit!)).toEqual(state(edits.at(-1)![1]));
      }),
    );
  });
});

it.each([
  ["the worktree is as it was", state("a"), state("b"), state("a"), false],
  ["the worktree has what is staged", state("a"), state("b"), state("b"), false],
  ["the worktree has another content", state("a"), state("b"), state("c"), true],
  ["the worktree has another mode", state("a"), state("b"), state("a", "100755"), true],
  ["the file is gone", state("a"), state("b"), null, true],
  ["a new file is not there yet", null, state("b"), null, false],
  ["a new file's place is taken", null, state("b"), state("c"), true],
  ["a deleted file is gone already", state("a"), null, null, false],
])("decideStale: %s", (_, base, after, worktree, isStale) => {
  expect(decideStale({ base, after, worktree })).toBe(isStale);
});
