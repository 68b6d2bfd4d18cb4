import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { findBlob, setBlobUses } from "@boocode/db/stores/chats/blob-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import { deleteSession, insertSession } from "@boocode/db/stores/sessions/session-store";
import { BlobId } from "@boocode/shared/ids";
import { BUILT_IDS, buildChat, buildProject, buildSession, buildTask } from "@boocode/shared/testing/build";
import { placeDatabase } from "@boocode/testkit/place-database";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../test/manual-time.ts";
import { Feed } from "../feed/feed.ts";
import { silentLogger } from "../platform/logger.ts";
import { Blobs } from "./blobs.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PNG = Buffer.concat([Buffer.from("\u0089PNG\r\n\u001a\n", "latin1"), randomBytes(100)]);

async function setUp(failpoint?: (name: string) => void) {
  const home = await createTempFolder();
  onTestFinished(() => home[Symbol.asyncDispose]());
  const file = join(home.path, "boocode.db");
  await placeDatabase(file);
  const db = await openDatabase({ file, feed: new Feed() });
  onTestFinished(() => db.close());
  const time = new ManualTime();
  const folder = join(home.path, "blobs");
  const blobs = new Blobs({ db, time, logger: silentLogger(), folder, failpoint });
  onTestFinished(() => blobs.close());
  await blobs.begin();
  await blobs.swept();
  /** All files below the folder. */
  const list = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
  return { db, time, folder, blobs, list };
}

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

it.each([
  ["a PNG, whatever its name", PNG, "image/png"],
  ["a page named as an image", Buffer.from("<html><script>alert(1)</script>"), "text/plain"],
  ["an SVG with a script, which is never an image", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), "text/plain"],
  ["text in UTF-8", Buffer.from("žluťoučký 🦊"), "text/plain"],
  ["text in another encoding", Buffer.from([0x61, 0xe9, 0x62]), "application/octet-stream"],
  ["a character cut off at the end", Buffer.from([0x61, 0xc3]), "application/octet-stream"],
  ["a NUL", Buffer.from("a\u0000b"), "application/octet-stream"],
  ["nothing", Buffer.alloc(0), "text/plain"],
])("S6 recognises by its bytes: %s", async (_, content, type) => {
  const { blobs, folder } = await setUp();
  // Byte by byte, so that a character is cut wherever it can be.
  const blob = await blobs.store(chunks(...[...content].map((byte) => Buffer.from([byte]))));
  const id = createHash("sha256").update(content).digest("hex");
  expect(blob).toMatchObject({ id, type, bytes: content.length });
  expect(await blobs.read(blob.id)).toEqual(content);
  expect((await stat(join(folder, id.slice(0, 2), id))).mode & 0o777).toBe(0o600);
});

it("keeps equal contents once, also when they come at the same time", async () => {
  const { blobs, list } = await setUp();
  const [a, b] = await Promise.all([blobs.store(chunks(PNG)), blobs.store(chunks(PNG))]);
  expect(a!.id).toBe(b!.id);
  expect(await list()).toEqual([a!.id]);
});

it("stores nothing, not even half, of what is too large, breaks off, or meets a disk that refuses", async () => {
  const { blobs, list, folder, db } = await setUp();
  const mega = Buffer.alloc(1024 * 1024);
  await expect(blobs.store(chunks(...Array.from({ length: 26 }, () => mega)))).rejects.toMatchObject({
    fault: { kind: "body_too_large", maxBytes: 25 * 1024 * 1024 },
  });
  const broken = async function* () {
    yield mega;
    throw new Error("the sender is gone");
  };
  await expect(blobs.store(broken())).rejects.toThrow("the sender is gone");
  // Where the content would go is a file.
  const id = createHash("sha256").update(PNG).digest("hex");
  await writeFile(join(folder, id.slice(0, 2)), "");
  await expect(blobs.store(chunks(PNG))).rejects.toMatchObject({ fault: { kind: "storage_failed" } });
  expect(await findBlob(db.read, BlobId.parse(id))).toBeNull();
  await rm(join(folder, id.slice(0, 2)));
  await rm(join(folder, "incoming"), { recursive: true });
  await expect(blobs.store(chunks(PNG))).rejects.toMatchObject({ fault: { kind: "storage_failed" } });
  expect(await list()).toEqual([]);
});

