import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { PermissionId } from "@boocode/shared/ids";

/** A command that waits for permission. */
export interface CommandRequest {
  callId: string;
  title: string;
  argv: readonly string[];
  cwd: string;
}

/** Guards each command in an untrusted project. */
export interface CommandGuard {
  /** Asks the person, or one of their rules. Rejects with the signal's reason if the turn must end first. */
  ask(request: CommandRequest, emit: (event: AgentEvent) => void | Promise<void>, signal: AbortSignal): Promise<boolean>;
  /** Variables that stop git in this folder from running programs that the repository names. Rejects if they cannot be determined. */
  gitVariables(cwd: string): Promise<Readonly<Record<string, string>>>;
}

const OPTIONS = [
  { id: "allow", label: "Allow", kind: "allow_once" as const },
  { id: "always", label: "Always allow", kind: "allow_always" as const },
  { id: "reject", label: "Reject", kind: "reject_once" as const },
];

/** The native agent's open permission requests. */
export class CommandAsks {
  readonly #open = new Map<PermissionId, (optionId: string | null) => void>();

  /** Emits the question and waits. An unanswered question counts as refused. */
  async ask(request: CommandRequest, emit: (event: AgentEvent) => void | Promise<void>, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const { callId, title, argv, cwd } = request;
    const permissionId = PermissionId.parse(`ask-${callId}`);
    const { promise: answered, resolve, reject } = Promise.withResolvers<string | null>();
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#open.set(permissionId, resolve);
    try {
      const options = OPTIONS.map((option) => ({ ...option }));
      await emit({ type: "permission.requested", permissionId, callId, title, toolKind: "command", argv: [...argv], cwd, options });
      const optionId = await answered;
      return OPTIONS.some(({ id, kind }) => id === optionId && kind !== "reject_once");
    } finally {
      this.#open.delete(permissionId);
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Settles a question. Does nothing if it is unknown or already settled. */
  answer(permissionId: PermissionId, optionId: string | null): void {
    this.#open.get(permissionId)?.(optionId);
  }
}
