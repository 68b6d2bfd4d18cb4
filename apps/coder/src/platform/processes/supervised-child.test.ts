import { tmpdir } from "node:os";
import { describe, expect, it, onTestFinished } from "vitest";
import { launchWithExeca } from "./launch-with-execa.ts";
import { launchPlainly } from "./launch.ts";
import { findProcessesByMarker, identifyProcess, killTree } from "./process.ts";
import { SupervisedChild, type ChildInput } from "./supervised-child.ts";

describe.each([
  ["by execa", launchWithExeca],
  ["plainly", launchPlainly],
])("A child that is launched %s", (_, launch) => {
  const start = (file: string, argv: readonly string[], more: Partial<ChildInput> = {}) => {
    const child = new SupervisedChild(launch, { file, argv, cwd: tmpdir(), env: { PATH: "/usr/bin:/bin" }, ...more });
    onTestFinished(async () => {
      child.release();
      await child.end(0);
    });
    return child;
  };
  const shell = (script: string, more: Partial<ChildInput> = {}) => start("/bin/sh", ["-c", script], more);
  const freshMarker = () => ({ name: "BOOCODE_TEST_MARKER", value: crypto.randomUUID() });

  it("reports its output, its exit and the end of its standard error, with exactly its environment", async () => {
    const said: string[] = [];
    const child = shell("env; echo last words >&2; exit 3", { env: { ONLY: "this" }, onStdout: (chunk) => void said.push(String(chunk)) });
    await child.started;
    expect(await child.ended).toEqual({ exitCode: 3, signal: null, refusal: null });
    expect(said.join("").split("\n").toSorted()).toEqual(["", "ONLY=this", expect.stringMatching(/^PWD=/)]);
    expect(child.stderrTail).toBe("last words");
  });

  it("is a group leader identified by its start time, and is signalled with its group", async () => {
    const up = Promise.withResolvers<void>();
    const child = start(
      process.execPath,
      ["-e", `process.on("SIGINT", () => process.exit(7)); setInterval(() => {}, 60_000); console.log("up")`],
      {
        onStdout: () => up.resolve(),
      },
    );
    await up.promise;
    expect(await child.identify()).toEqual(await identifyProcess(child.pid!));
    child.signal("SIGINT");
    expect(await child.ended).toMatchObject({ exitCode: 7 });
    expect(child.hasExited).toBe(true);
  });

  it.each([
    ["a program that is not there", { file: "no-such-program-here" }, /ENOENT/],
    ["a folder that is not there", { cwd: "/no/such/folder" }, /ENOENT/],
    ["what is no program", { file: "/etc/passwd" }, /EACCES/],
    ["an argument with a NUL byte", { argv: ["a\0b"] }, /null bytes/],
  ])("is refused with the system's error for %s", async (_what, more, message) => {
    const child = start("/bin/true", [], more);
    await expect(child.started).rejects.toThrow(message);
    expect(await child.ended).toMatchObject({ exitCode: null, signal: null, refusal: { message: expect.stringMatching(message) } });
    expect([child.pid, await child.identify(), await child.end()]).toEqual([undefined, null, true]);
  });

  it("reads what is written to it until its input is ended", async () => {
    let said = "";
    const child = shell("cat", { isWrittenTo: true, onStdout: (chunk) => void (said += String(chunk)) });
    child.write("one ");
    child.write("two");
    child.endInput();
    expect(await child.ended).toMatchObject({ exitCode: 0 });
    child.write("nobody reads this");
    expect(said).toBe("one two");
  });

  it("is not read while its output is being consumed, and loses none of it", async () => {
    let [taking, bytes] = [0, 0];
    const child = shell("head -c 3000000 /dev/zero", {
      onStdout: async (chunk) => {
        expect((taking += 1)).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        bytes += chunk.length;
        taking -= 1;
      },
    });
    expect(await child.ended).toMatchObject({ exitCode: 0 });
    expect(bytes).toBe(3_000_000);
  });

  it("P4 ends although a background child of it goes on writing", async () => {
    const marker = freshMarker();
    const child = shell("yes & echo $!", { marker });
    expect(await child.ended).toMatchObject({ exitCode: 0 });
  });

  it("ends although its output is never consumed", async () => {
    const child = shell("echo one; echo two", { onStdout: () => new Promise(() => {}) });
    expect(await child.ended).toMatchObject({ exitCode: 0 });
  });

  it("keeps the last bytes of its standard error only", async () => {
    const child = shell("head -c 30000000 /dev/zero | tr '\\0' x >&2; printf 'äend' >&2", { tailBytes: 4 });
    await child.ended;
    expect(child.stderrTail).toBe("end");
  });

  it("P2 is ended with processes that left its session, even after its own exit", async () => {
    const marker = freshMarker();
    const child = shell("setsid sleep 60 >/dev/null 2>&1 & sleep 60 >/dev/null 2>&1 & exit 0", { marker });
    await child.ended;
    expect(await findProcessesByMarker(marker.name, marker.value)).toHaveLength(2);
    expect(await child.end(0)).toBe(true);
    expect(await findProcessesByMarker(marker.name, marker.value)).toEqual([]);
  });

  it("P3 does not end another process that now has its pid", async () => {
    const child = shell("sleep 60");
    const pid = child.pid!;
    expect(await killTree(pid, "1", { graceMs: 0 })).toBe(true);
    expect(child.hasExited).toBe(false);
    expect(await child.end(0)).toBe(true);
    expect(await child.ended).toMatchObject({ exitCode: null });
  });
});
