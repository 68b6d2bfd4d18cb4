import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { describe, expect, it, onTestFinished } from "vitest";
import { findProcessesByMarker, identifyProcess, killTree } from "../process-tree.ts";
import { measureGroup } from "../measure-group.ts";
import { ProcTable } from "./proc-table.ts";
import { PsTable } from "./ps-table.ts";

it("`ps` and `lsof` are here, so that both tables are tried (Debian: procps, lsof)", () => {
  for (const program of ["ps", "lsof"])
    expect(execFileSync("/bin/sh", ["-c", `command -v ${program} || true`], { encoding: "utf8" })).not.toBe("");
});

const hasProc = process.platform === "linux";

it("memory that processes share counts once", async () => {
  // Each of them maps the same program; one that has only just begun has little of its own.
  const children = await Promise.all(Array.from({ length: 4 }, () => startNode()));
  const table = new ProcTable();
  const one = (await table.readMemory([children[0]!]))!;
  const all = (await table.readMemory(children))!;
  const resident = (await new PsTable().readMemory(children))!;
  expect(all).toBeGreaterThan(one);
  expect(all).toBeLessThan(resident * 0.9);
});

/** Starts a Node that waits; returns its pid. */
async function startNode(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "console.log('up'); process.stdin.resume()"], { stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child.pid!;
}

