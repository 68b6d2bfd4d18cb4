import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { Barrier } from "@boocode/testkit/barrier";
import type { ApiVersion } from "@boocode/testkit/opencode/api-version";
import type { OpencodeReply } from "@boocode/testkit/opencode/opencode-steps";
import { describe, expect, it } from "vitest";
import { describeBackendContract } from "../backend-contract.ts";
import { readText, say, setUpScripted, steer, TASK, toContractScript } from "./opencode-fixture.ts";

type Script = Parameters<typeof setUpScripted>[0]["script"];
const text = (said: string): OpencodeReply => ({ steps: [{ do: "say", text: said }] });

/** Makes a backend over a scripted opencode 2, whose server has the interface of this version. */
export const setUpTwo = (api: ApiVersion, script: Script) => setUpScripted({ script, version: "echo 2.0.9", faults: { api } });

/** The tests of opencode 2 with the interface of one version. */
export function describeOpencodeTwo(api: ApiVersion): void {
  describeBackendContract(`A scripted opencode 2 with the interface of ${api}`, async (turns) => {
    const { barriers, script } = toContractScript(turns);
    const subject = await setUpTwo(api, script);
    return { ...subject, untilWaiting: (turn) => barriers[turn]!.reached };
  });

  describe(`opencode 2 with the interface of ${api}`, () => {
    it("thinks, speaks, calls tools and reports what it used, in one turn with one end", async () => {
      await using subject = await setUpTwo(api, () => ({
        steps: [
          { do: "say", kind: "reasoning", text: "I look." },
          { do: "tool", tool: "write", input: { path: "b.txt", content: "new\n" }, output: "Created", metadata: { existed: false } },
          { do: "step" },
          { do: "tool", tool: api === "1.18" ? "bash" : "shell", input: { command: "ls" }, output: "b.txt\n", metadata: { exit: 0 } },
          { do: "step" },
          { do: "say", text: "It is there, and " },
          { do: "say", text: "that is all." },
        ],
      }));
      const conversation = await subject.backend.open(subject.opening);
      const turn = await say(conversation, "Write it");
      expect(turn).toMatchObject({ text: "It is there, and that is all.", thought: "I look." });
      expect(turn.end).toMatchObject({ state: "completed", model: "scripted/scripted", usage: { inputTokens: 30, outputTokens: 15 } });
      expect(turn.events.filter(({ type }) => type === "tool.started")).toMatchObject([
        { kind: "write", title: "Write b.txt", paths: ["b.txt"] },
        { kind: "command", argv: ["ls"] },
      ]);
      const ends = turn.events.filter((event) => event.type === "tool.updated" && event.status !== "running");
      expect(ends).toMatchObject([
        { status: "completed", result: { patch: "--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1,1 @@\n+new\n" } },
        { status: "completed", result: { output: "b.txt\n", exitCode: 0 } },
      ]);
      // What is listed again later is what was said.
      expect((await conversation.recall?.(TASK))?.filter(({ type }) => type === "part.set" || type === "text.delta")).not.toEqual([]);
    });

    it("puts its permission and its question to the person, once each, and takes the answers", async () => {
      await using subject = await setUpTwo(api, () => ({
        steps: [
          {
            do: "tool",
            tool: "read",
            input: { path: "/etc/hosts" },
            output: "hosts",
            during: [{ do: "ask", permission: "external_directory", patterns: ["/etc/*"] }],
          },
          { do: "question", questions: [{ question: "Blue or red?", header: "Colour", options: ["Blue", "Red"].map(toOption) }] },
        ],
      }));
      const conversation = await subject.backend.open(subject.opening);
      const turn = await say(conversation, "Look", answerWith(conversation, ["once", "1"]));
      const asked = turn.events.filter((event) => event.type === "permission.requested");
      expect(asked).toMatchObject([
        { title: "Use files outside the worktree: /etc/*", callId: expect.any(String) },
        { title: "Blue or red?", options: [{ label: "Blue" }, { label: "Red" }, { label: "Do not answer" }] },
      ]);
      expect(turn).toMatchObject({ text: "Red", end: { state: "completed" } });
    });

    it("what was missed while the stream was lost is listed and set, also questions and the end", async () => {
      const lost = new Barrier();
      await using subject = await setUpTwo(api, () => ({
        steps: [
          { do: "say", text: "Before. " },
          { do: "streams", action: "stall" },
          { do: "streams", action: "drop" },
          { do: "say", text: "Unheard. " },
          { do: "tool", tool: "read", input: { path: "a.txt" }, output: "one" },
          { do: "wait", gate: lost },
          { do: "streams", action: "resume" },
          { do: "ask", permission: "external_directory", patterns: ["/etc/*"], once: [{ do: "say", text: "After." }] },
        ],
      }));
      const conversation = await subject.backend.open(subject.opening);
      const saying = say(conversation, "Go", answerWith(conversation, ["once"]));
      await lost.reached;
      const isListed = (place: number) => subject.opencode.requests.slice(place).some(({ path }) => path === "/api/permission/request");
      await subject.opencode.until(() => isListed(subject.opencode.requests.findLastIndex(({ path }) => path === "/api/event")));
      lost.open();
      const turn = await saying;
      expect(turn).toMatchObject({ text: "Before. Unheard. After.", end: { state: "completed" } });
      expect(turn.events.filter(({ type }) => type === "tool.started")).toHaveLength(1);
    });

    it("a stop ends the turn as stopped, also in a tool, and the next prompt works", async () => {
      const steps: Script = (_, index) =>
        index === 0 ? { steps: [{ do: "tool", tool: "bash", input: { command: "sleep 60" }, during: [{ do: "never" }] }] } : text("Next.");
      await using subject = await setUpTwo(api, steps);
      const conversation = await subject.backend.open(subject.opening);
      const turn = await say(conversation, "Sleep", ({ type }) => void (type === "tool.started" && conversation.cancel()));
      expect(turn.end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
      expect(turn.events.findLast(({ type }) => type === "tool.updated")).toMatchObject({ status: "cancelled" });
      expect(await say(conversation, "Then this")).toMatchObject({ text: "Next.", end: { state: "completed" } });
    });

    it("takes more of what the person wants while it runs, in the same turn, and nothing when there is none", async () => {
      await using subject = await setUpTwo(api, () => ({ steps: [{ do: "say", text: "I begin. " }, { do: "steered" }] }));
      const conversation = await subject.backend.open(subject.opening);
      expect(await steer(conversation, "Too early")).toBe(false);
      const steered: Promise<boolean>[] = [];
      const turn = await say(conversation, "Begin", ({ type }) => {
        if (type === "text.delta" && steered.length === 0) steered.push(steer(conversation, "and in red"));
      });
      expect(await Promise.all(steered)).toEqual([true]);
      expect(turn).toMatchObject({ text: "I begin. You also said: and in red", end: { state: "completed" } });
      const told = (await conversation.recall?.(TASK)) ?? [];
      expect(readText(told, "text")).toBe("I begin. You also said: and in red");
      expect(await steer(conversation, "Too late")).toBe(false);
    });

    it("tells a model's failure with its words, and resumes its session in the next server", async () => {
      await using subject = await setUpTwo(api, (_, index) =>
        index === 0
          ? { steps: [{ do: "fail", name: "APIError", message: "Provider request failed with HTTP 429: slow down" }] }
          : text("Better."),
      );
      const conversation = await subject.backend.open(subject.opening);
      expect((await say(conversation, "Go")).end).toMatchObject({
        state: "failed",
        cause: "model_rate_limited",
        evidence: { message: "Provider request failed with HTTP 429: slow down", httpStatus: 429 },
      });
      process.kill(subject.opencode.starts[0]!.pid, "SIGKILL");
      await conversation.closed;
      const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
      expect(next.continuity).toBe("resumed");
      expect(await say(next, "Again")).toMatchObject({ text: "Better.", end: { state: "completed" } });
    });
  });
}

const toOption = (label: string) => ({ label, description: "" });

/** Answers what is asked, in order. */
function answerWith(conversation: AgentConversation, options: readonly string[]) {
  const left = [...options];
  return (event: AgentEvent) => {
    if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, left.shift() ?? null);
  };
}
