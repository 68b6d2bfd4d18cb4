import type { ToolKind } from "@boocode/shared/agents/agent-event";
import type { ToolFields } from "../wire/acp-wire.ts";

export interface Call {
  /** BooCode's id, because agents reuse an id for later calls. */
  id: string;
  fields: ToolFields;
  kind: ToolKind;
  /** Whether `tool.started` was emitted. A call still being prepared emits nothing. */
  isTold: boolean;
  /** The call that it was told to belong to. */
  toldParentId: string | null;
  isOver: boolean;
  /** True if it was running when its turn was asked to stop. */
  isStopped: boolean;
}

/** The calls of one turn, by the ids that the agent gives them. A sub-agent may count its own ids from the beginning. */
export class OpenCalls {
  readonly #all: Call[] = [];

  /** The unfinished calls. */
  get open(): Call[] {
    return this.#all.filter(({ isOver }) => !isOver);
  }

  /** Finds the newest call that an update is about; an unfinished one comes first. */
  find(fields: ToolFields): Call | undefined {
    const parent = toParent(fields);
    const same = this.#all.filter((call) => call.fields.toolCallId === fields.toolCallId && fits(call, parent, fields.toolCallId));
    return same.findLast(({ isOver }) => !isOver) ?? same.at(-1);
  }

  add(fields: ToolFields): Call {
    const id = `call-${this.#all.length + 1}`;
    const call: Call = { id, fields: { ...fields }, kind: "other", isTold: false, toldParentId: null, isOver: false, isStopped: false };
    this.#all.push(call);
    return call;
  }

  /** Returns the call for which a sub-agent made this one, once both are known. */
  parentOf(call: Call): Call | undefined {
    const parent = toParent(call.fields);
    return parent === null ? undefined : this.#all.findLast((other) => other !== call && other.fields.toolCallId === parent);
  }
}

/** Whether an update from a sub-agent of this parent may be about the call. */
function fits(call: Call, parent: string | null, id: string): boolean {
  const known = toParent(call.fields);
  // The first update of a call may come before the agent says whose it is; the parent is never its own child.
  return parent === null || known === parent || (known === null && parent !== id);
}

function toParent({ _meta: meta }: ToolFields): string | null {
  return meta?.parentToolCallId ?? meta?.claudeCode?.parentToolUseId ?? null;
}

/** Returns the newer notes of a call, with the parent that was known before if they name none. */
export function withParent(next: NonNullable<ToolFields["_meta"]>, known: ToolFields["_meta"]): NonNullable<ToolFields["_meta"]> {
  const parentToolCallId = next.parentToolCallId ?? next.claudeCode?.parentToolUseId;
  return { ...next, parentToolCallId: parentToolCallId ?? known?.parentToolCallId ?? known?.claudeCode?.parentToolUseId };
}
