import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { TaskId } from "@boocode/shared/ids";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { Barrier } from "@boocode/testkit/barrier";
import type { OpencodeAfterwards, OpencodeStep } from "@boocode/testkit/opencode/opencode-steps";
import { describe, expect, it } from "vitest";
import { systemTime, type Time } from "../../platform/time.ts";
import { readText, say, setUpScripted } from "./opencode-fixture.ts";

/** Time in which the agent's own turn ends soon after it is quiet. */
const HASTY: Pick<Time, "after" | "elapsedMs"> = {
  elapsedMs: () => systemTime.elapsedMs(),
  after: (delayMs, work) => systemTime.after(delayMs === 2_000 ? 50 : delayMs, work),
};

/** A chat whose first answer is "Done." and which then goes on without a prompt. Counts how often it says so. */
async function setUp(afterwards: readonly OpencodeAfterwards[]) {
  const script: Parameters<typeof setUpScripted>[0]["script"] = (_, index) =>
    index === 0 ? { steps: [{ do: "say", text: "Done." }], afterwards } : { steps: [{ do: "say", text: "Next." }] };
  const subject = await setUpScripted({ script }, { time: HASTY });
  const conversation = await subject.backend.open(subject.opening);
  const began = Promise.withResolvers<void>();
  const calls = { began: 0 };
  conversation.onUnasked?.(() => {
    calls.began += 1;
    began.resolve();
  });
  return { ...subject, conversation, began: began.promise, calls };
}

/** Follows a chat's own activity; returns its events and end. */
async function follow(conversation: AgentConversation, onEvent?: (event: AgentEvent) => void) {
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => {
    events.push(event);
    onEvent?.(event);
  };
  const end = await conversation.follow!({ taskId: TaskId.parse("tsk_own"), generation: 2, emit });
  return { end, events, text: readText(events, "text") };
}

describe("What opencode says after a turn's end", () => {
  it("belongs to the turn if it comes immediately", async () => {
    await using subject = await setUp([{ steps: [{ do: "say", text: " And this." }] }]);
    const { text, end } = await say(subject.conversation, "Go");
    expect({ text, state: end.state }).toEqual({ text: "Done. And this.", state: "completed" });
    expect(subject.calls.began).toBe(0);
  });

  it("is held and belongs to a turn of its own if it comes later, with its tool, file and usage", async () => {
    const gate = new Barrier();
    await using subject = await setUp([
      {
        gate,
        isOwn: true,
        steps: [
          { do: "say", text: "I go on." },
          {
            do: "tool",
            tool: "write",
            input: { filePath: "b.txt" },
            output: "written",
            during: [{ do: "write", path: "b.txt", text: "b" }],
          },
        ],
      },
    ]);
    const first = await say(subject.conversation, "Go");
    gate.open();
    await subject.began;
    const own = await follow(subject.conversation);
    expect(first.text).toBe("Done.");
    expect(own).toMatchObject({ text: "I go on.", end: { state: "completed", cause: null, model: "scripted/scripted" } });
    expect(own.events.filter(({ type }) => type.startsWith("tool."))).toMatchObject([
      { type: "tool.started", kind: "write" },
      { type: "tool.updated", status: "completed" },
    ]);
    expect(own.end.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    const next = await say(subject.conversation, "And now?");
    expect(next.text).toBe("Next.");
    expect(next.end.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
  });

  it("waits for the turn of a prompt that came first, and is not mixed with it", async () => {
    const gate = new Barrier();
    await using subject = await setUp([{ gate, steps: [{ do: "say", text: "Late words." }] }]);
    await say(subject.conversation, "Go");
    gate.open();
    await subject.began;
    const next = await say(subject.conversation, "And now?");
    expect(next.text).toBe("Next.");
    expect(subject.calls.began).toBeGreaterThan(1);
    expect((await follow(subject.conversation)).text).toBe("Late words.");
  });

  it.each([
    ["allowed", "once", " It is made."],
    ["refused", "reject", ""],
  ])("may ask: the question is held too, and is %s", async (_, option, said) => {
    const gate = new Barrier();
    const once = [{ do: "say", text: " It is made." }] as const;
    await using subject = await setUp([
      {
        gate,
        isOwn: true,
        steps: [
          { do: "say", text: "I make it." },
          { do: "ask", permission: "bash", patterns: ["make"], once, reject: [] },
        ],
      },
    ]);
    await say(subject.conversation, "Go");
    gate.open();
    await subject.began;
    const own = await follow(subject.conversation, (event) => {
      if (event.type === "permission.requested") void subject.conversation.answerPermission(event.permissionId, option);
    });
    expect(own).toMatchObject({ text: `I make it.${said}`, end: { state: "completed" } });
    expect(own.events.filter(({ type }) => type === "permission.requested")).toHaveLength(1);
  });

  it("can be stopped, and fails as a prompt's turn does", async () => {
    const [first, second] = [new Barrier(), new Barrier()];
    await using subject = await setUp([
      {
        gate: first,
        isOwn: true,
        steps: [
          { do: "say", text: "Hopeless." },
          { do: "fail", name: "APIError", message: "No more" },
        ],
      },
    ]);
    await say(subject.conversation, "Go");
    first.open();
    await subject.began;
    expect((await follow(subject.conversation)).end).toMatchObject({ state: "failed", evidence: { message: "No more" } });
    await using other = await setUp([{ gate: second, isOwn: true, steps: [{ do: "say", text: "For ever." }, { do: "never" }] }]);
    await say(other.conversation, "Go");
    second.open();
    await other.began;
    const stopped = follow(other.conversation, (event) => void (event.type === "text.delta" && other.conversation.cancel()));
    expect((await stopped).end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
    await other.opencode.until(() => other.opencode.requests.some(({ path }) => path.endsWith("/abort")));
  });

  it("is nobody's after a stopped turn", async () => {
    const sessions: string[] = [];
    const toLate = (sessionID: string): OpencodeStep => ({
      do: "event",
      type: "message.part.updated",
      properties: {
        sessionID,
        part: { id: "prt_late", messageID: "msg_zzz", sessionID, type: "text", text: "Late.", time: { start: 1, end: 2 } },
      },
    });
    await using subject = await setUpScripted({
      script: ({ sessionId, text }) => {
        sessions.push(sessionId);
        if (text === "Go") return { steps: [{ do: "say", text: "Going." }, { do: "never" }] };
        // By another chat of the folder, while the first has no turn.
        return { steps: [...(text === "Speak" ? [toLate(sessions[0]!)] : []), { do: "say", text: "Next." }] };
      },
    });
    const [chat, other] = [await subject.backend.open(subject.opening), await subject.backend.open(subject.opening)];
    let began = 0;
    chat.onUnasked?.(() => (began += 1));
    const turn = say(chat, "Go", (event) => void (event.type === "text.delta" && chat.cancel()));
    expect((await turn).end.state).toBe("cancelled");
    await say(other, "Speak");
    // The first chat has read past the late words once it has this answer.
    expect((await say(chat, "And now?")).text).toBe("Next.");
    expect(began).toBe(0);
  });

  it("ends as interrupted when the chat is closed", async () => {
    const gate = new Barrier();
    await using subject = await setUp([{ gate, isOwn: true, steps: [{ do: "say", text: "For ever." }, { do: "never" }] }]);
    await say(subject.conversation, "Go");
    gate.open();
    await subject.began;
    const own = follow(subject.conversation);
    await subject.conversation.close();
    expect((await own).end).toMatchObject({ state: "interrupted", cause: "daemon_shutdown" });
  });
});
