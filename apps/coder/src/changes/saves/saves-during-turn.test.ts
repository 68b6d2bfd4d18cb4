import { expect, it } from "vitest";
import { setUp } from "./saves-fixture.ts";

it("a save while a turn runs is the person's, at once and after the turn, in the list and in every line", async () => {
  await using setup = await setUp({ "mine.txt": "1\n", "both.txt": "1\n", "after.txt": "1\n", "agent.txt": "1\n" });
  const turn = await setup.startTurn();
  await setup.put("both.txt", "1\nqwen\n");
  await setup.put("agent.txt", "1\nqwen\n");
  await setup.save("mine.txt", "1\nyou\n");
  // What the agent had written and nobody had seen yet stays the agent's.
  await setup.save("both.txt", "1\nqwen\nyou\n");
  await setup.save("after.txt", "1\nyou\n");
  expect(await setup.rows()).toEqual([
    ["after.txt", "modified", [null]],
    ["both.txt", "modified", [null]],
    ["mine.txt", "modified", [null]],
  ]);
  expect(await setup.writersOf("both.txt")).toEqual(["base", "qwen", "you"]);
  await turn.capture();
  await setup.put("after.txt", "1\nyou\nqwen\n");
  const { paths, additions } = await turn.end();
  expect([paths, additions]).toEqual([["after.txt", "agent.txt", "both.txt"], 5]);
  const { files } = await setup.changeDiffs.turn(turn.taskId);
  expect(files.map(({ path, diff }) => [path, diff?.hunks.map(({ agents }) => agents)])).toEqual([
    ["after.txt", [["qwen", null]]],
    ["agent.txt", [["qwen"]]],
    ["both.txt", [[null, "qwen"]]],
  ]);
  expect(await setup.rows()).toEqual([
    ["after.txt", "modified", ["qwen", null]],
    ["agent.txt", "modified", ["qwen"]],
    ["both.txt", "modified", [null, "qwen"]],
    ["mine.txt", "modified", [null]],
  ]);
  expect(await setup.writersOf("mine.txt")).toEqual(["base", "you"]);
  expect(await setup.writersOf("both.txt")).toEqual(["base", "qwen", "you"]);
  expect(await setup.writersOf("after.txt")).toEqual(["base", "you", "qwen"]);
});

it("W10 a save over what the agent has just written is refused, and both are kept", async () => {
  await using setup = await setUp({ "a.txt": "1\n" });
  const { sessionId, fileSaves } = setup;
  const baseOid = await setup.oid("a.txt");
  const turn = await setup.startTurn();
  await setup.put("a.txt", "1\nqwen\n");
  const writing = fileSaves.write({ sessionId, path: "a.txt", text: "1\nyou\n", baseOid });
  expect(await setup.faultOf(writing)).toMatchObject({ kind: "file_changed" });
  await turn.end();
  expect([await setup.text("a.txt"), await setup.rows()]).toEqual(["1\nqwen\n", [["a.txt", "modified", ["qwen"]]]]);
});

it("restoring to before a turn leaves alone what only the person saved in it, and asks about what both wrote", async () => {
  await using setup = await setUp({ "mine.txt": "1\n", "both.txt": "1\n", "agent.txt": "1\n" });
  const { restore } = setup;
  const turn = await setup.startTurn();
  await setup.put("both.txt", "1\nqwen\n");
  await setup.put("agent.txt", "1\nqwen\n");
  await setup.save("mine.txt", "1\nyou\n");
  await setup.save("both.txt", "1\nqwen\nyou\n");
  await turn.end();
  const { taskId } = turn;
  const fault = (await setup.faultOf(restore.restore({ taskId }))) as { kind: string; paths: string[]; consent: string };
  expect(fault).toMatchObject({ kind: "later_work", paths: ["both.txt"] });
  expect(await setup.text("both.txt")).toBe("1\nqwen\nyou\n");
  await restore.restore({ taskId, consent: fault.consent });
  expect(await Promise.all(["mine.txt", "both.txt", "agent.txt"].map(setup.text))).toEqual(["1\nyou\n", "1\n", "1\n"]);
});

it("an undo in the turn is no edit of the agent's", async () => {
  await using setup = await setUp({ "a.txt": "1\n" });
  const { sessionId, fileSaves } = setup;
  const turn = await setup.startTurn();
  const { editId } = await setup.save("a.txt", "2\n");
  await fileSaves.create({ sessionId, path: "new.txt", text: "n\n" });
  await fileSaves.undo({ sessionId, editId: editId! });
  await turn.end();
  expect(await setup.rows()).toEqual([["new.txt", "added", [null]]]);
});
