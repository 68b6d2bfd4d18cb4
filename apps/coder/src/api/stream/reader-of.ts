import type { ApiContext } from "../api-context.ts";
import type { Reader } from "./back-pressure.ts";

/** Returns the receiver of a subscription. */
export function readerOf(ctx: ApiContext, signal: AbortSignal | undefined): Reader {
  return {
    signal: signal ?? new AbortController().signal,
    bufferedBytes: () => ctx.bufferedBytes(),
    closeSocket: (reason) => ctx.closeSocket(reason),
  };
}
