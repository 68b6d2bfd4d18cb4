import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { Git } from "../git/git.ts";
import { findProcessesByMarker, identifyProcess, runProcess, type RunProcessInput } from "./process.ts";
import { ProgramStarter } from "./program-starter.ts";

async function openStarter() {
  const deaths: unknown[] = [];
  const starter = new ProgramStarter({ env: { PATH: "/usr/bin:/bin" }, onDied: (exit) => deaths.push(exit) });
  onTestFinished(() => starter.close());
  await starter.whenReady();
  const marker = { name: "BOOCODE_TEST_MARKER", value: crypto.randomUUID() };
  const shell = (script: string, more: Partial<RunProcessInput> = {}) =>
    runProcess({
      file: "/bin/sh",
      argv: ["-c", script],
      cwd: "/",
      env: { PATH: "/usr/bin:/bin" },
      timeoutMs: 20_000,
      maxOutputBytes: 10_000_000,
      marker,
      start: starter.start,
      ...more,
    });
  const left = () => findProcessesByMarker(marker.name, marker.value);
  return { starter, shell, left, deaths };
}

const parentOf = async (pid: number) => Number((await readFile(`/proc/${pid}/stat`, "latin1")).split(") ")[1]!.split(" ")[1]);

it("starts programs as children of its process with exactly their environment, and reports both streams and the exit", async () => {
  const { starter, shell } = await openStarter();
  const result = await shell(`echo $PPID; cat; echo err >&2; env >&2; exit 3`, { stdin: "héllo", env: { ONLY: "this" } });
  expect(result).toMatchObject({ exitCode: 3, signal: null, timedOut: false, truncated: false, aborted: false });
  expect(result.stdout.toString()).toBe(`${starter.pid}\nhéllo`);
  const [first, ...env] = result.stderr.toString().trimEnd().split("\n");
  expect(first).toBe("err");
  expect(env.map((line) => line.split("=")[0]).toSorted()).toEqual(["BOOCODE_TEST_MARKER", "ONLY", "PWD"]);
  expect((await shell("cat; echo done")).stdout.toString()).toBe("done\n");
});

it("delivers large outputs completely, byte for byte, many at once", async () => {
  const { shell } = await openStarter();
  const bytes = await Promise.all([1, 2, 3].map((seed) => shell(`head -c 4000000 /dev/zero | tr '\\0' '${seed}'; echo >&2 ${seed}`)));
  for (const [place, { stdout, stderr }] of bytes.entries()) {
    expect(stdout.equals(Buffer.alloc(4_000_000, String(place + 1)))).toBe(true);
    expect(stderr.toString()).toBe(`${place + 1}\n`);
  }
});

it("reports the system's error for a missing program or folder", async () => {
  const { shell } = await openStarter();
  await expect(shell("", { file: "no-such-program-here" })).rejects.toMatchObject({ code: "ENOENT" });
  await expect(shell("true", { cwd: "/no/such/folder" })).rejects.toMatchObject({ code: "ENOENT" });
});

it("enforces the output limit, the time limit and an abort", async () => {
  const { shell, left } = await openStarter();
  const cut = await shell("yes", { maxOutputBytes: 1_000, endWhenTruncated: true });
  expect(cut).toMatchObject({ truncated: true, timedOut: false, exitCode: null });
  expect(cut.stdout.length).toBe(1_000);
  expect(await shell(`trap "" TERM; setsid sleep 60 & wait`, { timeoutMs: 200, graceMs: 100 })).toMatchObject({ timedOut: true });
  const abort = new AbortController();
  const result = await shell("echo up; sleep 60", { signal: abort.signal, onOutput: () => abort.abort() });
  expect(result).toMatchObject({ aborted: true, signal: "SIGTERM" });
  expect(await left()).toEqual([]);
});

it("does not wait for a background child that keeps the output open", async () => {
  const { shell, left } = await openStarter();
  expect((await shell("sleep 60 & echo started")).stdout.toString()).toBe("started\n");
  for (const { pid } of await left()) process.kill(pid, "SIGKILL");
});

it("when it dies, its programs are ended and reported as ended, and later programs still start", async () => {
  const { starter, shell, left, deaths } = await openStarter();
  const killStarter = () => process.kill(starter.pid!, "SIGKILL");
  const cutOff = await shell("echo up; sleep 60; echo never", { onOutput: killStarter });
  expect(cutOff).toMatchObject({ exitCode: null, signal: "SIGKILL", timedOut: false });
  expect(await left()).toEqual([]);
  // A program not yet reported as started is started by this process.
  await starter.whenReady();
  process.kill(starter.pid!, "SIGSTOP");
  const waiting = shell("echo $PPID");
  killStarter();
  expect((await waiting).stdout.toString()).toBe(`${process.pid}\n`);
  // Three deaths are the limit.
  await starter.whenReady();
  killStarter();
  await expect.poll(() => starter.pid).toBeNull();
  expect((await shell("echo $PPID")).stdout.toString()).toBe(`${process.pid}\n`);
  expect(deaths).toEqual(Array.from({ length: 3 }, () => ({ exitCode: null, signal: "SIGKILL" })));
});

it("P5 ends with the process that made it, however that ends", async () => {
  const script = `
    const { ProgramStarter } = await import(${JSON.stringify(join(import.meta.dirname, "program-starter.ts"))});
    const starter = new ProgramStarter({ env: {} });
    await starter.whenReady();
    console.log(starter.pid);`;
  const maker = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: maker.stdout }), "line")) as [string];
  expect(await parentOf(Number(line))).toBe(maker.pid);
  maker.kill("SIGKILL");
  await expect.poll(() => identifyProcess(Number(line))).toBeNull();
});

it("git reports the same faults through it", async () => {
  const { starter } = await openStarter();
  await using repository = await createRepository({ "a.txt": "one\n" });
  await using folder = await createTempFolder();
  const git = new Git({ env: { PATH: "/usr/bin:/bin", HOME: folder.path }, start: starter.start });
  expect((await git.read(repository.path, ["rev-parse", "--abbrev-ref", "HEAD"])).text).toBe("main");
  await expect(git.read(join(folder.path, "gone"), ["status"])).rejects.toMatchObject({ fault: { kind: "path_not_found" } });
  await expect(git.read(repository.path, ["rev-parse", "--verify", "no-such"])).rejects.toMatchObject({
    fault: { kind: "git_failed", exitCode: 128, stderrTail: expect.stringContaining("single revision") },
  });
  const none = new Git({ env: { PATH: folder.path, HOME: folder.path }, start: starter.start });
  await expect(none.read(repository.path, ["status"])).rejects.toMatchObject({ fault: { kind: "git_unavailable" } });
});
