import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rmdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { createTempFolder, writeFiles, type RepoFiles } from "@boocode/testkit/repo-builder";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ConfinedFolder } from "../../../../platform/files/confined-folder.ts";
import { silentLogger, toolResults } from "../../native-fixture.ts";
import { StagedInMemory } from "../../staged-in-memory.ts";
import { runToolCall } from "../run-tool-call.ts";
import { TOOLBOXES } from "../toolbox.ts";
import { searchFiles } from "../search/search-files.ts";
import { StagedFolder } from "./staged-folder.ts";
import { toToolFolder } from "./tool-folder.ts";

/** A folder in which tools run: in review mode, or on disk. */
async function openFolder(files: RepoFiles, isInReview: boolean) {
  const folder = await createTempFolder();
  await writeFiles(folder.path, files);
  const staged = isInReview ? new StagedInMemory(folder.path) : null;
  const disk = await ConfinedFolder.open(folder.path);
  return {
    path: folder.path,
    staged,
    /** Searches without a thread of its own. */
    search: (query: string) =>
      searchFiles(staged === null ? toToolFolder(disk) : new StagedFolder(disk, staged), {
        text: query,
        isRegex: false,
        ignoreCase: false,
        path: ".",
      }),
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
    async call(name: string, input: unknown) {
      const events: AgentEvent[] = [];
      const answer = await runToolCall(
        { callId: "c", name, input, invalid: null },
        {
          toolbox: TOOLBOXES.review,
          place: { mode: "review", disk, staged, env: { PATH: "/usr/bin:/bin" }, guard: null },
          signal: new AbortController().signal,
          emit: (event) => void events.push(event),
          logger: silentLogger,
        },
      );
      return { answer, results: toolResults(events) };
    },
  };
}

/** Everything below a folder, with its contents. */
async function readAll(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file.slice(path.length + 1), await readFile(file, "utf8")])));
}

/** Removes empty folders, which git does not know. */
async function prune(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    await prune(join(path, entry.name));
    await rmdir(join(path, entry.name)).catch(() => {});
  }
}

/** What review mode adds to every change. */
function withoutNote({ answer, results }: Said): Said {
  const note = "Staged for review, not on disk.";
  const [result] = results;
  if (!answer.endsWith(` ${note}`)) return { answer, results };
  const { output, ...rest } = result!;
  return { answer: answer.slice(0, -note.length - 1), results: output === note ? [rest] : results };
}

type Said = Awaited<ReturnType<Awaited<ReturnType<typeof openFolder>>["call"]>>;

/** Why something cannot be done may be said in other words. */
function withoutReason<T extends { answer: string }>(said: T): T | "Error" {
  return said.answer.startsWith("Error") ? "Error" : said;
}

const FILES: RepoFiles = {
  "a.txt": "one\n",
  "d/b.txt": "one\ntwo\n",
  "d/e/c.txt": "three\n",
  "run.sh": { text: "echo one\n", mode: 0o755 },
};
const path = fc.constantFrom("a.txt", "d", "d/b.txt", "d/e", "d/e/c.txt", "d/new.txt", "f/g/h.txt", "f", "run.sh", "a.txt/x", ".");
const text = fc.constantFrom("one\n", "two\nthree\n", "", "no newline");
const call = fc.oneof(
  fc.record({ path, text }).map((input) => ["write", input] as const),
  fc.record({ path, oldText: fc.constantFrom("one", "two"), newText: fc.constantFrom("two", "") }).map((input) => ["edit", input] as const),
  fc.record({ from: path, to: path }).map((input) => ["rename", input] as const),
  fc.record({ path, recursive: fc.boolean() }).map((input) => ["delete", input] as const),
  fc.record({ path }).map((input) => ["read", input] as const),
  fc.record({ path, depth: fc.constantFrom(1, 2, 9) }).map((input) => ["list", input] as const),
);

