import { getEventListeners } from "node:events";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";
import { listAgentCommands } from "@boocode/db/stores/agents/agent-commands-store";
import { listLearnedAgents } from "@boocode/db/stores/agents/learned-agent-store";
import type { Interruption, LearnInput } from "@boocode/shared/agents/agent-backend";
import type { AgentSelf } from "@boocode/shared/agents/learning/learned-agent";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AgentId } from "@boocode/shared/ids";
import { buildAgent } from "@boocode/shared/testing/build";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished, vi } from "vitest";
import { ManualTime } from "../../../test/manual-time.ts";
import { silentLogger } from "../../platform/logger.ts";
import { Feed } from "../../feed/feed.ts";
import { CommandBook } from "../commands/command-book.ts";
import { BackendRegistry } from "../backend-registry.ts";
import { AgentLearner } from "./agent-learner.ts";

const SELF: AgentSelf = {
  version: "1.0",
  modes: [{ id: "plan", label: "Plan", description: "" }],
  models: [],
  takesImages: true,
  commands: [{ name: "compress", description: "" }],
};

/** Agents whose answers a test gives, in a pool that it says is in use. */
async function setUp(learn: (agent: string, input: LearnInput) => Promise<AgentSelf>, folder?: string) {
  const temp = folder === undefined ? await createTempFolder() : null;
  if (temp) onTestFinished(() => temp[Symbol.asyncDispose]());
  const path = folder ?? temp!.path;
  const db = await openDatabase({ file: join(path, "boocode.db"), feed: new Feed() });
  onTestFinished(() => db.close());
  const program = async (id: string) => {
    const file = join(path, "bin", id);
    await mkdir(join(path, "bin"), { recursive: true });
    await writeFile(file, "#!/bin/sh\n");
    await chmod(file, 0o755);
    return file;
  };
  if (temp) for (const id of ["one", "two"]) await program(id);
  const time = new ManualTime();
  const [asked, recalled]: [string[], string[]] = [[], []];
  const backends = new BackendRegistry({}, (agent) => {
    const backend = new ScriptedBackend({ script: () => [] });
    return Object.assign(backend, {
      learn: (input: LearnInput) => {
        asked.push(agent);
        return learn(agent, input);
      },
      recallSelf: () => void recalled.push(agent),
    });
  });
  const listeners = new Set<() => void>();
  const pool = {
    isInUse: false,
    whenInUse: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const use = () => listeners.forEach((listener) => listener());
  let told = 0;
  const findCommand = async (id: AgentId) => ({ argv: [join(path, "bin", id)], env: {} });
  const commands = new CommandBook({
    db,
    feed: new Feed(),
    time,
    logger: silentLogger(),
    findProgram: findCommand,
    hasNone: () => false,
  });
  onTestFinished(() => commands.close());
  const learner = new AgentLearner({
    db,
    commands,
    time,
    logger: silentLogger(),
    backends,
    pool,
    findCommand,
    folder: join(path, "empty"),
    env: {},
    quietMs: 5_000,
    onLearned: () => (told += 1),
  });
  onTestFinished(() => learner.close());
  const agents = ["one", "two"].map((id) => buildAgent({ id: AgentId.parse(id), available: true, version: null }));
  /** Lets quiet time pass until something holds. */
  const until = (holds: () => unknown) =>
    expect.poll(() => {
      time.advance(5_000);
      return holds();
    });
  return { path, db, learner, commands, agents, asked, recalled, pool, use, until, program, told: () => told };
}

it("asks one agent after the other, once, and not while one is in use", async () => {
  let open = 0;
  let most = 0;
  const { learner, commands, agents, asked, pool, until, told, db } = await setUp(async () => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return SELF;
  });
  pool.isInUse = true;
  learner.consider(agents);
  await until(() => asked.length).toBe(0);
  pool.isInUse = false;
  await until(() => asked).toEqual(["one", "two"]);
  await until(told).toBe(2);
  expect([most, learner.startOf(agents[0]!.id)]).toEqual([1, { kind: "works" }]);
  expect(await listLearnedAgents(db.read)).toMatchObject([
    { agent: "one", modes: SELF.modes },
    { agent: "two", version: "1.0" },
  ]);
  await commands.close();
  expect((await listAgentCommands(db.read, agents[0]!.id, null)).map((kept) => kept.commands)).toEqual([SELF.commands]);
  learner.consider(agents);
  await learner.close();
  expect(asked).toHaveLength(2);
});

