import * as fc from "fast-check";
import type { AgentEvent } from "../agents/agent-event.ts";
import type { ChatEvent, ChatEventBody } from "../chats/chat-event.ts";
import { BlobId, ChatId, type Seq, TaskId } from "../ids.ts";
import { buildEvent, BUILT_IDS } from "./build.ts";
import { writeHistory } from "./write-history.ts";

const chatIds = [BUILT_IDS.chat, ChatId.parse("chat-2"), null] as const;
const taskIds = [TaskId.parse("task-1"), TaskId.parse("task-2"), null] as const;

const usage = fc.record({
  inputTokens: fc.option(fc.nat(100)),
  outputTokens: fc.option(fc.nat(100)),
  cachedTokens: fc.constant(null),
  cost: fc.constant(null),
  contextUsed: fc.constant(null),
  contextSize: fc.constant(null),
});
const partId = fc.constantFrom("p1", "p2");
const callId = fc.constantFrom("c1", "c2");
const permissionId = fc.constantFrom("a1", "a2") as fc.Arbitrary<never>;
/** Includes characters outside the basic plane, whose surrogate halves a range may separate. */
const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "😀"), maxLength: 6 }).map((whole) => whole.slice(0, 5));
const result = fc.record({ output: text, exitCode: fc.nat(1), truncatedBytes: fc.nat(9) }, { requiredKeys: [] });