describe.each([...(hasProc ? [["of /proc", new ProcTable()] as const] : []), ["of ps and lsof", new PsTable()] as const])(
  "The process table %s",
  (_, table) => {
    /** A program that prints something and runs until it is ended. */
    const start = async (file: string, argv: readonly string[], more: { env?: Record<string, string>; cwd?: string } = {}) => {
      const child = spawn(file, argv, { env: { PATH: "/usr/bin:/bin" }, detached: true, stdio: ["pipe", "pipe", "ignore"], ...more });
      onTestFinished(() => void child.kill("SIGKILL"));
      await once(child.stdout, "data");
      return { child, pid: child.pid! };
    };
    const shell = (script: string, more = {}) => start("/bin/sh", ["-c", script], more);
    const mark = () => ({ name: "BOOCODE_TEST_MARKER", value: crypto.randomUUID() });

    it("lists a process with its parent, group and start time, and finds the same entry alone", async () => {
      const { pid } = await shell("echo up; read line");
      const listed = (await table.list()).find((entry) => entry.pid === pid);
      expect(listed).toMatchObject({ parent: process.pid, group: pid, session: pid, isZombie: false });
      expect(listed!.startTime).toMatch(/^\d+$/);
      expect(await table.find(pid)).toEqual(listed);
      expect(table.readStartTime(pid)).toBe(listed!.startTime);
      expect(Number(listed!.startTime)).toBeLessThanOrEqual(table.now());
      expect(Number(listed!.startTime)).toBeGreaterThanOrEqual(Number(table.readStartTime(process.pid)));
    });

    it("measures the memory of a group, and returns null for one that is gone", async () => {
      const { pid } = await shell("sleep 60 & echo up; read line");
      const alone = (await table.readMemory([pid]))!;
      expect(alone).toBeGreaterThan(100_000);
      expect(await measureGroup(pid, table)).toBeGreaterThan(alone);
      expect(await table.readMemory([])).toBeNull();
      expect(await measureGroup(4_194_305, table)).toBeNull();
    });

    it("recognises processes that are gone, and zombies", async () => {
      const { pid } = await shell("sleep 0 & echo $!; exec sleep 60");
      const hasZombie = async () => (await table.list()).some(({ parent, isZombie }) => parent === pid && isZombie);
      await expect.poll(hasZombie).toBe(true);
      await killTree(pid, table.readStartTime(pid), { graceMs: 0, table });
      expect(await identifyProcess(pid, table)).toBeNull();
      expect(await table.find(4_194_305)).toBeNull();
      expect(table.readStartTime(4_194_305)).toBe("");
    });

    it("finds marked processes with the mark's value, and none that only mention it", async () => {
      const { name, value } = mark();
      const { pid } = await shell("echo up; read line", { env: { PATH: "/usr/bin:/bin", [name]: value, LAST: "one" } });
      await shell("echo up; read line", { env: { PATH: "/usr/bin:/bin", SAYS: `${name}=${value}` } });
      await shell("echo up; read line", { env: { PATH: "/usr/bin:/bin", [`NOT_${name}`]: value } });
      const marked = (await table.listMarked(name)).filter((entry) => entry.value === value);
      expect(marked).toEqual([{ ...(await table.find(pid)), value }]);
    });

    it("reads the arguments of a program", async () => {
      const { pid } = await start("/bin/sh", ["-c", "echo up; read line", "first", "second"]);
      expect((await table.readArgv(pid)).slice(-2)).toEqual(["first", "second"]);
      expect(await table.readArgv(4_194_305)).toEqual([]);
    });

    it("P2 ends a tree: children that ignore signals, children in their own session, and marked processes", async () => {
      const { name, value } = mark();
      const { pid } = await shell(
        `trap "" TERM; setsid sleep 60 & sh -c 'trap "" TERM; echo up; sleep 60; sleep 60' & (setsid sleep 60 &) ; wait`,
        { env: { PATH: "/usr/bin:/bin", [name]: value } },
      );
      expect(await killTree(pid, table.readStartTime(pid), { graceMs: 100, marker: { name, value }, table })).toBe(true);
      expect(await findProcessesByMarker(name, value, table)).toEqual([]);
      expect(await killTree(pid, "", { graceMs: 0, table })).toBe(true);
    });

    it("P3 does not touch a tree whose root pid now belongs to another process", async () => {
      const { pid } = await shell("echo up; read line");
      expect(await killTree(pid, "1", { graceMs: 0, table })).toBe(true);
      expect(await identifyProcess(pid, table)).not.toBeNull();
    });

    it("lists processes that have a file open, and git processes working in a folder", async () => {
      await using folder = await createTempFolder();
      await using repository = await createRepository({ "a.txt": "one\n" });
      const file = join(folder.path, "index.lock");
      await writeFile(file, "");
      expect(await table.listHolders(file, [repository.path])).toEqual([]);
      const { pid } = await start("/bin/sh", ["-c", 'exec 9>>"$1"; echo up; read line', "sh", file]);
      const git = spawn("git", ["cat-file", "--batch"], { cwd: repository.path, stdio: ["pipe", "pipe", "ignore"] });
      onTestFinished(() => void git.kill("SIGKILL"));
      await expect
        .poll(async () => (await table.listHolders(file, [repository.path]))?.map((holder) => holder.pid).toSorted())
        .toEqual([pid, git.pid].toSorted());
      await using own = await open(file);
      expect(own.fd).toBeGreaterThan(0);
      expect((await table.listHolders(file, []))?.map((holder) => holder.pid)).toContain(process.pid);
    });

    it("lists processes that work in a folder or below it", async () => {
      await using folder = await createTempFolder();
      await mkdir(join(folder.path, "inner"));
      await mkdir(`${folder.path}-beside`);
      onTestFinished(() => rm(`${folder.path}-beside`, { recursive: true }));
      const { pid } = await shell(`cd '${folder.path}/inner' && echo up; read line`);
      await shell(`cd '${folder.path}-beside' && echo up; read line`);
      expect(await table.listWorkingIn(folder.path)).toEqual([{ pid, name: expect.stringMatching(/sh$/) }]);
    });

    it.each(["127.0.0.1", "::1", "0.0.0.0"])("tells that a port is listened on at %s", async (address) => {
      const server = createServer().listen(0, address);
      onTestFinished(() => void server.close());
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      expect(await table.listListeners([port])).toEqual([{ port, pid: process.pid, addresses: [address] }]);
    });

    it("finds the process that listens on a port", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      onTestFinished(() => void server.close());
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      expect(await table.findListener(port)).toMatchObject({ pid: process.pid, argv: expect.arrayContaining([expect.any(String)]) });
      server.close();
      await once(server, "close");
      expect(await table.findListener(port)).toBeNull();
    });
  },
);
