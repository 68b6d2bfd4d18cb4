import { expect, it } from "vitest";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { BOOCODE, connectTo, faultOf, Follower, mintPromptId } from "../test-client.ts";
import { openGitSession } from "./git-rig.ts";

it("the first push sets the upstream, a later one goes there, and one that the remote has overtaken is explained and never forced", async () => {
  const { api, sessionId, write, commit, ended, status, repository, remote, readOutput } = await openGitSession();
  expect(await status()).toMatchObject({ upstream: null, pushRemote: "origin", remotes: [{ name: "origin", webUrl: null }], hasGh: false });
  await write({ "a.txt": "mine\n" });
  const { branch } = await commit("Mine");
  expect(await faultOf(api.git.pullRequest.mutate({ sessionId, title: "Mine" }))).toMatchObject({ kind: "git_no_page" });
  await api.git.push.mutate({ sessionId });
  const pushed = await ended();
  expect(pushed).toMatchObject({
    run: { action: "push", end: { problem: null } },
    upstream: { name: `origin/${branch}`, ahead: 0, behind: 0 },
  });
  expect(await repository.git("--git-dir", remote, "log", "-1", "--format=%s", branch!)).toBe("Mine");
  expect(await faultOf(api.git.push.mutate({ sessionId }))).toMatchObject({ kind: "git_nothing" });

  // Somebody else pushes to the branch.
  await using other = await createTempFolder();
  await repository.git("clone", "--quiet", "--branch", branch!, remote, other.path);
  const identity = ["-c", "user.name=Other", "-c", "user.email=other@example.invalid"];
  await repository.git("-C", other.path, ...identity, "commit", "--quiet", "--allow-empty", "--message", "Theirs");
  await repository.git("-C", other.path, "push", "--quiet");
  await write({ "a.txt": "mine again\n" });
  await commit("Mine again");
  await api.git.push.mutate({ sessionId });
  expect(await ended()).toMatchObject({ run: { end: { problem: "not_fast_forward" } } });
  expect(await readOutput()).toMatch(/rejected[^]*fetch first/);
  expect(await repository.git("--git-dir", remote, "log", "-1", "--format=%s", branch!)).toBe("Theirs");
  await repository.git("fetch", "--quiet");
  expect(await faultOf(api.git.push.mutate({ sessionId }))).toMatchObject({ kind: "git_diverged" });

  // The page of a host is named without what the remote's address tells of the person.
  await repository.git("remote", "set-url", "origin", "https://ada:ghp_secret@gitlab.com/team/engine.git");
  const named = await status();
  expect(named.remotes).toEqual([{ name: "origin", webUrl: "https://gitlab.com/team/engine", kind: "gitlab" }]);
  expect(named.compareUrl).toMatch(/^https:\/\/gitlab\.com\/team\/engine\/-\/merge_requests\/new\?/);
  expect(JSON.stringify(named)).not.toContain("secret");
  await repository.git("remote", "remove", "origin");
  expect(await faultOf(api.git.push.mutate({ sessionId }))).toMatchObject({ kind: "git_no_remote" });
});

it("a merge brings in what the base branch has, and only the session's own work stays pending, with its authors", async () => {
  const { api, sessionId, write, commit, ended, status, repository, remote, inWorktree, read } = await openGitSession();
  await write({ "a.txt": "ONE\ntwo\nthree\n", "mine.txt": "mine\n" });
  await commit("Mine");
  await write({ "later.txt": "later\n" });
  await api.pendingChanges.refresh.mutate({ sessionId });
  const pending = await api.pendingChanges.list.query({ sessionId });
  await repository.write({ "a.txt": "one\ntwo\nTHREE\n", "theirs.txt": "theirs\n" });
  await repository.commit("Theirs");
  await repository.git("push", "--quiet", remote, "main");
  const input = { sessionId, from: "remote" as const, how: "merge" as const };
  // As last fetched, which no look changes.
  expect(await api.git.previewUpdate.query(input)).toMatchObject({
    target: { name: "origin/main", behind: 0 },
    commits: [],
    inTheWayCount: 0,
  });
  const preview = await api.git.previewUpdate.query({ ...input, from: "local" });
  expect(preview).toMatchObject({ target: { name: "main", behind: 1 }, commits: [{ subject: "Theirs" }], inTheWayCount: 0 });

  await api.git.updateFromBase.mutate(input);
  const merged = await ended();
  expect(merged).toMatchObject({ run: { action: "update", end: { problem: null } }, operation: null });
  expect(merged.base!.targets.map(({ name, behind }) => [name, behind])).toEqual([
    ["main", 0],
    ["origin/main", 0],
  ]);
  expect(await read("a.txt")).toBe("ONE\ntwo\nTHREE\n");
  const after = await api.pendingChanges.list.query({ sessionId });
  expect(after.map(({ path, agents, additions, deletions }) => ({ path, agents, additions, deletions }))).toEqual(
    pending.map(({ path, agents, additions, deletions }) => ({ path, agents, additions, deletions })),
  );
  expect(await api.pendingChanges.refresh.mutate({ sessionId })).toEqual({ state: "unchanged" });
  expect(await faultOf(api.git.updateFromBase.mutate({ ...input, from: "local" }))).toMatchObject({ kind: "git_nothing" });

  // What is not committed is named before anything is touched.
  await write({ "later.txt": "later\n", "theirs.txt": "edited\n", "fresh.txt": "untracked\n" });
  await repository.write({ "theirs.txt": "theirs again\n", "fresh.txt": "theirs\n" });
  await repository.commit("Theirs again");
  const before = await status();
  expect(await faultOf(api.git.updateFromBase.mutate({ ...input, from: "local" }))).toMatchObject({ kind: "git_in_the_way" });
  expect(await api.git.previewUpdate.query({ ...input, from: "local" })).toMatchObject({ inTheWay: ["fresh.txt", "theirs.txt"] });
  expect(await api.git.previewUpdate.query({ ...input, from: "local", how: "rebase" })).toMatchObject({
    inTheWay: ["fresh.txt", "theirs.txt"],
  });
  expect((await status()).digest).toBe(before.digest);
  expect(await inWorktree("status", "--porcelain")).not.toContain("UU");
});

