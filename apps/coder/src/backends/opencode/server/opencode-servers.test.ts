import { PORT_VARIABLES, toPortVariables } from "@boocode/shared/ports/decide-port-block";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Barrier } from "@boocode/testkit/barrier";
import { describe, expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../../../test/manual-time.ts";
import { say, setUpScripted } from "../opencode-fixture.ts";

type Reply = ReturnType<Parameters<typeof setUpScripted>[0]["script"]>;
const text = (said: string): Reply => ({ steps: [{ do: "say", text: said }] });

describe("A server", () => {
  it("is started once, with a password and BooCode's marks, when the first chat needs it", async () => {
    await using subject = await setUpScripted({ script: () => text("Hello.") });
    expect(subject.opencode.starts).toEqual([]);
    const env = { ...subject.opening.env, BOOCODE_RUN_ID: "run-1" };
    // The server must not have the mark of one chat, nor the ports of one worktree.
    const open = (chat: number) =>
      subject.backend.open({ ...subject.opening, env: { ...env, BOOCODE_WORK: `ses/${chat}`, ...toPortVariables(21_000 + 10 * chat) } });
    await Promise.all([1, 2, 3].map(open));
    expect(subject.opencode.starts).toHaveLength(1);
    const [start] = subject.opencode.starts;
    expect(start).toMatchObject({ env: { BOOCODE_RUN_ID: "run-1", OPENCODE_SERVER_PASSWORD: expect.stringMatching(/^[\w-]{32}$/) } });
    for (const name of ["BOOCODE_TOKEN", "BOOCODE_WORK", ...PORT_VARIABLES]) expect(Object.keys(start!.env)).not.toContain(name);
  });

  it("has the restrictions on git of the projects it serves: trusted ones share a server, and untrusted ones with the same restrictions", async () => {
    await using subject = await setUpScripted({ script: () => text("Hello.") });
    const guards = [{}, { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "core.hooksPath", GIT_CONFIG_VALUE_0: "/dev/null" }];
    const other = { ...guards[1], GIT_CONFIG_KEY_0: "filter.x.clean" };
    const open = (guard: object) => subject.backend.open({ ...subject.opening, env: { ...subject.opening.env, ...guard } });
    const chats = await Promise.all([guards[0]!, guards[1]!, guards[0]!, guards[1]!, other].map(open));
    expect(subject.opencode.starts.map(({ env }) => env["GIT_CONFIG_KEY_0"] ?? "").toSorted()).toEqual([
      "",
      "core.hooksPath",
      "filter.x.clean",
    ]);
    // All of them keep working side by side.
    for (const chat of chats) expect((await say(chat, "Go")).text).toBe("Hello.");
    await Promise.all(guards.map(open));
    expect(subject.opencode.starts).toHaveLength(3);
  });

  it("F20: that says 50 MB without a line's end, before and after where it listens, is read past, and keeps nothing of it", async () => {
    const noiseBytes = 50 * 1024 * 1024;
    await using subject = await setUpScripted({
      script: () => ({ steps: [{ do: "say", text: "I talk" }, { do: "die" }] }),
      faults: { noiseBytes },
    });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Talk");
    expect(turn).toMatchObject({ text: "I talk", end: { cause: "agent_exit", evidence: { stderrTail: "x".repeat(4_000) } } });
  });

  it("F2: that dies in the middle interrupts its turn with its signal; the next finds the session again", async () => {
    const told = new Barrier();
    await using subject = await setUpScripted({
      script: (_, index) =>
        index === 0
          ? {
              steps: [
                { do: "say", text: "I talk" },
                { do: "wait", gate: told },
                { do: "die", signal: "SIGKILL" },
              ],
            }
          : text("Back."),
    });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Talk", (event) => {
      if (event.type === "text.delta" && event.text.includes("talk")) told.open();
    });
    expect(turn).toMatchObject({ text: "I talk", end: { state: "interrupted", cause: "agent_exit", evidence: { signal: "SIGKILL" } } });
    await conversation.closed;
    expect(subject.deaths).toHaveLength(1);
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(next.continuity).toBe("resumed");
    expect(await say(next, "Again")).toMatchObject({ text: "Back.", end: { state: "completed" } });
  });

  it("F2: that dies with unreported stored content has it reported by the next server before its turn ends", async () => {
    await using subject = await setUpScripted({
      script: (_, index) => text(index === 0 ? "I talk of it" : "Back."),
      // The second piece of the text.
      faults: (start) => (start === 0 ? { diesAtEvent: 9 } : {}),
    });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Talk");
    expect(turn).toMatchObject({ text: "I talk", end: { state: "interrupted", cause: "agent_exit", evidence: { signal: "SIGKILL" } } });
    await conversation.closed;
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(await say(next, "Again")).toMatchObject({ text: "Back." });
    expect(subject.opencode.starts).toHaveLength(2);
    const passwords = subject.opencode.starts.map(({ env }) => env["OPENCODE_SERVER_PASSWORD"]);
    expect(new Set(passwords).size).toBe(2);
  });

  it.each(["cancel", "close"] as const)("F2: whose successor takes its time does not keep a turn from ending by %s", async (verb) => {
    const [ready, told] = [new Barrier(), new Barrier()];
    await using subject = await setUpScripted({
      script: () => ({ steps: [{ do: "say", text: "I talk" }, { do: "wait", gate: told }, { do: "die" }] }),
      ready: (start) => (start === 1 ? ready : null),
    });
    const conversation = await subject.backend.open(subject.opening);
    const turn = say(conversation, "Talk", (event) => {
      if (event.type === "text.delta" && event.text.includes("talk")) told.open();
    });
    await ready.reached;
    await conversation[verb]();
    const ended = await turn;
    ready.open();
    expect(ended).toMatchObject({ text: "I talk", end: { state: "interrupted", cause: "agent_exit" } });
  });

  it("P2: that dies takes along what an agent's command started, also where that left its session, before the turn ends", async () => {
    const told = new Barrier();
    await using subject = await setUpScripted({
      script: () => ({ steps: [{ do: "say", text: "I talk" }, { do: "wait", gate: told }, { do: "die" }] }),
    });
    const conversation = await subject.backend.open(subject.opening);
    const turn = say(conversation, "Talk");
    await told.reached;
    // Like a command of the agent: it has the server's environment but another parent by now.
    const { env } = subject.opencode.starts[0]!;
    const left = spawn(process.execPath, ["-e", "setInterval(() => {}, 60_000)"], { env, detached: true, stdio: "ignore" });
    onTestFinished(() => void left.kill("SIGKILL"));
    const gone = once(left, "exit");
    told.open();
    expect(await turn).toMatchObject({ end: { state: "interrupted", cause: "agent_exit" } });
    expect(await gone).toEqual([null, "SIGTERM"]);
  });

  it("is told to stop a prompt that reached it only after its chat was closed", async () => {
    const gate = new Barrier();
    await using subject = await setUpScripted({
      script: () => ({ steps: [{ do: "never" }] }),
      faults: { holds: [{ method: "POST", path: "/session/ses_", gate }] },
    });
    const [conversation] = await Promise.all([subject.backend.open(subject.opening), subject.backend.open(subject.opening)]);
    const asked = (what: string) => subject.opencode.requests.filter(({ path }) => path.endsWith(what)).length;
    const turn = say(conversation!, "Go");
    await subject.opencode.until(() => asked("/prompt_async") === 1);
    await conversation!.close();
    expect((await turn).end).toMatchObject({ state: "interrupted" });
    const before = asked("/abort");
    gate.open();
    await subject.opencode.until(() => asked("/abort") > before);
  });

  it("is drained where the configuration has changed: a turn under way ends on it, the next chat gets another", async () => {
    const gate = new Barrier();
    await using subject = await setUpScripted({
      script: (_, index) =>
        index === 0
          ? {
              steps: [
                { do: "say", text: "Old " },
                { do: "wait", gate },
                { do: "say", text: "end." },
              ],
            }
          : text("New."),
    });
    const old = await subject.backend.open(subject.opening);
    const turn = say(old, "Go");
    await gate.reached;
    const changed = { ...subject.opening, env: { ...subject.opening.env, LANG: "C" } };
    const next = await subject.backend.open(changed);
    expect(await say(next, "Go")).toMatchObject({ text: "New." });
    gate.open();
    expect(await turn).toMatchObject({ text: "Old end.", end: { state: "completed" } });
    await old.closed;
    expect(subject.opencode.starts).toHaveLength(2);
    expect(subject.deaths).toEqual([]);
  });

  it("ends with its last turn when the endpoints have changed, and the next one offers the new ones", async () => {
    await using lab = await ScriptedModel.start({ script: () => ({ status: 500 }), models: ["one"] });
    const endpoint = { id: "lab", baseUrl: lab.baseUrl, apiKey: lab.apiKey, isScripted: false };
    let endpoints: readonly ModelEndpoint[] = [];
    await using subject = await setUpScripted({ script: () => text("Hello.") }, { endpoints: () => endpoints });
    const old = await subject.backend.open(subject.opening);
    expect(await say(old, "Go")).toMatchObject({ text: "Hello." });
    endpoints = [endpoint];
    subject.backend.renew();
    await old.closed;
    expect((await subject.backend.listModels()).map(({ id }) => id)).toContain("lab/one");
    expect(await say(await subject.backend.open(subject.opening), "Go")).toMatchObject({ text: "Hello." });
    const [before, after] = subject.opencode.starts.map(({ env }) => env["OPENCODE_CONFIG_CONTENT"]!);
    expect([before!.includes(lab.baseUrl), after!.includes(lab.baseUrl)]).toEqual([false, true]);
    expect(subject.deaths).toEqual([]);
  });

  it("is outdated for an idle chat while another chat's turn keeps it: the next prompt of the idle one gets the new endpoints", async () => {
    const gate = new Barrier();
    const waiting: Reply = {
      steps: [
        { do: "wait", gate },
        { do: "say", text: "Late." },
      ],
    };
    let endpoints: readonly ModelEndpoint[] = [];
    await using subject = await setUpScripted(
      { script: (_, index) => (index === 0 ? text("Hello.") : index === 1 ? waiting : text("New.")) },
      { endpoints: () => endpoints },
    );
    const idle = await subject.backend.open(subject.opening);
    await say(idle, "Go");
    const busy = await subject.backend.open(subject.opening);
    const turn = say(busy, "Go");
    await gate.reached;
    expect(idle.isOutdated).toBe(false);
    endpoints = [{ id: "lab", baseUrl: "http://127.0.0.1:9/v1", apiKey: null, isScripted: false }];
    subject.backend.renew();
    expect(idle.isOutdated).toBe(true);
    await idle.close();
    const next = await subject.backend.open({ ...subject.opening, resume: idle.agentSessionId });
    expect([next.continuity, next.isOutdated]).toEqual(["resumed", false]);
    expect(await say(next, "Go")).toMatchObject({ text: "New." });
    gate.open();
    expect(await turn).toMatchObject({ text: "Late.", end: { state: "completed" } });
    await busy.closed;
    expect(subject.opencode.starts).toHaveLength(2);
  });

  it("disposes of a directory with its last chat", async () => {
    await using subject = await setUpScripted({ script: () => text("Hello.") });
    const [first, second] = await Promise.all([subject.backend.open(subject.opening), subject.backend.open(subject.opening)]);
    const disposals = () => subject.opencode.requests.filter(({ path }) => path === "/instance/dispose").length;
    await first!.close();
    expect(disposals()).toBe(0);
    await second!.close();
    await subject.opencode.until(() => disposals() === 1);
  });

  it("that is long in opening a folder is not waited for without end, says why, and goes on: the next prompt is answered", async () => {
    const registry = new Barrier();
    await using subject = await setUpScripted(
      { script: () => text("Hello."), faults: { holds: [{ method: "POST", path: "/session", gate: registry }] } },
      { openLimitMs: 300 },
    );
    await mkdir(join(subject.folder.path, ".opencode"));
    await expect(subject.backend.open(subject.opening)).rejects.toMatchObject({
      fault: { kind: "agent_unavailable", hint: expect.stringMatching(/brings \.opencode: .*registry.*again in a minute/) },
    });
    registry.open();
    const isDeleted = () => subject.opencode.requests.some(({ method }) => method === "DELETE");
    await subject.opencode.until(isDeleted);
    expect(await say(await subject.backend.open(subject.opening), "Go")).toMatchObject({ text: "Hello.", end: { state: "completed" } });
    expect(subject.opencode.starts).toHaveLength(1);
  });

  it("that is not installed or does not start makes the agent unavailable", async () => {
    await using subject = await setUpScripted({ script: () => text("") }, { findCommand: async () => null });
    await expect(subject.backend.open(subject.opening)).rejects.toMatchObject({ fault: { kind: "agent_unavailable", agent: "opencode" } });
    await using broken = await setUpScripted({ script: () => text("") }, { findCommand: async () => ({ argv: ["/bin/false"], env: {} }) });
    await expect(broken.backend.open(broken.opening)).rejects.toMatchObject({ fault: { kind: "agent_unavailable" } });
    expect(broken.deaths).toEqual([0]);
  });

  it("whose warm-up fails is not warmed up again for a minute, and a prompt still has all its attempts", async () => {
    const time = new ManualTime();
    let looks = 0;
    const findCommand = async () => {
      looks += 1;
      return { argv: ["/bin/false"], env: {} };
    };
    await using broken = await setUpScripted({ script: () => text("") }, { findCommand, time });
    const unavailable = { fault: { kind: "agent_unavailable" } };
    await expect(broken.backend.start(broken.opening.env)).rejects.toMatchObject(unavailable);
    await expect(broken.backend.start(broken.opening.env)).rejects.toMatchObject(unavailable);
    expect([looks, broken.deaths]).toEqual([1, []]);
    await expect(broken.backend.open(broken.opening)).rejects.toMatchObject(unavailable);
    expect([looks, broken.deaths]).toEqual([2, [0]]);
    time.advance(60_000);
    await expect(broken.backend.start(broken.opening.env)).rejects.toMatchObject(unavailable);
    expect([looks, broken.deaths]).toEqual([3, [0]]);
  });

  it("that dies unused does not count as a failure", async () => {
    await using subject = await setUpScripted({ script: () => text("Hello.") });
    await subject.backend.start(subject.opening.env);
    process.kill(subject.opencode.starts[0]!.pid, "SIGKILL");
    await expect
      .poll(() =>
        subject.backend.start(subject.opening.env).then(
          () => "started",
          () => "left alone",
        ),
      )
      .toBe("left alone");
    expect(subject.deaths).toEqual([]);
    expect(await say(await subject.backend.open(subject.opening), "Go")).toMatchObject({ text: "Hello." });
  });
});
