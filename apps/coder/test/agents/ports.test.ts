import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, type SessionId } from "@boocode/shared/ids";
import { PORT_VARIABLES } from "@boocode/shared/ports/decide-port-block";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";
import { SIZE, TerminalReader } from "../terminals/terminal-rig.ts";

/** Writes the environment into a file of the home, whose name is the argument. */
const LOOK = "env > $HOME/$1.env";

it("setup, terminal and every kind of agent are told the same ports of the worktree, also after a restart", async () => {
  const home = await TestHome.make({ SHELL: "/bin/sh", PS1: "" });
  const repository = await createRepository({
    "look.sh": LOOK,
    ".boocode/worktree.json": JSON.stringify({ setup: ["sh", "look.sh", "setup"] }),
  });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  await mkdir(home.dataDir, { recursive: true });
  const scenario = join(home.path, "scenario.json");
  await writeFile(scenario, JSON.stringify({ stateFile: join(home.path, "state.json"), prompts: [[{ do: "say", text: "Yes." }]] }));
  const looking = ["/bin/sh", "-c", `name=$1; shift; env > "$HOME/$name.env"; exec "$@"`, "sh"];
  const agents = [
    { id: "talks", name: "ACP", transport: "acp", command: [...looking, "acp", ...scriptedAgentCommand("acp"), scenario] },
    { id: "runs", name: "Command line", transport: "cli", command: [...looking, "cli", "cat"] },
  ];
  await writeFile(join(home.dataDir, "agents.json"), JSON.stringify(agents));
  const readPorts = async (name: string) => {
    const env = await readFile(join(home.path, `${name}.env`), "utf8");
    return PORT_VARIABLES.map((variable) => new RegExp(`^${variable}=(.*)$`, "m").exec(env)?.[1]);
  };
  const look = async (daemon: DaemonAddress, sessionId: SessionId, isNew: boolean) => {
    const api = callOver(daemon);
    const follower = new Follower(connectTo(daemon), sessionId);
    for (const [agent, text] of [
      [BOOCODE, "run sh look.sh native"],
      [AgentId.parse("talks"), "hello"],
      [AgentId.parse("runs"), "hello"],
    ] as const) {
      const model = agent === BOOCODE ? "coder/demo" : "";
      const { taskId } = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent, text, model });
      expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
    }
    const { id: terminalId } = await api.terminals.open.mutate({ sessionId, size: SIZE });
    const reader = new TerminalReader(daemon, terminalId);
    await api.terminals.write.mutate({ terminalId, text: "sh look.sh terminal; echo loo''ked\n" });
    await reader.waitFor(/looked/);
    const { base } = await api.terminals.ports.query({ sessionId });
    const told = await Promise.all([...(isNew ? ["setup"] : []), "native", "acp", "cli", "terminal"].map(readPorts));
    expect(told).toEqual(told.map(() => [String(base), String(base)]));
    reader.close();
    return base;
  };

  const first = await home.start();
  const api = callOver(first);
  const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
  const { digest } = await api.projects.trustReport.query({ projectId });
  await api.projects.trust.mutate({ projectId, decision: "trust", digest });
  const [one, other] = [await api.sessions.create.mutate({ projectId }), await api.sessions.create.mutate({ projectId })];
  const base = await look(first, one.id, true);
  expect(base).not.toBeNull();
  expect(await look(first, other.id, true)).not.toBe(base);
  await first.close();
  expect(await look(await home.start(), one.id, false)).toBe(base);
});
