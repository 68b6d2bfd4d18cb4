import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AcpBackend } from "@boocode/coder/backends/acp/acp-backend";
import type { OpenAgentInput } from "@boocode/shared/agents/agent-backend";
import { AgentId, ChatId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { describe, expect, it, vi } from "vitest";
import { describeBackendContract, type ContractTurn } from "../../apps/coder/src/backends/backend-contract.ts";
import { findGoose } from "./find-goose.ts";
import { killMarked, TEST_MARKER } from "./kill-marked.ts";
import { say, silentLogger } from "./opencode-fixture.ts";
import { toAgentEnv } from "./to-agent-env.ts";

// goose retries a failed model a few times, with pauses.
vi.setConfig({ testTimeout: 120_000 });

const answer = (text: string): ModelReply => ({ steps: [{ kind: "text", text }] });
const call = (name: string, args: Record<string, unknown>): ModelReply => ({ steps: [{ kind: "tool", name, arguments: args }] });

/** Starts the real goose with its own home and a model that answers by `script`; requests for titles are not counted. */
async function setUp(script: (index: number, worktree: string) => ModelReply) {
  const parts = new AsyncDisposableStack();
  const home = parts.use(await createTempFolder());
  const worktree = parts.use(await createRepository({ "README.md": "# Test\n", "a.txt": "one\n" }));
  let asked = 0;
  const model = parts.use(
    await ScriptedModel.start({ script: ({ body }) => (body.tools ? script(asked++, worktree.path) : answer("A title")) }),
  );
  const backend = new AcpBackend({
    agent: AgentId.parse("goose"),
    findCommand: async () => ({ argv: [findGoose()], env: {} }),
    endpoints: () => [{ id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false }],
    isRemoved: () => false,
    listEndpointModels: async () => [{ id: "scripted", label: "scripted", isScripted: false }],
    defaultModel: "",
    ownConfig: [],
    history: { read: async () => [] },
    breaker: { check() {}, died() {} },
    cwd: home.path,
    version: "0.0.0",
    logger: silentLogger,
  });
  parts.defer(() => backend.close());
  const marker = `goose-${process.pid}-${performance.now()}`;
  const opening: OpenAgentInput = {
    chatId: ChatId.parse("chat_1"),
    agent: AgentId.parse("goose"),
    worktreePath: worktree.path,
    projectTrusted: true,
    resume: null,
    env: { ...toAgentEnv(home.path), [TEST_MARKER]: marker },
  };
  return { backend, opening, worktree, marker, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

describeBackendContract("The real goose", async (turns: readonly ContractTurn[]) => {
  const barriers = turns.map(() => new Barrier());
  const replies = turns.map((turn, index): ModelReply => {
    // This error is not retried.
    if (turn === "fails") return { status: 401, body: JSON.stringify({ error: { message: "Not like this" } }) };
    const wait = { kind: "wait", barrier: barriers[index]! } as const;
    if (turn === "waits") return { steps: [{ kind: "text", text: "I begin and" }, wait] };
    return {
      steps: [
        { kind: "reasoning", text: "Let me think" },
        { kind: "text", text: "This is what I say." },
      ],
    };
  });
  const subject = await setUp((index) => replies[index] ?? answer("The script is over"));
  return { ...subject, untilWaiting: (turn: number) => barriers[turn]!.reached };
});

describe("The real goose", () => {
  it("edits and reports files of the worktree, in a mode that asks first", async () => {
    await using subject = await setUp((index, worktree) =>
      index === 0 ? call("write", { path: join(worktree, "sub/b.txt"), content: "new\n" }) : answer("It is written."),
    );
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(
      conversation,
      "Write it",
      (event) => {
        if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, "allow_once");
      },
      "approve",
    );
    expect(turn).toMatchObject({ text: "It is written.", end: { state: "completed", model: "scripted" } });
    expect(turn.events).toContainEqual(
      expect.objectContaining({ type: "permission.requested", toolKind: "write", paths: ["sub/b.txt"], title: "Write sub/b.txt" }),
    );
    expect(turn.events).toContainEqual(expect.objectContaining({ type: "tool.started", kind: "write", paths: ["sub/b.txt"] }));
    expect(await readFile(join(subject.worktree.path, "sub/b.txt"), "utf8")).toBe("new\n");
    expect(subject.backend.details().modes.map(({ id }) => id)).toEqual(["auto", "approve", "smart_approve", "chat"]);
  });

  it("F2: ends a turn whose process was killed, and goes on with the same session in the next, told once", async () => {
    const waits = new Barrier();
    await using subject = await setUp((index) =>
      index === 0
        ? answer("First.")
        : index === 1
          ? {
              steps: [
                { kind: "text", text: "I talk and" },
                { kind: "wait", barrier: waits },
              ],
            }
          : answer("I am back."),
    );
    const conversation = await subject.backend.open(subject.opening);
    await say(conversation, "One");
    const turn = await say(conversation, "Talk", (event) => {
      if (event.type === "text.delta") void killMarked(subject.marker);
    });
    expect(turn.end).toMatchObject({ state: "interrupted", cause: "agent_exit", evidence: { signal: "SIGKILL" } });
    await conversation.closed;
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(next).toMatchObject({ continuity: "resumed", agentSessionId: conversation.agentSessionId });
    expect(await say(next, "Are you there?")).toMatchObject({ text: "I am back.", end: { state: "completed" } });
  });

  it("is not started in an untrusted repository that would run something", async () => {
    await using subject = await setUp(() => answer("Fine."));
    const untrusted = { ...subject.opening, projectTrusted: false };
    expect(await say(await subject.backend.open(untrusted), "Go")).toMatchObject({ end: { state: "completed" } });
    await mkdir(join(subject.worktree.path, ".goose"));
    await expect(subject.backend.open(untrusted)).rejects.toMatchObject({ fault: { kind: "project_not_trusted", agent: "goose" } });
  });
});
