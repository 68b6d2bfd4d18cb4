import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitStatus } from "@boocode/shared/git/git-status";
import { createRepository, createTempFolder, writeFiles, type RepoFiles } from "@boocode/testkit/repo-builder";
import { onTestFinished } from "vitest";
import { callOver, connectTo } from "../test-client.ts";
import { makeTerminalHome, TerminalReader } from "../terminals/terminal-rig.ts";

/** A session with a worktree, in a project with a bare remote `origin` that has its `main`. */
export async function openGitSession(files: RepoFiles = { "a.txt": "one\ntwo\nthree\n", "b.txt": "b\n" }) {
  const home = await makeTerminalHome();
  const daemon = await home.start();
  const [repository, remote] = [await createRepository(files), await createTempFolder("boocode-remote-")];
  onTestFinished(() => repository[Symbol.asyncDispose]());
  onTestFinished(() => remote[Symbol.asyncDispose]());
  await repository.git("init", "--quiet", "--bare", "--initial-branch=main", remote.path);
  await repository.git("remote", "add", "origin", remote.path);
  await repository.git("push", "--quiet", "--set-upstream", "origin", "main");
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const terminal = await api.terminals.open.mutate({ sessionId, size: { cols: 80, rows: 24 } });
  await api.terminals.close.mutate({ terminalId: terminal.id, force: true });
  const { path } = (await api.sessions.list.query({})).find(({ id }) => id === sessionId)!.worktree!;
  const inWorktree = (...argv: string[]) => repository.git("-C", path, ...argv);
  const changes = new EventTarget();
  const { promise: started, resolve } = Promise.withResolvers<void>();
  connectTo(daemon).events.workspace.subscribe(undefined, {
    onStarted: () => resolve(),
    onData: (event) => void (event.kind === "changed" && changes.dispatchEvent(new Event(event.noun))),
  });
  await started;
  const status = () => api.git.status.query({ sessionId });
  const readOutput = async (): Promise<string> => {
    const found = (await api.terminals.list.query({ sessionId })).findLast(({ title }) => title === "git");
    if (!found) return "";
    const reader = new TerminalReader(daemon, found.id);
    await reader.waitFor(/\S/);
    reader.close();
    return reader.text;
  };
  /** Waits until git has ended; returns what came of it. */
  const ended = async (): Promise<GitStatus> => {
    for (;;) {
      const told = once(changes, "git");
      const now = await status();
      if (now.run?.end) return now;
      await told;
    }
  };
  return {
    home: home.path,
    daemon,
    api,
    project,
    sessionId,
    repository,
    remote: remote.path,
    path,
    inWorktree,
    status,
    ended,
    readOutput,
    write: (more: RepoFiles) => writeFiles(path, more),
    read: (name: string) => readFile(join(path, name), "utf8"),
    /** Commits what is changed, or these paths, with the status that is there now. */
    async commit(message: string, paths?: string[]) {
      const { digest } = await status();
      await api.git.commit.mutate({ sessionId, message, digest, what: paths ? { kind: "paths", paths } : { kind: "all" } });
      return ended();
    },
    async trust() {
      const { digest } = await api.projects.trustReport.query({ projectId: project.id, sessionId });
      await api.projects.trust.mutate({ projectId: project.id, sessionId, decision: "trust", digest });
    },
    async addHook(name: string, script: string) {
      const file = join(repository.path, ".git/hooks", name);
      await mkdir(join(repository.path, ".git/hooks"), { recursive: true });
      await writeFile(file, `#!/bin/sh\n${script}\n`);
      await chmod(file, 0o755);
    },
    /** Everything on disk and in the index, byte for byte. */
    async snapshot() {
      const list = await inWorktree("ls-files", "--stage", "--full-name");
      const tracked = (await inWorktree("ls-files", "-z", "--cached", "--others")).split("\0").filter(Boolean);
      const contents = await Promise.all(tracked.map(async (name) => [name, await readFile(join(path, name), "latin1").catch(() => null)]));
      return { list, contents, head: await inWorktree("rev-parse", "HEAD"), branch: await inWorktree("branch", "--show-current") };
    },
  };
}
