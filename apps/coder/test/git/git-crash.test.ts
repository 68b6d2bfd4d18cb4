import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProjectId, SessionId } from "@boocode/shared/ids";
import { crashAtEveryPoint } from "@boocode/testkit/failpoints";
import { createRepository, type TestRepository, writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { startCrashingDaemon, writeInTurn } from "../start-crashing-daemon.ts";
import { callOver, openConnection } from "../test-client.ts";
import type { DaemonAddress } from "../start-test-daemon.ts";
import { makeTerminalHome } from "../terminals/terminal-rig.ts";

type Api = ReturnType<typeof callOver>;

/** What one attempt works on. */
interface Place {
  repository: TestRepository;
  sessionId: SessionId;
  path: string;
  /** What is pending before, by path and authors. */
  pending: unknown[];
}

interface Crashing {
  /** Makes what the next attempt works on. */
  prepare(api: Api, projectId: ProjectId, repository: TestRepository, attempt: number, daemon: DaemonAddress): Promise<Place>;
  act(api: Api, place: Place, daemon: DaemonAddress): Promise<unknown>;
  /** Expects that nothing is lost and the same can be done, whether or not it was done before. */
  judge(api: Api, place: Place, daemon: DaemonAddress): Promise<void>;
}

/** Has a daemon killed at every point of an action, each time on a place of its own, and started again. Returns the names of the points. */
async function killAtEveryPoint({ prepare, act, judge }: Crashing): Promise<string[]> {
  const home = await makeTerminalHome();
  let projectId: ProjectId | null = null;
  let last: Place | null = null;
  return crashAtEveryPoint(async (index) => {
    const { program, daemon, crashAt, killedAt } = await startCrashingDaemon(home);
    const api = callOver(daemon);
    if (last) await judge(api, last, daemon);
    const repository: TestRepository = last?.repository ?? (await createRepository({ "a.txt": "one\n", "b.txt": "b\n" }));
    if (!last) onTestFinished(() => repository[Symbol.asyncDispose]());
    projectId ??= (await api.projects.add.mutate({ path: repository.path })).id;
    const place = await prepare(api, projectId, repository, index, daemon);
    last = place;
    await crashAt(index);
    const gone = program.exited.then(() => "gone" as const);
    const end = await Promise.race([
      act(api, place, daemon)
        .then(() => "done" as const)
        .catch(() => gone),
      gone,
    ]);
    if (end === "gone") return killedAt();
    await crashAt(null);
    await judge(api, place, daemon);
    await program.end("SIGTERM");
    return null;
  });
}

const list = async (api: Api, sessionId: SessionId) =>
  (await api.pendingChanges.list.query({ sessionId })).map(({ path, agents }) => [path, agents]);

/** A session in which an agent has written `one.txt`, and the person a new and a changed file. */
async function openSession(api: Api, projectId: ProjectId, repository: TestRepository, daemon: DaemonAddress): Promise<Place> {
  const { id: sessionId } = await api.sessions.create.mutate({ projectId });
  await writeInTurn(daemon, sessionId, "one");
  const { path } = (await api.sessions.list.query({})).find(({ id }) => id === sessionId)!.worktree!;
  await writeFiles(path, { "b.txt": "mine\n", "new.txt": "new\n" });
  await api.pendingChanges.refresh.mutate({ sessionId });
  return { repository, sessionId, path, pending: await list(api, sessionId) };
}

/** Starts git and waits until it has ended, which the feed tells. */
async function untilEnded(daemon: DaemonAddress, start: () => Promise<unknown>): Promise<void> {
  const { client, close } = openConnection(daemon);
  const ended = Promise.withResolvers<void>();
  let told = 0;
  const ready = Promise.withResolvers<void>();
  client.events.workspace.subscribe(undefined, {
    onStarted: () => ready.resolve(),
    onData: (event) => {
      // Told when it begins, and when it has ended.
      if (event.kind === "changed" && event.noun === "git" && ++told === 2) ended.resolve();
    },
  });
  try {
    await ready.promise;
    await start();
    await ended.promise;
  } finally {
    void close();
  }
}

const commit = async (api: Api, { sessionId }: Place, daemon: DaemonAddress) => {
  const { digest } = await api.git.status.query({ sessionId });
  const what = { kind: "paths" as const, paths: ["b.txt", "new.txt"] };
  await untilEnded(daemon, () => api.git.commit.mutate({ sessionId, message: "Mine", digest, what }));
};

it("killed at any point of a commit, the files are as they were, and it is made whole or can be made", { timeout: 600_000 }, async () => {
  const names = await killAtEveryPoint({
    prepare: (api, projectId, repository, _, daemon) => openSession(api, projectId, repository, daemon),
    act: commit,
    judge: async (api, place, daemon) => {
      const { sessionId, repository, path } = place;
      const git = (...argv: string[]) => repository.git("-C", path, ...argv);
      const read = (name: string) => readFile(join(path, name), "utf8");
      expect([await read("b.txt"), await read("new.txt"), await read("one.txt")]).toEqual(["mine\n", "new\n", "one"]);
      expect(await api.git.status.query({ sessionId })).toMatchObject({ operation: null });
      // Nothing is left behind in the person's index.
      const left = async () => (await git("status", "--porcelain")).split("\n").filter((line) => !/^(?:\?\?| M) /.test(line));
      await expect.poll(left).toEqual([]);
      if ((await git("log", "-1", "--format=%s")) !== "Mine") await commit(api, place, daemon);
      expect(await git("log", "--format=%s")).toBe("Mine\nStart");
      expect(await git("show", "--format=", "--name-only", "HEAD")).toBe("b.txt\nnew.txt");
      expect(await git("status", "--porcelain")).toBe("?? one.txt");
      expect(await list(api, sessionId)).toEqual(place.pending);
    },
  });
  expect(names).toEqual(expect.arrayContaining(["git.add", "write.full", "write.normal"]));
});

it.each(["merge", "rebase"] as const)(
  "killed at any point of an update from the base by a %s, the work is kept, and the base follows",
  { timeout: 600_000 },
  async (how) => {
    const update = ({ sessionId }: Place, api: Api, daemon: DaemonAddress) =>
      untilEnded(daemon, () => api.git.updateFromBase.mutate({ sessionId, from: "local", how }));
    const names = await killAtEveryPoint({
      prepare: async (api, projectId, repository, attempt, daemon) => {
        const place = await openSession(api, projectId, repository, daemon);
        const identity = ["-c", "user.name=Test Person", "-c", "user.email=test@example.invalid"];
        await repository.git("-C", place.path, "add", "--all");
        await repository.git("-C", place.path, ...identity, "commit", "--quiet", "--message", "Mine");
        await repository.write({ "a.txt": `theirs ${attempt}\n`, [`theirs-${attempt}.txt`]: "theirs\n" });
        await repository.commit(`Theirs ${attempt}`);
        return { ...place, pending: await list(api, place.sessionId) };
      },
      act: (api, place, daemon) => update(place, api, daemon),
      judge: async (api, place, daemon) => {
        const { sessionId, repository, path } = place;
        const git = (...argv: string[]) => repository.git("-C", path, ...argv);
        const theirs = await repository.git("rev-parse", "main");
        const { operation } = await api.git.status.query({ sessionId });
        if (operation !== null) await untilEnded(daemon, () => api.git.abort.mutate({ sessionId }));
        const isIn = await git("merge-base", "--is-ancestor", theirs, "HEAD").then(
          () => true,
          () => false,
        );
        if (!isIn) await update(place, api, daemon);
        expect(await git("status", "--porcelain")).toBe("");
        expect(await Promise.all(["b.txt", "new.txt", "one.txt"].map((name) => readFile(join(path, name), "utf8")))).toEqual([
          "mine\n",
          "new\n",
          "one",
        ]);
        expect(await git("show", "HEAD:a.txt")).toMatch(/^theirs/);
        await api.pendingChanges.refresh.mutate({ sessionId });
        await expect.poll(() => list(api, sessionId)).toEqual(place.pending);
      },
    });
    expect(names).toEqual(expect.arrayContaining(["git.write-tree", "git.commit-tree", "write.full"]));
  },
);

it(
  "killed at any point of an adoption, the person's worktree is as it was, and it is adopted or can be",
  { timeout: 600_000 },
  async () => {
    const look = async ({ repository, path }: Pick<Place, "repository" | "path">) => [
      await readFile(join(path, "b.txt"), "utf8"),
      await repository.git("-C", path, "status", "--porcelain"),
      await repository.git("-C", path, "rev-parse", "HEAD"),
      await repository.git("-C", path, "ls-files", "--stage"),
    ];
    const adopt = async (api: Api, path: string) => {
      const [project] = await api.projects.list.query();
      return api.sessions.create.mutate({ projectId: project!.id, adopt: { path } });
    };
    const names = await killAtEveryPoint({
      prepare: async (api, projectId, repository, attempt) => {
        const path = `${repository.path}-mine-${attempt}`;
        await repository.git("worktree", "add", "--quiet", "-b", `mine-${attempt}`, path);
        onTestFinished(() => rm(path, { recursive: true, force: true }));
        await writeFiles(path, { "b.txt": "mine\n", "new.txt": "new\n" });
        const { id: sessionId } = await api.sessions.create.mutate({ projectId });
        return { repository, sessionId, path, pending: await look({ repository, path }) };
      },
      act: (api, { path }) => adopt(api, path),
      judge: async (api, place) => {
        const { path } = place;
        expect(await look(place)).toEqual(place.pending);
        const find = async () => (await api.sessions.list.query({})).find(({ worktree }) => worktree?.path === path);
        if ((await find()) === undefined) await adopt(api, path);
        const session = await find();
        expect(session).toMatchObject({ worktree: { adopted: "worktree", state: "live" } });
        await api.pendingChanges.refresh.mutate({ sessionId: session!.id });
        expect(await list(api, session!.id)).toEqual([
          ["b.txt", [null]],
          ["new.txt", [null]],
        ]);
        expect(await look(place)).toEqual(place.pending);
      },
    });
    expect(names).toEqual(expect.arrayContaining(["git.write-tree", "git.commit-tree", "write.full"]));
  },
);
