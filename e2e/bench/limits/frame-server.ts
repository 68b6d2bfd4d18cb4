/** The limit of fan-out: tRPC's own WebSocket server, which sends events from memory. Argument: the number of events. */
import type { AddressInfo } from "node:net";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { initTRPC, tracked } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import { streamedEvents } from "../streamed-events.ts";

const events: readonly ChatEvent[] = streamedEvents(Number(process.argv[2]));
const t = initTRPC.create();
const frameRouter = t.router({
  isOpen: t.procedure.query(() => true),
  events: t.procedure
    .input((input) => input as { perFrame: number; count: number })
    .subscription(async function* ({ input }) {
      for (let start = 0; start < input.count; start += input.perFrame) {
        const part = events.slice(start, Math.min(start + input.perFrame, input.count));
        yield tracked(String(part.at(-1)!.seq), { kind: "events", events: part } satisfies SessionFrame);
      }
    }),
});
export type FrameRouter = typeof frameRouter;

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
applyWSSHandler({ wss: server, router: frameRouter });
server.on("listening", () => console.log(`ready at ws://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on("SIGTERM", () => process.exit(0));
