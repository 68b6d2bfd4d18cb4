import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, type ChatId, type SessionId, type TaskId } from "@boocode/shared/ids";
import type { ModelReply, ModelRequest } from "@boocode/testkit/model/model-script";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { expect, onTestFailed, onTestFinished } from "vitest";
import { SYSTEM_TABLE } from "../../apps/coder/src/platform/processes/table/system-table.ts";
import { WORK_MARKER } from "../../apps/coder/src/platform/processes/work-mark.ts";
import { TestHome, type DaemonAddress } from "../../apps/coder/test/start-test-daemon.ts";
import { callOver, connectTo, Follower, mintPromptId } from "../../apps/coder/test/test-client.ts";
import { writeFiles, type RealAgent } from "./real-agent.ts";

/** The model's answers to a prompt, one per request: the first, and one after each tool result. */
export type Turn = readonly ModelReply[];

export const say = (text: string): ModelReply => ({ steps: [{ kind: "text", text }] });

/** The model's scripts by prompt: a request is answered by the script of the last prompt that it holds. */
export class PromptScripts {
  readonly #turns = new Map<string, Turn>();
  /** The requests of the scripted turns, not those that an agent makes on the side. */
  readonly requests: ModelRequest[] = [];

  set(prompt: string, ...turn: Turn): string {
    this.#turns.set(prompt, turn);
    return prompt;
  }

  #isKnown(content: unknown): boolean {
    const said = typeof content === "string" ? content : JSON.stringify(content);
    return said.startsWith("<system-reminder") || [...this.#turns.keys()].some((prompt) => said.includes(prompt));
  }

  readonly reply = (request: ModelRequest): ModelReply => {
    const { messages, tools } = request.body;
    const aside = messages.at(-1);
    // What an agent asks on the side has no tools, or ends with a prompt of its own.
    if (!tools || (aside?.role === "user" && !this.#isKnown(aside.content))) return say("A title");
    const said = messages.map(({ role, content }) =>
      role !== "user" ? "" : typeof content === "string" ? content : JSON.stringify(content),
    );
    const lastAt = (prompt: string) => said.findLastIndex((text) => text.includes(prompt));
    // Some agents join prompts that follow each other, or repeat one.
    const placed = [...this.#turns].flatMap(([prompt, turn]) => (lastAt(prompt) === -1 ? [] : [{ prompt, turn, at: lastAt(prompt) }]));
    const [last] = placed.toSorted((a, b) => b.at - a.at || said[b.at]!.lastIndexOf(b.prompt) - said[a.at]!.lastIndexOf(a.prompt));
    if (last) {
      this.requests.push(request);
      const first = said.findIndex((text) => text.includes(last.prompt));
      const results = messages.slice(first).filter((message) => message.role === "tool").length;
      return last.turn[results] ?? say("The script is over.");
    }
    return say("Nothing.");
  };
}

/** A real agent in a daemon of its own, with its own home, repository and model. */
export async function setUpRealAgent<Agent extends Pick<RealAgent, "id" | "command" | "setUp"> & { transport?: "cli" }>(
  agent: Agent,
  { isLoggedIn = true } = {},
) {
  const scripts = new PromptScripts();
  const model = await ScriptedModel.start({ script: scripts.reply, models: ["scripted", "other"] });
  onTestFinished(() => model[Symbol.asyncDispose]());
  const repository = await createRepository({ "README.md": "# Test\n", "a.txt": "one\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const home = await TestHome.make({ BOOCODE_MODEL_URL: model.baseUrl, BOOCODE_MODEL_KEY: model.apiKey });
  await mkdir(home.dataDir, { recursive: true });
  const { env, files } = agent.setUp(model);
  if (isLoggedIn) await writeFiles(home.path, files);
  await writeFile(
    join(home.dataDir, "agents.json"),
    JSON.stringify([{ id: agent.id, transport: agent.transport, command: agent.command, env: isLoggedIn ? env : {} }]),
  );
  const id = AgentId.parse(agent.id);
  return { agent, scripts, model, repository, home, id, connect: (daemon: DaemonAddress) => connect(daemon, id) };
}

/** Calls and follows a daemon in which the agent works. */
function connect(daemon: DaemonAddress, agent: AgentId) {
  const api = callOver(daemon);
  return {
    api,
    async openSession(path: string) {
      const project = await api.projects.add.mutate({ path });
      const { id } = await api.sessions.create.mutate({ projectId: project.id });
      return this.inSession(id);
    },
    inSession(sessionId: SessionId, chatId: ChatId | null = null) {
      const follower = new Follower(connectTo(daemon), sessionId);
      let chat = chatId;
      onTestFailed(() => console.log(follower.events.map(({ body }) => JSON.stringify(body).slice(0, 500)).join("\n")));
      const send = async (text: string, mode = "", model = "") => {
        const sent = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: chat, sessionId, agent, text, mode, model });
        chat = sent.chatId;
        return sent;
      };
      /** Sends a prompt to the native agent in the same chat, and waits for its end. */
      const askNative = async (text: string) => {
        const place = { promptId: mintPromptId(), chatId: chat, sessionId, agent: AgentId.parse("boocode") };
        await follower.end((await api.tasks.send.mutate({ ...place, model: "coder/demo", text })).taskId);
      };
      const worktree = async () => (await api.worktreeRisk.inventory.query({})).find((one) => one.sessionId === sessionId)!.path;
      const answer = async (taskId: TaskId, kind: "allow_once" | "reject_once") => {
        const isAsked = (events: Follower["events"]) =>
          events.some((event) => event.taskId === taskId && event.body.type === "permission.requested");
        const isOver = (events: Follower["events"]) => events.some((event) => event.taskId === taskId && event.body.type === "task.ended");
        await follower.until(() => isAsked(follower.events) || isOver(follower.events));
        const [asked] = await api.permissions.list.query({ sessionId });
        if (!asked) expect.fail(`Nothing was asked: ${JSON.stringify(follower.events.map(({ body }) => body))}`);
        const option = asked.options.find((one) => one.kind === kind);
        await api.permissions.answer.mutate({ permissionId: asked.id, optionId: option!.id });
        return asked;
      };
      const marked = async () => {
        const found = (await SYSTEM_TABLE.listMarked(WORK_MARKER)).filter(({ value }) => value.startsWith(`${sessionId}/`));
        return new Set(found.map(({ pid }) => pid));
      };
      // An agent may outlive a daemon that was killed.
      onTestFinished(async () => {
        for (const pid of await marked()) process.kill(pid, "SIGKILL");
      });
      /** The agent's own processes: those that the daemon started. */
      const roots = async () => {
        const pids = await marked();
        return (await SYSTEM_TABLE.list()).flatMap(({ pid, parent }) => (pids.has(pid) && !pids.has(parent) ? [pid] : [])).toSorted();
      };
      /** The command lines of all its processes. */
      const commands = async () =>
        (await Promise.all([...(await marked())].map(async (pid) => (await SYSTEM_TABLE.readArgv(pid)).join(" ")))).toSorted();
      const chips = () => api.agentSessions.list.query({ sessionId });
      return { api, chips, sessionId, follower, send, askNative, worktree, answer, marked, roots, commands };
    },
  };
}

/** A session in which the agent works, with what a test asks of it. */
export type AgentSession = ReturnType<ReturnType<typeof connect>["inSession"]>;
