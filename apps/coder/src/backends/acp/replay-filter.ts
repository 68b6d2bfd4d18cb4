import { applyReplayWord, type Replay, type ReplayWord } from "@boocode/shared/agents/turns/replay";
import type { SessionUpdate } from "./wire/acp-wire.ts";

/** Removes an agent's replay of an earlier session from a turn. */
export class ReplayFilter {
  #replay: Replay;
  #held: SessionUpdate[] = [];
  #isDoubted = false;

  /** `before` holds the updates it sent before the turn, which were not shown. */
  constructor(replay: Replay, before: readonly ReplayWord[]) {
    this.#replay = before.reduce((so, word) => applyReplayWord(so, word).replay, replay);
  }

  /** Whether the new updates may repeat the earlier session: it cannot be proven. */
  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  /** Returns the new updates, in order. */
  take(update: SessionUpdate): readonly SessionUpdate[] {
    const word = toReplayWord(update);
    if (word === null) return [update];
    const { replay, verdict } = applyReplayWord(this.#replay, word);
    this.#replay = replay;
    this.#isDoubted ||= verdict === "doubted";
    if (verdict === "new" || verdict === "doubted") return [...this.release(), update];
    this.#held = verdict === "told" ? [] : [...this.#held, update];
    return [];
  }

  /** Returns held updates that looked like a replay but did not complete one. */
  release(): readonly SessionUpdate[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}

/** Extracts the comparable content of an update; null if it cannot identify a replay. */
export function toReplayWord(update: SessionUpdate): ReplayWord | null {
  switch (update.sessionUpdate) {
    case "user_message_chunk":
      return { who: "person", text: update.content?.text ?? "" };
    case "agent_message_chunk":
      return { who: "text", text: update.content.text ?? "" };
    case "agent_thought_chunk":
      return { who: "thought", text: update.content.text ?? "" };
    case "tool_call":
    case "tool_call_update":
      return { who: "tool", callId: update.toolCallId };
    default:
      return null;
  }
}
