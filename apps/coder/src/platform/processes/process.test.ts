import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { findProcessesByMarker, identifyProcess, killTree, runProcess, type RunProcessInput } from "./process.ts";

const base: Omit<RunProcessInput, "file" | "argv"> = {
  cwd: tmpdir(),
  env: { PATH: "/usr/bin:/bin" },
  timeoutMs: 10_000,
  maxOutputBytes: 1_000_000,
};
const node = (script: string, more: Partial<RunProcessInput> = {}) =>
  runProcess({ ...base, file: process.execPath, argv: ["-e", script], ...more });
const shell = (script: string, more: Partial<RunProcessInput> = {}) =>
  runProcess({ ...base, file: "/bin/sh", argv: ["-c", script], ...more });

function freshMarker() {
  const marker = { name: "BOOCODE_TEST_MARKER", value: crypto.randomUUID() };
  onTestFinished(async () => {
    for (const { pid, startTime } of await findProcessesByMarker(marker.name, marker.value)) await killTree(pid, startTime, { graceMs: 0 });
  });
  return marker;
}

it("gives exit code and both streams, with exactly the environment it was given", async () => {
  const result = await node(
    `process.stdout.write(JSON.stringify(Object.keys(process.env))); process.stderr.write("err"); process.exitCode = 3`,
    {
      env: { ONLY: "this" },
    },
  );
  expect(result).toMatchObject({ exitCode: 3, signal: null, timedOut: false, truncated: false, aborted: false });
  expect(JSON.parse(result.stdout.toString())).toEqual(["ONLY"]);
  expect(result.stderr.toString()).toBe("err");
});

it("P4 reads from /dev/null unless input is given", async () => {
  expect((await shell("cat; echo done")).stdout.toString()).toBe("done\n");
  expect((await shell("cat", { stdin: "héllo" })).stdout.toString()).toBe("héllo");
});

it("survives a program that does not read its input", async () => {
  expect(await shell("exit 0", { stdin: Buffer.alloc(4_000_000) })).toMatchObject({ exitCode: 0 });
});

it("passes arguments as they are, never through a shell", async () => {
  const argv = ["-e", "process.stdout.write(JSON.stringify(process.argv.slice(1)))", "--", "$(touch x)", ";", "a\nb", "-"];
  expect(JSON.parse((await runProcess({ ...base, file: process.execPath, argv })).stdout.toString())).toEqual(argv.slice(3));
});

it("rejects with the system's error for a program that is not there", async () => {
  await expect(runProcess({ ...base, file: "no-such-program-here", argv: [] })).rejects.toMatchObject({ code: "ENOENT" });
});

it("delivers all output of a program whose end a blocked event loop sees before the output", async () => {
  await using folder = await createTempFolder();
  const file = (name: string) => join(folder.path, name);
  const wait = new Int32Array(new SharedArrayBuffer(4));
  const hold = (isOver: () => boolean) => {
    while (!isOver()) Atomics.wait(wait, 0, 0, 1);
  };
  const isZombie = (name: string) => {
    if (!existsSync(file(name))) return false;
    const pid = readFileSync(file(name), "utf8").trim();
    return pid !== "" && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  };
  const awaiting = (name: string) =>
    shell(`until [ -e ${name}.go ]; do :; done; echo $$ > ${name}.pid; echo all of it`, {
      cwd: folder.path,
      onOutput: () => {
        if (name !== "first") return;
        // The system already knows of the first program's end and reports both ends when asked; it reports the second's output only later.
        writeFileSync(file("second.go"), "");
        hold(() => isZombie("second.pid"));
        const until = performance.now() + 300;
        setImmediate(() => hold(() => performance.now() > until));
      },
    });
  const both = Promise.all([awaiting("first"), awaiting("second")]);
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  writeFileSync(file("first.go"), "");
  hold(() => isZombie("first.pid"));
  expect((await both).map(({ stdout }) => stdout.toString())).toEqual(["all of it\n", "all of it\n"]);
});

it("keeps the first bytes and reports the truncation", async () => {
  const result = await node(`process.stdout.write("x".repeat(300_000)); process.stderr.write("small")`, { maxOutputBytes: 1_000 });
  expect(result).toMatchObject({ exitCode: 0, truncated: true });
  expect(result.stdout.length).toBe(1_000);
  expect(result.stderr.toString()).toBe("small");
});

it("ends a flood at once when asked to", async () => {
  expect(await shell("yes", { maxOutputBytes: 1_000, endWhenTruncated: true, timeoutMs: 60_000 })).toMatchObject({
    truncated: true,
    timedOut: false,
    exitCode: null,
  });
});

it("P4 does not wait for a background child that keeps the output open", async () => {
  const marker = freshMarker();
  const result = await shell("sleep 60 & echo started", { marker, timeoutMs: 60_000 });
  expect(result).toMatchObject({ exitCode: 0, timedOut: false });
  expect(result.stdout.toString()).toBe("started\n");
});

it("P2 ends the whole tree at the time limit: children that ignore signals and children in their own session", async () => {
  const marker = freshMarker();
  const result = await shell(`trap "" TERM; setsid sleep 60 & sh -c 'trap "" TERM; sleep 60; sleep 60' & wait`, {
    marker,
    timeoutMs: 200,
    graceMs: 100,
  });
  expect(result).toMatchObject({ timedOut: true, aborted: false });
  expect(await findProcessesByMarker(marker.name, marker.value)).toEqual([]);
});

it("P2 ends the tree when aborted, and does not start when already aborted", async () => {
  const marker = freshMarker();
  const abort = new AbortController();
  const result = await shell("echo up; sleep 60", { marker, signal: abort.signal, onOutput: () => abort.abort() });
  expect(result).toMatchObject({ aborted: true, timedOut: false, signal: "SIGTERM" });
  expect(await findProcessesByMarker(marker.name, marker.value)).toEqual([]);
  expect(await shell("echo up", { signal: abort.signal })).toMatchObject({ aborted: true, stdout: Buffer.alloc(0) });
});

it("P3 does not touch a process with a different start time", async () => {
  const marker = freshMarker();
  await shell("sleep 60 >/dev/null 2>&1 &", { marker });
  const [sleeper] = await findProcessesByMarker(marker.name, marker.value);
  if (!sleeper) throw new Error("the sleeper is not there");
  expect(await killTree(sleeper.pid, "1", { graceMs: 0 })).toBe(true);
  expect(await identifyProcess(sleeper.pid)).toEqual(sleeper);
  expect(await killTree(sleeper.pid, sleeper.startTime, { graceMs: 1_000 })).toBe(true);
  expect(await identifyProcess(sleeper.pid)).toBeNull();
});
