import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChangeId } from "@boocode/shared/ids";
import { buildChat, buildTask } from "@boocode/shared/testing/build";
import { by, setUp as setUpStaged } from "../staged/staged-fixture.ts";

/** Twenty lines, of which some are replaced. */
export const lines = (...changed: [number, string][]) =>
  Array.from({ length: 20 }, (_, at) => `${new Map(changed).get(at) ?? `line ${at}`}\n`).join("");

/** A session with a worktree and a project, for tests of staged edits that are written, applied or dropped. */
export async function setUp(files?: Parameters<typeof setUpStaged>[0]) {
  const staged = await setUpStaged(files);
  const { sessionId, repository, pending } = staged;
  const read = (file: string) => readFile(file, "utf8").catch(() => null);
  return Object.assign(staged, {
    onDisk: (path: string) => read(staged.at(path)),
    inCheckout: (path: string) => read(join(repository.path, path)),
    isThere: (path: string) => lstat(staged.at(path)).then(Boolean, () => false),
    async ids(location?: "staged" | "worktree"): Promise<ChangeId[]> {
      const rows = await pending.list(sessionId);
      return rows.filter((row) => location === undefined || row.location === location).map(({ id }) => id);
    },
    /** Who wrote each line of a changed file, as the page shows it. */
    async writersOf(path: string) {
      const row = (await pending.list(sessionId)).find((each) => each.path === path)!;
      const { lines: found, writers } = await staged.changeDiffs.blame(sessionId, row.id);
      return found.map((line) => (line === "base" ? line : (writers[line]!.agent ?? "you")));
    },
    startTurn: () =>
      staged.db.write("normal", async (tx) => {
        await insertChat(tx, buildChat({ sessionId }));
        await insertTask(tx, buildTask({ sessionId, state: "running", startedAt: 1 }));
      }),
    faultOf: (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: unknown) => (error instanceof DomainError ? error.fault : error),
      ),
    by,
  });
}
