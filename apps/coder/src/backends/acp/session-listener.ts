import type { PermissionAsk, PermissionOutcome, SessionUpdate } from "./wire/acp-wire.ts";

/** Receives what an agent does; the running turn implements it. */
export interface SessionListener {
  /** If it returns a promise, reading pauses until the promise resolves. */
  onUpdate(update: SessionUpdate): void | Promise<void>;
  onAsk(ask: PermissionAsk): Promise<PermissionOutcome>;
  /** Reports in one sentence that part of the turn was lost. */
  onLost(text: string): void;
}
