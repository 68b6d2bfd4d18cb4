import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildProject, buildSession } from "@boocode/shared/testing/build";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../test/manual-time.ts";
import { Feed } from "../feed/feed.ts";
import { Git } from "../platform/git/git.ts";
import { silentLogger } from "../platform/logger.ts";
import { startSmall } from "../platform/processes/starter-fixture.ts";
import { FileIndex } from "./file-index.ts";

it("offers what git tracks and does not ignore and is there; answers from memory, and announces what has changed since", async () => {
  const [repository, home] = [
    await createRepository({ ".gitignore": "out/\n", "src/main.ts": "x", "gone.ts": "x" }),
    await createTempFolder(),
  ];
  const feed = new Feed();
  const db = await openDatabase({ file: join(home.path, "boocode.db"), feed });
  onTestFinished(async () => {
    await db.close();
    await repository[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject({ path: repository.path }));
    await insertSession(tx, buildSession());
  });
  const time = new ManualTime();
  const git = new Git({ start: startSmall, env: { PATH: "/usr/bin:/bin", HOME: home.path } });
  const index = new FileIndex({ db, git, feed, time, logger: silentLogger() });
  const write = async (path: string) => {
    await mkdir(join(repository.path, path, ".."), { recursive: true });
    await writeFile(join(repository.path, path), "x");
  };
  await rm(join(repository.path, "gone.ts"));
  await write("out/built.ts");
  await write("new files/two\nlines “ü”.ts");
  const find = (typed: string) => index.find(BUILT_IDS.session, typed, 10);
  expect(await find("ts")).toEqual({ paths: ["src/main.ts", "new files/two\nlines “ü”.ts"], total: 3, isCut: false });

  await write("src/later.ts");
  const told = new Promise<string>((resolve) => feed.onWorkspace(({ noun, sessionId }) => noun === "files" && resolve(sessionId ?? "")));
  expect((await find("later")).paths).toEqual([]);
  time.advance(2_000);
  expect((await find("later")).paths).toEqual([]);
  expect(await told).toBe(BUILT_IDS.session);
  expect((await find("later")).paths).toEqual(["src/later.ts"]);

  const asked = ["gone.ts", "src/later.ts", "never.ts", "../x", "/etc/passwd"];
  expect([...(await index.known(BUILT_IDS.session, repository.path, asked))]).toEqual(["gone.ts", "src/later.ts"]);
  await expect(index.find(SessionId.parse("ses_none"), "", 1)).rejects.toMatchObject({ fault: { kind: "session_not_found" } });
});
