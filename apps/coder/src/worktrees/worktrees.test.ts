import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertSession, updateSession } from "@boocode/db/stores/sessions/session-store";
import { listWorktrees, updateWorktree } from "@boocode/db/stores/worktree-store";
import { SessionId } from "@boocode/shared/ids";
import { buildSession } from "@boocode/shared/testing/build";
import { describe, expect, it } from "vitest";
import { createWorktreeSetup, type WorktreeSetup } from "./worktree-fixture.ts";

const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: { fault?: { kind: string } }) => error.fault?.kind ?? String(error),
  );

async function addSession({ db }: WorktreeSetup, id: string, baseRef: string) {
  const sessionId = SessionId.parse(id);
  await db.write("normal", (tx) => insertSession(tx, buildSession({ id: sessionId, baseRef })));
  return sessionId;
}

/** The name of a session's branch, with the shortest part of its id. */
const ofSession = (slug: string, id: SessionId) => `boocode/${slug}-${id.replaceAll(/[^a-z0-9]/g, "").slice(-4)}`;

describe("ensure", () => {
  it("makes a worktree on a branch of its own, locked, with the base's files", async () => {
    await using setup = await createWorktreeSetup({
      "a.txt": "one\n",
      "run.sh": { text: "#!/bin/sh\n", mode: 0o755 },
      link: { linkTo: "a.txt" },
    });
    const { repository, worktrees, sessionId } = setup;
    expect(await worktrees.find(sessionId)).toBeNull();
    const made = await worktrees.ensure(sessionId);
    const head = await repository.git("rev-parse", "HEAD");
    expect(made).toMatchObject({
      state: "live",
      branch: ofSession("unicode-more", sessionId),
      path: join(setup.folder, "worktrees", sessionId),
      baseCommit: head,
      baseTree: await repository.git("rev-parse", "HEAD^{tree}"),
      lastCheckpoint: head,
    });
    expect(made.inode).toBe(String((await stat(made.path, { bigint: true })).ino));
    expect(await readFile(join(made.path, "a.txt"), "utf8")).toBe("one\n");
    expect(await repository.git("-C", made.path, "status", "--porcelain")).toBe("");
    expect(await repository.git("-C", made.path, "symbolic-ref", "HEAD")).toBe(`refs/heads/${made.branch}`);
    expect(await repository.git("worktree", "list", "--porcelain")).toContain(`locked boocode:install-1:${sessionId}`);
    expect(await repository.git("for-each-ref", "--format=%(objectname)", "refs/boocode")).toBe(head);
    expect(await worktrees.ensure(sessionId)).toEqual(made);
    expect(await setup.restart().ensure(sessionId)).toEqual(made);
  });

  it("calls one that was made before its session had a title after it, as long as nobody knows its branch", async () => {
    await using setup = await createWorktreeSetup();
    const { db, repository, worktrees } = setup;
    const title = async (id: SessionId, title: string) => db.write("normal", (tx) => updateSession(tx, id, { title }));
    const begin = async (name: string) => {
      const id = await addSession(setup, name, "HEAD");
      await title(id, "New session");
      expect(await worktrees.ensure(id)).toMatchObject({ branch: ofSession("new-session", id) });
      return id;
    };
    const renamed = await begin("ses_renamed");
    await title(renamed, "Fix it");
    const named = await worktrees.ensure(renamed);
    expect(named).toMatchObject({ branch: ofSession("fix-it", renamed), head: ofSession("fix-it", renamed) });
    expect(await repository.git("-C", named.path, "symbolic-ref", "HEAD")).toBe(`refs/heads/${named.branch}`);
    await title(renamed, "Fix that");
    expect(await worktrees.ensure(renamed)).toEqual(named);

    const used = await begin("ses_used");
    const { path } = await worktrees.ensure(used);
    await repository.git("-C", path, "commit", "--allow-empty", "-m", "By hand");
    await title(used, "Fix it");
    expect(await worktrees.ensure(used)).toMatchObject({ branch: ofSession("new-session", used) });

    const cutShort = await begin("ses_cut");
    await repository.git("branch", "-m", ofSession("new-session", cutShort), ofSession("fix-it", cutShort));
    await title(cutShort, "Fix it");
    expect(await worktrees.ensure(cutShort)).toMatchObject({ branch: ofSession("fix-it", cutShort), head: ofSession("fix-it", cutShort) });
  });

  it("gives each session a branch of its own, also those that begin together with the same title and end of their ids", async () => {
    await using setup = await createWorktreeSetup();
    const ids = await Promise.all(["one", "two", "three"].map((name) => addSession(setup, `ses_${name}_7f3a`, "HEAD")));
    await setup.db.write("normal", async (tx) => {
      for (const id of ids) await updateSession(tx, id, { title: "Fix login" });
    });
    await setup.repository.git("branch", "boocode/FIX-login-two7f3a");
    const branches = (await Promise.all(ids.map((id) => setup.worktrees.ensure(id)))).map(({ branch }) => branch);
    expect(new Set(branches).size).toBe(3);
    expect(branches).toContain("boocode/fix-login-7f3a");
    for (const branch of branches) expect(await setup.repository.git("rev-parse", "--verify", `refs/heads/${branch}`)).toBeTruthy();
  });

  it("makes one when asked several times at once, and one for each session", async () => {
    await using setup = await createWorktreeSetup();
    const asked = [setup.sessionId, setup.otherSessionId, setup.sessionId, setup.sessionId];
    const made = await Promise.all(asked.map((id) => setup.worktrees.ensure(id)));
    expect(new Set(made.map(({ path }) => path)).size).toBe(2);
    expect(await listWorktrees(setup.db.read)).toHaveLength(2);
  });

  it("begins at the session's base, by branch, tag or commit, and refuses what is none", async () => {
    await using setup = await createWorktreeSetup();
    const { repository, worktrees } = setup;
    const first = await repository.git("rev-parse", "HEAD");
    await repository.git("tag", "-a", "v1", "-m", "v1");
    await repository.write({ "a.txt": "later\n" });
    await repository.commit();
    expect(await worktrees.ensure(await addSession(setup, "by-tag", "v1"))).toMatchObject({ baseCommit: first });
    expect(await worktrees.ensure(await addSession(setup, "by-oid", first.slice(0, 12)))).toMatchObject({ baseCommit: first });
    for (const [place, bad] of ["no-such-ref", "HEAD:a.txt", "--help", "HEAD^{tree}", "a..b"].entries()) {
      expect(await faultOf(worktrees.ensure(await addSession(setup, `bad-${place}`, bad)))).toBe("base_ref_not_found");
    }
    expect(await faultOf(worktrees.ensure(SessionId.parse("unknown")))).toBe("session_not_found");
    expect(await listWorktrees(setup.db.read)).toHaveLength(2);
  });

  it("goes around a branch that is called boocode", async () => {
    await using setup = await createWorktreeSetup();
    await setup.repository.git("branch", "boocode");
    expect(await setup.worktrees.ensure(setup.sessionId)).toMatchObject({
      branch: ofSession("unicode-more", setup.sessionId).replace("/", "-"),
    });
  });

  it("W12 tells that the folder is gone, or another one", async () => {
    await using setup = await createWorktreeSetup();
    const made = await setup.worktrees.ensure(setup.sessionId);
    await rename(made.path, `${made.path}.moved`);
    expect(await faultOf(setup.worktrees.ensure(setup.sessionId))).toBe("worktree_missing");
    await mkdir(made.path);
    expect(await faultOf(setup.worktrees.ensure(setup.sessionId))).toBe("worktree_missing");
    await rm(made.path, { recursive: true });
    await symlink(`${made.path}.moved`, made.path);
    expect(await faultOf(setup.worktrees.ensure(setup.sessionId))).toBe("worktree_missing");
    await rm(made.path);
    await rename(`${made.path}.moved`, made.path);
    expect(await setup.worktrees.ensure(setup.sessionId)).toEqual(made);
  });

  it("finishes what a crash left half made, whatever was there, and removes nothing that it did not make", async () => {
    await using setup = await createWorktreeSetup();
    const { repository, sessionId } = setup;
    const made = await setup.worktrees.ensure(sessionId);
    const crash = () => setup.db.write("normal", (tx) => updateWorktree(tx, made.id, { state: "creating", device: "0", inode: "0" }));
    const finished = async () => {
      const worktree = await setup.restart().ensure(sessionId);
      expect(worktree).toMatchObject({ id: made.id, state: "live", baseTree: made.baseTree });
      expect(await readFile(join(made.path, "dir", "b.txt"), "utf8")).toBe("two\n");
      expect(await repository.git("-C", made.path, "status", "--porcelain")).toBe("");
    };
    // After everything was made, before it was written down.
    await crash();
    await finished();
    // In the middle of the checkout.
    await crash();
    await rm(join(made.path, "dir"), { recursive: true });
    await rm(join(setup.folder, "checkpoints", made.id), { recursive: true });
    await finished();
    // The git that filled it was killed with its locks held.
    await crash();
    const gitDir = await repository.git("-C", made.path, "rev-parse", "--absolute-git-dir");
    await writeFile(join(gitDir, "index.lock"), "");
    await writeFile(join(setup.folder, "checkpoints", made.id, "index.seed.lock"), "");
    await finished();
    // Registered, but the folder is not there.
    await crash();
    await rm(made.path, { recursive: true });
    await finished();
    // The folder is there, but git does not know it: alone with its .git file, and with a person's file in it.
    for (const name of [".git", "precious.txt"]) {
      await crash();
      await repository.git("worktree", "remove", "--force", "--force", made.path);
      await mkdir(made.path);
      await writeFile(join(made.path, name), "precious");
      await finished();
    }
    expect(await readFile(join(setup.folder, "worktrees", ".trash", `${sessionId}-1`, "precious.txt"), "utf8")).toBe("precious");
    expect(await readdir(join(setup.folder, "worktrees", ".trash"))).toHaveLength(1);
  });

  it("holds a base whose files differ from their blobs as they lie on disk", async () => {
    await using setup = await createWorktreeSetup({
      ".gitattributes": "*.win eol=crlf\n*.id ident\n*.utf working-tree-encoding=UTF-16LE\n",
      "a.win": "one\ntwo\n",
      "b.id": "$Id$\n",
      "c.txt": "plain\n",
      "d.utf": Buffer.from("wide\n", "utf16le"),
    });
    const { worktrees, repository, sessionId } = setup;
    const made = await worktrees.ensure(sessionId);
    expect(await readFile(join(made.path, "a.win"), "utf8")).toBe("one\r\ntwo\r\n");
    expect(await repository.git("cat-file", "blob", `${made.baseTree}:a.win`)).toBe("one\r\ntwo");
    expect(await repository.git("cat-file", "blob", `${made.baseTree}:b.id`)).toMatch(/^\$Id: [0-9a-f]{40} \$$/);
    expect(await repository.git("rev-parse", `${made.baseTree}:c.txt`)).toBe(await repository.git("rev-parse", "HEAD:c.txt"));
    const touched = await worktrees.checkpoint(made, { author: null, taskId: "t" as never, chatId: "c" as never, when: "before" });
    expect(touched).toMatchObject({ tree: made.baseTree, commit: made.lastCheckpoint, leftOut: [] });
  });

  it("S9 runs no filter of the repository's while it fills the worktree", async () => {
    await using setup = await createWorktreeSetup({ ".gitattributes": "*.txt filter=evil\n", "a.txt": "one\n" });
    const fired = join(setup.folder, "fired");
    await setup.repository.git("config", "filter.evil.smudge", `touch '${fired}'; cat`);
    const hook = join(setup.repository.path, ".git", "hooks", "post-checkout");
    await mkdir(join(setup.repository.path, ".git", "hooks"), { recursive: true });
    await writeFile(hook, `#!/bin/sh\ntouch '${fired}'\n`);
    await chmod(hook, 0o755);
    await setup.worktrees.ensure(setup.sessionId);
    await expect(stat(fired)).rejects.toMatchObject({ code: "ENOENT" });
    await setup.repository.git("worktree", "add", "--quiet", join(setup.folder, "plain"));
    await stat(fired);
  });
});
