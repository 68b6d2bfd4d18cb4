import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it } from "vitest";
import { createRig } from "../../test/task-rig.ts";
import { BackendRegistry } from "./backend-registry.ts";
import { findAgent, probeAgents, type ProbeInput } from "./probe-agents.ts";

/** A folder on PATH with programs in it; the shell that runs them is found beside. */
async function createPath(programs: Record<string, string>) {
  const folder = await createTempFolder();
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  return { ...folder, path: folder.path, bin, [Symbol.asyncDispose]: folder[Symbol.asyncDispose].bind(folder) };
}

async function probe(programs: Record<string, string>, timeoutMs = 5_000, driven: readonly string[] = []) {
  await using folder = await createPath(programs);
  const backend = new ScriptedBackend({ script: () => [] });
  const backends = new BackendRegistry(Object.fromEntries(["boocode", ...driven].map((agent) => [agent, backend])));
  const env = { PATH: `relative:${folder.bin}:/bin` };
  const agents = await probeAgents({ backends, env, cwd: folder.path, version: "1.2.3", defaultModel: "", timeoutMs });
  return { bin: folder.bin, find: (id: string) => agents.find((agent) => agent.id === id), agents };
}

it("the built-in agent can be picked, with its models", async () => {
  const { find } = await probe({});
  expect(find("boocode")).toMatchObject({
    available: true,
    version: "1.2.3",
    models: [{ id: "scripted" }],
    defaultModel: "scripted",
    installHint: null,
  });
  expect(find("boocode")?.modes.map(({ id }) => id)).toEqual(["auto", "review", "plan"]);
});

it("what is not installed says the line that installs it", async () => {
  const { agents, find } = await probe({});
  expect(find("opencode")).toMatchObject({ available: false, version: null, installHint: "npm install -g opencode-ai@1" });
  expect(agents.filter((agent) => agent.installHint === null).map(({ id }) => id)).toEqual(["boocode"]);
});

it("what is installed tells its version, and that it cannot be driven yet", async () => {
  const { find, bin } = await probe({ goose: "#!/bin/sh\necho ' 1.34.0 (stable)'\n", opencode: "#!/bin/sh\necho 'v1.18.33-beta.2' >&2\n" });
  const diagnosis = `Installed at ${bin}/goose. This version of BooCode cannot drive it yet.`;
  expect(find("goose")).toMatchObject({ available: false, version: "1.34.0", diagnosis, installHint: null });
  expect(find("opencode")).toMatchObject({ version: "1.18.33-beta.2" });
});

it.each([["cannot be started", "#!/nowhere/interpreter\n", "could not be started (ENOENT)"]])(
  "a program that %s is found, and said to be unusable",
  async (_, text, words) => {
    const { find } = await probe({ qwen: text }, 300);
    expect(find("qwen")).toMatchObject({ available: false, version: null, diagnosis: expect.stringContaining(words) });
  },
);

it("one whose version cannot be asked can be picked all the same: codex-acp knows no such word", async () => {
  const { find } = await probe({ "codex-acp": "#!/bin/sh\nexit 2\n" }, 5_000, ["codex"]);
  expect(find("codex")).toMatchObject({
    available: true,
    version: null,
    diagnosis: expect.stringContaining("did not report its version (exit code 2)"),
  });
});

it("Claude with only its command line can be picked, says so, and names what can ask", async () => {
  const { find, bin } = await probe({ claude: "#!/bin/sh\necho '2.1.318 (Claude Code)'\n" }, 5_000, ["claude"]);
  expect(find("claude")).toMatchObject({
    available: true,
    transport: "cli",
    version: "2.1.318",
    installHint: "npm install -g @agentclientprotocol/claude-agent-acp",
    diagnosis: `Installed at ${bin}/claude. It is driven by its command line, where it cannot ask you.`,
  });
});

it("goose is found under the name that its npm package gives it", async () => {
  const { find, bin } = await probe({ "goose-binary-linux-x64": "#!/bin/sh\necho 1.52.0\n" }, 5_000, ["goose"]);
  expect(find("goose")).toMatchObject({ available: true, version: "1.52.0", diagnosis: `Installed at ${bin}/goose-binary-linux-x64.` });
});

it("one agent is found without starting it or any other: a prompt does not wait for programs that hang", async () => {
  await using folder = await createPath({ qwen: "#!/bin/sh\nexec sleep 600\n", gemini: "#!/bin/sh\nexec sleep 600\n", pi: "" });
  const backend = new ScriptedBackend({ script: () => [] });
  const backends = new BackendRegistry({ qwen: backend });
  const agentsFile = join(folder.path, "agents.json");
  await writeFile(agentsFile, JSON.stringify([{ id: "claude", command: ["/nowhere/claude"] }]));
  const input: ProbeInput = {
    backends,
    env: { PATH: `${folder.bin}:/bin` },
    agentsFile,
    cwd: folder.path,
    version: "1.2.3",
    defaultModel: "",
    // Who waited for one of them would wait until the test's limit.
    timeoutMs: 2 ** 30,
  };
  expect(await findAgent("qwen", input)).toMatchObject({ available: true });
  expect(await findAgent("goose", input)).toMatchObject({
    available: false,
    installHint: expect.stringContaining("npm install -g @aaif/"),
  });
  expect(await findAgent("claude", input)).toMatchObject({ available: false, diagnosis: expect.stringContaining("/nowhere/claude") });
  expect(await findAgent("pi", input)).toMatchObject({ available: false, diagnosis: expect.stringContaining("cannot drive it yet") });
  expect(await findAgent("nobody", input)).toBeNull();
});

