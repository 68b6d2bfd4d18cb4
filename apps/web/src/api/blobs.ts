import type { FileType } from "@boocode/shared/attachments/attachment";
import type { Fault } from "@boocode/shared/faults/fault";
import type { BlobId } from "@boocode/shared/ids";
import { readToken, refuseAccess } from "./access.ts";
import { type Explanation, explainFault } from "./faults/explain-fault.ts";

/** A stored file, as the daemon answers. */
export interface StoredBlob {
  blobId: BlobId;
  bytes: number;
  type: FileType;
}

/** Thrown when a file could not be stored or read. `words`: what the person is told. */
export class BlobError extends Error {
  override readonly name = "BlobError";
  readonly words: Explanation;

  constructor(words: Explanation) {
    super(words.title);
    this.words = words;
  }
}

const UNREACHABLE: Explanation = { title: "BooCode does not answer", hint: "Try again once the connection is back.", action: "retry" };
const UNKNOWN: Explanation = { title: "The file could not be stored", hint: "Try again.", action: "retry" };

/** Stores a file. `onProgress` is told the part that is sent, from 0 to 1. Rejects with {@link BlobError}, and with an AbortError by the signal. */
export function storeBlob(content: Blob, onProgress: (part: number) => void, signal: AbortSignal): Promise<StoredBlob> {
  // `fetch` does not tell how much of a body is sent.
  const request = new XMLHttpRequest();
  const used = readToken();
  const { promise, resolve, reject } = Promise.withResolvers<StoredBlob>();
  request.open("POST", "/api/blobs");
  request.setRequestHeader("authorization", `Bearer ${used ?? ""}`);
  request.setRequestHeader("content-type", "application/octet-stream");
  request.responseType = "json";
  request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 1));
  request.addEventListener("error", () => reject(new BlobError(UNREACHABLE)));
  request.addEventListener("abort", () => reject(new DOMException("The upload was ended", "AbortError")));
  request.addEventListener("load", () => {
    if (request.status === 401) refuseAccess(used);
    if (request.status === 200) resolve(request.response as StoredBlob);
    else reject(new BlobError(explainAnswer(request.response)));
  });
  signal.addEventListener("abort", () => request.abort(), { once: true });
  request.send(content);
  return promise;
}

/** Reads a stored file. Rejects with {@link BlobError}. */
export async function readBlob(id: BlobId): Promise<Blob> {
  const used = readToken();
  const response = await fetch(`/api/blobs/${id}`, { headers: { authorization: `Bearer ${used ?? ""}` } }).catch(() => {
    throw new BlobError(UNREACHABLE);
  });
  if (response.status === 401) refuseAccess(used);
  if (response.ok) return response.blob();
  throw new BlobError(explainAnswer(await response.json().catch(() => null)));
}

function explainAnswer(answer: unknown): Explanation {
  const fault = (answer as { error?: { data?: { fault?: Fault } } } | null)?.error?.data?.fault;
  return fault ? explainFault(fault) : UNKNOWN;
}
