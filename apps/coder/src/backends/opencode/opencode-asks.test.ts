import { Barrier } from "@boocode/testkit/barrier";
import { describe, expect, it } from "vitest";
import { describePermission } from "./turn/describe-permission.ts";
import { say, setUpScripted } from "./opencode-fixture.ts";

const COLOURS = [
  { label: "Red", description: "" },
  { label: "Blue", description: "" },
];
const QUESTIONS = [
  { question: "Which colour?", header: "Colour", options: COLOURS },
  { question: "Which size?", header: "Size", options: [{ label: "Small", description: "" }] },
];

describe.each([
  { way: "per directory", isNext: false, root: () => "" },
  { way: "per session, as newer servers do", isNext: true, root: (sessionId: string) => `/api/session/${sessionId}` },
])("What opencode asks $way", ({ isNext, root }) => {
  it("is put with its options, a child's too, and answered where it was asked", async () => {
    const ask = { do: "ask", permission: "bash", patterns: ["make"], metadata: { command: "make" }, once: [], isNext } as const;
    await using subject = await setUpScripted({
      script: () => ({
        steps: [
          {
            do: "delegate",
            title: "Look",
            steps: [{ do: "tool", tool: "bash", input: { command: "make", workdir: "sub" }, during: [ask] }],
          },
          { do: "question", questions: QUESTIONS, isNext },
          { do: "say", text: "Thanks." },
        ],
      }),
    });
    const conversation = await subject.backend.open(subject.opening);
    const asked: string[] = [];
    const turn = await say(conversation, "Go", (event) => {
      if (event.type !== "permission.requested") return;
      asked.push(event.title);
      const wanted = { "Which colour?": "1", "Which size?": "0" }[event.title] ?? "once";
      void conversation.answerPermission(event.permissionId, wanted);
    });
    expect(asked).toEqual(["Run make", "Which colour?", "Which size?"]);
    expect(turn).toMatchObject({ text: "Blue SmallThanks.", end: { state: "completed" } });
    const call = turn.events.find((event) => event.type === "tool.started" && event.kind === "command");
    expect(turn.events).toContainEqual(
      expect.objectContaining({ type: "permission.requested", argv: ["make"], cwd: "sub", callId: (call as { callId: string }).callId }),
    );
    const replies = () => subject.opencode.requests.filter(({ path }) => path.endsWith("/reply"));
    await subject.opencode.until(() => replies().length === 2);
    expect(replies().map(({ body }) => body)).toEqual([{ reply: "once" }, { answers: [["Blue"], ["Small"]] }]);
    const own = conversation.agentSessionId ?? "";
    expect(replies()[0]!.path.startsWith(root("ses_") || "/permission/")).toBe(true);
    expect(replies()[1]!.path.startsWith(`${root(own)}/question/`)).toBe(true);
  });

  it("T8: is not left with it when the turn is stopped: it is refused there, and not asked again", async () => {
    await using subject = await setUpScripted({
      script: (_, index) =>
        index === 0
          ? { steps: [{ do: "ask", permission: "bash", patterns: ["make"], metadata: { command: "make" }, isNext }] }
          : {
              steps: [
                { do: "streams", action: "drop" },
                { do: "say", text: "Now this." },
              ],
            },
    });
    const conversation = await subject.backend.open(subject.opening);
    const stopped = await say(conversation, "Go", ({ type }) => void (type === "permission.requested" && conversation.cancel()));
    expect(stopped.end).toMatchObject({ state: "cancelled" });
    const replies = () => subject.opencode.requests.filter(({ path }) => path.endsWith("/reply"));
    await subject.opencode.until(() => replies().length > 0);
    expect(replies().map(({ body }) => body)).toEqual([{ reply: "reject" }]);
    const next = await say(conversation, "Then this");
    expect(next).toMatchObject({ text: "Now this.", end: { state: "completed" } });
    expect(next.events.filter(({ type }) => type === "permission.requested")).toEqual([]);
  });

  it("T8: that was asked and answered elsewhere during a gap is found, and is not asked twice", async () => {
    const gate = new Barrier();
    await using subject = await setUpScripted({
      script: () => ({
        steps: [
          { do: "say", text: "Now" },
          { do: "wait", gate },
          { do: "streams", action: "drop" },
          {
            do: "ask",
            permission: "webfetch",
            patterns: ["*"],
            metadata: { url: "http://a" },
            once: [{ do: "say", text: " it is." }],
            isNext,
          },
        ],
      }),
    });
    const conversation = await subject.backend.open(subject.opening);
    const turn = say(conversation, "Go", (event) => {
      if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, "once");
    });
    await gate.reached;
    gate.open();
    const { events, text, end } = await turn;
    expect({ text, state: end.state }).toEqual({ text: "Now it is.", state: "completed" });
    expect(events.filter(({ type }) => type === "permission.requested")).toHaveLength(1);
  });
});

