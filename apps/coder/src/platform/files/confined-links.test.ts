import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, readFile, readlink, realpath, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { createTempFolder, writeFiles } from "@boocode/testkit/repo-builder";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ConfinedFolder } from "./confined-folder.ts";
import { PathRefused } from "./confined-path.ts";
import { canWalkThroughHandles, toHandlePath } from "./pinned-folder.ts";

/** What stands in every file that must not be reached. */
const SECRET = "secret";

type Act = { kind: "read" | "write" | "list" | "remove" | "kind"; path: string } | { kind: "rename"; path: string; to: string };
type Entry = { kind: "file" } | { kind: "folder" } | { kind: "link"; to: string };

const name = fc.constantFrom("a", "b", "c");
const joined = (names: readonly string[]) => names.join("/");
const inner = fc.array(name, { minLength: 1, maxLength: 3 }).map(joined);
/** Where something is that must not be reached, seen from the folder above the worktree. */
const outer = fc.constantFrom(
  "outside",
  "outside/out.txt",
  "outside/deep",
  "outside/deep/out.txt",
  "outside/new",
  "outside/empty/new",
  "worktree-twin",
  "worktree-twin/out.txt",
  "worktree",
  "worktree/a",
  "worktree/../outside/out.txt",
  "",
);
/** What follows a path; behind a link that leads out, it meets something. */
const tail = fc.constantFrom("a", "b", "a/b", "out.txt", "deep/out.txt", "empty", "new", "new/new");
/** `TOP` stands for the folder above the worktree. */
const target = fc.oneof(
  { weight: 4, arbitrary: inner },
  { weight: 2, arbitrary: fc.array(fc.oneof(name, fc.constantFrom("..", ".")), { minLength: 1, maxLength: 5 }).map(joined) },
  { weight: 4, arbitrary: fc.tuple(fc.integer({ min: 1, max: 4 }), outer).map(([up, path]) => "../".repeat(up) + path) },
  { weight: 2, arbitrary: outer.map((path) => `TOP/${path}`) },
  { weight: 1, arbitrary: inner.map((path) => `TOP/worktree/${path}`) },
  { weight: 1, arbitrary: outer.map((path) => `/proc/self/root/TOP/${path}`) },
);
const entries = fc.array(
  fc.record({
    path: inner,
    is: fc.oneof(
      { weight: 2, arbitrary: fc.constant<Entry>({ kind: "file" }) },
      { weight: 1, arbitrary: fc.constant<Entry>({ kind: "folder" }) },
      { weight: 4, arbitrary: target.map((to): Entry => ({ kind: "link", to })) },
    ),
  }),
  { minLength: 6, maxLength: 20 },
);
/** `#3` stands for the place of the fourth entry of the tree. */
const known = fc.nat({ max: 19 }).map((place) => `#${place}`);
const path = fc.oneof(
  { weight: 6, arbitrary: known },
  { weight: 5, arbitrary: fc.tuple(known, tail).map(joined) },
  { weight: 1, arbitrary: fc.tuple(inner, tail).map(joined) },
  { weight: 1, arbitrary: target },
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("read" as const), path }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom("write" as const, "list" as const, "kind" as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rename" as const), path, to: path }) },
);

