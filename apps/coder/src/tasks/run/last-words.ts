import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { shorten } from "@boocode/shared/text/cut-text";

/** More than any message that is looked for in them. */
const MAX_CHARS = 1_000;

/** Keeps the last words of a turn: the text of its last part. None once it has used a tool: what it says then may quote what the tool read. */
export class LastWords {
  #partId: string | null = null;
  #text = "";
  #hasUsedTool = false;

  get text(): string {
    return this.#hasUsedTool ? "" : shorten(this.#text, MAX_CHARS);
  }

  note(event: AgentEvent): void {
    if (event.type === "tool.started" || event.type === "tool.updated") this.#hasUsedTool = true;
    if (event.type === "part.set" && event.kind === "text") {
      this.#begin(event.partId);
      this.#text = event.text.slice(0, MAX_CHARS + 1);
    }
    if (event.type !== "text.delta") return;
    if (this.#partId !== event.partId) this.#begin(event.partId);
    if (this.#text.length <= MAX_CHARS) this.#text = (this.#text.slice(0, event.offset) + event.text).slice(0, MAX_CHARS + 1);
  }

  #begin(partId: string): void {
    this.#partId = partId;
    this.#text = "";
  }
}
