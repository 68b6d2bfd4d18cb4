import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { listAsks } from "@boocode/coder/backends/opencode/turn/list-turn";
import { toHandover } from "@boocode/shared/agents/handoff/handover-frame";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository } from "@boocode/testkit/repo-builder";
import type { ModelRequest } from "@boocode/testkit/model/model-script";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { describeBackendContract, type ContractTurn } from "../../apps/coder/src/backends/backend-contract.ts";
import { findProcessesByMarker } from "../../apps/coder/src/platform/processes/process.ts";
import { answer, call, missedOf, openThroughApi, say, startRealOpencode, TASK, textOf, toReplies } from "./opencode-fixture.ts";
import { TEST_MARKER } from "./kill-marked.ts";

// The first prompt in each directory loads about fifty plugins, which takes seconds on an idle machine and a minute on a busy one.
vi.setConfig({ testTimeout: 240_000 });

let opencode: Awaited<ReturnType<typeof startRealOpencode>>;
beforeAll(async () => {
  opencode = await startRealOpencode();
}, 240_000);
afterAll(() => opencode[Symbol.asyncDispose]());

const lastPrompt = ({ body }: ModelRequest) => JSON.stringify(body.messages.findLast(({ role }) => role === "user")?.content);

describeBackendContract("The real opencode", async (turns: readonly ContractTurn[]) => {
  const { barriers, replies } = toReplies(turns);
  const subject = await opencode.setUp((_, index) => replies[index] ?? { status: 500, body: "The script is over" });
  return { ...subject, untilWaiting: (turn: number) => barriers[turn]!.reached };
});