/** A worktree with a random tree, beside folders that must not be reached. */
async function makePlace(tree: readonly { path: string; is: Entry }[]) {
  const folder = await createTempFolder();
  const top = folder.path;
  const root = join(top, "worktree");
  const outside = { "outside/out.txt": `${SECRET} 1`, "outside/deep/out.txt": `${SECRET} 2`, "worktree-twin/out.txt": `${SECRET} 3` };
  await writeFiles(top, outside);
  await mkdir(join(top, "outside/empty"));
  await mkdir(root);
  const made: string[] = [];
  for (const { path: at, is } of tree) {
    // What leads through a link would be made outside.
    const place = join(root, at);
    const parent = await makeReal(root, dirname(at));
    if (!parent) continue;
    // What is there already stays.
    const make = async () => {
      if (is.kind === "folder") await mkdir(place);
      else if (is.kind === "file") await writeFile(place, `inside ${at}`, { flag: "wx" });
      else await symlink(is.to.replace("TOP", top), place);
    };
    await make().then(
      () => made.push(at),
      () => {},
    );
  }
  const confined = await ConfinedFolder.open(root);
  return {
    top,
    root,
    confined,
    toPath: (text: string) => text.replace(/^#(\d+)/, (_, at: string) => made[Number(at) % made.length]!).replace("TOP", top),
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

/** Makes a folder and its parents, unless something else stands in the way. */
async function makeReal(root: string, at: string): Promise<boolean> {
  let here = root;
  for (const part of at.split("/").filter((one) => one !== ".")) {
    here = join(here, part);
    await mkdir(here).catch(() => {});
    if (!(await lstat(here)).isDirectory()) return false;
  }
  return true;
}

/** Everything in a folder's neighbours that a write, a rename or a removal would change, also for a moment. */
async function describeOutside(top: string): Promise<string[]> {
  const lines: string[] = [];
  for (const part of ["outside", "worktree-twin"]) {
    const below = await readdir(join(top, part), { recursive: true });
    for (const one of ["", ...below]) {
      const at = join(top, part, one);
      const { mode, ino, size, mtimeNs, ctimeNs } = await lstat(at, { bigint: true });
      lines.push(`${join(part, one)} ${mode} ${ino} ${size} ${mtimeNs} ${ctimeNs}`);
    }
  }
  return [...lines.toSorted(), ...(await readdir(top)).toSorted()];
}

/** Does it, and returns what was read. Only a refusal or the system's own error may come of it. */
async function carryOut(confined: ConfinedFolder, one: Act): Promise<string> {
  try {
    if (one.kind === "read") return (await confined.readFile(one.path, 1_000)).bytes.toString();
    if (one.kind === "write") await confined.writeFile(one.path, "written");
    else if (one.kind === "remove") await confined.remove(one.path, { recursive: true });
    else if (one.kind === "rename") await confined.rename(one.path, one.to);
    else if (one.kind === "kind") await confined.kindOf(one.path, { followLeaf: true });
    else {
      const pinned = await confined.pin(one.path);
      try {
        const at = await readlink(toHandlePath(pinned.handle));
        if (at !== confined.root && !at.startsWith(`${confined.root}/`)) return `${SECRET}: ${at}`;
      } finally {
        await pinned.handle.close();
      }
      await confined.list(one.path);
    }
    return "done";
  } catch (error) {
    if (!(error instanceof PathRefused) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    return "refused";
  }
}

/** An act with the paths of a place. */
function toReal({ toPath }: { toPath(text: string): string }, one: Act): Act {
  return one.kind === "rename" ? { ...one, path: toPath(one.path), to: toPath(one.to) } : { ...one, path: toPath(one.path) };
}

/** Whether who trusts a path would reach something outside by it, or make it there. */
async function leadsOut(root: string, at: string): Promise<boolean> {
  const whole = at.startsWith("/") ? at : join(root, at);
  const real = await realpath(whole).catch(() => realpath(dirname(whole)).catch(() => root));
  return relative(root, real).startsWith("..");
}

it.runIf(canWalkThroughHandles)(
  "S7: no tree of folders and links leads a read, a write, a rename or a removal out of the folder",
  async () => {
    const counts = { out: 0, done: 0, read: 0 };
    await fc.assert(
      fc.asyncProperty(entries, fc.array(act, { minLength: 20, maxLength: 40 }), async (tree, acts) => {
        await using place = await makePlace(tree);
        const before = await describeOutside(place.top);
        for (const rough of acts) {
          const one = { ...rough, path: place.toPath(rough.path), ...(rough.kind === "rename" && { to: place.toPath(rough.to) }) } as Act;
          const isOut = await leadsOut(place.root, one.path);
          const plain =
            one.kind === "read" && !isOut
              ? await readFile(one.path.startsWith("/") ? one.path : join(place.root, one.path), "utf8").catch(() => null)
              : null;
          const outcome = await carryOut(place.confined, one);
          expect(outcome, JSON.stringify(one)).not.toContain(SECRET);
          if (isOut) counts.out += 1;
          if (outcome !== "refused") counts.done += 1;
          if (one.kind !== "read" || outcome === "refused") continue;
          // It is what the system finds there. That refuses some paths that name a file as a folder (`file/.`).
          counts.read += 1;
          expect([outcome, null], JSON.stringify(one)).toContain(plain);
        }
        expect(await describeOutside(place.top)).toEqual(before);
      }),
      { numRuns: 80 },
    );
    // Else it would show nothing.
    expect(
      Object.values(counts).every((count) => count > 60),
      JSON.stringify(counts),
    ).toBe(true);
  },
);

/**
 * Exchanges a folder for a link that leads out, and back, until it is told to stop. Each step is relative to the open folder above, so it
 * never goes through another such link itself. Returns how often it did.
 */
async function exchange(place: string, to: string, done: { now: boolean }): Promise<number> {
  const parent = await open(dirname(place), constants.O_RDONLY | constants.O_DIRECTORY);
  const at = `${toHandlePath(parent)}/${basename(place)}`;
  // What takes the folder away meanwhile, or makes another one, makes a step fail; the next round goes on.
  const attempt = (step: Promise<unknown>) =>
    step.then(
      () => true,
      () => false,
    );
  let times = 0;
  for (let round = 0; !done.now; round += 1) {
    const away = `${at}-away-${round}`;
    await attempt(rename(at, away));
    if (await attempt(symlink(to, at))) times += 1;
    await attempt(unlink(at));
    if (!(await attempt(rename(away, at)))) await attempt(mkdir(at));
  }
  await parent.close();
  return times;
}

const FOLDERS = ["a", "a/b", "b", "c", "c/a/b"];

it.runIf(canWalkThroughHandles)("S7: none does while folders anywhere on its path are exchanged for links that lead out", async () => {
  const counts = { exchanged: 0, done: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      entries,
      fc.array(act, { minLength: 40, maxLength: 60 }),
      fc.array(fc.record({ folder: fc.constantFrom(...FOLDERS), to: outer }), { minLength: 2, maxLength: 4 }),
      async (tree, acts, exchanged) => {
        const real = FOLDERS.flatMap((folder) => [
          { path: folder, is: { kind: "folder" as const } },
          { path: `${folder}/out.txt`, is: { kind: "file" as const } },
        ]);
        await using place = await makePlace([...real, ...tree]);
        const before = await describeOutside(place.top);
        const done = { now: false };
        const exchanging = exchanged.map(({ folder, to }) => exchange(join(place.root, folder), join(place.top, to), done));
        const outcomes: string[] = [];
        const carryOutAll = async (part: number) => {
          for (const one of acts.filter((_, at) => at % 3 === part)) outcomes.push(await carryOut(place.confined, toReal(place, one)));
        };
        await Promise.all([0, 1, 2].map(carryOutAll)).finally(() => (done.now = true));
        counts.exchanged += (await Promise.all(exchanging)).reduce((sum, times) => sum + times, 0);
        counts.refused += outcomes.filter((outcome) => outcome === "refused").length;
        counts.done += outcomes.filter((outcome) => outcome !== "refused").length;
        expect(outcomes.join("\n")).not.toContain(SECRET);
        expect(await describeOutside(place.top)).toEqual(before);
      },
    ),
    { numRuns: 40 },
  );
  expect(
    Object.values(counts).every((count) => count > 200),
    JSON.stringify(counts),
  ).toBe(true);
});