describe("The words of a permission say what will happen", () => {
  const request = {
    id: "per_1",
    sessionID: "ses_1",
    patterns: ["git status"],
    metadata: {},
    always: ["git *"],
    family: "directory",
  } as const;
  const describeIt = (more: object, input: Record<string, unknown> | null = null) =>
    describePermission(
      { ...request, patterns: [...request.patterns], always: [...request.always], permission: "bash", ...more },
      input && { id: "prt_1", input },
      "/worktree",
    );
  it("shows the whole command and where it runs, not the pattern it was matched by", () => {
    const metadata = { command: "git status && rm -rf /" };
    expect(describeIt({ metadata }, { workdir: "/etc" })).toMatchObject({ argv: ["git status && rm -rf /"], cwd: "/etc", callId: "prt_1" });
    expect(describeIt({ metadata }, { workdir: "/worktree" })).toMatchObject({ cwd: "." });
    expect(describeIt({ metadata })).toMatchObject({ cwd: ".", callId: null });
  });

  it("names the folders outside that a command uses", () => {
    const metadata = { command: "ls /etc", directories: ["/etc"], patterns: ["/etc/*"] };
    expect(describeIt({ permission: "external_directory", patterns: ["/etc/*"], always: ["/etc/*"], metadata })).toMatchObject({
      title: "Use etc outside the worktree: /etc",
      argv: ["ls /etc"],
      paths: ["/etc"],
    });
  });
});

describe.each(["permission.asked", "permission.v2.asked", "question.asked", "question.v2.asked"])("What nobody is asked (%s)", (type) => {
  const toAsk = (sessionID: string, messageID: string) => {
    const tool = { messageID, callID: "call_1" };
    const permission = { permission: "bash", patterns: ["make"], action: "bash", resources: ["make"] };
    return {
      do: "event",
      type,
      properties: { id: "per_late", sessionID, ...permission, questions: QUESTIONS, tool, source: tool },
    } as const;
  };

  it("is refused: after the turn, and where it is of an earlier one", async () => {
    const [sessions, told] = [[] as string[], [new Barrier(), new Barrier()]];
    await using subject = await setUpScripted({
      script: ({ sessionId, text }, index) => {
        sessions[index] = sessionId;
        if (text === "Work") return { steps: [{ do: "say", text: "Done." }] };
        // By another chat of the folder, while the first has no turn; then in a turn of its own.
        const asks = text === "Ask late" ? toAsk(sessions[0]!, "msg_000") : toAsk(sessionId, "msg_000");
        return { steps: [asks, { do: "wait", gate: told[index - 1]! }, { do: "say", text: "Done." }] };
      },
    });
    const [chat, other] = [await subject.backend.open(subject.opening), await subject.backend.open(subject.opening)];
    await say(chat, "Work");
    const refusals = () => subject.opencode.requests.filter(({ path }) => path.includes("per_late"));
    for (const [at, [asking, text]] of [[other, "Ask late"] as const, [chat, "Ask again"] as const].entries()) {
      const turn = say(asking, text);
      await subject.opencode.until(() => refusals().length === at + 1);
      told[at]!.open();
      const { end, events } = await turn;
      expect(end).toMatchObject({ state: "completed" });
      expect(events.filter((event) => event.type === "permission.requested")).toEqual([]);
    }
    for (const { path, body } of refusals())
      expect([path.split("/").at(-1), body]).toEqual(type.startsWith("perm") ? ["reply", { reply: "reject" }] : ["reject", null]);
  });
});
