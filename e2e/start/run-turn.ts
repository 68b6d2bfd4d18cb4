import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { AgentId, PromptId, type SessionId } from "@boocode/shared/ids";
import { callOver, connectTo } from "../bench/daemon-client.ts";

export interface RunTurn {
  sessionId: SessionId;
  /** All events in the session's journal. */
  events: readonly ChatEvent[];
  ended: Extract<ChatEvent["body"], { type: "task.ended" }>;
}

/** Sends one prompt to the native agent in a new session on the demo project, and waits for the turn's end. */
export async function runTurn(daemon: { origin: string; token: string }, text: string): Promise<RunTurn> {
  const api = callOver(daemon);
  const project = await api.projects.addDemo.mutate();
  const session = await api.sessions.create.mutate({ projectId: project.id });
  await using socket = await connectTo(daemon);
  const events: ChatEvent[] = [];
  const ended = Promise.withResolvers<RunTurn["ended"]>();
  const subscription = socket.client.events.session.subscribe(
    { sessionId: session.id },
    {
      onData: ({ data }) => {
        const frame = data as SessionFrame;
        if (frame.kind !== "events") return;
        events.push(...frame.events);
        for (const { body } of frame.events) if (body.type === "task.ended") ended.resolve(body);
      },
      onError: (error) => ended.reject(error),
    },
  );
  await api.tasks.send.mutate({
    promptId: PromptId.parse("prompt-1"),
    chatId: null,
    sessionId: session.id,
    agent: AgentId.parse("boocode"),
    text,
  });
  const end = await ended.promise;
  subscription.unsubscribe();
  return { sessionId: session.id, events, ended: end };
}
