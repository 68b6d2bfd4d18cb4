import type { TerminalId } from "@boocode/shared/ids";
import type { TerminalFrame } from "@boocode/shared/terminals/terminal";
import type { Terminals } from "../../terminals/terminals.ts";
import { BackPressure, type Reader } from "./back-pressure.ts";
import { Wake } from "./wake.ts";

/** Where a reader goes on: without an offset, from the oldest output that is kept. */
export interface TerminalPlace {
  /** Absent: the present one. */
  stream?: string | undefined;
  offset?: number | undefined;
}

const FRAME_UNITS = 32_768;
/** How much a reader is sent until it asks again, which it does when it has drawn that much. */
const ROUND_UNITS = 524_288;

/**
 * Streams a terminal's output from a place on. It ends after a bounded amount: the reader asks again from where it is, so it is never sent
 * more than it can draw, and a slow one finds less of what it missed. Fault: `terminal_not_found`.
 */
export async function* streamTerminal(
  terminals: Pick<Terminals, "follow">,
  terminalId: TerminalId,
  from: TerminalPlace,
  reader: Reader,
): AsyncGenerator<TerminalFrame> {
  const pressure = new BackPressure();
  const { output, redraw } = await terminals.follow(terminalId);
  const { stream = output.stream, offset = 0 } = from;
  const isSame = stream === output.stream && offset <= output.end;
  let place = isSame ? offset : 0;
  // The reader learns the stream's name at once, so that it clears what it shows of another one.
  if (!isSame && output.end === 0) yield { stream: output.stream, offset: 0, text: "", lost: 0, prelude: "" };
  const wake = new Wake(reader.signal);
  const seat = output.sit(place, () => wake.set());
  let sent = 0;
  try {
    while (sent < ROUND_UNITS && (await pressure.hasRoom(reader))) {
      wake.clear();
      // It may have been closed while the socket was full: nothing wakes the reader again then.
      if (output.isClosed) break;
      const piece = output.read(place, FRAME_UNITS);
      if (piece === null) {
        await wake.wait();
        continue;
      }
      place = piece.offset + piece.text.length;
      sent += piece.text.length;
      yield { stream: output.stream, ...piece };
      seat.moveTo(place);
      if (piece.lost > 0) redraw();
    }
  } finally {
    seat.leave(sent >= ROUND_UNITS);
  }
}
