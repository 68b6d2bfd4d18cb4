import type { Attachment } from "@boocode/shared/attachments/attachment";
import { BlobError, readBlob } from "../api/blobs.ts";
import { saveFile } from "../ui/browser/save-file.ts";
import { toastNote } from "../ui/toasts/toast.ts";

/** Downloads an attached file under its name. It is never opened as a page of this origin. */
export function downloadFile({ blobId, name }: Pick<Attachment, "blobId" | "name">): void {
  readBlob(blobId).then(
    (content) => saveFile(name, content, "application/octet-stream"),
    (error: unknown) => toastNote(error instanceof BlobError ? `${error.words.title}.` : "The file cannot be read."),
  );
}
