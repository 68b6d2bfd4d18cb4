import { describe, expect, it } from "vitest";
import { AgentId, ChatId, TaskId } from "../../ids.ts";
import { buildChange } from "../../testing/build.ts";
import { SETUP_AUTHOR } from "../../worktrees/worktree-plan.ts";
import { bringBackRows } from "./bring-back-rows.ts";
import { takeOutTask, type TaskAuthor } from "./take-out-task.ts";
import { putRowsFirst } from "../staged/put-rows-first.ts";

const agent = (id: string) => AgentId.parse(id);
const chat = (id: string) => ChatId.parse(id);
const task = (id: string) => TaskId.parse(id);
/** A row by these authors: agents, chats and turns, latest first. */
const row = (agents: (AgentId | null)[], chats: string[], tasks: string[]) =>
  buildChange({ agent: agents[0]!, agents, chatIds: chats.map(chat), taskIds: tasks.map(task) });
const authors = ({ agent: first, agents, chatIds, taskIds }: ReturnType<typeof row>) => ({ first, agents, chatIds, taskIds });

describe("takeOutTask", () => {
  const turns = (...of: [id: string, agent: string, chat: string][]) =>
    new Map(of.map(([id, by, at]): [TaskId, TaskAuthor] => [task(id), { agent: agent(by), chatId: chat(at) }]));
  const [qwen, goose] = [agent("qwen"), agent("goose")];

  it.each([
    ["the only turn", row([qwen], ["c1"], ["t1"]), turns(["t1", "qwen", "c1"]), row([], [], []), null],
    [
      "one of two agents",
      row([qwen, goose], ["c1", "c2"], ["t1", "t2"]),
      turns(["t1", "qwen", "c1"], ["t2", "goose", "c2"]),
      row([goose], ["c2"], ["t2"]),
      goose,
    ],
    [
      "one of two turns of an agent and a chat",
      row([qwen], ["c1"], ["t1", "t2"]),
      turns(["t1", "qwen", "c1"], ["t2", "qwen", "c1"]),
      row([qwen], ["c1"], ["t2"]),
      qwen,
    ],
    [
      "one of two chats with an agent",
      row([qwen], ["c1", "c2"], ["t1", "t2"]),
      turns(["t1", "qwen", "c1"], ["t2", "qwen", "c2"]),
      row([qwen], ["c2"], ["t2"]),
      qwen,
    ],
    ["a turn beside the person", row([qwen, null], ["c1"], ["t1"]), turns(["t1", "qwen", "c1"]), row([null], [], []), null],
    [
      "a turn beside the setup",
      row([qwen, SETUP_AUTHOR], ["c1"], ["t1"]),
      turns(["t1", "qwen", "c1"]),
      row([SETUP_AUTHOR], [], []),
      SETUP_AUTHOR,
    ],
    [
      "a turn beside one that is not known",
      row([qwen, goose], ["c1", "c2"], ["t1", "t2"]),
      turns(["t1", "qwen", "c1"]),
      row([qwen, goose], ["c1", "c2"], ["t2"]),
      qwen,
    ],
    ["a turn that is no author", row([goose], ["c2"], ["t2"]), turns(["t2", "qwen", "c1"]), row([goose], ["c2"], ["t2"]), goose],
  ])("takes out %s", (_, before, tasks, after, first) => {
    expect(authors(takeOutTask(before, task("t1"), tasks))).toEqual({ ...authors(after), first });
  });
});

describe("bringBackRows and putRowsFirst", () => {
  const [qwen, goose, pi] = [agent("qwen"), agent("goose"), agent("pi")];
  const present = { ...row([qwen, null], ["c1"], ["t1"]), path: "a.txt" };
  const other = { ...row([goose], ["c2"], ["t2"]), path: "b.txt" };
  const more = { ...row([pi, qwen], ["c3", "c1"], ["t3", "t1"]), path: "a.txt" };
  const latest = { ...more, location: "staged" as const };

  it("brings the earlier authors of a file back behind the present ones, and files that have gone", () => {
    const gone = { ...more, path: "c.txt" };
    expect(bringBackRows([present, other], [more, gone])).toEqual([
      { ...present, agents: [qwen, null, pi], chatIds: ["c1", "c3"], taskIds: ["t1", "t3"] },
      other,
      gone,
    ]);
  });

  it("puts the authors of what was staged before those of the same file, also under its old name, and not twice", () => {
    const written = { ...latest, location: "worktree", agents: [pi, qwen, null], chatIds: ["c3", "c1"], taskIds: ["t3", "t1"] };
    expect(putRowsFirst([present, other], [latest])).toEqual([written, other]);
    const renamed = { ...latest, path: "new.txt", previousPath: "a.txt" };
    expect(putRowsFirst([present], [renamed])).toEqual([present, { ...written, path: "new.txt", previousPath: "a.txt" }]);
    expect(putRowsFirst([other], [latest])).toEqual([other, { ...latest, location: "worktree" }]);
  });
});
