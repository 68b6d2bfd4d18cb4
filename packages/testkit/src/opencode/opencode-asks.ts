import type { OpencodeStreams } from "./opencode-streams.ts";

export type PermissionReply = "once" | "always" | "reject";

interface Asked {
  directory: string;
  kind: "permission" | "question";
  /** Asked through the newer API, where alone it is listed and answered. */
  isNext: boolean;
  request: Record<string, unknown> & { id: string; sessionID: string };
  settle(answer: PermissionReply | string[][] | null): void;
}

/** The permissions and questions that wait for an answer. */
export class OpencodeAsks {
  readonly #streams: OpencodeStreams;
  readonly #open = new Map<string, Asked>();

  constructor(streams: OpencodeStreams) {
    this.#streams = streams;
  }

  permission(directory: string, request: Asked["request"], isNext = false): Promise<PermissionReply> {
    return this.#ask({ directory, kind: "permission", isNext, request }) as Promise<PermissionReply>;
  }

  /** Asks a question. Returns the labels chosen for each part; null if the person declined. */
  question(directory: string, request: Asked["request"], isNext = false): Promise<string[][] | null> {
    return this.#ask({ directory, kind: "question", isNext, request }) as Promise<string[][] | null>;
  }

  list(kind: Asked["kind"], directory: string, isNext = false): Asked["request"][] {
    return [...this.#open.values()]
      .filter((asked) => asked.kind === kind && asked.directory === directory && asked.isNext === isNext)
      .map(({ request }) => request);
  }

  /** Answers an ask. Returns false if nothing of this kind is open under that id. */
  async answer(kind: Asked["kind"], id: string, answer: PermissionReply | string[][] | null, isNext = false): Promise<boolean> {
    const asked = this.#open.get(id);
    if (asked?.kind !== kind || asked.isNext !== isNext) return false;
    this.#open.delete(id);
    const common = { sessionID: asked.request.sessionID, requestID: id };
    const tell = (verb: string, more: object) => this.#streams.emit(asked.directory, toType(asked, verb), { ...common, ...more });
    if (kind === "permission") await tell("replied", { reply: answer });
    else if (answer === null) await tell("rejected", {});
    else await tell("replied", { answers: answer });
    asked.settle(answer);
    return true;
  }

  /** Drops a session's open asks without an event, as when its turn is aborted. */
  forget(sessionId: string): void {
    for (const [id, { request }] of this.#open) if (request.sessionID === sessionId) this.#open.delete(id);
  }

  clear(): void {
    this.#open.clear();
  }

  async #ask(asked: Omit<Asked, "settle">): Promise<unknown> {
    const answered = Promise.withResolvers<unknown>();
    this.#open.set(asked.request.id, { ...asked, settle: answered.resolve });
    await this.#streams.emit(asked.directory, toType(asked, "asked"), asked.request);
    return await answered.promise;
  }
}

function toType({ kind, isNext }: Pick<Asked, "kind" | "isNext">, verb: string): string {
  return `${kind}.${isNext ? "v2." : ""}${verb}`;
}
