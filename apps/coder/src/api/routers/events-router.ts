import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { Seq, SessionId } from "@boocode/shared/ids";
import { tracked, type TrackedEnvelope } from "@trpc/server";
import { z } from "zod";
import { readerOf } from "../stream/reader-of.ts";
import { procedure, router } from "../trpc.ts";

const cursor = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .pipe(Seq);

export const eventsRouter = router({
  session: procedure.input(z.object({ sessionId: SessionId, lastEventId: cursor.nullish() })).subscription(async function* ({
    ctx,
    input,
    signal,
  }): AsyncGenerator<TrackedEnvelope<SessionFrame>> {
    // A reader that follows a session has it on screen.
    const close = ctx.parts.worktreeWatch.open(input.sessionId);
    try {
      for await (const { seq, frame } of ctx.parts.events.session(input.sessionId, input.lastEventId ?? 0, readerOf(ctx, signal))) {
        yield tracked(String(seq), frame);
      }
    } finally {
      close();
    }
  }),
  workspace: procedure.input(z.object({ since: z.string().max(100) }).optional()).subscription(async function* ({ ctx, input, signal }) {
    yield* ctx.parts.events.workspace(readerOf(ctx, signal), input?.since);
  }),
});
