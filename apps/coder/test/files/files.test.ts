import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { TestHome } from "../start-test-daemon.ts";
import { callOver, faultOf } from "../test-client.ts";

it("files of a new session are opened, saved as the person's change, searched, renamed, deleted and taken back over the wire", async () => {
  const repository = await createRepository({ "src/a.ts": "export const a = 1;\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const home = await TestHome.make();
  const daemon = await home.start();
  const { files, pendingChanges, projects, sessions } = callOver(daemon);
  const { id: projectId } = await projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await sessions.create.mutate({ projectId });
  expect(await faultOf(files.tree.query({ sessionId }))).toMatchObject({ kind: "worktree_not_made" });
  await files.open.mutate({ sessionId });
  expect((await files.tree.query({ sessionId, path: "src" })).entries.map(({ name }) => name)).toEqual(["a.ts"]);

  const view = await files.read.query({ sessionId, path: "src/a.ts" });
  const baseOid = view.kind === "text" ? view.oid : null;
  const file = { sessionId, path: "src/a.ts" };
  const saved = await files.write.mutate({ ...file, text: "export const a = 2;\n", baseOid });
  expect(await files.read.query({ ...file, known: saved.oid })).toEqual({ kind: "same", oid: saved.oid });
  expect(await faultOf(files.write.mutate({ ...file, text: "x", baseOid }))).toMatchObject({ kind: "file_changed" });
  const list = async () => (await pendingChanges.list.query({ sessionId })).map(({ path, agents }) => [path, agents]);
  expect(await list()).toEqual([["src/a.ts", [null]]]);
  expect((await files.tree.query({ sessionId })).entries.find(({ name }) => name === "src")).toMatchObject({ change: "modified" });
  expect((await files.search.query({ sessionId, query: "a = 2" })).files).toMatchObject([
    { path: "src/a.ts", lines: [{ line: 1, column: 14 }] },
  ]);

  await files.create.mutate({ sessionId, path: "src/b.ts" });
  await files.rename.mutate({ sessionId, path: "src/b.ts", to: "src/c.ts" });
  const { editId } = await files.delete.mutate({ sessionId, path: "src" });
  expect(await faultOf(files.read.query(file))).toMatchObject({ kind: "file_refused" });
  await files.undo.mutate({ sessionId, editId: editId! });
  expect(await files.read.query(file)).toMatchObject({ text: "export const a = 2;\n" });
  expect(await list()).toEqual([
    ["src/a.ts", [null]],
    ["src/c.ts", [null]],
  ]);
  expect(await faultOf(files.read.query({ sessionId, path: "../x" }))).toMatchObject({ kind: "file_refused" });
  expect(await faultOf(files.search.query({ sessionId, query: "two\nlines" }))).toMatchObject({ kind: "invalid_input" });
});
