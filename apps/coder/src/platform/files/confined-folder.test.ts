import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, rename, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { createTempFolder, writeFiles, type RepoFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { ConfinedFolder } from "./confined-folder.ts";
import { isGitName, PathRefused, toComponents } from "./confined-path.ts";

/** A worktree next to a folder that must not be reached. */
async function setUp(files: RepoFiles = {}) {
  const folder = await createTempFolder();
  await writeFiles(folder.path, { "outside/secret.txt": "secret" });
  const root = join(folder.path, "worktree");
  await mkdir(root);
  await writeFiles(root, files);
  const confined = await ConfinedFolder.open(root);
  return { root, confined, outside: join(folder.path, "outside"), [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

const LONG = "x".repeat(5_000);
const text = async (confined: ConfinedFolder, path: string) => (await confined.readFile(path, 1_000)).bytes.toString();

it.each([
  "../outside/secret.txt",
  "a/../../outside/secret.txt",
  "/etc/passwd",
  "a/\0b",
  LONG,
  ".git/config",
  "a/.GIT/hooks/pre-commit",
  ".git./config",
  "git~1/config",
  ".g\u200cit/config",
  ".git::$INDEX_ALLOCATION/x",
])("S7: refuses the path %.40j for reading, writing, renaming and removing", async (path) => {
  await using place = await setUp({ "a/b.txt": "b" });
  await expect(place.confined.readFile(path, 10)).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.writeFile(path, "x")).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.rename("a/b.txt", path)).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.rename(path, "c.txt")).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.remove(path, { recursive: true })).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.list(path)).rejects.toBeInstanceOf(PathRefused);
  expect(await readdir(place.outside)).toEqual(["secret.txt"]);
});

it("takes paths inside in every spelling", async () => {
  expect(toComponents("/w", "./a//b/./c")).toEqual(["a", "b", "c"]);
  expect(toComponents("/w", "/w/a")).toEqual(["a"]);
  expect(toComponents("/w", ".")).toEqual([]);
  expect([".gitignore", ".github", "git", "legit", ".git-blame"].filter(isGitName)).toEqual([]);
});

it("S7: follows links that stay inside, and refuses those that lead out, also dangling ones and through folders", async () => {
  await using place = await setUp({
    "real/a.txt": "a",
    "in.txt": { linkTo: "real/a.txt" },
    folder: { linkTo: "real" },
    "real/up.txt": { linkTo: "../in.txt" },
    "out.txt": { linkTo: "../outside/secret.txt" },
    "out-absolute.txt": { linkTo: "/etc/passwd" },
    outfolder: { linkTo: "../outside" },
    "dangling.txt": { linkTo: "../outside/new.txt" },
    "to-git": { linkTo: ".git/config" },
    loop: { linkTo: "loop" },
  });
  await symlink(join(place.root, "real/a.txt"), join(place.root, "absolute-in.txt"));
  for (const path of ["in.txt", "folder/a.txt", "real/up.txt", "folder/up.txt", "absolute-in.txt"])
    expect(await text(place.confined, path)).toBe("a");
  for (const path of ["out.txt", "out-absolute.txt", "outfolder/secret.txt", "dangling.txt", "to-git", "loop", "loop/a"]) {
    await expect(place.confined.readFile(path, 10)).rejects.toBeInstanceOf(PathRefused);
    await expect(place.confined.writeFile(path, "x")).rejects.toBeInstanceOf(PathRefused);
  }
  await expect(place.confined.writeFile("outfolder/new.txt", "x")).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.rename("in.txt", "outfolder/in.txt")).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.remove("outfolder/secret.txt", { recursive: true })).rejects.toBeInstanceOf(PathRefused);
  await place.confined.remove("outfolder", { recursive: true });
  expect(await readdir(place.outside)).toEqual(["secret.txt"]);

  await place.confined.writeFile("folder/up.txt", "changed");
  expect(await readFile(join(place.root, "real/a.txt"), "utf8")).toBe("changed");
  expect(await place.confined.kindOf("in.txt")).toBe("link");
});

it("S7: a link that goes up from behind another link leads where the system says", async () => {
  await using place = await setUp({
    "x/y/here.txt": "here",
    "x/c.txt": "above the other link's folder",
    "c.txt": "beside the link",
    b: { linkTo: "x/y" },
    link: { linkTo: "b/../c.txt" },
    "x/deep": { linkTo: "../b/../../b/../c.txt" },
    up: { linkTo: "b/.." },
    out: { linkTo: "b/../../../outside/secret.txt" },
    missing: { linkTo: "nothing/../c.txt" },
  });
  for (const path of ["link", "x/deep", "up/c.txt"]) {
    expect(await text(place.confined, path)).toBe(await readFile(join(place.root, path), "utf8"));
    expect(await text(place.confined, path)).toBe("above the other link's folder");
  }
  expect((await place.confined.list("up")).map(({ name }) => name)).toEqual(["c.txt", "deep", "y"]);
  await expect(text(place.confined, "up")).rejects.toBeInstanceOf(PathRefused);
  await expect(text(place.confined, "out")).rejects.toBeInstanceOf(PathRefused);
  await expect(text(place.confined, "missing")).rejects.toMatchObject({ code: "ENOENT" });
  expect(await place.confined.writeFile("link", "written")).toEqual({ isNew: false, path: "x/c.txt" });
  expect(await readFile(join(place.root, "c.txt"), "utf8")).toBe("beside the link");
});

