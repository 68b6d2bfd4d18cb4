import type { Attachment } from "@boocode/shared/attachments/attachment";
import type { ChatId } from "@boocode/shared/ids";
import type { ClipboardEvent } from "react";
import { toCount } from "../ui/labels.ts";
import { toastNote } from "../ui/toasts/toast.ts";
import { decidePaste } from "./decide-paste.ts";
import { MAX_FILES, MAX_FILES_BYTES } from "./describe-attachment.ts";
import { uploadStore, useUploads } from "./upload-store.ts";

type AttachingInput = {
  chatId: ChatId;
  /** Those that are stored already. */
  files: readonly Attachment[];
  onStored: (file: Attachment) => void;
};

/** Attaches files to a chat's next prompt, from the clipboard, a drop or the file picker. */
export function useAttaching({ chatId, files, onStored }: AttachingInput) {
  const uploads = useUploads(chatId);
  const add = (chosen: readonly File[]) => {
    let bytes = [...files, ...uploads].reduce((sum, file) => sum + file.bytes, 0);
    let room = MAX_FILES - files.length - uploads.length;
    const left: string[] = [];
    for (const file of chosen) {
      if (room <= 0 || bytes + file.size > MAX_FILES_BYTES) {
        left.push(file.name);
        continue;
      }
      room -= 1;
      bytes += file.size;
      uploadStore.add(chatId, { name: file.name, content: file }, onStored);
    }
    if (left.length > 0)
      toastNote(`Not attached: ${left.length > 3 ? toCount(left.length, "file") : left.join(", ")}. A message takes 10 files and 25 MB.`);
  };
  const failed = uploads.find(({ failure }) => failure !== null);
  return {
    uploads,
    add,
    addFrom: (data: DataTransfer) => add(readFiles(data)),
    onPaste: (event: ClipboardEvent) => {
      const { clipboardData: data } = event;
      const pasted = [...data.files];
      if (decidePaste({ files: pasted, text: data.getData("text/plain"), html: data.getData("text/html") }) === "text") return;
      event.preventDefault();
      add(pasted);
    },
    retry: (id: number) => uploadStore.retry(chatId, id, onStored),
    drop: (id: number) => uploadStore.remove(chatId, id),
    /** Why the message cannot be sent yet; null if it can. */
    blocked: failed
      ? `${failed.name} is not attached: try again, or remove it.`
      : uploads.length > 0
        ? `Attaching ${toCount(uploads.length, "file")}…`
        : null,
  };
}

/** The files of a drop. A folder has no content of its own. */
function readFiles(data: DataTransfer): File[] {
  const items = [...data.items].filter(({ kind }) => kind === "file");
  if (items.some((item) => item.webkitGetAsEntry()?.isDirectory)) toastNote("Folders cannot be attached.");
  return items.flatMap((item) => (item.webkitGetAsEntry()?.isDirectory ? [] : (item.getAsFile() ?? [])));
}
