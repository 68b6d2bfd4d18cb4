import type { OpenAgentInput } from "@boocode/shared/agents/agent-backend";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Fault } from "@boocode/shared/faults/fault";
import { AgentId, ChatId } from "@boocode/shared/ids";
import { ScriptedBackend, type ScriptedBackendOptions } from "@boocode/testkit/scripted-backend";
import { expect, it } from "vitest";
import { ManualTime } from "../../test/manual-time.ts";
import { silentLogger } from "../platform/logger.ts";
import { EitherBackend } from "./either-backend.ts";
import type { AgentWays } from "./find-command.ts";

const CLAUDE = AgentId.parse("claude");
const program = { argv: ["/bin/true"], env: {} };
const BOTH: AgentWays = { acp: program, cli: program };
const opening: OpenAgentInput = {
  chatId: ChatId.parse("chat_1"),
  agent: CLAUDE,
  worktreePath: "/worktree",
  projectTrusted: true,
  resume: "session-1",
  env: {},
};
const unavailable = (hint: string): Fault => ({ kind: "agent_unavailable", agent: CLAUDE, hint });

function setUp(ways: AgentWays, fault: Fault | null = null, open?: ScriptedBackend["open"]) {
  const script: ScriptedBackendOptions["script"] = () => [];
  const state = { ways, fault };
  const openError = () => state.fault && new DomainError(state.fault);
  const protocol = Object.assign(new ScriptedBackend({ script, kind: "acp", openError }), open ? { open } : {});
  const [commandLine, standIn] = [new ScriptedBackend({ script, kind: "cli" }), new ScriptedBackend({ script, kind: "cli" })];
  const time = new ManualTime();
  const learned: string[] = [];
  const backend: EitherBackend = new EitherBackend({
    agent: CLAUDE,
    protocol,
    commandLine,
    standIn,
    findWays: async () => state.ways,
    time,
    logger: silentLogger(),
    onLearned: () => void learned.push(backend.kind),
  });
  const opened = () => [protocol, commandLine, standIn].map(({ conversations }) => conversations.length);
  return { backend, protocol, standIn, time, learned, opened, state };
}

it.each<[string, AgentWays, "acp" | "cli"]>([
  ["over the protocol, where its program for that is there", BOTH, "acp"],
  ["over the protocol, where there is nothing else", { acp: program, cli: null }, "acp"],
  ["by its command line, where that is all there is", { acp: null, cli: program }, "cli"],
])("an agent is driven %s", async (_, ways, kind) => {
  const { backend, opened } = setUp(ways);
  await backend.listModels();
  expect(backend.kind).toBe(kind);
  await backend.open(opening);
  expect(opened()).toEqual(kind === "acp" ? [1, 0, 0] : [0, 1, 0]);
});

it("a handshake that fails falls back to the command line in the same session, says so, and is not tried again for a while", async () => {
  const { backend, standIn, learned, opened, time, state } = setUp(BOTH, unavailable("It ended. It said: no such module"));
  await backend.open(opening);
  expect(standIn.conversations[0]?.opened).toMatchObject({
    resume: "session-1",
    news: expect.stringMatching(/did not start, so its command line is used.* It said: no such module$/),
  });
  expect(learned).toEqual(["cli"]);
  state.fault = null;
  await backend.open(opening);
  expect(standIn.conversations[1]?.opened.news).toBeUndefined();
  // Another chat is told, too.
  await backend.open({ ...opening, chatId: ChatId.parse("chat_2") });
  expect(standIn.conversations[2]?.opened.news).toContain("It said: no such module");
  expect(opened()).toEqual([0, 0, 3]);
  time.advance(10 * 60_000);
  await backend.open(opening);
  expect(opened()).toEqual([1, 0, 3]);
});

it("the protocol is tried again at once if a person asks for it", async () => {
  const { backend, opened, state } = setUp(BOTH, unavailable("No"));
  await backend.open(opening);
  state.fault = null;
  backend.reset();
  await backend.open(opening);
  expect(opened()).toEqual([1, 0, 1]);
});

it("P1: a handshake that outlasts 20 s falls back, and what opens later is closed", async () => {
  const late = Promise.withResolvers<void>();
  const slow = new ScriptedBackend({ script: () => [] });
  const { backend, opened, time } = setUp(BOTH, null, async (input) => {
    await late.promise;
    return slow.open(input);
  });
  const opening20 = backend.open(opening);
  await expect.poll(() => time.pending).toContain(20_000);
  time.advance(20_000);
  await opening20;
  expect(opened()).toEqual([0, 0, 1]);
  late.resolve();
  await expect.poll(() => slow.conversations.length).toBe(1);
  await slow.conversations[0]!.closed;
});

it.each<[string, Fault, AgentWays]>([
  ["a login that is missing", { kind: "login_required", agent: CLAUDE, ways: [] }, BOTH],
  ["a repository that is not trusted", { kind: "project_not_trusted", agent: CLAUDE }, BOTH],
  ["a program that has no command line", unavailable("It is not installed."), { acp: program, cli: null }],
])("%s is told, not worked around", async (_, fault, ways) => {
  const { backend, opened } = setUp(ways, fault);
  await expect(backend.open(opening)).rejects.toMatchObject({ fault });
  expect(opened()).toEqual([0, 0, 0]);
});
