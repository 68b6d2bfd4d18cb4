import type { PromptItem, TranscriptItem, TranscriptPage } from "@boocode/shared/chats/transcript";
import type { ChatId, Seq, TaskId } from "@boocode/shared/ids";
import { trpcClient } from "../../api/trpc.ts";
import { toReadingOrder } from "../transcript/reading-order.ts";

const PAGE = 200;

/** Reads all of a chat, page by page, in reading order. Rejects as `chats.transcript` does. */
export async function readChat(chatId: ChatId): Promise<readonly TranscriptItem[]> {
  const pages: (readonly TranscriptItem[])[] = [];
  const prompts = new Map<string, PromptItem>();
  let runningTaskId: TaskId | null = null;
  for (let before: Seq | undefined, isFirst = true; ; isFirst = false) {
    const page = (await trpcClient.chats.transcript.query({ chatId, before, limit: PAGE })) as TranscriptPage;
    if (isFirst) runningTaskId = page.runningTaskId;
    pages.unshift(page.items);
    for (const prompt of page.prompts ?? []) prompts.set(prompt.key, prompt);
    const [first] = page.items;
    if (!page.hasMore || !first) break;
    before = first.firstSeq;
  }
  const items = pages.flat();
  for (const { key } of items) prompts.delete(key);
  return toReadingOrder([...prompts.values(), ...items], runningTaskId);
}
