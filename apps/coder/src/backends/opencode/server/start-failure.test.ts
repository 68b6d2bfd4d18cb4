import { describe, expect, it } from "vitest";
import { setUpScripted } from "../opencode-fixture.ts";

const script = () => ({ steps: [] });

describe("A server that does not start", () => {
  it("that ends before it is ready says with what, and what it had said", async () => {
    const file =
      "process.stdout.write('Usage: something else\\n'); process.stderr.write('\\u001b[31mError: no config\\n'); process.exitCode = 3";
    await using broken = await setUpScripted(
      { script },
      { findCommand: async () => ({ argv: [process.execPath, "-e", file, "--"], env: {} }) },
    );
    const { fault } = (await broken.backend.open(broken.opening).catch((error: unknown) => error)) as { fault: { hint: string } };
    const [first, ...said] = fault.hint.split("\n");
    expect(first).toBe("opencode ended before it was ready (exit code 3). It said:");
    // The order of its two outputs is not fixed.
    expect(said.toSorted()).toEqual(["Error: no config", "Usage: something else"]);
  });

  it("that talks, and never says where it listens, is quoted when its time is over; one that cannot be started is named", async () => {
    const file = "process.stdout.write('Welcome to the shell\\n'); setInterval(() => {}, 60_000)";
    const findCommand = async () => ({ argv: [process.execPath, "-e", file, "--"], env: {} });
    await using mute = await setUpScripted({ script }, { findCommand, readyLimitMs: 1_500 });
    await expect(mute.backend.open(mute.opening)).rejects.toMatchObject({
      fault: { hint: "opencode did not start within 2 s. It said:\nWelcome to the shell" },
    });
    await using absent = await setUpScripted({ script }, { findCommand: async () => ({ argv: ["/nowhere/opencode"], env: {} }) });
    await expect(absent.backend.open(absent.opening)).rejects.toMatchObject({
      fault: { hint: "opencode could not be started: ENOENT." },
    });
  });

  it("of an unsupported version is refused with a message", async () => {
    await using newer = await setUpScripted({ script, faults: { version: "2.0.4" } });
    await expect(newer.backend.open(newer.opening)).rejects.toMatchObject({
      fault: { hint: "opencode 2.0.4 is newer than BooCode supports: BooCode works with opencode 1." },
    });
  });

  it("where agents.json names a program that does not exist, that is what is told", async () => {
    const hint = "agents.json names /nowhere/opencode for it, and there is no such program.";
    await using absent = await setUpScripted({ script }, { findCommand: () => Promise.reject(new Error(hint)) });
    await expect(absent.backend.open(absent.opening)).rejects.toMatchObject({
      fault: { kind: "agent_unavailable", agent: "opencode", hint },
    });
  });
});
