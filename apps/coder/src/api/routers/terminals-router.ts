import { SessionId, TerminalId } from "@boocode/shared/ids";
import { MAX_TERMINAL_WRITE, TerminalSize, TerminalTitle } from "@boocode/shared/terminals/terminal";
import { z } from "zod";
import { readerOf } from "../stream/reader-of.ts";
import { streamTerminal } from "../stream/terminal-stream.ts";
import { procedure, router } from "../trpc.ts";

const session = z.object({ sessionId: SessionId });
const terminal = z.object({ terminalId: TerminalId });
/** Where a reader goes on. Without a stream, the offset is taken to be of the present one. */
const place = z.object({ stream: z.string().min(1).max(100).optional(), offset: z.number().int().nonnegative().optional() });

export const terminalsRouter = router({
  list: procedure.input(session).query(({ ctx, input }) => ctx.parts.terminals.list(input.sessionId)),
  programs: procedure.input(session).query(({ ctx, input }) => ctx.parts.terminals.listPrograms(input.sessionId)),
  ports: procedure.input(session).query(({ ctx, input }) => ctx.parts.ports.look(input.sessionId)),
  open: procedure
    .input(session.extend({ size: TerminalSize }))
    .mutation(({ ctx, input }) => ctx.parts.terminals.open(input.sessionId, input.size)),
  restart: procedure
    .input(terminal.extend({ size: TerminalSize }))
    .mutation(({ ctx, input }) => ctx.parts.terminals.restart(input.terminalId, input.size)),
  write: procedure
    .input(terminal.extend({ text: z.string().min(1).max(MAX_TERMINAL_WRITE) }))
    .mutation(({ ctx, input }) => ctx.parts.terminals.write(input.terminalId, input.text)),
  resize: procedure
    .input(terminal.extend({ size: TerminalSize }))
    .mutation(({ ctx, input }) => ctx.parts.terminals.resize(input.terminalId, input.size)),
  rename: procedure
    .input(terminal.extend({ title: TerminalTitle }))
    .mutation(({ ctx, input }) => ctx.parts.terminals.rename(input.terminalId, input.title)),
  close: procedure
    .input(terminal.extend({ force: z.boolean().default(false) }))
    .mutation(({ ctx, input }) => ctx.parts.terminals.close(input.terminalId, input.force)),
  output: procedure.input(terminal.extend(place.shape)).subscription(async function* ({ ctx, input, signal }) {
    yield* streamTerminal(ctx.parts.terminals, input.terminalId, input, readerOf(ctx, signal));
  }),
});