it("an agent that says nothing of commands is not kept as one without, loses none that it told, and is asked once in a run", async () => {
  const first = await setUp(async (agent) => ({ ...SELF, commands: agent === "one" ? SELF.commands : null }));
  const { learner, commands, agents, asked, until, told, db, path } = first;
  learner.consider(agents);
  await until(told).toBe(2);
  await commands.close();
  const stored = async () => (await listAgentCommands(db.read, agents[0]!.id, null)).map((kept) => kept.commands);
  expect([await stored(), await listAgentCommands(db.read, agents[1]!.id, null)]).toEqual([[SELF.commands], []]);
  learner.consider(agents);
  await learner.close();
  expect(asked).toEqual(["one", "two"]);
  // Another version of the first one is slow to tell them.
  const again = await setUp(async () => ({ ...SELF, version: "2.0", commands: null }), path);
  again.learner.consider(again.agents.map((agent) => ({ ...agent, version: "2.0" })));
  await again.until(again.told).toBe(2);
  await again.commands.close();
  expect(await stored()).toEqual([SELF.commands]);
});

it("an agent with thousands of models works, and the first thousand are kept", async () => {
  const models = Array.from({ length: 3_000 }, (_, index) => ({ id: `m${index}`, label: `Model ${index}`, isScripted: false }));
  const { learner, agents, until, told, db } = await setUp(async () => ({ ...SELF, models }));
  learner.consider(agents.slice(0, 1));
  await until(told).toBe(1);
  expect(learner.startOf(agents[0]!.id)).toEqual({ kind: "works" });
  expect((await listLearnedAgents(db.read))[0]?.models).toEqual(models.slice(0, 1_000));
});

it("a turn that begins ends the question, which is asked again afterwards", async () => {
  const signals: Interruption[] = [];
  const { learner, agents, asked, use, until } = await setUp(async (_, { signal }) => {
    signals.push(signal);
    if (signals.length > 1) return SELF;
    return new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("It was ended"))));
  });
  learner.consider(agents.slice(0, 1));
  await until(() => asked).toEqual(["one"]);
  use();
  await until(() => asked).toEqual(["one", "one"]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
});

it("waits for quiet without leaving a listener behind for every look", async () => {
  const listening = vi.spyOn(EventTarget.prototype, "addEventListener");
  onTestFinished(() => listening.mockRestore());
  const { learner, agents, pool, until } = await setUp(async () => SELF);
  let looks = 0;
  const { whenInUse } = pool;
  pool.whenInUse = (listener) => (looks++, whenInUse(listener));
  pool.isInUse = true;
  learner.consider(agents);
  await until(() => looks > 5).toBe(true);
  const signals = listening.mock.contexts.filter((target): target is AbortSignal => target instanceof AbortSignal);
  expect(signals.length).toBeGreaterThan(5);
  expect(Math.max(...signals.map((signal) => getEventListeners(signal, "abort").length))).toBeLessThanOrEqual(1);
});

it("one that fails is left until a person looks again; one that wants a login has started", async () => {
  const { learner, agents, asked, until, told } = await setUp(async (agent) => {
    if (agent === "one") throw new DomainError({ kind: "agent_unavailable", agent, hint: "It ended. It said: Needs Node 99" });
    throw new DomainError({ kind: "login_required", agent, ways: [] });
  });
  learner.consider(agents);
  await until(told).toBe(2);
  expect(agents.map(({ id }) => learner.startOf(id))).toEqual([
    { kind: "failed", reason: "It ended. It said: Needs Node 99" },
    { kind: "works" },
  ]);
  learner.consider(agents);
  await until(() => asked).toEqual(["one", "two"]);
  learner.forgetFailures();
  learner.consider(agents);
  await until(() => asked).toEqual(["one", "two", "one", "two"]);
});

it("the next daemon knows what the same program said, and asks another program", async () => {
  const first = await setUp(async () => SELF);
  first.learner.consider(first.agents);
  await first.until(first.told).toBe(2);
  await first.learner.close();
  await first.db.close();
  const second = await setUp(async () => SELF, first.path);
  await second.program("two.new");
  await rename(join(second.path, "bin/two.new"), join(second.path, "bin/two"));
  await second.learner.recall();
  expect(second.recalled).toEqual(["one"]);
  second.learner.consider(second.agents);
  await second.until(() => second.asked).toEqual(["two"]);
});
