import { existsSync, statSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { runProcess } from "../../platform/processes/process.ts";
import { describeOpencodeTwo, setUpTwo } from "./opencode-two-fixture.ts";
import { OpencodeBackend } from "./opencode-backend.ts";
import { say } from "./opencode-fixture.ts";

describeOpencodeTwo("2.0.4");

const script = () => ({ steps: [{ do: "say" as const, text: "Hello." }] });

describe("opencode 2", () => {
  it("P12: writes into data of its own, in files that only the person can read, and hides its password from commands", async () => {
    await using subject = await setUpTwo("2.0.4", script);
    await say(await subject.backend.open(subject.opening), "Go");
    const own = join(subject.folder.path, "opencode-2");
    const { env } = subject.opencode.starts[0]!;
    expect(env).toMatchObject({
      XDG_DATA_HOME: join(own, "data"),
      XDG_STATE_HOME: join(own, "state"),
      XDG_CACHE_HOME: join(own, "cache"),
      OPENCODE_DB: join(own, "data", "opencode.db"),
      OPENCODE_PASSWORD: env["OPENCODE_SERVER_PASSWORD"],
    });
    expect(Object.keys(env)).not.toContain("OPENCODE_CONFIG_CONTENT");
    const config = JSON.parse(await readFile(env["OPENCODE_CONFIG"]!, "utf8")) as Record<string, unknown>;
    expect(config).toMatchObject({ share: "disabled", shell: join(own, "agent-shell") });
    expect(Object.keys(config)).not.toContain("plugin");
    for (const name of await readdir(own)) expect(statSync(join(own, name)).mode & 0o077).toBe(0);
    const shell = join(own, "agent-shell");
    const { stdout } = await runProcess({ file: shell, argv: ["-c", "env"], cwd: own, env, timeoutMs: 10_000, maxOutputBytes: 10_000 });
    expect(stdout.toString()).not.toMatch(/PASSWORD|OPENCODE_CONFIG|OPENCODE_DB|XDG_/);
  });

  it("tells a command the ports of the worktree that it works in, and of no other", async () => {
    await using subject = await setUpTwo("2.0.4", script);
    await using other = await createTempFolder();
    const { backend, opening } = subject;
    await backend.open({ ...opening, env: { ...opening.env, BOOCODE_PORT_BASE: "21010", PORT: "21010" } });
    await backend.open({ ...opening, worktreePath: other.path, env: { ...opening.env, BOOCODE_PORT_BASE: "21020", PORT: "21020" } });
    expect(subject.opencode.starts).toHaveLength(1);
    const { env } = subject.opencode.starts[0]!;
    const inside = join(other.path, "a folder", "with 'quotes'");
    await mkdir(inside, { recursive: true });
    const shell = join(subject.folder.path, "opencode-2", "agent-shell");
    const portsIn = async (cwd: string) => {
      const { stdout } = await runProcess({ file: shell, argv: ["-c", "env"], cwd, env, timeoutMs: 10_000, maxOutputBytes: 10_000 });
      return (
        stdout
          .toString()
          .match(/^(?:BOOCODE_PORT_BASE|PORT)=.*$/gm)
          ?.toSorted() ?? []
      );
    };
    expect(await portsIn(subject.folder.path)).toEqual(["BOOCODE_PORT_BASE=21010", "PORT=21010"]);
    expect(await portsIn(inside)).toEqual(["BOOCODE_PORT_BASE=21020", "PORT=21020"]);
    expect(await portsIn("/")).toEqual([]);
    await backend.open({ ...opening, worktreePath: other.path });
    expect(await portsIn(other.path)).toEqual([]);
  });

  it("keeps a configuration, which holds keys, only while its server runs: not after its end, its death or a failed start", async () => {
    await using subject = await setUpTwo("2.0.4", script);
    const own = join(subject.folder.path, "opencode-2");
    const configs = async () => (await readdir(own)).filter((name) => name.startsWith("config-"));
    const ended = await subject.backend.open(subject.opening);
    expect(await configs()).toHaveLength(1);
    process.kill(subject.opencode.starts[0]!.pid, "SIGKILL");
    await ended.closed;
    await subject.backend.open(subject.opening);
    await expect.poll(configs).toEqual([basename(subject.opencode.starts[1]!.env["OPENCODE_CONFIG"]!)]);
    await subject.backend.close();
    expect(await configs()).toEqual([]);
    const bad = new OpencodeBackend({
      ...subject.options,
      findCommand: async () => ({ argv: [await toBad(subject.folder.path)], env: {} }),
    });
    await expect(bad.open(subject.opening)).rejects.toMatchObject({ fault: { kind: "agent_unavailable" } });
    await bad.close();
    expect(await configs()).toEqual([]);
  });

  it("has the configurations swept that the servers of an earlier daemon left, before one is started", async () => {
    await using subject = await setUpTwo("2.0.4", script);
    const own = join(subject.folder.path, "opencode-2");
    await subject.backend.close();
    await mkdir(own);
    for (const name of ["config-0123456789abcdef.json", "kept.json"]) await writeFile(join(own, name), "{}");
    const next = new OpencodeBackend(subject.options);
    await next.open(subject.opening);
    const now = basename(subject.opencode.starts[0]!.env["OPENCODE_CONFIG"]!);
    expect((await readdir(own)).filter((name) => name.endsWith(".json")).toSorted()).toEqual([now, "kept.json"]);
    await next.close();
  });

  it("P12: uses the person's data only where agents.json says so", async () => {
    const chosen = { XDG_DATA_HOME: "/somewhere/mine" };
    await using subject = await setUpTwo("2.0.4", script);
    const { file } = subject.opencode;
    const backend = new OpencodeBackend({ ...subject.options, findCommand: async () => ({ argv: [file], env: chosen }) });
    await backend.open(subject.opening);
    const { env } = subject.opencode.starts[0]!;
    expect(env).toMatchObject(chosen);
    expect(Object.keys(env)).not.toContain("OPENCODE_DB");
    expect(existsSync("/somewhere")).toBe(false);
    await backend.close();
  });
});

/** Makes an opencode 2 that tells its version and ends instead of listening. */
async function toBad(folder: string): Promise<string> {
  const file = join(folder, "bad-opencode");
  await writeFile(file, '#!/bin/sh\n[ "$1" = --version ] && { echo 2.0.4; exit; }\nexit 1\n');
  await chmod(file, 0o755);
  return file;
}
