import type { Database } from "@boocode/db/database";
import { deleteTerminal, findTerminal, insertTerminal, listTerminals, updateTerminal } from "@boocode/db/stores/sessions/terminal-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { type SessionId, TerminalId } from "@boocode/shared/ids";
import { MAX_TERMINALS, type TerminalRecord, type TerminalSize } from "@boocode/shared/terminals/terminal";
import { toTerminalTitle } from "@boocode/shared/terminals/to-terminal-title";
import { newId } from "../platform/new-id.ts";
import type { Time } from "../platform/time.ts";
import { requireOpen } from "@boocode/db/stores/sessions/require-open";

/** The terminals as they are stored. Each change is announced. */
export class TerminalRecords {
  readonly #db: Database;
  readonly #time: Pick<Time, "now">;

  constructor({ db, time }: { db: Database; time: Pick<Time, "now"> }) {
    this.#db = db;
    this.#time = time;
  }

  list(sessionId: SessionId): Promise<TerminalRecord[]> {
    return listTerminals(this.#db.read, sessionId);
  }

  /** Fault: `terminal_not_found`. */
  async require(terminalId: TerminalId): Promise<TerminalRecord> {
    const record = await findTerminal(this.#db.read, terminalId);
    if (record === null) throw new DomainError({ kind: "terminal_not_found", terminalId });
    return record;
  }

  /** Stores a new terminal; without a title, with the first that is free. Faults: those of {@link requireOpen}, `too_many`. */
  async add(sessionId: SessionId, size: TerminalSize, title?: string): Promise<TerminalRecord> {
    const id = TerminalId.parse(newId("term", this.#time.now()));
    return this.#db.write("full", async (tx, announce) => {
      await requireOpen(tx, sessionId);
      const others = await listTerminals(tx, sessionId);
      if (others.length >= MAX_TERMINALS) throw tooManyTerminals();
      const named = title ?? toTerminalTitle(others.map((other) => other.title));
      const made: TerminalRecord = { id, sessionId, title: named, ...size, createdAt: this.#time.now(), end: null };
      await insertTerminal(tx, made);
      announce.changed("terminals", [id], sessionId);
      return made;
    });
  }

  async update({ id, sessionId }: TerminalRecord, patch: Parameters<typeof updateTerminal>[2]): Promise<void> {
    await this.#db.write("normal", async (tx, announce) => {
      await updateTerminal(tx, id, patch);
      announce.changed("terminals", [id], sessionId);
    });
  }

  async forget({ id, sessionId }: TerminalRecord): Promise<void> {
    await this.#db.write("full", async (tx, announce) => {
      await deleteTerminal(tx, id);
      announce.changed("terminals", [id], sessionId);
    });
  }
}

export const tooManyTerminals = () => new DomainError({ kind: "too_many", what: "terminals", limit: MAX_TERMINALS });
