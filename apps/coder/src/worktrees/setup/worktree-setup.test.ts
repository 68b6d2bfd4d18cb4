import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import { BUILT_IDS, buildChat } from "@boocode/shared/testing/build";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { RepoFiles } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import { createWorktreeSetup } from "../worktree-fixture.ts";
import { WorktreeSetup } from "./worktree-setup.ts";

/** A new worktree of a repository with a plan, and what its setup says. */
async function createPlanned(
  plan: object | string,
  files: RepoFiles = {},
  isTrusted: boolean | ((worktree: Worktree) => Promise<boolean>) = true,
) {
  const text = typeof plan === "string" ? plan : JSON.stringify(plan);
  const setup = await createWorktreeSetup({ ".boocode/worktree.json": text, ".gitignore": ".env*\nsecret/\nnode_modules/\n", ...files });
  onTestFinished(() => setup[Symbol.asyncDispose]());
  const { db, git, feed, sessionId } = setup;
  await db.write("full", (tx) => insertChat(tx, buildChat()));
  const timers = new Map<() => void, number>();
  let now = 1_000;
  const time: Time = {
    now: () => ++now,
    elapsedMs: () => now,
    after(delayMs, work) {
      timers.set(work, delayMs);
      return () => timers.delete(work);
    },
  };
  const told: { before: string; after: string }[] = [];
  const worktreeSetup = new WorktreeSetup({
    db,
    git,
    time,
    logger: silentLogger(),
    trust: { isTrusted: async (worktree) => (typeof isTrusted === "boolean" ? isTrusted : isTrusted(worktree)) },
    env: { PATH: "/usr/bin:/bin" },
    ports: { variables: async () => ({ BOOCODE_PORT_BASE: "21000", PORT: "21000" }) },
    worktrees: setup.worktrees,
    onSetUp: async (_, trees) => void told.push(trees),
  });
  onTestFinished(() => worktreeSetup.close());
  const notices = async () =>
    (await readSessionEvents(db.read, sessionId, 0, 1_000)).map(({ body }) =>
      body.type === "notice" ? `${body.level}: ${body.text}` : "",
    );
  return {
    ...setup,
    notices,
    worktreeSetup,
    told,
    /** As the runner does: with the worktree as it is stored now. */
    prepare: async () => worktreeSetup.prepare(await setup.worktrees.ensure(sessionId), BUILT_IDS.chat),
    /** Lets the first prompt's patience run out. */
    expire: () => [...timers].find(([, delayMs]) => delayMs === 10_000)?.[0](),
    hasTimer: () => [...timers.values()].includes(10_000),
    untilNotice: async (words: RegExp) => {
      for (;;) {
        const told = Promise.withResolvers<void>();
        const stop = feed.onSession(sessionId, told.resolve);
        const found = (await notices()).find((text) => words.test(text));
        if (!found) await told.promise;
        stop();
        if (found) return found;
      }
    },
  };
}

it("S10 does nothing of a plan before the repository is trusted", async () => {
  const planned = await createPlanned({ copy: [".env"], setup: ["touch", "fired"] }, {}, false);
  await writeFile(join(planned.repository.path, ".env"), "A=1");
  expect(await planned.prepare()).toEqual({ projectTrusted: false });
  const { path, setUpAt } = await planned.worktrees.ensure(planned.sessionId);
  await expect(stat(join(path, "fired"))).rejects.toMatchObject({ code: "ENOENT" });
  await expect(stat(join(path, ".env"))).rejects.toMatchObject({ code: "ENOENT" });
  expect({ setUpAt, notices: await planned.notices() }).toEqual({ setUpAt: null, notices: [] });
});

it("copies ignored files and runs the setup by its argv, once, telling all of it", async () => {
  const planned = await createPlanned(
    {
      copy: [".env*", "secret/**", "a.txt", "../outside", "node_modules/**"],
      setup: ["sh", "-c", 'echo "$0 $1" > made; echo working', "a b", "$HOME"],
    },
    { "a.txt": "tracked\n" },
  );
  await planned.repository.write({
    ".env": "A=1",
    ".env.local": "B=2",
    "secret/deep/key": "k",
    "a.txt": "changed",
    "node_modules/x/y": "1",
  });
  await chmod(join(planned.repository.path, ".env"), 0o600);
  expect(await planned.prepare()).toEqual({ projectTrusted: true });
  const { path, setUpAt } = await planned.worktrees.ensure(planned.sessionId);
  expect(setUpAt).toBeGreaterThan(0);
  expect(await readFile(join(path, ".env"), "utf8")).toBe("A=1");
  expect((await stat(join(path, ".env"))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(path, "secret/deep/key"), "utf8")).toBe("k");
  expect(await readFile(join(path, "a.txt"), "utf8")).toBe("tracked\n");
  expect(await readFile(join(path, "made"), "utf8")).toBe("a b $HOME\n");
  expect(await planned.notices()).toEqual([
    "info: Copied from the project's checkout: .env, .env.local, secret/deep/key",
    "warning: Not copied from the project's checkout: ../outside: it leads out of the repository",
    expect.stringContaining("info: Setting up the worktree: sh -c "),
    "info: working",
    expect.stringContaining("info: The worktree is set up"),
  ]);
  await planned.prepare();
  expect(await planned.notices()).toHaveLength(5);
});

