import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Agent } from "../agents/agent.ts";
import { AgentEvent } from "../agents/agent-event.ts";
import { AgentSessionRecord } from "../agents/agent-session-record.ts";
import { ChatEvent } from "../chats/chat-event.ts";
import { Chat } from "../chats/chat.ts";
import { Project } from "../projects/project.ts";
import { SessionRecord } from "../sessions/session.ts";
import { SendPromptInput, Task } from "../tasks/task.ts";
import { Worktree } from "../worktrees/worktree.ts";
import { arbitraryAgentEvent, arbitraryEvent, arbitraryHistory } from "./arbitrary-events.ts";
import { buildAgent, buildAgentSession, buildChat, buildProject, buildPrompt, buildSession, buildTask, buildWorktree } from "./build.ts";

it.each([
  ["project", Project, buildProject()],
  ["session", SessionRecord, buildSession()],
  ["chat", Chat, buildChat()],
  ["task", Task, buildTask()],
  ["prompt", SendPromptInput, buildPrompt()],
  ["agent", Agent, buildAgent()],
  ["agent session", AgentSessionRecord, buildAgentSession()],
  ["worktree", Worktree, buildWorktree()],
] as const)("a built %s is a valid one", (_, schema, built) => {
  expect(schema.parse(built)).toEqual(built);
});

it("S14: every event built for tests is valid in the journal and is read back unchanged", () => {
  fc.assert(fc.property(arbitraryEvent, (event) => void expect(ChatEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event)));
  fc.assert(fc.property(arbitraryAgentEvent, (event) => void expect(AgentEvent.parse(event)).toEqual(event)));
});

it("a generated history is dense and ends every started task exactly once", () => {
  fc.assert(
    fc.property(arbitraryHistory, (events) => {
      expect(events.map((event) => event.seq)).toEqual(events.map((_, n) => n + 1));
      const of = (type: string) => events.filter((event) => event.body.type === type).map((event) => event.taskId);
      expect(of("task.ended")).toEqual(of("task.started"));
    }),
  );
});
