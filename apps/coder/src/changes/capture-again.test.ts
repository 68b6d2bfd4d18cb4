import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { ChangeCapture } from "./change-capture.ts";
import { createTurns } from "./turns-fixture.ts";

it.each(["stored", "not stored"])(
  "a turn captured twice goes on from its beginning, unless an edit between was stored: %s",
  async (end) => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { sessionId, worktrees, db } = setup;
    const capture = new ChangeCapture(setup);
    const find = async () => (await worktrees.find(sessionId))!;
    const ids = { taskId: TaskId.parse("task-9"), chatId: ChatId.parse("chat-goose") };
    const goose = AgentId.parse("goose");
    const take = async (when: "before" | "after") =>
      (await worktrees.checkpoint(await find(), { ...ids, author: when === "before" ? null : goose, when })).tree;
    const authors = async (before: string) => {
      const task = { id: ids.taskId, chatId: ids.chatId, agent: goose, before, after: await take("after"), namedPaths: [] };
      return (await capture.capture(sessionId, { task })).changes.map(({ agents }) => agents);
    };

    await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n" }));
    const before = await take("before");
    await setup.write({ "a.txt": "goose\n" });
    expect(await authors(before)).toEqual([["goose", "qwen"]]);
    const edit = await setup.locks.worktree(await find(), async () => capture.recapture(await find()));
    if (end === "stored") {
      await db.write("full", (tx, announce) => edit.write(tx, announce));
      await edit.settle();
    }
    await setup.write({ "a.txt": "qwen\n" });
    expect(await authors(before)).toEqual([end === "stored" ? ["goose", "qwen"] : ["qwen"]]);
  },
);
