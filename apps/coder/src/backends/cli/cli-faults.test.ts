import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import type { CliScenario, CliStep } from "@boocode/testkit/cli/cli-scenario";
import { describe, expect, it } from "vitest";
import { findProcessesByMarker } from "../../platform/processes/process.ts";
import type { Time } from "../../platform/time.ts";
import { say, setUpScripted, TEST_MARKER } from "./cli-fixture.ts";

const talk = (text: string): CliStep => ({ do: "say", text });
const hang: CliStep[] = [{ do: "writeFile", path: "waiting", text: "" }, { do: "hang" }];

describe("F1: a command line that dies in the middle of its turn", () => {
  it("ends the turn as interrupted, with the signal; its children end, and its session goes on in the next process", async () => {
    await using subject = await setUpScripted({
      prompts: [
        [talk("First")],
        [{ do: "spawnSetsidChild" }, { do: "complain", text: "my last words" }, { do: "signal", signal: "SIGKILL" }],
        [talk("Back")],
      ],
    });
    const conversation = await subject.backend.open(subject.opening);
    expect(await say(conversation, "One")).toMatchObject({ end: { state: "completed" } });
    const { agentSessionId } = conversation;
    const { end } = await say(conversation, "Two");
    expect(end).toMatchObject({ state: "interrupted", cause: "agent_exit", evidence: { signal: "SIGKILL", stderrTail: "my last words" } });
    expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toEqual([]);
    await conversation.closed;
    expect(subject.deaths).toHaveLength(1);
    const next = await subject.backend.open({ ...subject.opening, resume: agentSessionId });
    expect(await say(next, "Three")).toMatchObject({ end: { state: "completed" }, text: "Back" });
    expect(next).toMatchObject({ agentSessionId, continuity: "resumed" });
  });

  it("by an exit without an end, is a failure with its first words, whatever the exit code", async () => {
    const prompts = [3, 0].map((code): CliStep[] => [talk("Half"), { do: "complain", text: "no disk" }, { do: "exit", code }]);
    await using subject = await setUpScripted({ prompts });
    const conversation = await subject.backend.open(subject.opening);
    const three = await say(conversation, "One");
    expect(three.end).toMatchObject({
      state: "failed",
      cause: "agent_exit",
      evidence: { exitCode: 3, message: "The agent's process ended (exit code 3). It said: no disk" },
    });
    await conversation.closed;
    const zero = await say(await subject.backend.open(subject.opening), "Two");
    expect(zero.end).toMatchObject({
      state: "failed",
      cause: "protocol_error",
      evidence: { message: "The agent ended without saying how its turn ended. It said: no disk" },
    });
  });

  it("that cannot be started, is unavailable, and says why", async () => {
    await using subject = await setUpScripted({ prompts: [[]] });
    const conversation = await subject.backend.open(subject.opening);
    subject.uninstall();
    expect((await say(conversation, "One")).end).toMatchObject({
      state: "failed",
      cause: "agent_unavailable",
      evidence: { message: "It is not installed." },
    });
    await expect(subject.backend.open(subject.opening)).rejects.toMatchObject({ fault: { kind: "agent_unavailable" } });
  });
});

describe("F19: a line on standard output that is no message", () => {
  const BAD = [
    "INFO starting up",
    '{"type":"assist',
    "42",
    "[]",
    '{"type":7}',
    '{"type":"assistant","message":{"content":7}}',
    "\u0000\u001b[31m",
  ];

  it("is skipped, and the next one is read", async () => {
    const steps = BAD.flatMap((text, place): CliStep[] => [{ do: "garbage", text: `${text}\n` }, talk(`after ${place} `)]);
    await using subject = await setUpScripted({ prompts: [steps] });
    const turn = await say(await subject.backend.open(subject.opening), "Go");
    expect(turn.end).toMatchObject({ state: "completed" });
    expect(turn.text).toBe(BAD.map((_, place) => `after ${place} `).join(""));
    for (const { fields } of subject.logged) expect(JSON.stringify(fields).length).toBeLessThan(700);
  });

  it("ends the turn, and its program, if nothing else comes", async () => {
    const noise: CliStep[] = [{ do: "garbage", text: "noise\n".repeat(20) }, { do: "hang" }];
    await using subject = await setUpScripted({ prompts: [noise] });
    const { end } = await say(await subject.backend.open(subject.opening), "Go");
    expect(end).toMatchObject({ state: "failed", cause: "protocol_error", evidence: { message: expect.stringContaining("20 lines") } });
    expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toEqual([]);
  });
});

it("F20: a message of 50 MB is skipped with a notice, and the turn goes on", async () => {
  await using subject = await setUpScripted({ prompts: [[{ do: "giantLine", bytes: 50 * 1024 * 1024 }, talk("Behind it")]] });
  const turn = await say(await subject.backend.open(subject.opening), "Go");
  expect(turn).toMatchObject({ text: "Behind it", end: { state: "completed" } });
  const text = "The agent sent a message of 50 MB, which is too large and was skipped.";
  expect(turn.events).toContainEqual({ type: "notice", level: "warning", text });
});

