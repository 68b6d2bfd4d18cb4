import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMaliciousRepository, SINKS } from "@boocode/testkit/malicious-repository";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { runToolCall } from "../../src/backends/native/tools/run-tool-call.ts";
import { TOOLBOXES } from "../../src/backends/native/tools/toolbox.ts";
import { ConfinedFolder } from "../../src/platform/files/confined-folder.ts";
import { Git } from "../../src/platform/git/git.ts";
import { CONTROL } from "./git-controls.ts";

/** What any agent does without being told to. */
const USUAL = [["status"], ["diff"], ["add", "--all"], ["commit", "--quiet", "--message", "x"], ["log", "-p"], ["checkout", "--", "."]];

/** The native agent's command tool in a repository that names programs, in a project that is not trusted. */
async function setUp(sink: string) {
  const malicious = await createMaliciousRepository(sink);
  const home = await createTempFolder();
  const { path } = malicious.repository;
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: home.path };
  await writeFile(join(home.path, ".gitconfig"), "[user]\n\tname = A\n\temail = a@b.invalid\n[alias]\n\tlast = log -1 --format=%s\n");
  const git = new Git({ env });
  const folder = await ConfinedFolder.open(path);
  const guard = { ask: async () => true, gitVariables: (cwd: string) => git.guardVariables(cwd) };
  for (const name of ["a.txt", "b.md"]) await appendFile(join(path, name), "changed\n");
  await malicious.takeFired();
  return {
    takeFired: () => malicious.takeFired(),
    path,
    async call(...argv: string[]) {
      const { signal } = new AbortController();
      const logger = { debug() {}, info() {}, warn() {}, error() {} };
      const call = { callId: "c", name: "command", input: { argv: ["git", ...argv] }, invalid: null };
      const place = { mode: "auto" as const, disk: folder, staged: null, env, guard };
      return runToolCall(call, { toolbox: TOOLBOXES.auto, place, signal, emit: () => {}, logger });
    },
    async [Symbol.asyncDispose]() {
      await malicious[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

it.each(Object.keys(SINKS))("an agent's own git runs no program that an untrusted repository names by %s", async (sink) => {
  await using ground = await setUp(sink);
  const fired: string[] = [];
  for (const argv of [...USUAL, ...(CONTROL[sink] ?? [])]) {
    await ground.call(...argv);
    if (await ground.takeFired()) fired.push(argv.join(" "));
  }
  expect(fired).toEqual([]);
});

it.each(["filter.clean", "filter.smudge", "diff.external", "diff.textconv", "diff.command", ".git/hooks", "core.fsmonitor", "gpg.program"])(
  "an agent's own git still works in a repository that names programs by %s",
  async (sink) => {
    await using ground = await setUp(sink);
    expect(await ground.call("status", "--short")).toMatch(/^Exit code 0\n\n *M a\.txt/);
    expect(await ground.call("diff")).toMatch(/^Exit code 0\n[^]*\+changed/);
    expect(await ground.call("commit", "--quiet", "--all", "--message", "By hand")).toBe("Exit code 0");
    expect(await ground.call("last")).toBe("Exit code 0\n\nBy hand");
  },
);

it("what a repository comes to name in the middle of a turn does not run either", async () => {
  await using ground = await setUp("alias");
  await ground.call("status");
  await appendFile(join(ground.path, ".git/config"), `[filter "late"]\n\tclean = touch '${ground.path}/late-ran'; cat\n`);
  await writeFile(join(ground.path, ".gitattributes"), "*.txt filter=late\n");
  await ground.call("add", "--all");
  expect(await ground.call("status", "--short", "--untracked-files=all")).not.toContain("late-ran");
});
