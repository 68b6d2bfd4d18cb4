import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { PermissionId } from "@boocode/shared/ids";
import type { PermissionAsk, PermissionOutcome } from "./wire/acp-wire.ts";
import { describeCall, toAskedPaths } from "./updates/describe-call.ts";

const CANCELLED: PermissionOutcome = { outcome: { outcome: "cancelled" } };

/** The open permission requests of an agent. */
export class PermissionAsks {
  readonly #open = new Map<string, { key: string; options: PermissionAsk["options"]; tell(outcome: PermissionOutcome): void }>();
  #count = 0;
  #wasRefused = false;

  /** Whether the last answered request was refused. */
  get wasRefused(): boolean {
    return this.#wasRefused;
  }

  /** Adds a request. `event` asks the person; `answer` resolves with the outcome for the agent. */
  ask(ask: PermissionAsk, callId: string | null, root: string): { event: AgentEvent; answer: Promise<PermissionOutcome> } {
    this.#count += 1;
    const permissionId = PermissionId.parse(`ask-${this.#count}`);
    const { promise, resolve } = Promise.withResolvers<PermissionOutcome>();
    this.#open.set(permissionId, {
      key: toAskKey(ask.toolCall),
      options: ask.options,
      tell: resolve,
    });
    const { title, kind, argv, cwd } = describeCall(ask.toolCall, root);
    const paths = kind === "command" ? [] : toAskedPaths(ask.toolCall, root);
    const event: AgentEvent = {
      type: "permission.requested",
      permissionId,
      callId,
      title,
      ...(kind === "other" ? {} : { toolKind: kind }),
      ...(paths.length === 0 ? {} : { paths }),
      ...(argv === undefined ? {} : { argv }),
      ...(cwd === undefined ? {} : { cwd }),
      options: ask.options.map(({ optionId, name, kind: optionKind }) => ({
        id: optionId,
        label: toLabel(name, optionKind),
        kind: optionKind,
      })),
    };
    return { event, answer: promise };
  }

  /** The keys of open requests; see {@link toAskKey}. */
  get openKeys(): string[] {
    return [...this.#open.values()].map(({ key }) => key);
  }

  /** Answers a request. Null, or an option that was not offered, cancels it. */
  answer(permissionId: string, optionId: string | null): void {
    const open = this.#open.get(permissionId);
    if (!open) return;
    this.#open.delete(permissionId);
    const chosen = open.options.find((option) => option.optionId === optionId);
    this.#wasRefused = chosen !== undefined && chosen.kind.startsWith("reject");
    open.tell(chosen ? { outcome: { outcome: "selected", optionId: chosen.optionId } } : CANCELLED);
  }

  /** Cancels all open requests. */
  cancelAll(): void {
    for (const permissionId of this.#open.keys()) this.answer(permissionId, null);
  }
}

/** Makes a key that is equal for a repeated request: the same call with the same input. */
export function toAskKey({ toolCallId, rawInput }: PermissionAsk["toolCall"]): string {
  return JSON.stringify([toolCallId, rawInput ?? null]);
}

/** The outcome of a request when there is no turn to ask in. */
export const NOBODY_ASKED = CANCELLED;

const LABELS = { allow_once: "Allow once", allow_always: "Always allow", reject_once: "Reject", reject_always: "Always reject" };

/** The option's label. Some agents give only the kind as its name. */
function toLabel(name: string, kind: keyof typeof LABELS): string {
  return name === "" || name === kind ? LABELS[kind] : name;
}
