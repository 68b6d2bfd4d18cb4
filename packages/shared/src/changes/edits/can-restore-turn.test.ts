import { expect, it } from "vitest";
import { TaskId } from "../../ids.ts";
import type { PendingChange } from "../pending-change.ts";
import { canRestoreTurn } from "./can-restore-turn.ts";

const [own, other] = ["task-1", "task-2"].map((id) => TaskId.parse(id)) as [TaskId, TaskId];
type Change = Pick<PendingChange, "location" | "taskIds">;
const staged = (...taskIds: TaskId[]): Change => ({ location: "staged", taskIds });
const written = (...taskIds: TaskId[]): Change => ({ location: "worktree", taskIds });

it.each<[string, { filesChanged: number; filesStaged: number }, Change[], boolean]>([
  ["changed nothing", { filesChanged: 0, filesStaged: 0 }, [staged(other), written(other)], false],
  ["wrote files, whatever has become of them", { filesChanged: 2, filesStaged: 0 }, [], true],
  ["staged all, and it is staged still", { filesChanged: 2, filesStaged: 2 }, [staged(other, own)], true],
  ["staged all, and it is judged", { filesChanged: 2, filesStaged: 2 }, [staged(other)], false],
  ["staged all, and it is written to the worktree", { filesChanged: 2, filesStaged: 2 }, [written(own)], false],
  ["staged some and wrote others", { filesChanged: 2, filesStaged: 1 }, [], true],
  ["staged what an older version did not count", { filesChanged: 0, filesStaged: 0 }, [staged(own)], true],
])("a turn that %s", (_, item, changes, expected) => {
  expect(canRestoreTurn({ taskId: own, ...item }, changes)).toBe(expected);
  expect(canRestoreTurn({ taskId: null, ...item }, changes)).toBe(false);
});