it.each(["blob.received", "blob.kept"])("after a crash at %s nothing counts as stored, and what is left goes", async (point) => {
  const { blobs, list, db, time, folder } = await setUp((name) => {
    if (name === point) throw new Error("crash");
  });
  await expect(blobs.store(chunks(PNG))).rejects.toThrow("crash");
  const [left] = await list();
  expect(left).toBeDefined();
  const next = new Blobs({ db, time, logger: silentLogger(), folder });
  onTestFinished(() => next.close());
  const id = BlobId.parse(createHash("sha256").update(PNG).digest("hex"));
  const old = new Date(time.now() - 2 * DAY);
  if (point === "blob.kept") await utimes(join(folder, id.slice(0, 2), id), old, old);
  await next.begin();
  time.advance(HOUR);
  next.sweep();
  await next.swept();
  expect(await list()).toEqual([]);
  await expect(next.open(id)).rejects.toMatchObject({ fault: { kind: "blob_not_found" } });
  // The same content can be stored as if nothing had happened.
  await next.store(chunks(PNG));
  expect(await next.read(id)).toEqual(PNG);
});

it("keeps what a prompt carries as long as its chat, what is held for a draft for 30 days, and nothing else", async () => {
  const { blobs, db, time, list } = await setUp();
  const [sent, held] = [await blobs.store(chunks(PNG)), await blobs.store(chunks(Buffer.from("draft")))];
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject());
    await insertSession(tx, buildSession());
    await insertChat(tx, buildChat());
    await insertTask(tx, buildTask());
    await setBlobUses(tx, BUILT_IDS.task, [sent!.id, sent!.id]);
  });
  await blobs.place(sent!.id, "shot.png");
  // Twice, as a time counts once it has held.
  const sweepAt = async (later: number) => {
    for (const ms of [later, HOUR]) {
      time.advance(ms);
      blobs.sweep();
      await blobs.swept();
    }
  };
  await sweepAt(29 * DAY);
  expect((await list()).toSorted()).toEqual([held!.id, sent!.id, "shot.png"].toSorted());
  // Looking at a draft's file keeps it.
  await (await blobs.open(held!.id)).file.close();
  await sweepAt(29 * DAY);
  expect((await list()).toSorted()).toEqual([held!.id, sent!.id, "shot.png"].toSorted());
  await sweepAt(2 * DAY);
  expect((await list()).toSorted()).toEqual([sent!.id, "shot.png"].toSorted());
  await db.write("full", (tx) => deleteSession(tx, BUILT_IDS.session));
  await sweepAt(0);
  expect(await list()).toEqual([]);
});

it("F22 a clock that is wrong for a moment removes no file of a draft", async () => {
  const { blobs, time, list } = await setUp();
  const { id } = await blobs.store(chunks(PNG));
  for (const jump of [400 * DAY, -400 * DAY, 400 * DAY]) {
    time.jump(jump);
    time.advance(HOUR);
    blobs.sweep();
    await blobs.swept();
    expect(await list()).toEqual([id]);
  }
});

it("S7 a copy for an agent lies under its own name, cannot be written, and is made anew where one was changed", async () => {
  const { blobs, folder } = await setUp();
  const { id } = await blobs.store(chunks(PNG));
  const path = await blobs.place(id, "shot.png");
  expect(path).toBe(join(folder, "given", id, "shot.png"));
  expect((await stat(path)).mode & 0o777).toBe(0o400);
  await rm(path);
  await writeFile(path, "changed");
  expect(await readFile(await blobs.place(id, "shot.png"))).toEqual(PNG);
  expect(await blobs.read(id)).toEqual(PNG);
});
