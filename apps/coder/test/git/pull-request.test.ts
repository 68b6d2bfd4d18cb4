import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { findOnPath } from "../../src/platform/processes/find-on-path.ts";
import { openGitSession } from "./git-rig.ts";

/** A session with a commit at its remote, whose terminals find git, and `gh` if its script is given. The remote is then at GitHub. */
async function openPushed(gh: string | null) {
  const session = await openGitSession();
  const { home, api, sessionId, repository, write, commit, ended } = session;
  const bin = join(home, "bin");
  await writeFiles(home, { ".profile": `PATH='${bin}'\n`, ...(gh !== null && { "bin/gh": { text: `#!/bin/sh\n${gh}\n`, mode: 0o755 } }) });
  await writeFiles(home, { "bin/readme": "" });
  const git = await findOnPath("git", process.env["PATH"] ?? "");
  await symlink(git!, join(bin, "git"));
  await write({ "a.txt": "mine\n" });
  await commit("Mine");
  await api.git.push.mutate({ sessionId });
  expect(await ended()).toMatchObject({ run: { end: { problem: null } } });
  await repository.git("remote", "set-url", "origin", "https://github.com/ada/engine.git");
  return session;
}

const INPUT = { title: "Mine $(id) --draft", body: "two\nlines" };

it("without gh, a pull request is a link to the host's page of a branch that is there, and nothing runs", async () => {
  const { api, sessionId, status, write, commit } = await openPushed(null);
  const { branch, run, hasGh } = await status();
  expect(hasGh).toBe(false);
  const made = await api.git.pullRequest.mutate({ sessionId, ...INPUT });
  const url = `https://github.com/ada/engine/compare/main...${branch}?expand=1`;
  expect(made).toEqual({ kind: "link", url });
  expect((await status()).run).toEqual(run);
  // What is not pushed yet would not be in it.
  await write({ "a.txt": "more\n" });
  await commit("More");
  await expect(api.git.pullRequest.mutate({ sessionId, ...INPUT })).rejects.toMatchObject({ message: "git_not_pushed" });
});

it("with gh, it is made in the terminal with exactly what was written, and what gh asks for stands there", async () => {
  const { api, sessionId, status, ended, readOutput } = await openPushed(
    `printf '<%s>\\n' "$@"; [ -t 0 ] && echo "To get started with GitHub CLI, please run:  gh auth login"; exit 4`,
  );
  const { branch, hasGh } = await status();
  expect(hasGh).toBe(true);
  expect(await api.git.pullRequest.mutate({ sessionId, ...INPUT })).toMatchObject({
    kind: "terminal",
    run: { action: "pull_request", end: null },
  });
  expect(await ended()).toMatchObject({ run: { action: "pull_request", end: { problem: "failed" } } });
  const said = (await readOutput()).replaceAll("\r", "");
  const argv = ["pr", "create", "--base=main", `--head=${branch}`, `--title=${INPUT.title}`, `--body=${INPUT.body}`];
  expect(said).toContain(argv.map((part) => `<${part}>\n`).join(""));
  expect(said).toContain("please run:  gh auth login");
});