it("F33: between turns nothing of it runs, so an eviction loses nothing: the next conversation goes on in its session", async () => {
  await using subject = await setUpScripted({ prompts: [[talk("One")], [talk("Two")]] });
  const first = await subject.backend.open(subject.opening);
  await say(first, "One");
  expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toEqual([]);
  expect(await first.rssBytes?.()).toBeNull();
  await first.close();
  const second = await subject.backend.open({ ...subject.opening, resume: first.agentSessionId });
  expect(await say(second, "Two")).toMatchObject({ text: "Two", end: { state: "completed" } });
  expect(second).toMatchObject({ agentSessionId: first.agentSessionId, continuity: "resumed" });
});

describe("A session that the agent does not have", () => {
  it("is begun anew with the same prompt, once, and the person is told", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "sayPrompt" }]] });
    const conversation = await subject.backend.open({ ...subject.opening, resume: "session-9" });
    const turn = await say(conversation, "Are you there?");
    expect(turn).toMatchObject({ end: { state: "completed" }, text: "Are you there?" });
    expect(turn.events.filter(({ type }) => type === "notice")).toEqual([
      { type: "notice", level: "warning", text: expect.stringContaining("could not resume its session session-9") },
    ]);
    expect(conversation).toMatchObject({ agentSessionId: "session-1", continuity: "new" });
  });

  it("and that it replaces without a word, is told all the same", async () => {
    await using subject = await setUpScripted({ prompts: [[talk("One")]], forgets: true });
    const conversation = await subject.backend.open(subject.opening);
    await say(conversation, "One");
    const { events } = await say(conversation, "Two");
    expect(events.filter(({ type }) => type === "notice")).toMatchObject([{ text: expect.stringContaining("session-1") }]);
    expect(conversation).toMatchObject({ agentSessionId: "session-2", continuity: "new" });
  });
});

describe("S8, S10, S11: what a program is started with", () => {
  it("is an argv, the prompt by standard input up to its limit, and nothing but the environment it was given", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "sayProcess" }], [{ do: "sayPrompt" }], [{ do: "sayPrompt" }]] });
    const conversation = await subject.backend.open(subject.opening);
    const said = JSON.parse((await say(conversation, "--help; $(touch x)", undefined, { model: "-x" })).text) as {
      argv: string[];
      cwd: string;
      names: string[];
    };
    expect(said.argv).toContain("--model=-x");
    expect(said.argv.join(" ")).not.toContain("touch");
    expect(said.cwd).toBe(subject.worktree.path);
    expect(said.names.filter((name) => !["PATH", "HOME", TEST_MARKER, "PWD", "_", "SHLVL"].includes(name))).toEqual([
      expect.stringMatching(/^BOOCODE_/),
    ]);
    expect((await say(conversation, "--help; $(touch x)")).text).toBe("--help; $(touch x)");
    expect((await say(conversation, "x".repeat(512 * 1024))).text).toBe(`${512 * 1024} characters`);
  });

  it("has the prompt as an argument where its command says so, and not one that is too long", async () => {
    await using subject = await setUpScripted({ output: "text", prompts: [[{ do: "sayProcess" }]] }, { words: ["--", "{prompt}"] });
    const conversation = await subject.backend.open(subject.opening);
    const { text } = await say(conversation, "-rf *");
    expect((JSON.parse(text) as { argv: string[] }).argv).toEqual(["--", "-rf *"]);
    expect((await say(conversation, "x".repeat(128 * 1024))).end).toMatchObject({
      state: "failed",
      cause: "agent_unavailable",
      evidence: { message: expect.stringContaining("128 KB") },
    });
  });

  it("is not started in an untrusted project that has configuration for it, not even if that came in a turn", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "sayProcess" }]] });
    const opening = { ...subject.opening, projectTrusted: false };
    const conversation = await subject.backend.open(opening);
    expect(JSON.parse((await say(conversation, "One")).text)).toMatchObject({
      argv: expect.arrayContaining(["--setting-sources", "user", "--strict-mcp-config"]),
    });
    await mkdir(join(subject.worktree.path, ".claude"));
    await writeFile(join(subject.worktree.path, ".claude/settings.json"), "{}");
    expect((await say(conversation, "Two")).end).toMatchObject({ state: "failed", cause: "project_not_trusted" });
    await expect(subject.backend.open(opening)).rejects.toMatchObject({ fault: { kind: "project_not_trusted" } });
    await expect(subject.backend.open(subject.opening)).resolves.toBeDefined();
  });
});

/** A clock that advances only when told to. */
class HeldTime implements Pick<Time, "after" | "elapsedMs"> {
  #now = 0;
  readonly #waiting = new Set<{ at: number; work: () => void }>();
  #onPlanned = () => {};

  elapsedMs(): number {
    return this.#now;
  }

