import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { PermissionId } from "@boocode/shared/ids";

/** A command that waits for a yes. */
export interface CommandRequest {
  callId: string;
  title: string;
  argv: readonly string[];
  cwd: string;
}

/** What stands before each command in a project that is not trusted. */
export interface CommandGuard {
  /** Asks the person, or a rule of theirs. Rejects with the signal's reason where the turn is to end first. */
  ask(request: CommandRequest, emit: (event: AgentEvent) => void | Promise<void>, signal: AbortSignal): Promise<boolean>;
  /** What keeps a git that runs in this folder from running programs that the repository names. Rejects where that cannot be told. */
  gitVariables(cwd: string): Promise<Readonly<Record<string, string>>>;
}

const OPTIONS = [
  { id: "allow", label: "Allow", kind: "allow_once" as const },
  { id: "always", label: "Always allow", kind: "allow_always" as const },
  { id: "reject", label: "Reject", kind: "reject_once" as const },
];

/** Questions of the native agent's that wait for an answer. */
export class CommandAsks {
  readonly #open = new Map<PermissionId, (optionId: string | null) => void>();

  /** Emits the question and waits. What nobody will answer is no. */
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

  /** Settles a question; one that is unknown or settled: nothing. */
  answer(permissionId: PermissionId, optionId: string | null): void {
    this.#open.get(permissionId)?.(optionId);
  }
}