describe("The real opencode", () => {
  it("keeps one server, session and worktree over two turns, with one thought in each", async () => {
    await using subject = await opencode.setUp((_, index) => ({
      steps: [
        { kind: "reasoning", text: `Thought ${index} is thought.` },
        { kind: "text", text: `Answer ${index} is here.` },
      ],
    }));
    const before = opencode.starts();
    const conversation = await subject.backend.open(subject.opening);
    const first = await say(conversation, "One");
    const second = await say(conversation, "Two");
    expect(first).toMatchObject({
      text: "Answer 0 is here.",
      thought: "Thought 0 is thought.",
      end: { state: "completed", model: "default/scripted" },
    });
    expect(second).toMatchObject({
      text: "Answer 1 is here.",
      thought: "Thought 1 is thought.",
      end: { state: "completed", model: "default/scripted" },
    });
    expect(second.end.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(conversation).toMatchObject({ continuity: "new", agentSessionId: expect.stringMatching(/^ses_/) });
    expect(opencode.starts() - before).toBeLessThanOrEqual(1);
    expect(await findProcessesByMarker(TEST_MARKER, opencode.marker)).toHaveLength(1);
    expect(await subject.worktree.git("worktree", "list", "--porcelain")).toMatch(/^worktree [^\n]*\nHEAD [^\n]*\nbranch [^\n]*$/);
  });

  it("gives the model what it missed before the prompt, and keeps the prompt as the person wrote it", async () => {
    await using subject = await opencode.setUp(() => answer("Now I know."));
    const conversation = await subject.backend.open(subject.opening);
    const handover = toHandover("The person to boocode:\n  Two");
    expect(await say(conversation, "Three", undefined, "auto", { handover })).toMatchObject({
      text: "Now I know.",
      end: { state: "completed" },
    });
    await say(conversation, "Four");
    const messages = opencode.model.requests.findLast(({ body }) => body.tools)!.body.messages;
    const asked = messages.filter(({ role }) => role === "user").map(({ content }) => JSON.stringify(content));
    expect(asked).toHaveLength(2);
    expect(asked[0]!.indexOf("Two")).toBeGreaterThan(0);
    expect(asked[0]!.indexOf("Three")).toBeGreaterThan(asked[0]!.indexOf("</boocode-handover>"));
    // opencode itself marks it as nothing that the person wrote.
    const { data } = await opencode.sdk().session.messages({ sessionID: conversation.agentSessionId!, directory: subject.worktree.path });
    const parts = data!.find(({ info }) => info.role === "user")!.parts.filter((part) => part.type === "text");
    expect(parts).toMatchObject([{ text: handover, synthetic: true }, { text: "Three" }]);
  });

  it("goes on by itself, as for a plugin or another client, in a turn of its own", async () => {
    await using subject = await opencode.setUp((_, index) =>
      index === 1 ? call("write", { filePath: join(subject.worktree.path, "late.txt"), content: "late\n" }) : answer(`Answer ${index}.`),
    );
    const conversation = await subject.backend.open(subject.opening);
    const began = Promise.withResolvers<void>();
    conversation.onUnasked?.(began.resolve);
    const first = await say(conversation, "One");
    // Nobody asked for this in BooCode.
    await opencode.sdk().session.promptAsync({
      sessionID: conversation.agentSessionId!,
      directory: subject.worktree.path,
      parts: [{ type: "text", text: "By another" }],
    });
    await began.promise;
    const events: AgentEvent[] = [];
    const end = await conversation.follow!({ taskId: TASK, generation: 2, emit: (event) => void events.push(event) });
    const next = await say(conversation, "Two");
    expect([first.text, textOf(events, "text.delta"), next.text]).toEqual(["Answer 0.", "Answer 2.", "Answer 3."]);
    expect(events).toContainEqual(expect.objectContaining({ type: "tool.updated", status: "completed" }));
    expect(end).toMatchObject({ state: "completed", model: "default/scripted", usage: { inputTokens: expect.any(Number) } });
    expect(await readFile(join(subject.worktree.path, "late.txt"), "utf8")).toBe("late\n");
  });

  it("warms up a new worktree with a discarded turn that leaves nothing behind", async () => {
    await using subject = await opencode.setUp(() => answer("Here I am."), { hasOwnWorktree: true });
    const { path } = subject.worktree;
    const before = opencode.demo.requests.length;
    const conversation = await subject.backend.open(subject.opening);
    await Promise.all([conversation.warmUp?.(), conversation.warmUp?.()]);
    expect(opencode.demo.requests.slice(before).map(({ body }) => JSON.stringify(body.messages.at(-1)?.content))).toEqual([
      expect.stringContaining("count to 1"),
    ]);
    expect(await subject.worktree.git("status", "--porcelain", "--ignored")).toBe("");
    expect(await opencode.sessionsOf(path)).toMatchObject([{ id: conversation.agentSessionId }]);

    const turn = await say(conversation, "Where are you?");
    expect(turn).toMatchObject({ text: "Here I am.", end: { state: "completed", usage: { inputTokens: 10 } } });
    expect(JSON.stringify(opencode.model.requests.at(-1)?.body.messages)).not.toContain("count to 1");
    const unused = await subject.backend.open(subject.opening);
    await unused.warmUp?.();
    expect(opencode.demo.requests).toHaveLength(before + 1);
    await unused.close();
    expect(await opencode.sessionsOf(path)).toMatchObject([{ id: conversation.agentSessionId }]);
  });

  it("accepts a prompt during a warm-up, and leaves nothing behind if the chat closes first", async () => {
    await using subject = await opencode.setUp(() => answer("At once."), { hasOwnWorktree: true });
    const conversation = await subject.backend.open(subject.opening);
    const warming = conversation.warmUp?.();
    expect(await say(conversation, "Now")).toMatchObject({ text: "At once.", end: { state: "completed" } });
    await warming;
    await using other = await createRepository();
    const gone = await subject.backend.open({ ...subject.opening, worktreePath: other.path });
    const broken = gone.warmUp?.();
    await gone.close();
    await broken;
    expect(await opencode.sessionsOf(other.path)).toEqual([]);
  });

  it("edits files of the worktree, names them, and tells the turn again from what it has written down", async () => {
    await using subject = await opencode.setUp((_, index) =>
      index === 0 ? call("write", { filePath: join(subject.worktree.path, "sub/b.txt"), content: "new\n" }) : answer("It is written."),
    );
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Write it");
    expect(turn.end).toMatchObject({ state: "completed" });
    expect(turn.events).toContainEqual(
      expect.objectContaining({ type: "tool.started", kind: "write", paths: ["sub/b.txt"], title: "Write sub/b.txt" }),
    );
    expect(turn.events).toContainEqual(expect.objectContaining({ type: "tool.updated", status: "completed" }));
    expect(await readFile(join(subject.worktree.path, "sub/b.txt"), "utf8")).toBe("new\n");
    const told = (await conversation.recall?.(TASK)) ?? [];
    const missed = [{ type: "tool.started" }, { type: "tool.updated", status: "completed" }, { type: "part.set", text: "It is written." }];
    expect(missedOf([], told)).toMatchObject(missed);
    expect(missedOf(turn.events, told)).toEqual([]);
  });

  it.each([
    ["once", "1: note"],
    ["reject", "rejected permission"],
  ])("asks before it leaves the worktree, and takes the answer %s", async (optionId, result) => {
    await using outside = await createRepository({ "note.txt": "note\n" });
    await using subject = await opencode.setUp((_, index) =>
      index === 0 ? call("read", { filePath: join(outside.path, "note.txt") }) : answer("I read it."),
    );
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Read it", (event) => {
      if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, optionId);
    });
    expect(turn.end).toMatchObject({ state: "completed" });
    expect(turn.events.filter(({ type }) => type === "permission.requested")).toHaveLength(1);
    const updates = turn.events.flatMap((event) => (event.type === "tool.updated" ? [JSON.stringify(event.result)] : []));
    expect(updates.join()).toContain(result);
  });

  it("delegates to a child: its calls are nested, its question is put and answered, its words are the result", async () => {
    await using outside = await createRepository({ "note.txt": "note\n" });
    const replies = [
      call("task", { description: "Look", prompt: "Look around", subagent_type: "general" }),
      call("read", { filePath: join(outside.path, "note.txt") }),
      answer("The child has read it."),
      answer("The child is done."),
    ];
    await using subject = await opencode.setUp((_, index) => replies[index] ?? { status: 500, body: "The script is over" });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Delegate it", (event) => {
      if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, "once");
    });
    expect(turn).toMatchObject({ text: "The child is done.", end: { state: "completed" } });
    const [task, read] = turn.events.filter((event) => event.type === "tool.started");
    expect(task).toMatchObject({ name: "task", title: "Delegate: Look" });
    expect(read).toMatchObject({ kind: "read", parentCallId: task!.callId });
    const asked = turn.events.filter((event) => event.type === "permission.requested");
    expect(asked).toMatchObject([{ callId: read!.callId, paths: [join(outside.path, "note.txt")] }]);
    expect(turn.events).toContainEqual(expect.objectContaining({ type: "tool.updated", callId: read!.callId, status: "completed" }));
    expect(JSON.stringify(turn.events.findLast((event) => event.type === "tool.updated"))).toContain("The child has read it.");
  });

  it("shows the whole command it asks about and its folder", async () => {
    await using subject = await opencode.setUp((_, index) =>
      index === 0
        ? call("bash", { command: "cat /etc/hostname && pwd", workdir: subject.worktree.path, description: "Lists" })
        : answer("Listed."),
    );
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "List it", (event) => {
      if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, "reject");
    });
    const asked = turn.events.filter((event) => event.type === "permission.requested");
    expect(asked).toMatchObject([{ argv: ["cat /etc/hostname && pwd"], cwd: ".", paths: ["/etc"] }]);
  });

  it("S12: gives the commands of an agent neither its server's password nor a key of an endpoint's", async () => {
    await using subject = await opencode.setUp((_, index) =>
      index === 0 ? call("bash", { command: "env", description: "Lists" }) : answer("Listed."),
    );
    const env = { ...subject.opening.env, BOOCODE_WORK: "ses_1/chat_1" };
    const conversation = await subject.backend.open({ ...subject.opening, env });
    const turn = await say(conversation, "List it");
    const listed = turn.events.flatMap((event) => (event.type === "tool.updated" ? [event.result.output ?? ""] : [])).at(-1);
    expect(listed).toMatch(/^OPENCODE_SERVER_PASSWORD=$/m);
    expect(listed).not.toContain(opencode.model.apiKey);
    // One server serves many chats, so the server's own id of this chat marks the processes of its commands.
    expect(listed?.match(/^BOOCODE_WORK=.*$/m)?.[0]).toBe(`BOOCODE_WORK=agent:${conversation.agentSessionId}`);
  });

  it("handles and answers questions of the newer API", async () => {
    const waits = new Barrier();
    await using subject = await opencode.setUp(() => ({
      steps: [
        { kind: "text", text: "I begin" },
        { kind: "wait", barrier: waits },
        { kind: "text", text: " and end." },
      ],
    }));
    const conversation = await subject.backend.open(subject.opening);
    const client = opencode.client();
    const directory = subject.worktree.path;
    const answered = Promise.withResolvers<void>();
    const turn = say(conversation, "Go", (event) => {
      if (event.type === "permission.requested")
        void conversation.answerPermission(event.permissionId, "once").then(answered.resolve, answered.reject);
    });
    await waits.reached;
    const asked = { sessionID: conversation.agentSessionId ?? "", action: "external_directory", resources: ["/etc/*"] };
    const headers = { "x-opencode-directory": encodeURIComponent(directory) };
    await opencode.sdk().v2.session.permission.create(asked, { headers });
    await answered.promise;
    expect(await listAsks(client, directory)).toMatchObject({ events: [] });
    waits.open();
    const { text, events } = await turn;
    expect(text).toBe("I begin and end.");
    const told = events.filter((event) => event.type === "permission.requested");
    expect(told).toMatchObject([{ title: "Use files outside the worktree: /etc/*" }]);
  });

  it("has a turn through the interface of opencode 2, which takes more of what the person wants", async () => {
    const waits = new Barrier();
    await using subject = await opencode.setUp((request, index) =>
      index === 0
        ? {
            steps: [
              { kind: "reasoning", text: "I think." },
              { kind: "text", text: "I begin." },
              { kind: "wait", barrier: waits },
            ],
          }
        : answer(`${lastPrompt(request).includes("in red") ? "In red" : "Not so"}.`),
    );
    const conversation = await openThroughApi(opencode.client(), subject.worktree.path);
    const turn = say(conversation, "Paint it");
    await waits.reached;
    expect(await conversation.steer?.("and in red", async () => "and in red")).toBe(true);
    waits.open();
    expect(await turn).toMatchObject({
      text: "I begin.In red.",
      thought: "I think.",
      end: { state: "completed", model: "default/scripted", usage: { inputTokens: 20, outputTokens: 10 } },
    });
    expect(missedOf((await turn).events, (await conversation.recall?.(TASK)) ?? [])).toEqual([]);
    await conversation.close();
  });

  it("takes more of what the person wants into a running turn", async () => {
    const waits = new Barrier();
    await using subject = await opencode.setUp((request, index) =>
      index === 0
        ? {
            steps: [
              { kind: "text", text: "I begin. " },
              { kind: "wait", barrier: waits },
            ],
          }
        : answer(lastPrompt(request).includes("in red") ? "In red." : "Not so."),
    );
    const conversation = await subject.backend.open(subject.opening);
    const turn = say(conversation, "Paint it");
    await waits.reached;
    expect(await conversation.steer?.("and in red", async () => "and in red")).toBe(true);
    waits.open();
    expect(await turn).toMatchObject({ text: "I begin. In red.", end: { state: "completed" } });
    expect(missedOf((await turn).events, (await conversation.recall?.(TASK)) ?? [])).toEqual([]);
  });

  it("streams two chats of two worktrees at once, without mixing them", async () => {
    const both = [new Barrier(), new Barrier()] as const;
    await using subject = await opencode.setUp((request) => {
      const isLeft = lastPrompt(request).includes("left");
      const name = isLeft ? "left" : "right";
      const barrier = both[isLeft ? 0 : 1];
      return {
        steps: [
          { kind: "text", text: `${name} one ` },
          { kind: "wait", barrier },
          { kind: "text", text: `${name} two` },
        ],
      };
    });
    await using other = await createRepository();
    const left = await subject.backend.open(subject.opening);
    const right = await subject.backend.open({ ...subject.opening, worktreePath: other.path });
    const turns = [say(left, "Go left"), say(right, "Go right")] as const;
    await Promise.all(both.map((barrier) => barrier.reached));
    both[1].open();
    expect(await turns[1]).toMatchObject({ text: "right one right two", end: { state: "completed" } });
    both[0].open();
    expect(await turns[0]).toMatchObject({ text: "left one left two", end: { state: "completed" } });
  });

  it("accepts a prompt right after a stop, and answers it", async () => {
    const waits = new Barrier();
    await using subject = await opencode.setUp((_, index) =>
      index === 0
        ? {
            steps: [
              { kind: "text", text: "I talk and" },
              { kind: "wait", barrier: waits },
            ],
          }
        : answer("Now this."),
    );
    const conversation = await subject.backend.open(subject.opening);
    const stopped = await say(conversation, "Talk", (event) => {
      if (event.type === "text.delta") void conversation.cancel();
    });
    expect(stopped.end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
    expect(await say(conversation, "Then this")).toMatchObject({ text: "Now this.", end: { state: "completed" } });
  });

  it("stops a turn that has just been requested", async () => {
    await using subject = await opencode.setUp((_, index) => answer(`Answer ${index}.`));
    const conversation = await subject.backend.open(subject.opening);
    const turn = say(conversation, "Begin");
    await conversation.cancel();
    expect((await turn).end).toMatchObject({ state: "cancelled" });
    expect(await say(conversation, "Go on")).toMatchObject({ end: { state: "completed" } });
  });

  it("refuses an untrusted repository that would run something, and accepts one that would not", async () => {
    await using subject = await opencode.setUp(() => answer("Fine."), { hasOwnWorktree: true });
    const untrusted = { ...subject.opening, projectTrusted: false };
    expect(await say(await subject.backend.open(untrusted), "Go")).toMatchObject({ end: { state: "completed" } });
    await mkdir(join(subject.worktree.path, ".opencode/plugin"), { recursive: true });
    await expect(subject.backend.open(untrusted)).rejects.toMatchObject({ fault: { kind: "project_not_trusted", agent: "opencode" } });
  });

  it("F2: ends a turn whose server was killed, and goes on with the same session in the next", async () => {
    const waits = new Barrier();
    await using subject = await opencode.setUp((_, index) =>
      index === 0
        ? {
            steps: [
              { kind: "text", text: "I talk and" },
              { kind: "wait", barrier: waits },
            ],
          }
        : answer("I am back."),
    );
    const conversation = await subject.backend.open(subject.opening);
    const turn = say(conversation, "Talk", (event) => {
      if (event.type === "text.delta") void opencode.kill();
    });
    expect(await turn).toMatchObject({
      text: expect.stringContaining("I"),
      end: { state: "interrupted", cause: "agent_exit", evidence: { signal: "SIGKILL" } },
    });
    await conversation.closed;
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(next).toMatchObject({ continuity: "resumed", agentSessionId: conversation.agentSessionId });
    expect(await say(next, "Are you there?")).toMatchObject({ text: "I am back.", end: { state: "completed" } });
  });
});
