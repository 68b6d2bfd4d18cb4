import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { AgentId, PromptId, type SessionId, type TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import { faultScene } from "@boocode/testkit/faults/fault-scene";
import { createTRPCClient, createWSClient, httpLink, TRPCClientError, wsLink, type TRPCClient } from "@trpc/client";
import { onTestFinished } from "vitest";
import type { AppRouter } from "../src/api/app-router.ts";
import type { DaemonAddress } from "./start-test-daemon.ts";

/** The built-in agent. */
export const BOOCODE = AgentId.parse("boocode");

let prompts = 0;

/** A `promptId` as a browser would mint it. */
export function mintPromptId(): PromptId {
  return PromptId.parse(`prompt-${process.pid}-${++prompts}`);
}

/** Queries and mutations over HTTP. */
export function callOver(daemon: DaemonAddress): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${daemon.address}/trpc`, headers: { authorization: `Bearer ${daemon.token}` } })],
  });
}

/** Everything over one WebSocket, which is closed with the test. */
export function connectTo(daemon: DaemonAddress): TRPCClient<AppRouter> {
  return openConnection(daemon).client;
}

interface ConnectionOptions {
  retryMs?: number;
  keepAlive?: { enabled: boolean; intervalMs?: number; pongTimeoutMs?: number };
  WebSocket?: typeof WebSocket;
}

/** As {@link connectTo}, for a test that closes it earlier. Without a connection it tries again every `retryMs`. */
export function openConnection(
  daemon: DaemonAddress,
  { retryMs = 20, ...options }: ConnectionOptions = {},
): { client: TRPCClient<AppRouter>; close(): Promise<void> } {
  const socket = createWSClient({
    url: `${daemon.address.replace("http", "ws")}/trpc`,
    connectionParams: { token: daemon.token },
    retryDelayMs: () => retryMs,
    ...options,
  });
  const close = async () => {
    await socket.close();
  };
  onTestFinished(close);
  return { client: createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] }), close };
}

/** The fault a call was refused with, or null where it was not refused with one. */
export async function faultOf(call: Promise<unknown>): Promise<{ kind: string; httpStatus: number } | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const data = error.data as { fault?: { kind: string } | null; httpStatus: number } | undefined;
    return data?.fault ? { kind: data.fault.kind, httpStatus: data.httpStatus } : null;
  }
}

/** A page's view of a session's journal: what came, in the order it came, and what to wait for. */
export class Follower {
  events: ChatEvent[] = [];
  frames: SessionFrame[] = [];
  #failure: unknown = null;
  #waiting: (() => void)[] = [];
  readonly #unsubscribe: () => void;

  constructor(client: TRPCClient<AppRouter>, sessionId: SessionId, cursor = 0) {
    if (cursor === 0) faultScene()?.seen.set(sessionId, this.events);
    const subscription = client.events.session.subscribe(
      { sessionId, lastEventId: String(cursor) },
      {
        onData: ({ data }) => {
          // As it was sent: the wire's type only knows that what is `unknown` may be left out.
          const frame = data as SessionFrame;
          this.frames.push(frame);
          if (frame.kind === "events") this.events.push(...frame.events);
          this.#look();
        },
        onError: (error) => {
          this.#failure = error;
          this.#look();
        },
      },
    );
    this.#unsubscribe = () => subscription.unsubscribe();
    onTestFinished(this.#unsubscribe);
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** Stops, and keeps nothing of what came: a test that runs for an hour has very many of these. */
  forget(): void {
    this.#unsubscribe();
    [this.events, this.frames] = [[], []];
  }

  /** The first event that fits, when it has come. */
  async event(fits: (event: ChatEvent) => boolean): Promise<ChatEvent> {
    await this.until(() => this.events.some(fits));
    return this.events.find(fits)!;
  }

  /** The end of a task, when it has come. */
  async end(taskId: TaskId): Promise<Extract<ChatEvent["body"], { type: "task.ended" }>> {
    const { body } = await this.event((event) => event.taskId === taskId && event.body.type === "task.ended");
    return body as Extract<ChatEvent["body"], { type: "task.ended" }>;
  }

  /** Resolves when the condition holds; it is looked at after every frame. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Every event's place. Dense and ascending where nothing was lost and nothing came twice. */
  get seqs(): number[] {
    return this.events.map(({ seq }) => seq);
  }

  #look(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** What the journal says was streamed for a task, by its deltas and whole parts. */
export function textOf(events: readonly ChatEvent[], taskId: Task["id"]): string {
  const parts = new Map<string, string>();
  for (const { body, taskId: owner } of events) {
    if (owner !== taskId) continue;
    if (body.type === "text.delta") {
      const before = parts.get(body.partId) ?? "";
      parts.set(body.partId, before.slice(0, body.offset) + body.text);
    }
    if (body.type === "part.set" && body.kind === "text") parts.set(body.partId, body.text);
  }
  return [...parts.values()].join("");
}
