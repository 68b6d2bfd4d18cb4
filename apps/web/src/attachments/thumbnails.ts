import type { BlobId } from "@boocode/shared/ids";
import { readBlob } from "../api/blobs.ts";

/** The longer side of a thumbnail, in pixels of the screen: twice what is shown at most. */
const SIDE = 320;
/** How many thumbnails are kept, and how many are made at once: the daemon's answers come first. */
const KEPT = 200;
const AT_ONCE = 2;

const known = new Map<BlobId, Promise<string | null>>();
let running = 0;
const waiting: (() => void)[] = [];

/** Returns the address of a small picture of a stored image; null if it cannot be drawn. Made once, and kept while the page is. */
export function thumbnailOf(id: BlobId): Promise<string | null> {
  const kept = known.get(id);
  const made = kept ?? inTurn(() => makeThumbnail(id)).catch(() => null);
  // The last used comes last.
  known.delete(id);
  known.set(id, made);
  for (const [oldest, address] of known) {
    if (known.size <= KEPT) break;
    known.delete(oldest);
    void address.then((url) => url && URL.revokeObjectURL(url));
  }
  // A daemon that did not answer may do so later.
  if (!kept) void made.then((url) => url === null && known.delete(id));
  return made;
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function makeThumbnail(id: BlobId): Promise<string> {
  const whole = await createImageBitmap(await readBlob(id));
  const scale = Math.min(1, SIDE / Math.max(whole.width, whole.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(whole.width * scale)), Math.max(1, Math.round(whole.height * scale)));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("No canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, 0, 0, canvas.width, canvas.height);
  // Whole images take tens of megabytes each once they are decoded.
  whole.close();
  return URL.createObjectURL(await canvas.convertToBlob({ type: "image/webp", quality: 0.85 }));
}
