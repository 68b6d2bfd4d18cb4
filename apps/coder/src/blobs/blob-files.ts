import { createHash } from "node:crypto";
import { chmod, constants, copyFile, mkdir, open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { FileType } from "@boocode/shared/attachments/attachment";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { BlobId } from "@boocode/shared/ids";
import { ContentSniffer } from "./content-sniffer.ts";
import { newId } from "../platform/new-id.ts";

/** A content that was written completely and is not under its name yet. */
export interface ReceivedFile {
  id: BlobId;
  bytes: number;
  type: FileType;
  temporary: string;
}

/** The folder of what is being received, and the folder of the copies that agents read. */
const INCOMING = "incoming";
const GIVEN = "given";
/** A larger content is read up to this many times the limit, so that its sender receives the answer. */
const PATIENCE = 4;

/** The files of stored contents, each named by its hash. A file is under its name only when all of it is on the disk. */
export class BlobFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, and removes what was being received when the daemon ended. */
  async begin(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await rm(join(this.#folder, INCOMING), { recursive: true, force: true });
    await mkdir(join(this.#folder, INCOMING), { mode: 0o700 });
  }

  /** Writes a content to a temporary file. Leaves nothing behind if it fails. Faults: `body_too_large`, `storage_failed`. */
  async receive(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReceivedFile> {
    const temporary = join(this.#folder, INCOMING, newId("blob"));
    const hash = createHash("sha256");
    const sniffer = new ContentSniffer();
    let bytes = 0;
    let failure: unknown = null;
    let file: FileHandle | null = null;
    try {
      file = await open(temporary, "wx", 0o600).catch((error: unknown) => ((failure = error), null));
      for await (const chunk of source) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes * PATIENCE) throw new Error("the file is far too large");
        if (bytes > maxBytes || failure !== null) continue;
        hash.update(chunk);
        sniffer.push(chunk);
        await file?.appendFile(chunk).catch((error: unknown) => (failure = error));
      }
      if (bytes > maxBytes) throw new DomainError({ kind: "body_too_large", maxBytes });
      if (failure === null) await file?.sync().catch((error: unknown) => (failure = error));
      if (failure !== null) throw toStorageFault(failure);
      return { id: BlobId.parse(hash.digest("hex")), bytes, type: sniffer.end(), temporary };
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    } finally {
      await file?.close().catch(() => {});
    }
  }

  /** Puts a received content under its name. Faults: `storage_failed`. */
  async keep({ id, bytes, temporary }: ReceivedFile): Promise<void> {
    try {
      const folder = join(this.#folder, id.slice(0, 2));
      const path = this.#pathOf(id);
      if ((await sizeOf(path)) === bytes) return await rm(temporary);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await rename(temporary, path);
      await syncFolder(folder);
      await syncFolder(this.#folder);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw toStorageFault(error);
    }
  }

  /** Opens a content; null if it is not there, or is not as long as it was. */
  async open(id: BlobId, bytes: number): Promise<FileHandle | null> {
    const file = await open(this.#pathOf(id), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
    const found = await file?.stat().catch(() => null);
    if (found?.isFile() && found.size === bytes) return file;
    await file?.close();
    return null;
  }

  /**
   * Makes a copy that an agent can read under the file's own name, and returns its path. The copy is made anew each time, because an agent
   * may have changed it. Throws the system's error.
   */
  async place(id: BlobId, name: string): Promise<string> {
    const folder = join(this.#folder, GIVEN, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, name);
    const temporary = join(this.#folder, INCOMING, newId("given"));
    try {
      await copyFile(this.#pathOf(id), temporary, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      await chmod(temporary, 0o400);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
    return path;
  }

  /** Removes contents with their copies. */
  async remove(ids: readonly BlobId[]): Promise<void> {
    for (const id of ids) {
      await rm(this.#pathOf(id), { force: true });
      await rm(join(this.#folder, GIVEN, id), { recursive: true, force: true });
    }
  }

  /** Lists the contents, and when each was stored. */
  async list(): Promise<{ id: BlobId; storedAt: number }[]> {
    const found: { id: BlobId; storedAt: number }[] = [];
    for (const folder of await readdir(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await readdir(join(this.#folder, folder))) {
        const id = BlobId.safeParse(name);
        const file = id.success ? await stat(this.#pathOf(id.data)).catch(() => null) : null;
        if (id.success && file) found.push({ id: id.data, storedAt: file.mtimeMs });
      }
    }
    return found;
  }

  #pathOf(id: BlobId): string {
    return join(this.#folder, id.slice(0, 2), id);
  }
}

const sizeOf = async (path: string): Promise<number | null> =>
  stat(path).then(
    (file) => file.size,
    () => null,
  );

/** Flushes a folder: a rename is durable only once its folder is on disk. */
async function syncFolder(folder: string): Promise<void> {
  const file = await open(folder, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function toStorageFault(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  const reason = isFull ? "There is no space left on the disk, so the file was not stored." : `The file could not be stored (${code}).`;
  return new DomainError({ kind: "storage_failed", reason }, { cause: error });
}
