import { execFile } from "node:child_process";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { BUILT_IDS, buildProject, buildSession, buildWorktree } from "@boocode/shared/testing/build";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../test/manual-time.ts";
import { Feed } from "../feed/feed.ts";
import { Git } from "../platform/git/git.ts";
import { startSmall } from "../platform/processes/starter-fixture.ts";
import { Trust } from "../trust/trust.ts";
import { Skills } from "./skills.ts";

const skill = (name: string, body = "Do it.") => `---\nname: ${name}\ndescription: >\n  What ${name}\n  does\n---\n\n${body}\n`;

async function setUp(files: Record<string, string>) {
  const [repository, home] = [await createRepository({ "README.md": "x", ...files }), await createTempFolder()];
  onTestFinished(async () => {
    await repository[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });
  const feed = new Feed();
  const db = await openDatabase({ file: join(home.path, "boocode.db"), feed });
  onTestFinished(() => db.close());
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject({ path: repository.path }));
    await insertSession(tx, buildSession());
  });
  const git = new Git({ start: startSmall, env: { PATH: "/usr/bin:/bin", HOME: home.path } });
  const trust = new Trust({ db, git, feed, time: new ManualTime() });
  const skills = new Skills({ db, trust, home: home.path, dataDir: join(home.path, "data") });
  const write = async (root: string, path: string, text: string) => {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const answer = async (decision: "trust" | "distrust") => {
    const { digest } = await trust.report(BUILT_IDS.project, null);
    await trust.answer({ projectId: BUILT_IDS.project, decision, digest });
  };
  const list = () => skills.list(BUILT_IDS.session);
  return { repository, home, trust, skills, write, answer, list };
}

it("a project's skills count only after trust, and no longer once one has changed; the person's own always do", async () => {
  const { repository, home, trust, skills, write, answer, list } = await setUp({ ".boocode/skills/review/SKILL.md": skill("review") });
  const own = { name: "mine", description: "What mine does", origin: "~/.agents/skills" };
  const review = { name: "review", description: "What review does", origin: ".boocode/skills" };
  await write(home.path, ".agents/skills/mine/SKILL.md", skill("mine"));
  expect(await list()).toEqual({ skills: [own], problems: [], isWithheld: true });
  expect((await trust.report(BUILT_IDS.project, null)).items.map(({ path }) => path)).toEqual([".boocode/skills/review/SKILL.md"]);
  await answer("trust");
  expect(await list()).toEqual({ skills: [review, own], problems: [], isWithheld: false });
  await writeFile(join(repository.path, ".boocode/skills/review/SKILL.md"), skill("review", "Delete everything."));
  expect(await list()).toMatchObject({ skills: [own], isWithheld: true });
  const place = { worktree: buildWorktree({ path: repository.path }), projectTrusted: false };
  const refused = await skills.find(place, "review").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DomainError);
  expect((refused as DomainError).fault).toMatchObject({ kind: "skill_unusable", name: "review" });
  // Trust was checked before the skill changed, as it is before a worktree's setup.
  const late = await skills.find({ ...place, projectTrusted: true }, "review").catch((error: unknown) => error);
  expect((late as DomainError).fault).toMatchObject({ kind: "skill_unusable", reason: expect.stringContaining("as it is now") });
  expect((await skills.find({ ...place, projectTrusted: true }, "mine")).content.body).toContain("Do it.");
  await answer("trust");
  expect((await skills.find({ ...place, projectTrusted: true }, "review")).content.body).toContain("Delete everything.");
});

it("S10 nothing that the walk for trust may leave out is a skill", async () => {
  const { repository, trust, write, answer, list } = await setUp({ ".claude/skills/plain/SKILL.md": skill("plain") });
  await answer("trust");
  await write(repository.path, ".claude/skills/node_modules/SKILL.md", skill("review"));
  await write(repository.path, ".claude/skills/.git/SKILL.md", skill("hidden"));
  const names = async () => (await list()).skills.map(({ name }) => name);
  expect(await names()).toEqual([]);
  expect((await trust.report(BUILT_IDS.project, null)).state).toBe("undecided");
  await answer("trust");
  expect(await names()).toEqual(["plain"]);
  expect((await list()).problems).toEqual([]);
});

it("what cannot be used is named with its reason, and nothing outside of a folder of skills is read", async () => {
  const { repository, home, write, list, answer } = await setUp({
    ".claude/skills/plain/SKILL.md": "Just text\n",
    ".claude/skills/endless/SKILL.md": "---\nname: endless\n",
    ".claude/skills/yaml/SKILL.md": "---\nname: [a\n---\nDo it.\n",
    ".claude/skills/bomb/SKILL.md": "---\na: &a [x]\nb: [*a, *a]\n---\nDo it.\n",
    ".claude/skills/empty/SKILL.md": "---\nname: empty\n---\n\n",
    ".claude/skills/name/SKILL.md": skill('"a b"'),
    ".claude/skills/large/SKILL.md": skill("large", "x".repeat(64 * 1024)),
    ".claude/skills/notes.md": "no skill",
    ".claude/skills/no-skill/README.md": "no skill",
    ".claude/skills/twice/SKILL.md": skill("twice"),
    ".agents/skills/twice/SKILL.md": skill("twice"),
  });
  await answer("trust");
  const reasons = async () => Object.fromEntries((await list()).problems.map(({ path, reason }) => [path, reason]));
  expect((await list()).skills.map(({ name, origin }) => [name, origin])).toEqual([["twice", ".claude/skills"]]);
  const found = await reasons();
  expect(Object.keys(found).toSorted()).toEqual(
    [
      ...["bomb", "empty", "endless", "large", "name", "plain", "yaml"].map((name) => `.claude/skills/${name}/SKILL.md`),
      ".agents/skills/twice/SKILL.md",
    ].toSorted(),
  );
  expect(found[".claude/skills/large/SKILL.md"]).toBe("it is larger than 64 KB");
  expect(found[".agents/skills/twice/SKILL.md"]).toContain("comes first");

  await write(home.path, "secret/SKILL.md", skill("secret"));
  await write(home.path, ".claude/skills/a/text", "x");
  await symlink(join(home.path, "secret"), join(home.path, ".claude/skills/out"));
  await symlink(join(home.path, "secret/SKILL.md"), join(home.path, ".claude/skills/a/SKILL.md"));
  await mkdir(join(home.path, ".claude/skills/fifo"));
  await promisify(execFile)("mkfifo", [join(home.path, ".claude/skills/fifo/SKILL.md")]);
  await rm(join(repository.path, ".claude"), { recursive: true });
  await rename(join(repository.path, ".agents"), join(repository.path, "elsewhere"));
  expect((await list()).skills).toEqual([]);
  expect(Object.keys(await reasons()).toSorted()).toEqual(["a", "fifo", "out"].map((name) => `~/.claude/skills/${name}/SKILL.md`));
});