it("answers in review mode exactly as on disk, whatever is called, and writes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), async (calls) => {
      await using onDisk = await openFolder(FILES, false);
      await using inReview = await openFolder(FILES, true);
      const before = await readAll(inReview.path);
      for (const [name, input] of [...calls, ["list", { depth: 9 }] as const]) {
        const [expected, found] = await Promise.all([onDisk.call(name, input), inReview.call(name, input)]);
        expect(withoutReason(withoutNote(found))).toEqual(withoutReason(expected));
        await prune(onDisk.path);
      }
      expect(await inReview.search("t")).toEqual(await onDisk.search("t"));
      expect(await readAll(inReview.path)).toEqual(before);
    }),
    { numRuns: 60 },
  );
});

it("follows links on disk to where they lead, and stages there", async () => {
  await using place = await openFolder({ "real/a.txt": "one\n", "b.txt": "b\n" }, true);
  await symlink("real", join(place.path, "linked"));
  await symlink("b.txt", join(place.path, "also-b"));
  await symlink("/etc", join(place.path, "out"));
  // Up from where the link before leads, not from where it is.
  await mkdir(join(place.path, "real/in"));
  await symlink("real/in", join(place.path, "inner"));
  await symlink("inner/../a.txt", join(place.path, "above"));
  await symlink("inner/../../../x", join(place.path, "far"));
  expect((await place.call("read", { path: "above" })).answer).toBe("one\n");
  expect((await place.call("write", { path: "far", text: "x" })).answer).toMatch(/^Error.*leads out/);
  expect((await place.call("edit", { path: "linked/a.txt", oldText: "one", newText: "two" })).answer).toContain("real/a.txt");
  expect((await place.call("write", { path: "also-b", text: "new\n" })).answer).toContain("b.txt");
  expect((await place.call("read", { path: "linked/a.txt" })).answer).toBe("two\n");
  expect((await place.call("write", { path: "out/x", text: "x" })).answer).toMatch(/^Error/);
  expect([...place.staged!.files.keys()]).toEqual(["real/a.txt", "b.txt"]);
  // A link that is staged as deleted leads nowhere.
  await place.call("delete", { path: "linked" });
  expect((await place.call("read", { path: "linked/a.txt" })).answer).toMatch(/^Error/);
  expect((await place.call("write", { path: "linked/new.txt", text: "x\n" })).answer).toContain("linked/new.txt");
  expect((await place.call("list", { path: "linked" })).answer).toBe("linked/new.txt");
  expect(await readdir(join(place.path, "real"))).toEqual(["a.txt", "in"]);
});

it("searches what is staged instead of what is on disk, once", async () => {
  await using place = await openFolder({ "a.txt": "find me\n", "b.txt": "find me\n", "node_modules/c.txt": "find me\n" }, true);
  await place.call("write", { path: "a.txt", text: "x\nfind me too\n" });
  await place.call("delete", { path: "b.txt" });
  await place.call("write", { path: "deep/new/d.txt", text: "find me\n" });
  const { answer } = await place.call("search", { query: "find me" });
  expect(answer).toBe("a.txt:2: find me too\ndeep/new/d.txt:1: find me\n[Not searched: node_modules.]");
  expect((await place.call("search", { query: "find", path: "deep/new/d.txt" })).answer).toBe("deep/new/d.txt:1: find me");
  expect((await place.call("search", { query: "find", path: "b.txt" })).answer).toMatch(/^Error/);
});

it("runs commands on disk, where staged edits are not", async () => {
  await using place = await openFolder({ "a.txt": "on disk\n" }, true);
  await place.call("write", { path: "a.txt", text: "staged\n" });
  expect((await place.call("command", { argv: ["cat", "a.txt"] })).answer).toContain("on disk");
  await place.call("command", { argv: ["cp", "a.txt", "copy.txt"] });
  expect((await place.call("read", { path: "copy.txt" })).answer).toBe("on disk\n");
});

it("does not delete another repository in a folder", async () => {
  await using place = await openFolder({ "d/a.txt": "a\n" }, true);
  await mkdir(join(place.path, "d/inner"));
  await promisify(execFile)("git", ["init", "--quiet"], { cwd: join(place.path, "d/inner") });
  expect((await place.call("delete", { path: "d", recursive: true })).answer).toContain("another git repository");
  expect((await place.call("rename", { from: "d", to: "f" })).answer).toMatch(/^Error/);
  expect(place.staged!.files.size).toBe(0);
});
