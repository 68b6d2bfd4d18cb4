import { join } from "node:path";
import type { StagedWrite } from "@boocode/shared/agents/agent-backend";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { createTurns } from "../turns-fixture.ts";

const BOOCODE = AgentId.parse("boocode");
/** The author of one of its turns. */
export const by = (turn = 1) => ({ agent: BOOCODE, chatId: ChatId.parse("chat-1"), taskId: TaskId.parse(`task-${turn}`) });
export const YOU = { agent: null, chatId: null, taskId: null };

/** A session with a worktree, for tests of staged edits. */
export async function setUp(files?: Parameters<typeof createTurns>[0]) {
  const turns = await createTurns(files);
  const { sessionId, staged, worktree } = turns;
  return Object.assign(turns, {
    at: (path: string) => join(worktree.path, path),
    stage: (path: string, text: string | null, author: Parameters<typeof staged.stage>[2] = by()) =>
      staged.stage(sessionId, [text === null ? { path, content: null } : { path, content: Buffer.from(text) }], author),
    rows: () => turns.pending.list(sessionId),
    text: async (path: string) => Buffer.from((await staged.read(sessionId, [path], 1_000)).get(path) ?? []).toString(),
    refusal: (...writes: StagedWrite[]) =>
      staged.stage(sessionId, writes, by()).then(
        () => null,
        (error: unknown) => (error instanceof DomainError ? error.fault : error),
      ),
  });
}
