import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { AgentEvent, ToolResult } from "@boocode/shared/agents/agent-event";
import { createRepository, type RepoFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { ConfinedFolder } from "../../../platform/files/confined-folder.ts";
import { silentLogger } from "../native-fixture.ts";
import { runToolCall } from "./run-tool-call.ts";
import { TOOLBOXES } from "./toolbox.ts";

/** Runs tool calls in a repository as the loop does. */
async function setUp(files: RepoFiles = {}, env: Record<string, string> = { PATH: "/usr/local/bin:/usr/bin:/bin" }) {
  const repository = await createRepository({ "README.md": "# Test\n", ...files });
  const folder = await ConfinedFolder.open(repository.path);
  const abort = new AbortController();
  return {
    repository,
    abort,
    [Symbol.asyncDispose]: repository[Symbol.asyncDispose],
    at: (path: string) => join(repository.path, path),
    read: (path: string) => readFile(join(repository.path, path), "utf8"),
    async call(name: string, input: unknown, onEvent?: (event: AgentEvent) => void) {
      const events: AgentEvent[] = [];
      const emit = (event: AgentEvent) => {
        events.push(event);
        onEvent?.(event);
      };
      const answer = await runToolCall(
        { callId: "call-1", name, input, invalid: null },
        {
          toolbox: TOOLBOXES.auto,
          place: { mode: "auto", disk: folder, staged: null, env, guard: null },
          signal: abort.signal,
          emit,
          logger: silentLogger,
        },
      );
      const started = events[0] as Extract<AgentEvent, { type: "tool.started" }>;
      const ended = events.at(-1) as Extract<AgentEvent, { type: "tool.updated" }>;
      return { answer, events, started, ended, status: ended.status, result: ended.result as ToolResult };
    },
  };
}

it("read gives a whole file as it is, and says where more is", async () => {
  await using place = await setUp({
    "a.txt": "one\r\ntwo",
    "empty.txt": "",
    "long.txt": Array.from({ length: 2_500 }, (_, index) => `line ${index + 1}\n`).join(""),
    "wide.txt": `${"x".repeat(300_000)}\nend\n`,
    "image.png": new Uint8Array([0x89, 0x50, 0, 1, 2]),
    "latin.txt": new Uint8Array([0x61, 0xe4, 0x62]),
  });
  expect((await place.call("read", { path: "a.txt" })).answer).toBe("one\r\ntwo");
  expect((await place.call("read", { path: "empty.txt" })).answer).toBe("(The file is empty.)");
  const long = await place.call("read", { path: "long.txt" });
  expect(long.answer).toMatch(/^line 1\n[^]*line 2000\n\n\[Lines 1 to 2000 of 2500. Go on with firstLine 2001.\]$/);
  expect(long.result.truncatedBytes).toBeGreaterThan(0);
  expect((await place.call("read", { path: "long.txt", firstLine: 2_499 })).answer).toBe(
    "line 2499\nline 2500\n\n\n[Lines 2499 to 2500 of 2500. That is the end.]",
  );
  expect((await place.call("read", { path: "long.txt", firstLine: 9_999 })).answer).toContain("has only 2500 lines");
  expect((await place.call("read", { path: "wide.txt" })).answer.length).toBeLessThan(263_000);
  expect((await place.call("read", { path: "image.png" })).answer).toMatch(/^Error: .*not text/);
  expect((await place.call("read", { path: "latin.txt" })).answer).toMatch(/^Error: .*not text/);
  expect((await place.call("read", { path: "missing.txt" })).answer).toBe("Error: it does not exist");
  expect((await place.call("read", { path: "../outside" })).started.paths).toEqual([]);
});

it("edit replaces exactly once, keeps line ends, marks and mode, and shows a patch", async () => {
  await using place = await setUp({
    "dos.txt": "one\r\ntwo\r\nthree\r\n",
    "marked.txt": "\uFEFFone\n",
    "twice.txt": "a\na\n",
    "run.sh": { text: "echo one\n", mode: 0o755 },
    "dollar.txt": "price\n",
  });
  const dos = await place.call("edit", { path: "dos.txt", oldText: "one\ntwo", newText: "1\n2" });
  expect(await place.read("dos.txt")).toBe("1\r\n2\r\nthree\r\n");
  expect(dos.result.patch).toBe("--- a/dos.txt\n+++ b/dos.txt\n@@ -1,3 +1,3 @@\n-one\r\n-two\r\n+1\r\n+2\r\n three\r\n");
  await place.call("edit", { path: "marked.txt", oldText: "one", newText: "two" });
  expect(await place.read("marked.txt")).toBe("\uFEFFtwo\n");
  expect((await place.call("edit", { path: "twice.txt", oldText: "a", newText: "b" })).answer).toContain("occurs 2 times");
  await place.call("edit", { path: "twice.txt", oldText: "a", newText: "b", replaceAll: true });
  expect(await place.read("twice.txt")).toBe("b\nb\n");
  await place.call("edit", { path: "run.sh", oldText: "one", newText: "two" });
  expect((await stat(place.at("run.sh"))).mode & 0o777).toBe(0o755);
  await place.call("edit", { path: "dollar.txt", oldText: "price", newText: "$& $1 $$" });
  expect(await place.read("dollar.txt")).toBe("$& $1 $$\n");
  expect((await place.call("edit", { path: "twice.txt", oldText: "zzz", newText: "b" })).answer).toContain("does not occur");
  expect((await place.call("edit", { path: "twice.txt", oldText: "b", newText: "b", replaceAll: true })).answer).toContain(
    "nothing was changed",
  );
});

it("edit says how it found a text that is not there exactly, or shows the closest lines", async () => {
  const text = "if (a) {\n\tone();\n\ttwo();\n\tthree();\n}\n";
  await using place = await setUp({ "a.ts": text, "twice.ts": "  f( a );\n\tf( a );\n" });
  const spaced = await place.call("edit", { path: "a.ts", oldText: "    one();\n    two();", newText: "    one(1);\n    two();" });
  expect(await place.read("a.ts")).toBe(text.replace("one()", "one(1)"));
  expect(spaced.answer).toBe("Edited a.ts: 1 lines added, 1 removed. oldText was found at line 2 only without regard to white space.");
  const unseen = { path: "a.ts", oldText: "if (a) {\n\tone();\n\ttwo();\n\tthree();\n}", newText: "all();" };
  expect((await place.call("edit", unseen)).answer).toContain(
    "does not occur in “a.ts”. The closest lines are:\n1: if (a) {\n2: \tone(1);\n",
  );
  const near = await place.call("edit", {
    path: "a.ts",
    oldText: "if (a) {\n\tone(1);\n\n\ttwo();\n\tthree();\n}",
    newText: "all();",
  });
  expect(near).toMatchObject({ status: "completed", result: { output: expect.stringContaining("one(1);") as string } });
  expect(near.answer).toMatch(
    /found from line 1 only without regard to white space and blank lines. What was replaced is:\nif \(a\) \{\n\tone\(1\);\n/,
  );
  expect(await place.read("a.ts")).toBe("all();\n");
  const twice = await place.call("edit", { path: "twice.ts", oldText: "f( a  );", newText: "g();", replaceAll: true });
  expect(twice).toMatchObject({ status: "failed", answer: expect.stringContaining("2 times, at lines 1, 2. Read") as string });
  const missing = await place.call("edit", { path: "twice.ts", oldText: "f(a, b);", newText: "g();" });
  expect(missing.answer).toBe(
    "Error: oldText does not occur in “twice.ts”. The closest lines are:\n1:   f( a );\nRead the file and give its exact text",
  );
  expect(await place.read("twice.ts")).toBe("  f( a );\n\tf( a );\n");
});

it("write creates and replaces, and names the file it wrote", async () => {
  await using place = await setUp({ "old.txt": "one\ntwo\n", "link.txt": { linkTo: "old.txt" }, "bytes.bin": new Uint8Array([0, 1]) });
  const created = await place.call("write", { path: "./new/file.txt", text: "a\nb\n" });
  expect(created).toMatchObject({ answer: "Created new/file.txt (2 lines).", status: "completed" });
  expect(created.started).toMatchObject({ kind: "write", title: "Write new/file.txt", paths: ["new/file.txt"] });
  expect(created.result.patch).toContain("--- /dev/null\n+++ b/new/file.txt\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  const replaced = await place.call("write", { path: "link.txt", text: "one\n2\n" });
  expect(replaced.answer).toBe("Replaced old.txt (2 lines).");
  expect(replaced.ended.paths).toEqual(["old.txt"]);
  expect(replaced.result.patch).toContain("@@ -1,2 +1,2 @@\n one\n-two\n+2\n");
  expect((await place.call("write", { path: "bytes.bin", text: "text" })).answer).toBe("Replaced bytes.bin (1 line).");
  expect((await place.call("write", { path: "new", text: "x" })).answer).toMatch(/^Error: it is a folder/);
  expect((await place.call("write", { path: ".git/hooks/pre-commit", text: "x" })).answer).toMatch(/^Error: .*belongs to git/);
});

it("rename and delete name every file they touch", async () => {
  await using place = await setUp({ "d/a.txt": "a", "d/e/b.txt": "b", "c.txt": "c" });
  expect((await place.call("rename", { from: "c.txt", to: "d/a.txt" })).answer).toBe("Error: “d/a.txt” already exists");
  expect((await place.call("rename", { from: "missing", to: "x" })).answer).toBe("Error: it does not exist");
  const moved = await place.call("rename", { from: "d", to: "n/d2" });
  expect(moved.started.paths).toEqual(["d", "n/d2"]);
  expect(moved.ended.paths).toEqual(["d/a.txt", "d/e/b.txt", "n/d2/a.txt", "n/d2/e/b.txt"]);
  expect((await place.call("delete", { path: "n" })).answer).toBe("Error: the folder is not empty");
  const deleted = await place.call("delete", { path: "n", recursive: true });
  expect(deleted.ended.paths).toEqual(["n/d2/a.txt", "n/d2/e/b.txt"]);
  expect(await place.repository.git("status", "--porcelain")).toBe(" D d/a.txt\n D d/e/b.txt");
});

it("delete leaves a nested repository alone", async () => {
  await using place = await setUp();
  await place.repository.git("init", "--quiet", "nested/inner");
  expect((await place.call("delete", { path: "nested", recursive: true })).answer).toContain("contains another git repository");
  expect((await stat(place.at("nested/inner/.git"))).isDirectory()).toBe(true);
});

it("list and search walk the project without git's files and fetched packages", async () => {
  await using place = await setUp({
    "src/main.ts": "export const answer = 42;\n// nothing\n",
    "src/deep/er/x.ts": "const Answer = 1;\n",
    "node_modules/pkg/index.js": "answer",
    "bytes.bin": new Uint8Array([0x61, 0, 0x61]),
    out: { linkTo: "/etc" },
  });
  const listed = await place.call("list", {});
  expect(listed.answer.split("\n")).toEqual([
    "README.md",
    "bytes.bin",
    "node_modules/ (not entered)",
    "out (link)",
    "src/",
    "src/deep/",
    "src/main.ts",
  ]);
  expect((await place.call("list", { path: "src", depth: 8 })).answer).toBe("src/deep/\nsrc/deep/er/\nsrc/deep/er/x.ts\nsrc/main.ts");
  expect((await place.call("list", { path: "nowhere" })).answer).toBe("Error: it does not exist");
  expect((await place.call("search", { query: "answer" })).answer).toBe(
    "src/main.ts:1: export const answer = 42;\n[Not searched: node_modules.]",
  );
  const anyCase = await place.call("search", { query: "^(export )?const answer", isRegex: true, ignoreCase: true, path: "src" });
  expect(anyCase.answer).toBe("src/deep/er/x.ts:1: const Answer = 1;\nsrc/main.ts:1: export const answer = 42;");
  expect(anyCase.started.title).toBe("Search “^(export )?const answer” in src");
  expect((await place.call("search", { query: "42;", path: "src/main.ts" })).answer).toBe("src/main.ts:1: export const answer = 42;");
  expect((await place.call("search", { query: "(", isRegex: true })).answer).toMatch(/^Error: the pattern is not a regular expression/);
  expect((await place.call("search", { query: "x", path: "../.." })).answer).toMatch(/^Error: .*not allowed/);
  expect((await place.call("search", { query: "zebra" })).answer).toMatch(/^No line matches in \d+ files/);
});

it("a pattern that would take for ever is stopped with the turn, and holds nobody up", async () => {
  await using place = await setUp({ "a.txt": `${"a".repeat(60)}b\n` });
  const searching = place.call("search", { query: "^(a+)+$", isRegex: true }, (event) => {
    if (event.type === "tool.started") setImmediate(() => place.abort.abort());
  });
  expect(await searching).toMatchObject({ status: "cancelled", answer: "Error: stopped" });
});

it("command runs an argv without a shell, in its folder, with nothing but the given environment", async () => {
  await using place = await setUp({ "sub/a.txt": "a" }, { PATH: "/usr/local/bin:/usr/bin:/bin", ONLY: "this" });
  const printed = await place.call("command", { argv: ["printf", "%s|", "$HOME", "; rm -rf x", "--"] });
  expect(printed.answer).toBe("Exit code 0\n\n$HOME|; rm -rf x|--|");
  expect(printed.started).toMatchObject({ kind: "command", argv: ["printf", "%s|", "$HOME", "; rm -rf x", "--"], cwd: ".", paths: [] });
  expect((await place.call("command", { argv: ["ls"], cwd: "sub" })).answer).toBe("Exit code 0\n\na.txt");
  expect(
    (await place.call("command", { argv: ["env"] })).answer
      .split("\n")
      .slice(2)
      .map((line) => line.split("=")[0])
      .sort(),
  ).toEqual(["BOOCODE_CALL_ID", "ONLY", "PATH"]);
  const failed = await place.call("command", { argv: ["bash", "-c", "echo oops >&2; exit 3"] });
  expect(failed).toMatchObject({ answer: "Exit code 3\n\noops", status: "failed", result: { output: "oops\n", exitCode: 3 } });
  expect((await place.call("command", { argv: ["no-such-program"] })).answer).toBe("Error: the program “no-such-program” was not found");
  await chmod(place.at("sub/a.txt"), 0o644);
  expect((await place.call("command", { argv: ["./sub/a.txt"] })).answer).toBe("Error: “./sub/a.txt” may not be run");
  expect((await place.call("command", { argv: ["ls"], cwd: ".." })).answer).toMatch(/^Error: .*not allowed/);
  expect((await place.call("command", { argv: [] })).answer).toMatch(/^Error: the arguments are wrong/);
  expect((await place.call("command", { argv: ["cat"] })).answer).toBe("Exit code 0");
});

it("command shows output as it comes, keeps both ends of a flood, and ends what outlives its limit", async () => {
  await using place = await setUp();
  const flood = await place.call("command", {
    argv: ["bash", "-c", "echo first; head -c 1000000 /dev/zero | tr '\\0' 'x'; echo; echo last"],
  });
  expect(flood.result.output!.length).toBeLessThan(66_000);
  expect(flood.result.output).toMatch(/^first\n/);
  expect(flood.result.output).toMatch(/last\n$/);
  expect(flood.result.truncatedBytes).toBe(1_000_012 - 65_536);
  expect(flood.events.filter((event) => event.type === "tool.updated").length).toBeLessThan(20);
  const endless = await place.call("command", { argv: ["bash", "-c", "echo begun; sleep 1000 & sleep 1000"], timeoutSeconds: 1 });
  expect(endless).toMatchObject({ status: "failed", answer: "Error: ended after 1 s\n\nbegun" });
  expect(endless.result).toEqual({ output: "begun\n", error: "Ended after its time limit of 1 s." });
  expect(endless.events.some((event) => event.type === "tool.updated" && event.status === "running")).toBe(true);
});
