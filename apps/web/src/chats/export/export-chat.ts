import type { ChatId } from "@boocode/shared/ids";
import { reportFailure } from "../../api/faults/failures.ts";
import { copyText } from "../../ui/browser/copy-text.ts";
import { saveFile } from "../../ui/browser/save-file.ts";
import { toastNote } from "../../ui/toasts/toast.ts";
import { readChat } from "./read-chat.ts";
import { toMarkdown } from "./to-markdown.ts";

/** Copies a chat as Markdown, or saves it where the browser does not let it be copied. A failure is reported. */
export async function copyChat(chat: { id: ChatId; title: string }): Promise<void> {
  await withMarkdown(chat, async (text) => {
    if (await copyText(text)) toastNote("The chat is copied as Markdown");
    else save(chat.title, text);
  });
}

/** Saves a chat as a Markdown file. A failure is reported. */
export async function saveChat(chat: { id: ChatId; title: string }): Promise<void> {
  await withMarkdown(chat, async (text) => save(chat.title, text));
}

async function withMarkdown({ id, title }: { id: ChatId; title: string }, give: (text: string) => Promise<void>): Promise<void> {
  try {
    await give(toMarkdown(title, await readChat(id)));
  } catch (error) {
    reportFailure(error);
  }
}

function save(title: string, text: string): void {
  const name = title
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 80);
  saveFile(`${name === "" ? "chat" : name}.md`, text, "text/markdown;charset=utf-8");
}
