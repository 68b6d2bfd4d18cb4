import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId } from "@boocode/shared/ids";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { findUpdate } from "./find-update.ts";

/** A place into which npm has installed opencode, with this manifest. */
async function setUp(manifest: string) {
  const temp = await createTempFolder();
  onTestFinished(() => temp[Symbol.asyncDispose]());
  const folder = join(temp.path, "lib/node_modules/opencode-ai");
  const bin = join(temp.path, "bin");
  await Promise.all([join(folder, "bin"), bin].map((path) => mkdir(path, { recursive: true })));
  await writeFile(join(folder, "package.json"), manifest);
  await writeFile(join(folder, "bin/opencode"), "#!/bin/sh\n");
  await chmod(join(folder, "bin/opencode"), 0o755);
  await symlink("../lib/node_modules/opencode-ai/bin/opencode", join(bin, "opencode"));
  return findUpdate(AgentId.parse("opencode"), { agentsFile: join(temp.path, "agents.json"), path: bin });
}

it.each([
  ["1.18.33", "1"],
  ["2.0.4", "2"],
])("P12: an update of opencode %s stays within %s, because the next one converts the person's data", async (version, major) => {
  const found = await setUp(JSON.stringify({ name: "opencode-ai", version }));
  expect(found).toMatchObject({ kind: "run", line: `npm install -g opencode-ai@${major}` });
});

it.each(["", "{}", '{ "version": 2 }'])("opencode whose installed version is not known is not updated: %s", async (manifest) => {
  expect(await setUp(manifest)).toEqual({ kind: "none" });
});