it.each(["merge", "rebase"] as const)("a conflict by a %s is shown, taken back byte for byte, and resolved", async (how) => {
  const { api, sessionId, write, commit, ended, repository, snapshot, inWorktree, read } = await openGitSession();
  await write({ "a.txt": "mine\n", "b.txt": "mine too\n" });
  await commit("Mine");
  await api.pendingChanges.refresh.mutate({ sessionId });
  const pending = await api.pendingChanges.list.query({ sessionId });
  await repository.write({ "a.txt": "theirs\n", "c.txt": "theirs\n" });
  await repository.commit("Theirs");
  const before = await snapshot();
  const update = () => api.git.updateFromBase.mutate({ sessionId, from: "local", how });
  await update();
  const stopped = await ended();
  expect(stopped).toMatchObject({ run: { end: { problem: "conflicts" } }, operation: how, counts: { conflicts: 1 } });
  expect(stopped.files.filter(({ isConflict }) => isConflict).map(({ path }) => path)).toEqual(["a.txt"]);
  expect(await faultOf(update())).toMatchObject({ kind: "git_operation" });
  expect(await faultOf(api.git.commit.mutate({ sessionId, message: "x", digest: stopped.digest, what: { kind: "all" } }))).toMatchObject({
    kind: "git_operation",
  });
  expect(await faultOf(api.git.continueOperation.mutate({ sessionId }))).toMatchObject({ kind: "git_unresolved" });
  // The guard sees it too.
  expect((await api.worktreeRisk.report.query({ sessionId }))[0]).toMatchObject({ operation: how, verdict: "at_risk" });

  await api.git.abort.mutate({ sessionId });
  expect(await ended()).toMatchObject({ run: { action: "abort", end: { problem: null } }, operation: null });
  expect(await snapshot()).toEqual(before);
  expect(await api.pendingChanges.list.query({ sessionId })).toEqual(pending);
  expect(await faultOf(api.git.abort.mutate({ sessionId }))).toMatchObject({ kind: "git_no_operation" });

  await update();
  await ended();
  await write({ "a.txt": "both\n" });
  await api.git.continueOperation.mutate({ sessionId });
  expect(await ended()).toMatchObject({ run: { action: "continue", end: { problem: null } }, operation: null, counts: { changed: 0 } });
  expect([await read("a.txt"), await read("c.txt")]).toEqual(["both\n", "theirs\n"]);
  expect(await inWorktree("log", "--format=%s", "--first-parent")).toMatch(
    how === "merge" ? /^Merge branch 'main' into boocode\/.*\nMine\nStart$/ : /^Mine\nTheirs\nStart$/,
  );
  expect((await api.pendingChanges.list.query({ sessionId })).map(({ path }) => path)).toEqual(["a.txt", "b.txt"]);
});

it("a merge by hand and one by an agent move the base at once: only the session's own work is pending", async () => {
  const { daemon, api, sessionId, write, repository, inWorktree, trust, read } = await openGitSession();
  await trust();
  await write({ "mine.txt": "mine\n" });
  await api.pendingChanges.refresh.mutate({ sessionId });
  const list = async () => (await api.pendingChanges.list.query({ sessionId })).map(({ path, agents }) => [path, agents]);
  const own = [["mine.txt", [null]]];
  expect(await list()).toEqual(own);
  await repository.write({ "a.txt": "theirs\n", "theirs.txt": "theirs\n" });
  await repository.commit("Theirs");
  await inWorktree("merge", "--quiet", "main");
  await api.pendingChanges.refresh.mutate({ sessionId });
  await expect.poll(list).toEqual(own);

  await repository.write({ "more.txt": "more\n" });
  await repository.commit("More");
  const follower = new Follower(connectTo(daemon), sessionId);
  const prompt = { promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, model: "coder/demo" };
  const { taskId } = await api.tasks.send.mutate({ ...prompt, text: "run git merge --quiet main" });
  expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
  expect(await read("more.txt")).toBe("more\n");
  await expect.poll(list).toEqual(own);

  // What is only half done may be taken back: the base stays until it is over.
  await write({ "b.txt": "mine\n" });
  await inWorktree("commit", "--quiet", "--all", "--message", "Mine");
  await repository.write({ "b.txt": "theirs\n", "last.txt": "last\n" });
  await repository.commit("Last");
  await inWorktree("merge", "--quiet", "main").catch(() => {});
  await api.pendingChanges.refresh.mutate({ sessionId });
  await expect.poll(async () => (await list()).map(([path]) => path)).toEqual(["b.txt", "last.txt", "mine.txt"]);
  await write({ "b.txt": "both\n" });
  await inWorktree("add", "b.txt");
  await inWorktree("commit", "--quiet", "--no-edit");
  await api.pendingChanges.refresh.mutate({ sessionId });
  await expect.poll(list).toEqual([["b.txt", [null]], ...own]);
});