it("S10 answers for the worktree as the setup left it: what it copied was shown to nobody", async () => {
  const hasSkill = ({ path }: Worktree) =>
    stat(join(path, "secret/SKILL.md")).then(
      () => true,
      () => false,
    );
  const planned = await createPlanned({ copy: ["secret/**"] }, {}, async (worktree) => !(await hasSkill(worktree)));
  await planned.repository.write({ "secret/SKILL.md": "Do it." });
  expect(await planned.prepare()).toEqual({ projectTrusted: false });
});

it("lets the first prompt go on after its patience, says so, and finishes in the background", async () => {
  const planned = await createPlanned({
    setup: ["sh", "-c", "until [ -e go ]; do read -t 0.05 x < /dev/zero || true; done; echo finished"],
  });
  const { path } = await planned.worktrees.ensure(planned.sessionId);
  const prepared = planned.prepare();
  await planned.untilNotice(/Setting up/);
  expect(planned.hasTimer()).toBe(true);
  planned.expire();
  expect(await prepared).toEqual({ projectTrusted: true });
  await planned.untilNotice(/continues in the background/);
  expect((await planned.worktrees.ensure(planned.sessionId)).setUpAt).toBeNull();
  await writeFile(join(path, "go"), "");
  expect(await planned.untilNotice(/set up \(/)).toMatch(/info/);
});

it("what it changes in the files git tracks is held as its own, and what lay there before as the person's", async () => {
  const planned = await createPlanned(
    { setup: ["sh", "-c", "echo set up > a.txt; echo 1 > made.txt"] },
    { "a.txt": "a\n", "b.txt": "b\n" },
  );
  const { path, id } = await planned.worktrees.ensure(planned.sessionId);
  await writeFile(join(path, "b.txt"), "by hand\n");
  await planned.prepare();
  const ref = `refs/boocode/checkpoints/${id}`;
  const chain = await planned.repository.git("log", "--first-parent", "--max-count=2", "--format=%ae %s", "--name-only", ref);
  expect(chain.split("\n")).toEqual([
    "setup@boocode.invalid Checkpoint after the setup",
    "",
    "a.txt",
    "made.txt",
    "person@example.invalid Checkpoint between turns",
    "",
    "b.txt",
  ]);
  expect(planned.told).toEqual([
    {
      before: await planned.repository.git("rev-parse", `${ref}~1^{tree}`),
      after: await planned.repository.git("rev-parse", `${ref}^{tree}`),
    },
  ]);
});

it.each([
  { name: "a program that fails", plan: { setup: ["sh", "-c", "exit 3"] }, words: /warning: The worktree's setup ended with exit code 3/ },
  { name: "a program that is not there", plan: { setup: ["no-such-program"] }, words: /warning: The worktree's setup failed: .*ENOENT/ },
  { name: "a plan that is none", plan: "{", words: /warning: .boocode\/worktree.json cannot be used/ },
  { name: "a shell line", plan: { setup: "npm ci" }, words: /warning: .boocode\/worktree.json cannot be used: setup/ },
  { name: "an unknown key", plan: { run: ["x"] }, words: /warning: .boocode\/worktree.json cannot be used/ },
])("$name is told, and keeps nobody from working", async ({ plan, words }) => {
  const planned = await createPlanned(plan);
  expect(await planned.prepare()).toEqual({ projectTrusted: true });
  expect((await planned.notices()).at(-1)).toMatch(words);
  expect((await planned.worktrees.ensure(planned.sessionId)).setUpAt).toBeGreaterThan(0);
});

it("a daemon that leaves ends the setup; the next prompt runs it again", async () => {
  const planned = await createPlanned({ setup: ["sleep", "1000"] });
  const prepared = planned.prepare();
  await planned.untilNotice(/Setting up/);
  await planned.worktreeSetup.close();
  await prepared;
  expect((await planned.worktrees.ensure(planned.sessionId)).setUpAt).toBeNull();
});

it("what a worktree was made without is told before its first turn, once, whether or not the repository is trusted", async () => {
  const setup = await createPlanned({}, { ".gitattributes": "*.bin filter=lfs -text\n", "p.bin": "pointer\n" }, false);
  await writeFile(join(setup.home, ".gitconfig"), `[filter "lfs"]\n\trequired = true\n\tprocess = git-lfs filter-process\n`);
  await setup.prepare();
  await setup.prepare();
  expect((await setup.notices()).filter((text) => text !== "")).toEqual([
    expect.stringMatching(/^warning: Files of the content filter "lfs" have .*git-lfs: not found$/),
  ]);
});
