import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { setUpScripted } from "../opencode-fixture.ts";

const script = () => ({ steps: [] });
/** Makes a program that reports a version, and runs this JavaScript for anything else. */
const toCommand = (code: string) => async () => ({
  argv: ["/bin/sh", "-c", `[ "$1" = --version ] && { echo 1.18.33; exit; }; exec "$0" -e "$CODE"`, process.execPath],
  env: { CODE: code },
});

describe("A server that does not start", () => {
  it("that ends before it is ready says with what, and what it had said", async () => {
    const file =
      "process.stdout.write('Usage: something else\\n'); process.stderr.write('\\u001b[31mError: no config\\n'); process.exitCode = 3";
    await using broken = await setUpScripted({ script }, { findCommand: toCommand(file) });
    const { fault } = (await broken.backend.open(broken.opening).catch((error: unknown) => error)) as { fault: { hint: string } };
    const [first, ...said] = fault.hint.split("\n");
    expect(first).toBe("opencode ended before it was ready (exit code 3). It said:");
    // The order of its two outputs is not fixed.
    expect(said.toSorted()).toEqual(["Error: no config", "Usage: something else"]);
  });

  it("that talks, and never says where it listens, is quoted when its time is over; one that cannot be started is named", async () => {
    const file = "process.stdout.write('Welcome to the shell\\n'); setInterval(() => {}, 60_000)";
    await using mute = await setUpScripted({ script }, { findCommand: toCommand(file), readyLimitMs: 1_500 });
    await expect(mute.backend.open(mute.opening)).rejects.toMatchObject({
      fault: { hint: "opencode did not start within 2 s. It said:\nWelcome to the shell" },
    });
    await using absent = await setUpScripted({ script }, { findCommand: async () => ({ argv: ["/nowhere/opencode"], env: {} }) });
    await expect(absent.backend.open(absent.opening)).rejects.toMatchObject({
      fault: { hint: "opencode could not be started: ENOENT." },
    });
  });

  it.each([
    ["a preview of opencode 2", "echo 0.0.0-beta-19192", "opencode 0.0.0-beta-19192 is a preview or too old"],
    ["opencode 3", "echo opencode v3.1.0", "opencode 3.1.0 was not started: BooCode works with opencode 1 and 2 and does not know"],
    ["one that says nothing", ":", "opencode was not started: it did not report its version, and"],
    ["one that fails", "exit 3", "opencode was not started: it did not report its version (exit code 3), and"],
    ["one that hangs", "exec sleep 60", "opencode was not started: it did not report its version within 1 s, and"],
  ])("P12: %s is never started on the person's data, and why is told", async (_, version, words) => {
    await using refused = await setUpScripted({ script, version }, { versionLimitMs: 500 });
    const fault = { kind: "agent_unavailable", agent: "opencode", hint: expect.stringContaining(words) };
    await expect(refused.backend.open(refused.opening)).rejects.toMatchObject({ fault });
    await expect(refused.backend.start(refused.opening.env)).rejects.toMatchObject({ fault });
    expect(refused.opencode.starts).toEqual([]);
    // Only a program that fails counts as one that keeps dying.
    expect(refused.deaths).toEqual(version === "exit 3" ? [0] : []);
  });

  it("P12: is asked for its version with no access to the person's database, and again before every start", async () => {
    const version = `echo "\\033[32m1.18.33\\033[0m"; echo "$OPENCODE_DB $OPENCODE_SERVER_PASSWORD." >> "$HOME/asked"`;
    await using subject = await setUpScripted({ script, version });
    for (const _ of [1, 2]) {
      const conversation = await subject.backend.open(subject.opening);
      process.kill(subject.opencode.starts.at(-1)!.pid, "SIGKILL");
      await conversation.closed;
    }
    expect(await readFile(join(subject.folder.path, "asked"), "utf8")).toBe(":memory: .\n:memory: .\n");
  });

  it("where agents.json names a program that does not exist, that is what is told", async () => {
    const hint = "agents.json names /nowhere/opencode for it, and there is no such program.";
    await using absent = await setUpScripted({ script }, { findCommand: () => Promise.reject(new Error(hint)) });
    await expect(absent.backend.open(absent.opening)).rejects.toMatchObject({
      fault: { kind: "agent_unavailable", agent: "opencode", hint },
    });
  });
});
