import { symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { describe, expect, it } from "vitest";
import { gatherTrust } from "./gather-trust.ts";
import { createWorktreeSetup } from "../worktrees/worktree-fixture.ts";

const MCP = '{ "mcpServers": {} }';
const pathsOf = ({ items }: { items: readonly { path: string }[] }) => items.map(({ path }) => path);

describe("S10 what a repository would run, through links", () => {
  it("S7 follows no link out, and reads through one that stays inside", async () => {
    await using setup = await createWorktreeSetup({ "config/claude/settings.json": "{}", "plain.json": MCP });
    const { path } = setup.repository;
    await writeFiles(setup.folder, { "secret/settings.json": "secret" });
    await symlink(join(setup.folder, "secret"), join(path, ".codex"));
    await symlink("/dev/zero", join(path, ".envrc"));
    await symlink("config/claude", join(path, ".claude"));
    await symlink("plain.json", join(path, ".mcp.json"));
    await symlink("nowhere", join(path, ".qwen"));
    const found = await gatherTrust(setup.git, path);
    expect(found).toMatchObject({ kind: "found" });
    expect(pathsOf(found)).toEqual([
      ".claude",
      ".claude/settings.json",
      ".codex",
      ".envrc",
      ".mcp.json",
      ".mcp.json → plain.json",
      ".qwen",
    ]);
    expect(JSON.stringify(found)).not.toContain('secret"}');
    expect(found.items.find((item) => item.path === ".codex")).toMatchObject({ kind: "link", text: join(setup.folder, "secret") });
  });

  it("S7 reads what the system would read, also where a link goes up from behind another one", async () => {
    await using setup = await createWorktreeSetup({ "x/y/a": "", "x/mcp.json": "obeyed", "mcp.json": "shown instead" });
    const { repository, git } = setup;
    await symlink("x/y", join(repository.path, "b"));
    await symlink("b/../mcp.json", join(repository.path, ".mcp.json"));
    const found = await gatherTrust(git, repository.path);
    expect(found.items.map(({ path, text }) => [path, text])).toEqual([
      [".mcp.json", "b/../mcp.json"],
      [".mcp.json → b/../mcp.json", "obeyed"],
    ]);
    await writeFiles(repository.path, { "x/mcp.json": "changed" });
    expect((await gatherTrust(git, repository.path)).digest).not.toBe(found.digest);
  });

  it.each(["..", "/proc/self/root"])("S7 a link that leads out by %s and back in counts as unreadable", async (way) => {
    await using setup = await createWorktreeSetup({ "evil.json": "obeyed" });
    const { path } = setup.repository;
    await symlink(way === ".." ? `../${basename(path)}/evil.json` : `${way}${path}/evil.json`, join(path, ".mcp.json"));
    expect(await gatherTrust(setup.git, path)).toMatchObject({ kind: "unknown", reason: expect.stringContaining("back in") });
  });
});
