import type { ChangeBlame, LineWriter } from "@boocode/shared/changes/change-blame";
import { toTitle } from "@boocode/shared/chats/to-title";
import type { ChangeId, TaskId } from "@boocode/shared/ids";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { FileBlame } from "./plan-blame.ts";
import type { ChainStep } from "./read-chain.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";

/** The maximum number of lines reported individually, on either side. */
const MAX_BLAMED_LINES = 50_000;

/** Returns a turn's prompt; null if the turn is unknown. */
export type FindPrompt = (taskId: TaskId) => Promise<string | null>;

export interface BlameInput {
  changeId: ChangeId;
  change: TreeEntryChange;
  /** Null if the file is too large to trace. */
  blame: FileBlame | null;
  findPrompt: FindPrompt;
}

/** Converts a file's lines and their authors into the page's format. */
export async function toChangeBlame({ changeId, change, blame, findPrompt }: BlameInput): Promise<ChangeBlame> {
  const frame = { changeId, path: BytePath.toText(change.path), writers: [], lines: [], removed: [] };
  if (blame === null || Math.max(blame.lines.length, blame.removed.length) > MAX_BLAMED_LINES) return { ...frame, view: "too_large" };
  if (blame.lines.length === 0 && blame.removed.length === 0) return { ...frame, view: "none" };
  const places = new Map<ChainStep, number>();
  const placeOf = (step: ChainStep) => {
    const place = places.get(step) ?? places.size;
    places.set(step, place);
    return place;
  };
  const lines = blame.lines.map((by) => (by === "base" ? "base" : placeOf(by)));
  const removed = blame.removed.map((by) => by && placeOf(by));
  const writers = await Promise.all([...places.keys()].map((step) => toWriter(step, findPrompt)));
  return { ...frame, view: "lines", writers, lines, removed };
}

async function toWriter({ by, commit, at }: ChainStep, findPrompt: FindPrompt): Promise<LineWriter> {
  const { agent, taskId, chatId } = by === "base" ? { agent: null, taskId: null, chatId: null } : by;
  const prompt = taskId && (await findPrompt(taskId));
  return { agent, taskId, chatId, prompt: prompt === null ? null : toTitle(prompt), commit, at };
}
