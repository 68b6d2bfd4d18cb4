import type { ProjectId, SessionId, TrashId } from "@boocode/shared/ids";
import { TRPCClientError } from "@trpc/client";
import type { ChaosLedger } from "./chaos-ledger.ts";
import type { DaemonAddress } from "../start-test-daemon.ts";
import { BOOCODE, callOver, Follower, mintPromptId, openConnection } from "../test-client.ts";

/** One client of the soak: it does one thing after another in sessions of its own, until the daemon is gone. */
export class ChaosLife {
  readonly #api: ReturnType<typeof callOver>;
  readonly #daemon: DaemonAddress;
  readonly #projectId: ProjectId;
  readonly #ledger: ChaosLedger;
  readonly #random: () => number;
  /** How often each thing was done. */
  readonly done: Map<string, number>;

  constructor(given: {
    daemon: DaemonAddress;
    projectId: ProjectId;
    ledger: ChaosLedger;
    random: () => number;
    done: Map<string, number>;
  }) {
    this.#api = callOver(given.daemon);
    this.#daemon = given.daemon;
    this.#projectId = given.projectId;
    this.#ledger = given.ledger;
    this.#random = given.random;
    this.done = given.done;
  }

  /** Does one thing with the sessions that are this client's. Rejects if the daemon is gone, or answers with what is no fault. */
  async step(isMine: (sessionId: SessionId) => boolean): Promise<void> {
    const sessions = (await this.#api.sessions.list.query()).filter(({ id }) => isMine(id)).map(({ id }) => id);
    const trash = (await this.#api.trash.list.query()).filter(({ sessionId }) => sessionId !== null && isMine(sessionId));
    const session = this.#pick(sessions);
    const trashed = this.#pick(trash);
    const dice = this.#random();
    if (session === undefined || dice < 0.15) return this.#count("session", () => this.begin());
    if (dice < 0.45) return this.#count("turn", () => this.#turn(session, ["", "", "", "die ", "wait "][Math.floor(this.#random() * 5)]!));
    if (dice < 0.6) return this.#count("apply", () => this.#apply(session));
    if (dice < 0.8) return this.#count("delete", () => this.#delete(session));
    if (trashed === undefined) return;
    if (dice < 0.95) return this.#count("restore", () => this.#restore(trashed.id, trashed.sessionId!));
    return this.#count("purge", () => this.#purge(trashed.id, trashed.sessionId!));
  }

  async begin(): Promise<SessionId> {
    const { id } = await this.#api.sessions.create.mutate({ projectId: this.#projectId });
    this.#ledger.begin(id);
    await this.#turn(id, "");
    return id;
  }

  async #turn(sessionId: SessionId, kind: string): Promise<void> {
    const name = `f${Math.floor(this.#random() * 1e9)}`;
    const { client, close } = openConnection(this.#daemon);
    const follower = new Follower(client, sessionId);
    try {
      const promptId = mintPromptId();
      const text = `${kind}${name}`;
      const sent = await this.#api.tasks.send.mutate({ promptId, chatId: null, sessionId, agent: BOOCODE, text });
      this.#ledger.accepted(sessionId, promptId);
      if (kind === "wait ") {
        await follower.event(({ body, taskId }) => taskId === sent.taskId && (body.type === "tool.updated" || body.type === "task.ended"));
        await this.#api.tasks.cancel.mutate({ taskId: sent.taskId });
      }
      const end = await this.#orGone(follower.end(sent.taskId));
      if (kind === "" && end.state === "completed") this.#ledger.wrote(sessionId, `${name}.txt`, name);
    } finally {
      follower.forget();
      await close();
    }
  }

  async #apply(sessionId: SessionId): Promise<void> {
    const changes = await this.#api.pendingChanges.list.query({ sessionId });
    const changeIds = changes.map(({ id }) => id);
    if (changeIds.length > 0) await this.#api.pendingChanges.apply.mutate({ sessionId, changeIds });
  }

  async #delete(sessionId: SessionId): Promise<void> {
    const refused = await this.#api.sessions.delete.mutate({ sessionId }).then(() => null, toFault);
    if (refused?.consent === undefined) return;
    await this.#api.sessions.delete.mutate({ sessionId, force: true, consent: refused.consent });
  }

  async #restore(trashId: TrashId, sessionId: SessionId): Promise<void> {
    await this.#api.trash.restore.mutate({ trashId });
    this.#ledger.trashed.delete(sessionId);
  }

  async #purge(trashId: TrashId, sessionId: SessionId): Promise<void> {
    this.#ledger.forget(sessionId);
    await this.#api.trash.purge.mutate({ trashId });
  }

  /** A fault is an answer: what was asked for is not possible now. Anything else is a bug, or a daemon that is gone. */
  async #count(what: string, work: () => Promise<unknown>): Promise<void> {
    const fault = await work().then(() => null, toFault);
    const name = fault === null ? what : `${what} (${fault.kind})`;
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
  }

  #pick<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.#random() * all.length)];
  }

  /** A subscription tries again for ever; whether the daemon is there is asked beside it. */
  async #orGone<T>(work: Promise<T>): Promise<T> {
    const stop = new AbortController();
    const watching = (async () => {
      while (!stop.signal.aborted) {
        await fetch(`${this.#daemon.address}/api/health`);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      return new Promise<never>(() => {});
    })();
    try {
      return await Promise.race([work, watching]);
    } finally {
      stop.abort();
    }
  }
}

/** Returns the fault of an answer; throws what is none. */
function toFault(error: unknown): { kind: string; consent?: string } {
  const fault =
    error instanceof TRPCClientError ? (error.data as { fault?: { kind: string; consent?: string } | null } | undefined)?.fault : null;
  if (!fault) throw error;
  return fault;
}
