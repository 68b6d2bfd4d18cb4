import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { faultOf } from "../test-client.ts";
import { openGitSession } from "./git-rig.ts";

it("a commit takes the chosen paths as they are on disk, leaves the rest as it is, and keeps what is pending and its authors", async () => {
  const { api, sessionId, write, commit, status, ended, inWorktree, repository } = await openGitSession();
  await write({ "a.txt": "one\nTWO\nthree\n", "b.txt": "B\n", 'new "file"\t\n.txt': "new\n", "dir/ünï $(x).txt": "u\n", "-d": "dash\n" });
  await inWorktree("add", "b.txt");
  await api.pendingChanges.refresh.mutate({ sessionId });
  const pending = await api.pendingChanges.list.query({ sessionId });
  const before = await status();
  expect(before).toMatchObject({
    branch: expect.stringMatching(/^boocode\//),
    counts: { changed: 5, staged: 1, untracked: 3 },
    operation: null,
  });
  expect(before.base).toMatchObject({
    name: "main",
    targets: [
      { from: "local", ahead: 0, behind: 0 },
      { from: "remote", name: "origin/main" },
    ],
  });

  const after = await commit("Change a few files\n\n# not a comment", ["a.txt", 'new "file"\t\n.txt', "dir/ünï $(x).txt", "-d"]);
  expect(after).toMatchObject({ run: { action: "commit", end: { problem: null } }, counts: { changed: 1, staged: 1, untracked: 0 } });
  expect(after.base!.targets[0]).toMatchObject({ ahead: 1, behind: 0 });
  expect(await inWorktree("log", "-1", "--format=%an <%ae>%n%B")).toBe(
    "Test Person <person@example.invalid>\nChange a few files\n\n# not a comment",
  );
  const names = (await inWorktree("diff", "--name-only", "-z", "HEAD~1", "HEAD")).split("\0").filter(Boolean);
  expect(names.toSorted()).toEqual(["-d", "a.txt", "dir/ünï $(x).txt", 'new "file"\t\n.txt']);
  expect(await inWorktree("diff", "--cached", "--name-only")).toBe("b.txt");
  expect(await api.pendingChanges.list.query({ sessionId })).toEqual(pending);

  // Then what is staged, and nothing is left.
  await api.git.commit.mutate({ sessionId, message: "The rest", digest: after.digest, what: { kind: "index" } });
  const clean = await ended();
  expect(clean.counts.changed).toBe(0);
  const again = { sessionId, message: "x", digest: clean.digest, what: { kind: "all" as const } };
  expect(await faultOf(api.git.commit.mutate(again))).toMatchObject({ kind: "git_nothing" });
  expect(await repository.git("log", "--oneline", "main")).not.toContain("The rest");
  await expect(stat(join(await inWorktree("rev-parse", "--absolute-git-dir"), "boocode-paths"))).rejects.toMatchObject({ code: "ENOENT" });
});

it("a hook runs in the visible terminal: what it prints is there, one that fails stops the commit and leaves everything as it was", async () => {
  const { write, commit, addHook, trust, readOutput, inWorktree, status, api, sessionId, read, path } = await openGitSession();
  await addHook(
    "pre-commit",
    'echo "checking: $(test -t 2 && echo on a terminal)"; test ! -e refuse || { echo "refused by hook" >&2; exit 7; }',
  );
  await trust();
  await write({ refuse: "", "a.txt": "changed\n" });
  const before = await status();
  expect(before.isTrusted).toBe(true);
  const failed = await commit("Refused");
  expect(failed).toMatchObject({ run: { end: { problem: "failed" } }, counts: before.counts, files: before.files });
  expect(await readOutput()).toMatch(
    /\$ git --literal-pathspecs commit --message=Refused --all[^]*checking: on a terminal[^]*refused by hook/,
  );
  expect(await inWorktree("log", "--format=%s")).toBe("Start");
  expect(await read("a.txt")).toBe("changed\n");

  // The same terminal is used again, and a hook that changes files is no surprise.
  await addHook("pre-commit", "echo formatted >> b.txt");
  await trust();
  await rm(join(path, "refuse"));
  const done = await commit("Accepted", ["a.txt"]);
  expect(done).toMatchObject({ run: { end: { problem: null } }, files: [{ path: "b.txt" }] });
  expect((await api.terminals.list.query({ sessionId })).map(({ title, end }) => [title, end?.exitCode])).toEqual([["git", 0]]);
  expect((await api.pendingChanges.list.query({ sessionId })).map(({ path }) => path)).toEqual(["a.txt", "b.txt"]);
});

it("git runs with what the login shell sets, also where nobody has opened a terminal before and its profile is slow", async () => {
  const { home, write, commit, addHook, trust, readOutput } = await openGitSession();
  await writeFile(join(home, ".profile"), "sleep 1; export GOPATH=/from/profile\n");
  await addHook("pre-commit", 'echo "found $GOPATH"');
  await trust();
  await write({ "a.txt": "changed\n" });
  expect(await commit("First")).toMatchObject({ run: { end: { problem: null } } });
  expect(await readOutput()).toContain("found /from/profile");
});

it("a hook of a project that is not trusted does not run", async () => {
  const { write, commit, addHook, path, inWorktree } = await openGitSession();
  await addHook("pre-commit", `touch "${path}/ran"; exit 1`);
  await addHook("post-commit", `touch "${path}/ran"`);
  await write({ "a.txt": "changed\n" });
  expect(await commit("Quiet")).toMatchObject({ isTrusted: false, run: { end: { problem: null } }, counts: { changed: 0 } });
  expect(await inWorktree("log", "-1", "--format=%s")).toBe("Quiet");
});

it("what was shown is what is committed, with a proposed message and a name that is asked for, also on no branch", async () => {
  const { api, sessionId, write, status, inWorktree, repository, ended } = await openGitSession();
  await write({ "a.txt": "1\n", "notes.md": "new\n" });
  const shown = await status();
  await write({ "a.txt": "2\n" });
  const input = { sessionId, message: "x", what: { kind: "all" as const } };
  expect(await faultOf(api.git.commit.mutate({ ...input, digest: shown.digest }))).toMatchObject({
    kind: "git_status_changed",
    httpStatus: 409,
  });

  // The model's answer is only words.
  const proposed = await api.git.proposeMessage.mutate({ sessionId, what: { kind: "paths", paths: ["notes.md"] } });
  expect(proposed).toEqual({ message: "Add notes.md", model: expect.stringContaining("demo") });
  expect(await api.chats.list.query({ sessionId })).toEqual([]);

  await repository.git("config", "--unset", "user.name");
  await repository.git("config", "--unset", "user.email");
  await inWorktree("checkout", "--quiet", "--detach");
  const { digest, identity, branch } = await status();
  expect({ identity, branch }).toEqual({ identity: { name: null, email: null }, branch: null });
  expect(await faultOf(api.git.commit.mutate({ ...input, digest }))).toMatchObject({ kind: "git_identity_missing" });
  expect(await inWorktree("log", "--format=%s")).toBe("Start");
  await api.git.commit.mutate({ ...input, digest, identity: { name: "Ada $(id)", email: "ada@example.invalid" } });
  expect(await ended()).toMatchObject({ counts: { changed: 0 }, branch: null, upstream: null });
  expect(await inWorktree("log", "-1", "--format=%an <%ae>")).toBe("Ada $(id) <ada@example.invalid>");
  expect(await readFile(join(repository.path, ".git/config"), "utf8")).not.toContain("Ada");
  expect(await faultOf(api.git.push.mutate({ sessionId }))).toMatchObject({ kind: "git_detached" });
});
