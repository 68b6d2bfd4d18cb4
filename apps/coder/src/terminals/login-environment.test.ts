import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder, writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../test/manual-time.ts";
import { SYSTEM_TABLE } from "../platform/processes/table/system-table.ts";
import { LoginEnvironment } from "./login-environment.ts";

/** A login shell that does `profile` first, and notes each start in a file. */
async function setUp(profile: string, limitMs = 20_000) {
  const folder = await createTempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const home = folder.path;
  const shell = join(home, "shell");
  await writeFiles(home, { shell: { text: `#!/bin/sh\necho "$$" >> "$HOME/starts"\n${profile}\nexec /bin/sh "$@"\n`, mode: 0o755 } });
  const warnings: unknown[] = [];
  const time = new ManualTime();
  const logger = { warn: (...words: unknown[]) => void warnings.push(words) } as never;
  const env = { HOME: home, PATH: "/usr/bin:/bin" };
  const login = new LoginEnvironment({ shell, env, home, time, logger, limitMs });
  onTestFinished(() => login.close());
  const listStarts = async () => (await readFile(join(home, "starts"), "utf8").catch(() => "")).split("\n").filter(Boolean).map(Number);
  return { login, time, warnings, home, listStarts, change: (text: string) => writeFiles(home, { shell: { text, mode: 0o755 } }) };
}

it("what the login shell sets is read through whatever its profile prints, and only what a terminal may have", async () => {
  const noise = `echo 'Welcome! {"PATH":"/wrong"}'; head -c 70000 /dev/zero; echo "env_01 oops" >&2; printf '\\033]0;title\\007'`;
  const { login, warnings } = await setUp(`${noise}\nexport EDITOR='a "b"' GOPATH=/go MY_SECRET_KEY=sk-own NOISE=1`);
  expect(login.variables).toBeNull();
  await login.read();
  expect(login.variables).toMatchObject({ EDITOR: 'a "b"', GOPATH: "/go" });
  for (const name of ["MY_SECRET_KEY", "NOISE"]) expect(login.variables).not.toHaveProperty(name);
  expect(warnings).toEqual([]);
});

it("all who ask share one read, and once it is known the shell is not started again", async () => {
  const { login, time, listStarts } = await setUp("");
  await Promise.all([login.read(), login.read(), login.read()]);
  await login.read();
  time.advance(3_600_000);
  await login.read();
  expect(login.variables).not.toBeNull();
  expect(await listStarts()).toHaveLength(1);
});

it("a shell that hangs is ended at the limit, left alone for a minute, and then asked anew", async () => {
  const { login, time, warnings, listStarts, change } = await setUp("trap '' TERM; sleep 600 & sleep 601", 500);
  await Promise.all([login.read(), login.read()]);
  expect(login.variables).toBeNull();
  expect(warnings).toEqual([[{ err: new Error("it did not end in time") }, expect.any(String)]]);
  const [pid] = await listStarts();
  expect(await SYSTEM_TABLE.find(pid!)).toBeNull();

  await change('#!/bin/sh\nexport GOPATH=/mended\nexec /bin/sh "$@"\n');
  time.advance(59_000);
  await login.read();
  expect(login.variables).toBeNull();
  time.advance(1_000);
  await login.read();
  expect(login.variables).toMatchObject({ GOPATH: "/mended" });
  expect(await listStarts()).toHaveLength(1);
});

it("a shell that fails or is not there is told and forgotten, and a close ends a read that goes on", async () => {
  const failing = await setUp("exit 7");
  await failing.login.read();
  expect(failing.warnings).toEqual([[{ err: new Error("it ended with 7") }, expect.any(String)]]);

  const missing = await setUp("");
  await rm(join(missing.home, "shell"));
  await missing.login.read();
  expect(missing.warnings).toMatchObject([[{ err: { code: "ENOENT" } }, expect.any(String)]]);

  const hanging = await setUp("sleep 600");
  const reading = hanging.login.read();
  await expect.poll(hanging.listStarts).toHaveLength(1);
  await hanging.login.close();
  await reading;
  await hanging.login.read();
  expect([hanging.login.variables, hanging.warnings]).toEqual([null, []]);
  expect(await hanging.listStarts()).toHaveLength(1);
});
