import type { PermissionAsk, PermissionOutcome, SessionUpdate } from "./wire/acp-wire.ts";

/** Whoever is told what an agent does: the turn that runs. */
export interface SessionListener {
  /** What it returns, if anything, resolves when there is room for more. */
  onUpdate(update: SessionUpdate): void | Promise<void>;
  onAsk(ask: PermissionAsk): Promise<PermissionOutcome>;
  /** Something of the turn was lost; one sentence. */
  onLost(text: string): void;
}
