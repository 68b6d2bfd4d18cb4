import { chmod, lstat, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { insertTask, updateTask } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AgentId } from "@boocode/shared/ids";
import { buildChat, buildTask } from "@boocode/shared/testing/build";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { createTurns } from "../turns-fixture.ts";

const QWEN = AgentId.parse("qwen");

/** A session with a worktree in which the person saves files by hand, for tests. */
export async function setUp(files?: Parameters<typeof createTurns>[0]) {
  const turns = await createTurns(files);
  const { sessionId, worktree, repository } = turns;
  const at = (path: string) => join(worktree.path, path);
  const find = async () => (await turns.worktrees.find(sessionId)) as Worktree;
  return Object.assign(turns, {
    at,
    find,
    bytes: (path: string) => readFile(at(path)),
    text: (path: string) => readFile(at(path), "utf8").catch(() => null),
    isThere: (path: string) => lstat(at(path)).then(Boolean, () => false),
    mode: async (path: string) => (await stat(at(path))).mode & 0o777,
    oid: (path: string) => repository.git("-C", worktree.path, "hash-object", "--no-filters", "--", path),
    put: (path: string, content: string | Uint8Array) => writeFile(at(path), content),
    chmod: (path: string, mode: number) => chmod(at(path), mode),
    link: (path: string, target: string) => symlink(target, at(path)),
    folder: (path: string) => mkdir(at(path), { recursive: true }),
    async save(path: string, text: string) {
      return turns.fileSaves.write({ sessionId, path, text, baseOid: await this.oid(path) });
    },
    rows: async () => (await turns.pending.list(sessionId)).map(({ path, operation, agents }) => [path, operation, agents]),
    async writersOf(path: string) {
      const row = (await turns.pending.list(sessionId)).find((each) => each.path === path)!;
      const { lines, writers } = await turns.changeDiffs.blame(sessionId, row.id);
      return lines.map((line) => (line === "base" ? line : (writers[line]!.agent ?? "you")));
    },
    faultOf: (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: unknown) => (error instanceof DomainError ? error.fault : error),
      ),
    /** A turn that is running, as the task runner has it: its parts are captured and ended by hand. */
    async startTurn() {
      const task = buildTask({ sessionId, agent: QWEN, state: "running", startedAt: 1 });
      const words = { taskId: task.id, chatId: task.chatId };
      await turns.db.write("full", async (tx) => {
        await insertChat(tx, buildChat({ sessionId }));
        await insertTask(tx, task);
      });
      const before = await turns.worktrees.checkpoint(await find(), { ...words, author: null, when: "before" });
      const note = (when: "before" | "after", { commit, leftOut }: typeof before) =>
        turns.db.write("full", (tx, announce) =>
          appendChatEvents(tx, announce, sessionId, [{ ...words, at: 1, body: { type: "checkpoint.taken", when, commit, leftOut } }]),
        );
      await note("before", before);
      const captureAt = async (when: "during" | "after") => {
        const after = await turns.worktrees.checkpoint(await find(), { ...words, author: QWEN, when });
        const turn = { id: task.id, chatId: task.chatId, agent: QWEN, before: before.tree, after: after.tree, namedPaths: [] };
        return { after, captured: await turns.capture(sessionId, { task: turn }) };
      };
      return {
        taskId: task.id,
        capture: () => captureAt("during"),
        async end() {
          const { after, captured } = await captureAt("after");
          await note("after", after);
          await turns.db.write("full", (tx) => updateTask(tx, task.id, { state: "completed", endedAt: 2 }));
          return captured;
        },
      };
    },
  });
}
