import { BlobId, ChatId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { BlobError, type StoredBlob } from "../api/blobs.ts";
import { UploadStore } from "./upload-store.ts";

const CHAT = ChatId.parse("chat-1");
const STORED: StoredBlob = { blobId: BlobId.parse("0".repeat(64)), bytes: 1, type: "image/png" };
const words = { title: "No space", hint: "Free some", action: null };

/** A store whose answers a test gives. */
function setUp() {
  const calls: { answer: PromiseWithResolvers<StoredBlob>; onProgress: (part: number) => void; signal: AbortSignal }[] = [];
  const uploads = new UploadStore((_, onProgress, signal) => {
    const answer = Promise.withResolvers<StoredBlob>();
    calls.push({ answer, onProgress, signal });
    return answer.promise;
  });
  const stored: string[] = [];
  uploads.add(CHAT, { name: "../a\u0000.png", content: new Blob(["x"]) }, ({ name }) => void stored.push(name));
  return { uploads, calls, stored };
}

it("a file is shown with its progress until it is stored, under a safe name", async () => {
  const { uploads, calls, stored } = setUp();
  calls[0]!.onProgress(0.5);
  expect(uploads.read(CHAT)).toMatchObject([{ name: "a.png", bytes: 1, progress: 0.5, failure: null }]);
  calls[0]!.answer.resolve(STORED);
  await expect.poll(() => stored).toEqual(["a.png"]);
  expect(uploads.read(CHAT)).toEqual([]);
});

it("one that failed stays with its reason, and can be tried again", async () => {
  const { uploads, calls, stored } = setUp();
  calls[0]!.answer.reject(new BlobError(words));
  await expect.poll(() => uploads.read(CHAT)[0]?.failure).toEqual(words);
  const { id } = uploads.read(CHAT)[0]!;
  uploads.retry(CHAT, id, ({ name }) => void stored.push(name));
  expect(uploads.read(CHAT)[0]!.failure).toBeNull();
  calls[1]!.answer.resolve(STORED);
  await expect.poll(() => stored).toEqual(["a.png"]);
});

it("one that is removed is broken off, and does not come back", async () => {
  const { uploads, calls, stored } = setUp();
  uploads.remove(CHAT, uploads.read(CHAT)[0]!.id);
  expect(calls[0]!.signal.aborted).toBe(true);
  calls[0]!.answer.resolve(STORED);
  await calls[0]!.answer.promise;
  expect([uploads.read(CHAT), stored]).toEqual([[], []]);
});

it("files are stored in the order in which they were chosen, and one that failed holds none up", async () => {
  const { uploads, calls, stored } = setUp();
  uploads.add(CHAT, { name: "b.png", content: new Blob(["y"]) }, ({ name }) => void stored.push(name));
  expect(calls).toHaveLength(1);
  calls[0]!.answer.reject(new BlobError(words));
  await expect.poll(() => calls.length).toBe(2);
  calls[1]!.answer.resolve(STORED);
  await expect.poll(() => stored).toEqual(["b.png"]);
});
