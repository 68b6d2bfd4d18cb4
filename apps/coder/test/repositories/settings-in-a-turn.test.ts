import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it } from "vitest";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

const run = promisify(execFile);

/** What an agent does that wants git to run its programs: every place of a repository's settings that a commit does not bring. */
async function plant(repository: string, worktree: string, traps: string): Promise<void> {
  const trap = async (name: string) => {
    const rest = /filter|smudge/.test(name) ? "exec cat" : "";
    const file = join(traps, name);
    await writeFile(file, `#!/bin/sh\ntouch '${traps}/fired/${name}'\n${rest}\n`);
    await chmod(file, 0o755);
    return file;
  };
  const git = (...argv: string[]) => run("git", ["-C", worktree, ...argv]);
  const inGit = (...path: string[]) => join(repository, ".git", ...path);
  await git("config", "filter.direct.clean", await trap("filter-in-config"));
  await git("config", "filter.direct.smudge", await trap("smudge-in-config"));
  await git("config", "diff.direct.textconv", await trap("textconv-in-config"));
  await git("config", "core.hooksPath", inGit("evil"));
  await mkdir(inGit("evil"));
  await mkdir(inGit("info"), { recursive: true });
  await writeFile(inGit("evil", "reference-transaction"), `#!/bin/sh\n'${await trap("hook")}'\n`);
  await chmod(inGit("evil", "reference-transaction"), 0o755);
  await writeFile(inGit("more"), `[filter "included"]\n\tclean = '${await trap("filter-in-include")}'\n`);
  await git("config", "include.path", "more");
  await git("config", "extensions.worktreeConfig", "true");
  await git("config", "--worktree", "core.fsmonitor", await trap("fsmonitor-in-config.worktree"));
  await git("config", "--worktree", "filter.own.clean", await trap("filter-in-config.worktree"));
  await writeFile(inGit("info", "attributes"), "*.md filter=included\n");
  await writeFile(join(worktree, ".gitattributes"), "*.txt filter=direct diff=direct\n*.own filter=own\n");
  const nested = join(worktree, "nested");
  await run("git", ["clone", "--quiet", repository, nested]);
  await run("git", ["-C", nested, "config", "core.fsmonitor", await trap("fsmonitor-in-a-nested-repository")]);
}

it("S9 an agent that changes git's settings in the middle of its turn gets nothing run by the checkpoint and the capture that follow", async () => {
  await using repository = await createRepository({ "a.txt": "one\n", "b.md": "one\n", "c.own": "one\n" });
  await using traps = await createTempFolder();
  await mkdir(join(traps.path, "fired"));
  const fired = () => readdir(join(traps.path, "fired"));
  const middle = new Barrier();
  const backend = new ScriptedBackend({
    script: () => [
      { do: "wait", barrier: middle },
      ...["a.txt", "b.md", "c.own"].map((path) => ({ do: "write" as const, path, text: "two\n" })),
    ],
  });
  const daemon = await (await TestHome.make()).start({ backend });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const sent = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: "Plant" });
  await middle.reached;
  const worktree = (await api.sessions.list.query())[0]!.worktree!.path;
  await plant(repository.path, worktree, traps.path);
  await Promise.all((await fired()).map((name) => run("rm", [join(traps.path, "fired", name)])));
  middle.open();
  expect(await follower.end(sent.taskId)).toMatchObject({ state: "completed" });

  const changes = await api.pendingChanges.list.query({ sessionId });
  expect(changes.map(({ path }) => path)).toEqual([".gitattributes", "a.txt", "b.md", "c.own", "nested"]);
  for (const { id } of changes) await api.pendingChanges.diff.query({ sessionId, changeId: id });
  expect(await api.pendingChanges.turnDiff.query({ taskId: sent.taskId })).toMatchObject({ state: "known" });
  await writeFile(join(worktree, "a.txt"), "three\n");
  expect(await api.pendingChanges.refresh.mutate({ sessionId })).toEqual({ state: "changed" });
  expect(await fired()).toEqual([]);

  // The traps work: plain git runs them.
  await run("git", ["-C", worktree, "add", "--all", "--", "a.txt", "b.md", "c.own"]);
  await run("git", ["-C", worktree, "update-ref", "refs/test", "HEAD"]);
  await run("git", ["-C", join(worktree, "nested"), "status"]);
  expect((await fired()).sort()).toEqual([
    "filter-in-config",
    "filter-in-config.worktree",
    "filter-in-include",
    "fsmonitor-in-a-nested-repository",
    "fsmonitor-in-config.worktree",
    "hook",
  ]);
});
