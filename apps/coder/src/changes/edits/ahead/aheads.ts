import { closeSync, fsync, mkdirSync, openSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PathBytes, type FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { EditId } from "@boocode/shared/ids";
import { z } from "zod";
import { writeFileDurably } from "../../../platform/files/durable-file.ts";
import type { Logger } from "../../../platform/logger.ts";
import { pause, type Time } from "../../../platform/time.ts";
import { fill } from "../files/file-steps.ts";
import { WriteRefused } from "../write-errors.ts";
import { decodeAhead, encodeAhead, type Ahead } from "./ahead.ts";
import { flushAhead } from "./flush-ahead.ts";

export interface AheadsDeps {
  /** Absolute; made when it is first needed. */
  folder: string;
  logger: Logger;
  time: Pick<Time, "after">;
  /** Called at named points so that a test can crash there. */
  failpoint: (name: string) => void | Promise<void>;
}

/** What is written ahead for an edit, and the paths that an earlier start has found lost. */
export interface StoredAhead extends Ahead {
  lost: ReadonlySet<string>;
}

/** An edit whose files are being made durable. */
interface Flushing {
  root: string;
  paths: ReadonlySet<string>;
  /** Begins at once: somebody waits. */
  hurry: () => void;
  ended: Promise<void>;
}

const sync = promisify(fsync);
/** How long the answer goes first. */
const ANSWER_MS = 25;
const Lost = z.array(PathBytes);
const FORM = /^(.+)\.ahead$/;

/**
 * New contents of edits, each edit's in one file that is durable before the edit touches anything, so that nobody has to wait until hundreds
 * of files are durable too. These follow behind the answer, and then the one file goes.
 */
export class Aheads {
  readonly #deps: AheadsDeps;
  /** The files of edits that have not ended. */
  readonly #stored = new Map<EditId, Pick<Ahead, "root" | "files">>();
  readonly #flushing = new Set<Flushing>();

  constructor(deps: AheadsDeps) {
    this.#deps = deps;
  }

  /** Stores it durably. Call it before the first of the files is put in place. Error: `WriteRefused`. */
  async store(id: EditId, ahead: Ahead): Promise<void> {
    try {
      await this.#write(this.#toFile(id), encodeAhead(ahead));
    } catch (error) {
      await rm(this.#toFile(id), { force: true }).catch(() => {});
      throw new WriteRefused(ahead.files[0]!.path, error);
    }
    this.#note(id, ahead);
    await this.#deps.failpoint("edit.ahead");
  }

  /** Lists the edits of which something is stored, also by an earlier daemon. */
  async list(): Promise<EditId[]> {
    const names = await readdir(this.#deps.folder).catch(() => []);
    return names.flatMap((name) => EditId.safeParse(FORM.exec(name)?.[1]).data ?? []);
  }

  /** Reads what is stored for an edit; null if there is nothing, or it is not whole: then its files were durable before they were in place. */
  async read(id: EditId): Promise<StoredAhead | null> {
    const bytes = await readFile(this.#toFile(id)).catch(() => null);
    const ahead = bytes && decodeAhead(bytes);
    if (ahead === null) return null;
    this.#note(id, ahead);
    const lost = await readFile(this.#toLostFile(id), "utf8").catch(() => "[]");
    return { ...ahead, lost: new Set(Lost.parse(JSON.parse(lost))) };
  }

  /** Notes which files a power cut has taken, before the first of them is brought back: that changes what tells that. */
  noteLost(id: EditId, paths: readonly string[]): void {
    writeFileDurably(this.#toLostFile(id), JSON.stringify(paths));
  }

  /** Begins to make an ended edit's files durable, and lets go of what is stored for it. Does nothing if that is nothing. */
  flush(id: EditId): void {
    const stored = this.#stored.get(id);
    if (!stored) return;
    this.#stored.delete(id);
    const hurried = Promise.withResolvers<void>();
    const begun = Promise.race([pause(this.#deps.time, ANSWER_MS), hurried.promise]);
    const flushing: Flushing = {
      root: stored.root,
      paths: new Set(stored.files.map(({ path }) => path)),
      hurry: hurried.resolve,
      ended: begun
        .then(() => this.#flush(id, stored))
        .catch((error: unknown) => {
          // They are looked at again at the next start.
          this.#deps.logger.error({ err: error, editId: id }, "The files of an edit could not be made durable");
        })
        .finally(() => this.#flushing.delete(flushing)),
    };
    this.#flushing.add(flushing);
  }

  /** Resolves once none of these files is being made durable. */
  async settle(rootOf: (file: FileEdit) => string, files: readonly FileEdit[]): Promise<void> {
    const isOwn = ({ root, paths }: Flushing) => files.some((file) => paths.has(file.path) && rootOf(file) === root);
    await end([...this.#flushing].filter(isOwn));
  }

  /** Resolves once everything that is being made durable is. */
  async settleAll(): Promise<void> {
    await end([...this.#flushing]);
  }

  /** Lets go of what is stored for an edit. */
  async drop(id: EditId): Promise<void> {
    this.#stored.delete(id);
    for (const file of [this.#toLostFile(id), this.#toFile(id)]) await rm(file, { force: true });
  }

  async #flush(id: EditId, stored: Pick<Ahead, "root" | "files">): Promise<void> {
    await flushAhead(stored);
    await this.#deps.failpoint("edit.flushed");
    await this.drop(id);
    await this.#deps.failpoint("edit.settled");
  }

  async #write(file: string, bytes: Buffer): Promise<void> {
    const { folder } = this.#deps;
    const isNew = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
    // A name is durable once its folder is.
    const opened = [openSync(file, "wx", 0o600), ...[folder, ...(isNew ? [dirname(folder)] : [])].map((each) => openSync(each, "r"))];
    try {
      await fill(opened[0]!, bytes);
      await Promise.all(opened.map((each) => sync(each)));
    } finally {
      for (const each of opened) closeSync(each);
    }
  }

  /** Keeps no contents in memory. */
  #note(id: EditId, { root, files }: Ahead): void {
    this.#stored.set(id, { root, files: files.map((file) => ({ ...file, content: EMPTY })) });
  }

  #toFile(id: EditId): string {
    return join(this.#deps.folder, `${id}.ahead`);
  }

  #toLostFile(id: EditId): string {
    return join(this.#deps.folder, `${id}.lost`);
  }
}

async function end(flushing: readonly Flushing[]): Promise<void> {
  for (const { hurry } of flushing) hurry();
  await Promise.all(flushing.map(({ ended }) => ended));
}

const EMPTY = Buffer.alloc(0);
