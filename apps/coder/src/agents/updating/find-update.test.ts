import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId } from "@boocode/shared/ids";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { findUpdate } from "./find-update.ts";

/** Finds the update of an agent where npm has installed programs, each of a package with a manifest. */
async function findIn(agent: string, installed: readonly { name: string; program: string; manifest: string }[]) {
  const temp = await createTempFolder();
  onTestFinished(() => temp[Symbol.asyncDispose]());
  const bin = join(temp.path, "bin");
  await mkdir(bin);
  for (const { name, program, manifest } of installed) {
    const folder = join(temp.path, "lib/node_modules", name);
    await mkdir(join(folder, "bin"), { recursive: true });
    await writeFile(join(folder, "package.json"), manifest);
    await writeFile(join(folder, "bin", program), "#!/bin/sh\n");
    await chmod(join(folder, "bin", program), 0o755);
    await symlink(join("../lib/node_modules", name, "bin", program), join(bin, program));
  }
  return findUpdate(AgentId.parse(agent), { agentsFile: join(temp.path, "agents.json"), path: bin });
}

const setUp = (manifest: string) => findIn("opencode", [{ name: "opencode-ai", program: "opencode", manifest }]);

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

it.each([
  ["its adapter, where that drives it", ["claude-agent-acp", "claude"], "@agentclientprotocol/claude-agent-acp"],
  ["its own program, where that is all there is", ["claude"], "@anthropic-ai/claude-code"],
])("Claude is updated by %s", async (_, programs, name) => {
  const packages = { "claude-agent-acp": "@agentclientprotocol/claude-agent-acp", claude: "@anthropic-ai/claude-code" };
  const installed = programs.map((program) => ({
    program,
    name: packages[program as keyof typeof packages],
    manifest: '{ "version": "1.0.0" }',
  }));
  expect(await findIn("claude", installed)).toMatchObject({ kind: "run", line: expect.stringContaining(`npm install -g ${name}`) });
});
