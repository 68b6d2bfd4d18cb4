import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SessionId, TrashId } from "@boocode/shared/ids";

/** What was acknowledged to the clients of the soak, so that it can be asked for after every fault. */
export class ChaosLedger {
  /** Prompts of each session. */
  readonly prompts = new Map<SessionId, string[]>();
  /** The files that turns have written in each session, with their text. */
  readonly files = new Map<SessionId, Map<string, string>>();
  /** Sessions that were seen in the trash, with their place there. */
  readonly trashed = new Map<SessionId, TrashId>();

  begin(sessionId: SessionId): void {
    this.prompts.set(sessionId, []);
    this.files.set(sessionId, new Map());
  }

  accepted(sessionId: SessionId, promptId: string): void {
    this.prompts.get(sessionId)?.push(promptId);
  }

  wrote(sessionId: SessionId, name: string, text: string): void {
    this.files.get(sessionId)?.set(name, text);
  }

  /** A purge was asked for: nothing of it is owed any more, whether or not it happens. */
  forget(sessionId: SessionId): void {
    this.prompts.delete(sessionId);
    this.files.delete(sessionId);
    this.trashed.delete(sessionId);
  }

  get promptIds(): string[] {
    return [...this.prompts.values()].flat();
  }

  /** Returns a sentence for each byte of work that is not where its session is. `places`: each session's folder, there or in the trash. */
  async findLost(places: ReadonlyMap<SessionId, string>): Promise<string[]> {
    const lost: string[] = [];
    for (const [sessionId, files] of this.files) {
      const folder = places.get(sessionId);
      for (const [name, text] of files) {
        const found = folder === undefined ? null : await readFile(join(folder, name), "utf8").catch(() => null);
        if (found !== text) lost.push(`The acknowledged write of ${sessionId}/${name} is lost`);
      }
    }
    return lost;
  }
}
