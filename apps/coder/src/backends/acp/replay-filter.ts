import { applyReplayWord, type Replay, type ReplayWord } from "@boocode/shared/agents/replay";
import type { SessionUpdate } from "./wire/acp-wire.ts";

/** Keeps what an agent tells again of an earlier session out of a turn. */
export class ReplayFilter {
  #replay: Replay;
  #held: SessionUpdate[] = [];

  /** `before` is what it told before the turn, which nobody heard. */
  constructor(replay: Replay, before: readonly ReplayWord[]) {
    this.#replay = before.reduce((so, word) => applyReplayWord(so, word).replay, replay);
  }

  /** What of it is new, in order. */
  take(update: SessionUpdate): readonly SessionUpdate[] {
    const word = toReplayWord(update);
    if (word === null) return [update];
    const { replay, verdict } = applyReplayWord(this.#replay, word);
    this.#replay = replay;
    if (verdict === "new") return [...this.release(), update];
    this.#held = verdict === "told" ? [] : [...this.#held, update];
    return [];
  }

  /** What looked like a replay and had no end. */
  release(): readonly SessionUpdate[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}

/** What can be compared of an update; null: nothing that a replay is known by. */
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