it("S7: never writes or reads outside while a folder is exchanged for a link under it", async () => {
  await using place = await setUp({ "d/secret.txt": "inside" });
  const done = { now: false };
  const d = join(place.root, "d");
  // A write may recreate the folder while it is swapped out. That step then fails, and the next round continues.
  const attempt = (step: Promise<unknown>) => step.catch(() => {});
  const swap = (async () => {
    for (let round = 0; !done.now; round += 1) {
      const away = join(place.root, `away-${round}`);
      await attempt(rename(d, away));
      await attempt(symlink(place.outside, d));
      await attempt(unlink(d));
      await attempt(rename(away, d));
      await attempt(writeFile(join(d, "secret.txt"), "inside"));
    }
  })();
  const seen = new Set<string>();
  for (let round = 0; round < 300; round += 1) {
    await place.confined.writeFile("d/written.txt", "x").catch(() => {});
    seen.add(await text(place.confined, "d/secret.txt").catch(() => "refused"));
  }
  done.now = true;
  await swap;
  expect(await readdir(place.outside)).toEqual(["secret.txt"]);
  expect(seen).not.toContain("secret");
  expect(seen).toContain("inside");
});

it("S7: is not held by a FIFO, a folder or a file without an end", async () => {
  await using place = await setUp({ "folder/a.txt": "a" });
  await promisify(execFile)("mkfifo", [join(place.root, "pipe")]);
  await promisify(execFile)("truncate", ["--size=1T", join(place.root, "sparse")]);
  await expect(place.confined.readFile("pipe", 10)).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.writeFile("pipe", "x")).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.readFile("folder", 10)).rejects.toBeInstanceOf(PathRefused);
  await expect(place.confined.writeFile("folder", "x")).rejects.toBeInstanceOf(PathRefused);
  const sparse = await place.confined.readFile("sparse", 10);
  expect([sparse.bytes.length, sparse.sizeBytes]).toEqual([10, 1024 ** 4]);
  expect((await place.confined.list(".")).map((entry) => `${entry.kind} ${entry.name}`)).toEqual([
    "folder folder",
    "other pipe",
    "file sparse",
  ]);
});

it("S7: a socket and a device are neither read nor replaced", async () => {
  await using place = await setUp();
  const server = createServer().listen(join(place.root, "socket"));
  await once(server, "listening");
  // Only root makes a device; without one, the system's are read, and none is written to.
  const made = await promisify(execFile)("mknod", [join(place.root, "device"), "c", "1", "5"]).then(
    () => true,
    () => false,
  );
  const refusal = { message: expect.stringMatching(/not a regular file|ENXIO/) };
  for (const name of made ? ["socket", "device"] : ["socket"]) {
    await expect(place.confined.readFile(name, 10)).rejects.toMatchObject(refusal);
    await expect(place.confined.writeFile(name, "x")).rejects.toMatchObject(refusal);
    expect(await place.confined.kindOf(name)).toBe("other");
  }
  expect((await place.confined.list(".")).every(({ kind }) => kind === "other")).toBe(true);
  expect((await stat(join(place.root, "socket"))).isSocket()).toBe(true);
  const system = await ConfinedFolder.open("/dev");
  await expect(system.readFile("zero", 10)).rejects.toBeInstanceOf(PathRefused);
  server.close();
  await once(server, "close");
});

it("writes a file atomically, keeps its mode and leaves no temporary file", async () => {
  await using place = await setUp({ "run.sh": { text: "old", mode: 0o755 } });
  expect(await place.confined.writeFile("run.sh", "new")).toEqual({ isNew: false, path: "run.sh" });
  expect((await stat(join(place.root, "run.sh"))).mode & 0o777).toBe(0o755);
  expect(await place.confined.writeFile("a/b/c.txt", "c")).toEqual({ isNew: true, path: "a/b/c.txt" });
  expect(await readdir(place.root)).toEqual(["a", "run.sh"]);
  expect(await readdir(join(place.root, "a/b"))).toEqual(["c.txt"]);
});

it("renames without replacing, and removes folders only when told", async () => {
  await using place = await setUp({ "a.txt": "a", "b.txt": "b", "d/e.txt": "e" });
  await expect(place.confined.rename("a.txt", "b.txt")).rejects.toBeInstanceOf(PathRefused);
  await place.confined.rename("a.txt", "new/folder/a.txt");
  expect(await text(place.confined, "new/folder/a.txt")).toBe("a");
  await expect(place.confined.remove("d", { recursive: false })).rejects.toMatchObject({ code: "ENOTEMPTY" });
  await place.confined.remove("d", { recursive: true });
  expect(await place.confined.kindOf("d")).toBeNull();
  await expect(place.confined.remove(".", { recursive: true })).rejects.toBeInstanceOf(PathRefused);
});

it("closes every folder it opened", async () => {
  await using place = await setUp({ "a/b/c.txt": "c", "a/out": { linkTo: "/etc" } });
  const openHandles = async () => (await readdir("/proc/self/fd")).length;
  await writeFile(join(place.root, "warm.txt"), "");
  const before = await openHandles();
  for (let round = 0; round < 20; round += 1) {
    await place.confined.readFile("a/b/c.txt", 10);
    await place.confined.readFile("a/out/passwd", 10).catch(() => {});
    await place.confined.readFile("a/missing/x", 10).catch(() => {});
    await place.confined.list("a");
  }
  expect(await openHandles()).toBe(before);
});
