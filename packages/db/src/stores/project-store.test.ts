import { SessionId, ProjectId } from "@boocode/shared/ids";
import { BUILT_IDS, buildProject, buildSession, buildTrash, buildWorktree } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase } from "../../test/scratch-database.ts";
import { deleteProject, findProject, findProjectByPath, insertProject, listProjects } from "./project-store.ts";
import { insertSession } from "./sessions/session-store.ts";
import { insertTrash } from "./sessions/trash-store.ts";
import { insertWorktree } from "./worktree-store.ts";

it("keeps a project as it was given and finds it by id and by path", async () => {
  const db = await scratchDatabase();
  const project = buildProject({ isDemo: true, defaultBranch: null, path: "/prøjects/with space" });
  await db.write("full", (tx) => insertProject(tx, project));
  expect(await findProject(db.read, project.id)).toEqual(project);
  expect(await findProjectByPath(db.read, "local", "/prøjects/with space")).toEqual(project);
  expect(await findProjectByPath(db.read, "other-host", "/prøjects/with space")).toBeNull();
  expect(await findProject(db.read, ProjectId.parse("nobody"))).toBeNull();
});

it("refuses the same path of the same host twice", async () => {
  const db = await scratchDatabase();
  await db.write("full", (tx) => insertProject(tx, buildProject()));
  await expect(db.write("full", (tx) => insertProject(tx, buildProject({ id: ProjectId.parse("project-2") })))).rejects.toThrow(/UNIQUE/);
  await db.write("full", (tx) => insertProject(tx, buildProject({ id: ProjectId.parse("project-2"), hostId: "other-host" })));
  expect(await listProjects(db.read)).toHaveLength(2);
});

it("lists projects by name", async () => {
  const db = await scratchDatabase();
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject({ id: ProjectId.parse("p-b"), name: "b", path: "/b" }));
    await insertProject(tx, buildProject({ id: ProjectId.parse("p-a"), name: "a", path: "/a" }));
  });
  expect((await listProjects(db.read)).map(({ name }) => name)).toEqual(["a", "b"]);
});

it("removes a project only if nothing belongs to it, not even a deleted session", async () => {
  const db = await scratchDatabase();
  const id = BUILT_IDS.project;
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject());
    await insertSession(tx, buildSession({ deletedAt: 5 }));
    await insertSession(tx, buildSession({ id: SessionId.parse("session-2") }));
    await insertSession(tx, buildSession({ id: SessionId.parse("session-3"), archived: true }));
    await insertTrash(tx, buildTrash({ state: "kept", deletedAt: 5, expiresAt: 9 }));
  });
  await expect(db.write("full", (tx) => deleteProject(tx, id))).rejects.toMatchObject({
    fault: { kind: "project_busy", projectId: id, sessions: 2, archived: 1, orphans: 0, trashed: 1 },
  });
  await db.write("full", async (tx) => {
    await insertWorktree(tx, buildWorktree({ sessionId: null }));
    await tx.deleteFrom("trash").execute();
    await tx.deleteFrom("sessions").execute();
  });
  await expect(db.write("full", (tx) => deleteProject(tx, id))).rejects.toMatchObject({
    fault: { kind: "project_busy", sessions: 0, orphans: 1 },
  });
  await db.write("full", (tx) => tx.deleteFrom("worktrees").execute());
  expect(await db.write("full", (tx) => deleteProject(tx, id))).toBe(true);
  expect(await db.write("full", (tx) => deleteProject(tx, id))).toBe(false);
});
