import type { ToolKind } from "@boocode/shared/agents/agent-event";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";

const CHANGING: ReadonlySet<ToolKind> = new Set(["edit", "write", "rename", "delete", "other"]);

/** Collects the files named by a turn's changing tools, which attribution uses. Files that were only read are not included. */
export class NamedPaths {
  readonly #kinds = new Map<string, ToolKind>();
  readonly #paths = new Set<string>();

  note(event: ChatEventBody): void {
    if (event.type === "tool.started") this.#kinds.set(event.callId, event.kind);
    if (event.type !== "tool.started" && event.type !== "tool.updated") return;
    const kind = this.#kinds.get(event.callId);
    if (kind && CHANGING.has(kind)) for (const path of event.paths ?? []) this.#paths.add(path);
  }

  list(): string[] {
    return [...this.#paths];
  }
}
