import type { OpencodeStreams } from "./opencode-streams.ts";

export type PermissionReply = "once" | "always" | "reject";

interface Asked {
  directory: string;
  kind: "permission" | "question";
  request: Record<string, unknown> & { id: string; sessionID: string };
  settle(answer: PermissionReply | string[][] | null): void;
}

/** Permissions and questions that wait for an answer. */
export class OpencodeAsks {
  readonly #streams: OpencodeStreams;
  readonly #open = new Map<string, Asked>();

  constructor(streams: OpencodeStreams) {
    this.#streams = streams;
  }

  permission(directory: string, request: Asked["request"]): Promise<PermissionReply> {
    return this.#ask(directory, "permission", request) as Promise<PermissionReply>;
  }

  /** The labels chosen for each question; null where the person would not say. */
  question(directory: string, request: Asked["request"]): Promise<string[][] | null> {
    return this.#ask(directory, "question", request) as Promise<string[][] | null>;
  }

  list(kind: Asked["kind"], directory: string): Asked["request"][] {
    return [...this.#open.values()].filter((asked) => asked.kind === kind && asked.directory === directory).map(({ request }) => request);
  }

  /** False where nothing of the kind is asked under that id. */
  async answer(kind: Asked["kind"], id: string, answer: PermissionReply | string[][] | null): Promise<boolean> {
    const asked = this.#open.get(id);
    if (asked?.kind !== kind) return false;
    this.#open.delete(id);
    const common = { sessionID: asked.request.sessionID, requestID: id };
    if (kind === "permission") await this.#streams.emit(asked.directory, "permission.replied", { ...common, reply: answer });
    else if (answer === null) await this.#streams.emit(asked.directory, "question.rejected", common);
    else await this.#streams.emit(asked.directory, "question.replied", { ...common, answers: answer });
    asked.settle(answer);
    return true;
  }

  /** What a session asked is asked no more: without an event, as when its turn is aborted. */
  forget(sessionId: string): void {
    for (const [id, { request }] of this.#open) if (request.sessionID === sessionId) this.#open.delete(id);
  }

  clear(): void {
    this.#open.clear();
  }

  async #ask(directory: string, kind: Asked["kind"], request: Asked["request"]): Promise<unknown> {
    const answered = Promise.withResolvers<unknown>();
    this.#open.set(request.id, { directory, kind, request, settle: answered.resolve });
    await this.#streams.emit(directory, `${kind}.asked`, request);
    return await answered.promise;
  }
}