  after(delayMs: number, work: () => void): () => void {
    const entry = { at: this.#now + delayMs, work };
    this.#waiting.add(entry);
    this.#onPlanned();
    return () => this.#waiting.delete(entry);
  }

  /** Resolves when a timer is set. */
  planned(): Promise<void> {
    return this.#waiting.size > 0 ? Promise.resolve() : new Promise((resolve) => (this.#onPlanned = resolve));
  }

  goTo(ms: number): void {
    this.#now = ms;
    for (const entry of [...this.#waiting].filter(({ at }) => at <= ms)) {
      this.#waiting.delete(entry);
      entry.work();
    }
  }
}

describe("T2: a stop ends the process and everything it began", () => {
  async function stop(scenario: Partial<CliScenario>, climb: (time: HeldTime, conversation: AgentConversation) => void) {
    const time = new HeldTime();
    await using subject = await setUpScripted({ prompts: [[{ do: "spawnSetsidChild" }, ...hang]], ...scenario }, { time });
    const conversation = await subject.backend.open(subject.opening);
    const turn = say(conversation, "Go");
    await subject.untilFile("waiting");
    await conversation.cancel();
    climb(time, conversation);
    return { ...(await turn), left: await findProcessesByMarker(TEST_MARKER, subject.marker) };
  }

  it("by SIGINT at once", async () => {
    const { end, left } = await stop({}, () => {});
    expect(end).toMatchObject({ state: "cancelled", cause: "stopped_by_person", evidence: null });
    expect(left).toEqual([]);
  });

  it.each<[string, number, Partial<CliScenario>]>([
    ["SIGTERM", 9_000, { ignoreSignals: ["SIGINT"] }],
    ["SIGKILL", 12_000, { ignoreSignals: ["SIGINT", "SIGTERM"] }],
  ])("by %s at %i ms", async (signal, at, scenario) => {
    const { end, left } = await stop(scenario, (time) => {
      for (const ms of [6_000, 8_999, 9_000, 12_000]) if (ms <= at) time.goTo(ms);
    });
    expect(end).toMatchObject({ state: "cancelled", cause: "stopped_by_person", evidence: { signal } });
    expect(left).toEqual([]);
  });

  it("and what a turn leaves running without a stop goes on", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "spawnSetsidChild" }]] });
    expect(await say(await subject.backend.open(subject.opening), "Go")).toMatchObject({ end: { state: "completed" } });
    const left = await findProcessesByMarker(TEST_MARKER, subject.marker);
    expect(left).toHaveLength(1);
    for (const { pid } of left) process.kill(pid, "SIGKILL");
  });

  it("and a program that lives on after it said that the turn is complete is ended, and the turn is complete", async () => {
    const time = new HeldTime();
    await using subject = await setUpScripted({ prompts: [[talk("Done"), { do: "complete" }, ...hang]] }, { time });
    const turn = say(await subject.backend.open(subject.opening), "Go");
    await subject.untilFile("waiting");
    await time.planned();
    time.goTo(30_000);
    expect(await turn).toMatchObject({ text: "Done", end: { state: "completed", cause: null } });
    expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toEqual([]);
  });
});

it("a login that is needed is told with the one command that does it", async () => {
  await using subject = await setUpScripted({ prompts: [[{ do: "fail", message: "Not logged in · Please run /login" }]] });
  const { end } = await say(await subject.backend.open(subject.opening), "Go");
  expect(end).toMatchObject({ state: "failed", cause: "login_required" });
  expect(end.evidence?.message).toMatch(/^Not logged in .*\nRun \S+node .* auth login in a terminal$/);
  expect(subject.deaths).toEqual([]);
});

it("a program of text fails by its exit code, which is told, and stays usable", async () => {
  await using subject = await setUpScripted({ output: "text", prompts: [[talk("Half"), { do: "exit", code: 7 }], [talk("Whole")]] });
  const conversation = await subject.backend.open(subject.opening);
  const first = await say(conversation, "One");
  expect(first).toMatchObject({ text: "Half\n", end: { state: "failed", cause: "agent_error", evidence: { exitCode: 7 } } });
  expect(await say(conversation, "Two")).toMatchObject({ text: "Whole\n", end: { state: "completed" } });
  expect(subject.deaths).toEqual([]);
});

it("a mode that it does not have gains it no rights, and the one that is used is told; a usual one is not worth a word", async () => {
  await using subject = await setUpScripted({ prompts: [[{ do: "sayProcess" }]] });
  const conversation = await subject.backend.open(subject.opening);
  const modeOf = (text: string) => {
    const { argv } = JSON.parse(text) as { argv: string[] };
    return argv[argv.indexOf("--permission-mode") + 1];
  };
  const plan = await say(conversation, "One", undefined, { mode: "plan" });
  expect(modeOf(plan.text)).toBe("plan");
  const usual = await say(conversation, "Two", undefined, { mode: "auto" });
  expect(modeOf(usual.text)).toBe("acceptEdits");
  expect(usual.events.filter(({ type }) => type === "notice")).toEqual([]);
  // Over the protocol, `default` asks before every edit.
  for (const mode of ["turbo", "default"]) {
    const unknown = await say(conversation, "Three", undefined, { mode });
    expect(modeOf(unknown.text)).toBe("plan");
    const text = `The agent has no mode ${mode} on its command line and works in its mode Plan.`;
    expect(unknown.events).toContainEqual(expect.objectContaining({ type: "notice", text }));
  }
});
