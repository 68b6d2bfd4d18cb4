import { describe, expect, it } from "vitest";
import { AgentId, ChatId, SessionId } from "../ids.ts";
import { buildAgent, buildChat, buildPrompt, buildSession, buildTask } from "../testing/build.ts";
import { decideSendPrompt, MAX_OPEN_TASKS_PER_SESSION, type SendPromptState } from "./decide-send-prompt.ts";

const ready: SendPromptState = {
  existing: null,
  chat: buildChat(),
  session: buildSession(),
  agent: buildAgent(),
  isDeleting: false,
  attachments: [],
  openTasks: 0,
};
const KIB = 1024;

describe("a new prompt", () => {
  it.each([
    { name: "to a chat", state: {}, prompt: {} },
    { name: "to a chat, with its session named", state: {}, prompt: { sessionId: SessionId.parse("session-1") } },
    {
      name: "to a session without naming a chat",
      state: { chat: null },
      prompt: { chatId: null, sessionId: SessionId.parse("session-1") },
    },
    { name: "of the maximum size", state: {}, prompt: { text: "x".repeat(512 * KIB) } },
    { name: "that takes the last place in the queue", state: { openTasks: MAX_OPEN_TASKS_PER_SESSION - 1 }, prompt: {} },
  ])("is accepted: $name", ({ state, prompt }) => {
    expect(decideSendPrompt({ ...ready, ...state }, buildPrompt(prompt))).toEqual({ kind: "accept" });
  });

  it.each([
    { name: "empty", state: {}, prompt: { text: "" }, fault: { kind: "prompt_empty" } },
    { name: "only spaces", state: {}, prompt: { text: " \n\t" }, fault: { kind: "prompt_empty" } },
    {
      name: "a byte too large",
      state: {},
      prompt: { text: "x".repeat(512 * KIB + 1) },
      fault: { kind: "prompt_too_large", bytes: 524_289, maxBytes: 524_288 },
    },
    {
      name: "too large in bytes though not in characters",
      state: {},
      prompt: { text: "é".repeat(300 * KIB) },
      fault: { kind: "prompt_too_large", bytes: 614_400, maxBytes: 524_288 },
    },
    { name: "to nowhere", state: { chat: null, session: null }, prompt: { chatId: null }, fault: { kind: "chat_required" } },
    { name: "to an unknown chat", state: { chat: null, session: null }, prompt: {}, fault: { kind: "chat_not_found", chatId: "chat-1" } },
    {
      name: "to a chat of another session",
      state: {},
      prompt: { sessionId: SessionId.parse("session-2") },
      fault: { kind: "chat_not_found", chatId: "chat-1" },
    },
    {
      name: "to an unknown session",
      state: { chat: null, session: null },
      prompt: { chatId: null, sessionId: SessionId.parse("session-9") },
      fault: { kind: "session_not_found", sessionId: "session-9" },
    },
    {
      name: "to a deleted session",
      state: { session: buildSession({ deletedAt: 1 }) },
      prompt: {},
      fault: { kind: "session_not_found", sessionId: "session-1" },
    },
    {
      name: "to an archived session",
      state: { session: buildSession({ archived: true }) },
      prompt: {},
      fault: { kind: "session_archived", sessionId: "session-1" },
    },
    {
      name: "to a closed chat",
      state: { chat: buildChat({ closedAt: 1 }) },
      prompt: {},
      fault: { kind: "chat_closed", chatId: "chat-1" },
    },
    { name: "for an unknown agent", state: { agent: null }, prompt: {}, fault: { kind: "agent_not_found", agent: "boocode" } },
    {
      name: "for an agent that is not installed",
      state: { agent: buildAgent({ available: false, diagnosis: "Not found.", installHint: "npm i -g it" }) },
      prompt: {},
      fault: { kind: "agent_unavailable", agent: "boocode", hint: "npm i -g it" },
    },
    {
      name: "for an agent that cannot start",
      state: { agent: buildAgent({ available: false, diagnosis: "It exits at once." }) },
      prompt: {},
      fault: { kind: "agent_unavailable", agent: "boocode", hint: "It exits at once." },
    },
    {
      name: "to a full queue",
      state: { openTasks: MAX_OPEN_TASKS_PER_SESSION },
      prompt: {},
      fault: { kind: "queue_full", sessionId: "session-1", limit: 100 },
    },
  ])("is refused: $name", ({ state, prompt, fault }) => {
    expect(decideSendPrompt({ ...ready, ...state }, buildPrompt(prompt))).toEqual({ kind: "refuse", fault });
  });
});

describe("T7: a known prompt id", () => {
  const existing = buildTask({ state: "completed" });
  const conflict = { kind: "refuse", fault: { kind: "prompt_conflict", promptId: "prompt-1" } };

  it.each([
    { name: "the same again", state: {}, prompt: {} },
    { name: "the same, without a chat", state: {}, prompt: { chatId: null, sessionId: SessionId.parse("session-1") } },
    { name: "though the queue is full", state: { openTasks: 100 }, prompt: {} },
    {
      name: "though the chat is closed and the agent gone meanwhile",
      state: { chat: buildChat({ closedAt: 1 }), agent: null },
      prompt: {},
    },
  ])("is a retry: $name", ({ state, prompt }) => {
    expect(decideSendPrompt({ ...ready, ...state, existing }, buildPrompt(prompt))).toEqual({ kind: "duplicate", task: existing });
  });

  it.each([
    { name: "another text", prompt: { text: "Do that" } },
    { name: "another chat", prompt: { chatId: ChatId.parse("chat-2") } },
    { name: "another session", prompt: { chatId: null, sessionId: SessionId.parse("session-2") } },
    { name: "another agent", prompt: { agent: AgentId.parse("goose") } },
  ])("is a conflict: $name", ({ prompt }) => {
    expect(decideSendPrompt({ ...ready, existing }, buildPrompt(prompt))).toEqual(conflict);
  });
});
