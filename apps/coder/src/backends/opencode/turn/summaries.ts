import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { EVENT_LIMITS } from "@boocode/shared/agents/event-limits";
import { cutMiddle } from "@boocode/shared/models/fit-history";
import type { OpencodeMessage, OpencodePart } from "../wire/opencode-event.ts";

interface Summary {
  text: string | null;
  /** Its message is complete, and no error ended it. */
  isOver: boolean;
  isTold: boolean;
}

/** opencode's summaries of what came before, which it writes as answers, to make room in its context. Each is told once, as a notice. */
export class Summaries {
  readonly #known = new Map<string, Summary>();
  readonly #said = new Set<string>();

  /** Whether a message is a summary. */
  has(messageId: string): boolean {
    return this.#known.has(messageId);
  }

  noteMessage({ id, isOver, error }: OpencodeMessage): AgentEvent[] {
    const summary = this.#known.get(id) ?? { text: null, isOver: false, isTold: false };
    this.#known.set(id, summary);
    summary.isOver ||= isOver && error === null;
    return this.#tell(summary);
  }

  notePart({ messageId, ...part }: OpencodePart): AgentEvent[] {
    const summary = this.#known.get(messageId);
    if (!summary || part.kind !== "text" || !part.isOver) return [];
    summary.text = part.text;
    return this.#tell(summary);
  }

  /** opencode goes on with a summary: of this text, if it says so. One that came as a message has been told. */
  noteCompacted(text: string | null): AgentEvent[] {
    if (text === null) return this.#known.size > 0 ? [] : [toNotice("")];
    if (this.#said.has(text)) return [];
    this.#said.add(text);
    return [toNotice(text)];
  }

  #tell(summary: Summary): AgentEvent[] {
    if (summary.isTold || !summary.isOver || summary.text === null) return [];
    summary.isTold = true;
    return [toNotice(summary.text)];
  }
}

function toNotice(text: string): AgentEvent {
  const said = text.trim();
  return {
    type: "notice",
    level: "info",
    text: "opencode summarised the conversation to make room for more.",
    ...(said === "" ? {} : { summary: { text: cutMiddle(said, EVENT_LIMITS.summary - 100) } }),
  };
}
