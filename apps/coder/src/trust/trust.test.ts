import { execFile } from "node:child_process";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { describe, expect, it } from "vitest";
import { gatherTrust } from "./gather-trust.ts";
import { Trust } from "./trust.ts";
import { createWorktreeSetup, type WorktreeSetup } from "../worktrees/worktree-fixture.ts";

const run = promisify(execFile);
const project = BUILT_IDS.project;
const MCP = '{ "mcpServers": {} }';

function trustOf({ db, git, feed }: WorktreeSetup): Trust {
  let time = 1_000;
  return new Trust({ db, git, feed, time: { now: () => ++time } });
}

const pathsOf = ({ items }: { items: readonly { path: string }[] }) => items.map(({ path }) => path);

describe("S10 what a repository would run", () => {
  it.each([
    ".mcp.json",
    "opencode.json",
    "opencode.jsonc",
    ".opencode/plugin/evil.ts",
    ".claude/settings.json",
    ".claude/agents/deep/er.md",
    ".codex/config.toml",
    ".gemini/settings.json",
    ".qwen/settings.json",
    ".pi/settings.json",
    ".goose/recipes/build.yaml",
    ".agents/plugins/one.json",
    ".env",
    ".lsp.json",
    "bunfig.toml",
    ".goosehints",
    ".envrc",
    ".vscode/tasks.json",
    ".boocode/worktree.json",
  ])("%s is asked about", async (path) => {
    await using setup = await createWorktreeSetup({ "a.txt": "one\n", [path]: "canary" });
    const report = await trustOf(setup).report(project, null);
    expect(report).toMatchObject({ state: "undecided", reason: null, items: [{ path, kind: "file", text: "canary", standing: "new" }] });
  });

  it("nothing of the kind is no question", async () => {
    await using setup = await createWorktreeSetup({ "AGENTS.md": "Read me", "opencode.jsonx": "no", ".vscode/settings.json": "{}" });
    expect(await trustOf(setup).report(project, null)).toMatchObject({ state: "nothing", items: [] });
  });

  it("a file of the person's own is no question, be it one that the setup copied: the repository's is", async () => {
    await using setup = await createWorktreeSetup({ "a.txt": "one\n", ".gitignore": ".env\n" });
    await writeFiles(setup.repository.path, { ".env": "KEY=mine" });
    expect(pathsOf(await gatherTrust(setup.git, setup.repository.path))).toEqual([]);
    await setup.repository.git("add", "--force", ".env");
    expect(pathsOf(await gatherTrust(setup.git, setup.repository.path))).toEqual([".env"]);
  });

  it.each([
    ["hook.late.command", "touch /tmp/x", true],
    ["alias.sync", "!touch /tmp/x", true],
    ["alias.st", "status --short", false],
    ["trailer.sign.cmd", "touch /tmp/x", true],
    ["remote.origin.url", "ext::sh -c touch% /tmp/x", true],
    ["remote.origin.url", "https://example.invalid/a.git", false],
    ["submodule.sub.update", "!touch /tmp/x", true],
    ["submodule.sub.update", "rebase", false],
    ["protocol.ext.allow", "always", true],
    ["protocol.ext.allow", "never", false],
  ])("a setting %s = %s runs something for an agent's git: %s", async (key, value, isAsked) => {
    await using setup = await createWorktreeSetup();
    await setup.repository.git("config", key, value);
    expect(pathsOf(await gatherTrust(setup.git, setup.repository.path))).toEqual(isAsked ? [`git config ${key}`] : []);
  });

  it("a script that the setup's command line names within one word is a part of it", async () => {
    const plan = JSON.stringify({ setup: ["sh", "-c", "./tools/set-up.sh --all > made.txt"] });
    await using setup = await createWorktreeSetup({ "a.txt": "one\n", "tools/set-up.sh": "touch x\n", ".boocode/worktree.json": plan });
    // What it makes is no part of it, or it would be asked about again as soon as it has run.
    await writeFiles(setup.repository.path, { "made.txt": "made\n" });
    expect(pathsOf(await gatherTrust(setup.git, setup.repository.path))).toEqual([".boocode/worktree.json", "tools/set-up.sh"]);
  });

  it("a repository inside an agent's folder hides nothing, but for the worktrees that agents keep there", async () => {
    await using setup = await createWorktreeSetup();
    await writeFiles(setup.repository.path, {
      ".claude/skills/.git/HEAD": "ref: refs/heads/main\n",
      ".claude/skills/run.sh": "touch x\n",
      ".claude/worktrees/one/.git": "gitdir: elsewhere\n",
      ".claude/worktrees/one/run.sh": "touch x\n",
    });
    expect(pathsOf(await gatherTrust(setup.git, setup.repository.path))).toEqual([".claude/skills/run.sh"]);
  });

  it("settings of git's own that name programs, and hooks, but not what git-lfs or a switch says", async () => {
    await using setup = await createWorktreeSetup({ "a.txt": "one\n", ".husky/pre-push": "echo pushed" });
    const { repository, git } = setup;
    await repository.git("config", "filter.lfs.clean", "git-lfs clean -- %f");
    await repository.git("config", "core.fsmonitor", "true");
    expect(pathsOf(await gatherTrust(git, repository.path))).toEqual([]);
    await repository.git("config", "filter.evil.clean", "touch /tmp/x");
    await repository.git("config", "core.fsmonitor", ".git/evil.sh");
    await repository.git("config", "core.hooksPath", ".husky");
    const hooks = join(repository.path, ".git", "hooks");
    await mkdir(hooks, { recursive: true });
    for (const name of ["pre-commit", "post-checkout.sample", "post-merge"]) await writeFile(join(hooks, name), "#!/bin/sh\n");
    for (const name of ["pre-commit", "post-checkout.sample"]) await chmod(join(hooks, name), 0o755);
    const found = await gatherTrust(git, repository.path);
    expect(found.kind).toBe("found");
    expect(pathsOf(found)).toEqual([
      ".git/hooks/pre-commit",
      ".husky/pre-push",
      "git config core.fsmonitor",
      "git config core.hookspath",
      "git config filter.evil.clean",
    ]);
  });

  it("the scripts and folders of hooks that git's settings name, wherever in the repository they lie", async () => {
    await using setup = await createWorktreeSetup({ "tools/clean.sh": "one\n", "not-named.sh": "x\n", "src/a.ts": "x\n" });
    const { repository, git } = setup;
    const inGit = join(repository.path, ".git");
    await mkdir(join(inGit, "evil hooks"));
    await writeFile(join(inGit, "evil hooks", "pre-commit"), "one\n");
    await writeFile(join(inGit, "monitor.sh"), "one\n");
    await repository.git("config", "filter.evil.clean", "sh 'tools/clean.sh' %f; ls src /etc/hostname ../outside");
    await repository.git("config", "core.fsmonitor", ".git/monitor.sh");
    await repository.git("config", "core.hooksPath", join(inGit, "evil hooks"));
    const first = await gatherTrust(git, repository.path);
    expect(pathsOf(first)).toEqual([
      ".git/evil hooks/pre-commit",
      ".git/monitor.sh",
      "git config core.fsmonitor",
      "git config core.hookspath",
      "git config filter.evil.clean",
      "tools/clean.sh",
    ]);
    for (const name of [".git/evil hooks/pre-commit", ".git/monitor.sh", "tools/clean.sh"]) {
      const { digest } = await gatherTrust(git, repository.path);
      await writeFile(join(repository.path, name), "two\n");
      expect((await gatherTrust(git, repository.path)).digest).not.toBe(digest);
    }
  });

  it("the script that a setup names", async () => {
    const plan = JSON.stringify({ setup: ["sh", "./scripts/setup.sh", "--fast"] });
    await using setup = await createWorktreeSetup({ ".boocode/worktree.json": plan, "scripts/setup.sh": "make" });
    expect(pathsOf(await gatherTrust(setup.git, setup.repository.path))).toEqual([".boocode/worktree.json", "scripts/setup.sh"]);
  });

  it("what programs installed beside it is not the repository's, unless git tracks it", async () => {
    await using setup = await createWorktreeSetup({ ".opencode/package.json": "{}" });
    const { repository, git } = setup;
    await repository.write({
      ".opencode/node_modules/lib/index.js": "1",
      ".claude/worktrees/x/.git": "gitdir: y",
      ".claude/worktrees/x/a": "1",
    });
    expect(pathsOf(await gatherTrust(git, repository.path))).toEqual([".opencode/package.json"]);
    await repository.git("add", "--force", ".opencode/node_modules");
    expect(pathsOf(await gatherTrust(git, repository.path))).toEqual([".opencode/node_modules/lib/index.js", ".opencode/package.json"]);
  });

  it("a folder of dependencies that is a skill is asked about", async () => {
    await using setup = await createWorktreeSetup();
    await writeFiles(setup.repository.path, { ".claude/skills/node_modules/SKILL.md": "Do it." });
    expect(pathsOf(await gatherTrust(setup.git, setup.repository.path))).toEqual([".claude/skills/node_modules/SKILL.md"]);
  });

  it("bounds what it reads and shows; past the bounds it fails closed", async () => {
    await using setup = await createWorktreeSetup({
      ".mcp.json": "ä".repeat(100),
      ".codex/logo": Buffer.from([0, 1, 2]),
      ".gemini/a": "1",
    });
    const { git, repository } = setup;
    const limits = { maxItems: 10, maxFileBytes: 1_000, maxShownBytes: 51, maxShownTotal: 1_000 };
    const found = await gatherTrust(git, repository.path, limits);
    expect(found.items).toMatchObject([
      { path: ".codex/logo", text: null },
      { path: ".gemini/a", text: "1", truncated: false },
      { path: ".mcp.json", text: "ä".repeat(25), truncated: true, sizeBytes: 200 },
    ]);
    expect(await gatherTrust(git, repository.path, { ...limits, maxItems: 2 })).toMatchObject({ kind: "unknown" });
    expect(await gatherTrust(git, repository.path, { ...limits, maxFileBytes: 199 })).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining(".mcp.json"),
    });
  });

  it("W2 fails closed where something cannot be looked at", async () => {
    await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
    const { repository, git } = setup;
    await run("mkfifo", [join(repository.path, ".envrc")]);
    expect(await gatherTrust(git, repository.path)).toMatchObject({ kind: "unknown", reason: expect.stringContaining(".envrc") });
    await rm(join(repository.path, ".envrc"));
    await writeFile(join(repository.path, ".git", "config"), "[core\nbroken");
    expect(await gatherTrust(git, repository.path)).toMatchObject({ kind: "unknown", reason: expect.stringContaining("git") });
    expect(await gatherTrust(git, join(repository.path, "nowhere"))).toMatchObject({ kind: "unknown" });
  });
});