it("one that takes long to tell its version can be picked all the same: the machine may be busy", async () => {
  const { find } = await probe({ qwen: "#!/bin/sh\nexec sleep 60\n" }, 300, ["qwen"]);
  expect(find("qwen")).toMatchObject({
    available: true,
    version: null,
    diagnosis: expect.stringContaining("did not report its version within"),
  });
});

it.each([
  ["opencode 3", "echo 3.0.4", "3.0.4", "opencode 3.0.4 was not started"],
  ["one that hangs", "exec sleep 60", null, "it did not report its version within 0 s"],
])("P12: an opencode that is not driven cannot be picked, and why is told: %s", async (_, answer, version, words) => {
  const { find, bin } = await probe({ opencode: `#!/bin/sh\n${answer}\n` }, 300, ["opencode"]);
  const opencode = { available: false, version, installHint: null, diagnosis: expect.stringContaining(words) };
  expect(find("opencode")).toMatchObject(opencode);
  expect(find("opencode")?.diagnosis).toContain(`Installed at ${bin}/opencode. opencode`);
});

it("P12: an opencode 2 can be picked, is asked with no access to the person's database, and says what was tried", async () => {
  const { find } = await probe({ opencode: `#!/bin/sh\n[ "$OPENCODE_DB" = :memory: ] && echo 2.0.4\n` }, 5_000, ["opencode"]);
  expect(find("opencode")).toMatchObject({ available: true, version: "2.0.4" });
  expect(find("opencode")?.note).toMatch(
    /^BooCode starts opencode 2 with data of its own, because it would convert yours\. It was tried with/,
  );
});

it("lists the person's own agents of agents.json, each with what is known or missing", async () => {
  await using folder = await createPath({ mine: "#!/bin/sh\n" });
  const agentsFile = join(folder.path, "agents.json");
  const entries = [
    { id: "mine", name: "My agent", transport: "acp", command: ["mine", "--acp"] },
    { id: "mine", name: "Once more", transport: "acp", command: ["other"] },
    { id: "lost", transport: "acp", command: ["nowhere"] },
    { id: "mute", transport: "acp" },
    { id: "shell", transport: "cli", command: ["mine"] },
    { id: "goose", command: ["nowhere"] },
  ];
  await writeFile(agentsFile, JSON.stringify(entries));
  const asked: string[] = [];
  const driven = new ScriptedBackend({ script: () => [], models: [{ id: "own", label: "Own", isScripted: false }] });
  const backends = new BackendRegistry({ boocode: driven }, (agent) => {
    asked.push(agent);
    return driven;
  });
  const env = { PATH: `${folder.bin}:/bin` };
  const agents = await probeAgents({ backends, env, agentsFile, cwd: folder.path, version: "1.2.3", defaultModel: "not its own" });
  const goose = { available: false, diagnosis: "agents.json names nowhere for it, and there is no such program.", installHint: null };
  expect(agents.find(({ id }) => id === "goose")).toMatchObject(goose);
  const own = agents.slice(-4);
  expect(own).toMatchObject([
    {
      id: "mine",
      name: "My agent",
      available: true,
      transport: "acp",
      supportsAcp: true,
      version: null,
      models: [{ id: "own" }],
      defaultModel: "",
      diagnosis: `Named in agents.json: ${folder.bin}/mine.`,
    },
    { id: "lost", name: "lost", available: false, diagnosis: "agents.json names nowhere for it, and there is no such program." },
    { id: "mute", available: false, diagnosis: "agents.json names no command for mute, which BooCode does not know." },
    { id: "shell", available: true, transport: "cli", supportsAcp: false, diagnosis: `Named in agents.json: ${folder.bin}/mine.` },
  ]);
  expect(asked).toEqual(["mine", "shell"]);
});

it("the catalog probes once, finds one agent without waiting, and tells of what a refresh changed", async () => {
  const models = [{ id: "first", label: "First", isScripted: true }];
  await using rig = await createRig({ script: () => [], models });
  const told: string[] = [];
  rig.feed.onWorkspace((event) => told.push(event.noun));
  expect(await rig.agents.find("nobody")).toBeNull();
  expect(await rig.agents.find("boocode")).toMatchObject({ available: true });
  const listed = await rig.agents.list();
  expect(await rig.agents.list()).toBe(listed);
  await rig.agents.refresh();
  expect(told).toEqual([]);
  models.push({ id: "second", label: "Second", isScripted: true });
  expect((await rig.agents.refresh())[0]?.models).toHaveLength(2);
  expect(told).toEqual(["agents"]);
});