/** Generates any agent event over a few ids, meaningful or not. */
export const arbitraryAgentEvent: fc.Arbitrary<AgentEvent> = fc.oneof(
  fc.record({ type: fc.constantFrom("text.delta" as const, "thought.delta" as const), partId, offset: fc.nat(8), text }),
  fc.record({ type: fc.constantFrom("text.delta" as const, "thought.delta" as const), partId, offset: fc.constant(0), text }),
  fc.record({
    type: fc.constant("part.set" as const),
    partId,
    kind: fc.constantFrom("text" as const, "thought" as const),
    firstSeq: fc.option(fc.nat(30)),
    text,
  }),
  fc.record({
    type: fc.constant("tool.started" as const),
    callId,
    name: text,
    kind: fc.constantFrom("edit" as const, "command" as const),
    title: text,
    paths: fc.array(text, { maxLength: 2 }),
    input: fc.constant({}),
  }),
  fc.record({
    type: fc.constant("tool.updated" as const),
    callId,
    status: fc.constantFrom("running" as const, "completed" as const, "failed" as const, "cancelled" as const),
    result,
  }),
  fc.record({
    type: fc.constant("plan.updated" as const),
    entries: fc.array(fc.record({ text, status: fc.constantFrom("pending" as const, "done" as const) }), { maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant("commands.updated" as const),
    commands: fc.array(fc.record({ name: text, description: text }), { maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant("permission.requested" as const),
    permissionId,
    callId: fc.option(callId),
    title: text,
    options: fc.constant<never[]>([]),
  }),
  fc.record({
    type: fc.constant("permission.resolved" as const),
    permissionId,
    optionId: fc.option(text),
    by: fc.constantFrom("person" as const, "rule" as const, "cancelled" as const),
  }),
  fc.record({ type: fc.constant("usage.updated" as const), usage }),
  fc.record({ type: fc.constant("session.updated" as const), agentSessionId: fc.option(text), title: fc.option(text) }),
  fc.record({ type: fc.constant("notice" as const), level: fc.constantFrom("info" as const, "warning" as const), text }),
);

const attachment = fc.record({
  blobId: fc.constantFrom("a", "b").map((digit) => BlobId.parse(digit.repeat(64))),
  name: fc.constantFrom("a.png", "b.txt"),
  bytes: fc.nat(100),
  type: fc.constantFrom("image/png" as const, "text/plain" as const),
});
const given = fc.record({
  name: fc.constantFrom("a.png", "b.txt"),
  how: fc.constantFrom("image" as const, "none" as const),
  because: fc.option(fc.constant("no_images" as const)),
  isCut: fc.boolean(),
  path: fc.option(fc.constant("/a.png")),
});

const arbitraryFact: fc.Arbitrary<ChatEventBody> = fc.oneof(
  fc.record({
    type: fc.constant("prompt.accepted" as const),
    promptId: fc.constant(BUILT_IDS.prompt),
    agent: fc.constant(BUILT_IDS.agent),
    model: text,
    mode: text,
    kind: fc.constant("message" as const),
    text,
  }),
  fc.record({
    type: fc.constant("prompt.accepted" as const),
    promptId: fc.constant(BUILT_IDS.prompt),
    agent: fc.constant(BUILT_IDS.agent),
    model: text,
    mode: text,
    kind: fc.constant("message" as const),
    text,
    attachments: fc.array(attachment, { maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant("attachments.given" as const),
    to: fc.constant(BUILT_IDS.agent),
    files: fc.array(given, { maxLength: 2 }),
  }),
  fc.record({ type: fc.constant("task.started" as const), agent: fc.constant(BUILT_IDS.agent), model: text }),
  fc.record({
    type: fc.constant("task.ended" as const),
    state: fc.constantFrom("completed" as const, "failed" as const, "cancelled" as const, "interrupted" as const),
    agent: fc.constant(BUILT_IDS.agent),
    model: text,
    cause: fc.constant(null),
    evidence: fc.constant(null),
    durationMs: fc.option(fc.nat(9)),
    usage: fc.option(usage),
    filesChanged: fc.nat(3),
  }),
  fc.record({
    type: fc.constant("changes.captured" as const),
    paths: fc.constant<never[]>([]),
    additions: fc.nat(3),
    deletions: fc.nat(3),
  }),
  fc.record({
    type: fc.constantFrom("changes.applied" as const, "changes.rejected" as const, "changes.restored" as const),
    paths: fc.constant<never[]>([]),
    undone: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("prompt.steered" as const),
    promptId: fc.constantFrom("s1", "s2") as fc.Arbitrary<never>,
    from: fc.constantFrom("task-3", "task-4") as fc.Arbitrary<never>,
    text,
  }),
  fc.record({
    type: fc.constant("handoff.sent" as const),
    to: fc.constant(BUILT_IDS.agent),
    from: fc.array(fc.constant(BUILT_IDS.agent), { maxLength: 2 }),
    turns: fc.nat(3),
    isAnew: fc.boolean(),
    text,
  }),
  fc.record({ type: fc.constant("skill.given" as const), name: text, path: text, text }),
  fc.record({ type: fc.constant("late_terminal" as const), generation: fc.nat(3), state: fc.constant("completed") }),
  fc.record({ type: fc.constant("unreadable" as const), originalType: text }),
);

/** Generates any event of any chat at any place, including events no daemon would write. */
export const arbitraryEvent: fc.Arbitrary<ChatEvent> = fc
  .record({
    seq: fc.integer({ min: 1, max: 40 }) as fc.Arbitrary<Seq>,
    chatId: fc.constantFrom(chatIds[0], chatIds[0], ...chatIds),
    taskId: fc.constantFrom(...taskIds),
    body: fc.oneof({ weight: 3, arbitrary: arbitraryAgentEvent }, { weight: 1, arbitrary: arbitraryFact }),
  })
  .map(({ body, ...place }) => buildEvent(body, { ...place, at: 1_000 + place.seq }));

/**
 * Generates a session's whole journal as a daemon may write it: dense seqs, one running task at a time, prompts queued meanwhile, parts
 * that grow side by side, repeat, overlap, skip or are replaced, and an end for every task that started.
 */
export const arbitraryHistory: fc.Arbitrary<ChatEvent[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom(
        "accept",
        "edit",
        "start",
        "start",
        "say",
        "say",
        "say",
        "repeat",
        "skip",
        "set",
        "call",
        "report",
        "ask",
        "answer",
        "plan",
        "other",
        "end",
      ),
      which: fc.nat(2),
      text,
    }),
    { minLength: 5, maxLength: 60 },
  )
  .map((moves) => writeHistory([{ kind: "accept", which: 0, text: "go" }, { kind: "start", which: 0, text: "" }, ...moves]));