describe("the person's answer", () => {
  it("is kept by content: asked once, asked again after a change, not after changing back", async () => {
    await using setup = await createWorktreeSetup({ ".mcp.json": MCP, ".envrc": "use nix" });
    const trust = trustOf(setup);
    const asked = await trust.report(project, null);
    expect(asked.state).toBe("undecided");
    expect(await trust.answer({ projectId: project, decision: "trust", digest: asked.digest })).toMatchObject({ state: "trusted" });
    expect(await trustOf(setup).report(project, null)).toMatchObject({ state: "trusted" });

    await setup.repository.write({ ".mcp.json": "other" });
    const changed = await trust.report(project, null);
    expect(changed).toMatchObject({
      state: "undecided",
      items: [
        { path: ".envrc", standing: "trusted" },
        { path: ".mcp.json", standing: "changed" },
      ],
    });
    expect(await trust.answer({ projectId: project, decision: "distrust", digest: changed.digest })).toMatchObject({ state: "distrusted" });
    await setup.repository.write({ ".mcp.json": MCP });
    expect(await trust.report(project, null)).toMatchObject({ state: "trusted" });
  });

  it("is refused where something else lies there than what was shown", async () => {
    await using setup = await createWorktreeSetup({ ".mcp.json": MCP });
    const trust = trustOf(setup);
    const { digest } = await trust.report(project, null);
    await setup.repository.write({ ".mcp.json": "exchanged" });
    await expect(trust.answer({ projectId: project, decision: "trust", digest })).rejects.toMatchObject({
      fault: { kind: "trust_changed" },
    });
    expect(await trust.report(project, null)).toMatchObject({ state: "undecided" });
    await rename(join(setup.repository.path, ".git"), join(setup.repository.path, "gone"));
    await expect(trust.answer({ projectId: project, decision: "trust", digest })).rejects.toMatchObject({
      fault: { kind: "trust_unknown" },
    });
  });

  it("is about the session's worktree, once it has one, and what an agent writes there is asked about", async () => {
    await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
    const trust = trustOf(setup);
    const worktree = await setup.worktrees.ensure(setup.sessionId);
    const told: string[] = [];
    setup.feed.onWorkspace(({ noun, sessionId }) => told.push(`${noun} ${sessionId}`));
    expect(await trust.isTrusted(worktree)).toBe(true);
    await writeFile(join(worktree.path, ".mcp.json"), MCP);
    expect(await trust.isTrusted(worktree)).toBe(false);
    expect(told).toEqual([`projects ${setup.sessionId}`, `projects ${setup.sessionId}`]);
    expect(await trust.isTrusted(worktree)).toBe(false);
    expect(told).toHaveLength(2);
    const { digest, sessionId } = await trust.report(project, setup.sessionId);
    expect(sessionId).toBe(setup.sessionId);
    await trust.answer({ projectId: project, sessionId: setup.sessionId, decision: "trust", digest });
    expect(await trust.isTrusted(worktree)).toBe(true);
    expect(await trust.report(project, null)).toMatchObject({ state: "nothing", sessionId: null });
  });
});
