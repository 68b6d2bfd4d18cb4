import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { PtyHost } from "./pty-host.ts";
import { MAX_UNTYPED_UNITS, WINDOW_UNITS } from "./pty-message.ts";

const PATIENT = { timeout: 30_000 };

/** A host, and shells in it that run a script. */
function createHost() {
  const host = new PtyHost({ env: { PATH: "/usr/bin:/bin" } });
  const open = async (script: string, cwd = "/", isTaken = true) => {
    const { promise: ended, resolve: onEnd } = Promise.withResolvers<unknown>();
    let text = "";
    let told = 0;
    const heard = new EventTarget();
    const pty = await host.open(
      { file: "/bin/sh", argv: ["-c", script], cwd, env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" }, cols: 80, rows: 24 },
      {
        onOutput: (more) => {
          // What floods is only counted.
          text = (text + more).slice(-1_000);
          told += more.length;
          if (isTaken) pty.take(more.length);
          heard.dispatchEvent(new Event("more"));
        },
        onEnd,
      },
    );
    const waitFor = (words: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!text.includes(words)) return;
          heard.removeEventListener("more", look);
          resolve();
        };
        heard.addEventListener("more", look);
        look();
      });
    return { pty, ended, waitFor, told: () => told };
  };
  return { open, [Symbol.asyncDispose]: () => host.close() };
}

it.runIf(process.platform === "linux")(
  "a program inherits no other terminal, also where one between them was closed",
  PATIENT,
  async () => {
    await using host = createHost();
    const before = [];
    for (let place = 0; place < 4; place++) before.push(await host.open("echo up; exec cat"));
    await Promise.all(before.map(({ waitFor }) => waitFor("up")));
    before[1]!.pty.hangUp();
    await before[1]!.ended;
    const later = await host.open("echo up; exec cat");
    await later.waitFor("up");
    const opened = readdirSync(`/proc/${later.pty.pid}/fd`).map((fd) => readlinkSync(`/proc/${later.pty.pid}/fd/${fd}`));
    expect(opened.filter((path) => path.includes("ptmx"))).toEqual([]);
    // Whoever is hung up on hears it, although the later one still runs.
    before[2]!.pty.hangUp();
    await before[2]!.ended;
  },
);

it(
  "a program that reads nothing is typed to up to a limit, holds up nobody, and gets all of it in order once it reads",
  PATIENT,
  async () => {
    await using folder = await createTempFolder();
    await using host = createHost();
    const script = "stty raw -echo; echo ready; until [ -e go ]; do sleep 0.05; done; exec dd of=typed bs=4096 count=%n iflag=fullblock";
    const lines = Array.from({ length: 16 }, (_, place) => `${place}`.padStart(2, "0").repeat(32_768));
    const bytes = lines.join("").length;
    const deaf = await host.open(script.replace("%n", String(bytes / 4_096)), folder.path);
    await deaf.waitFor("ready");
    expect(bytes).toBe(MAX_UNTYPED_UNITS);
    expect(lines.map((line) => deaf.pty.write(line))).toEqual(lines.map(() => true));
    expect(deaf.pty.write("x".repeat(65_536))).toBe(false);
    const other = await host.open("exec cat");
    expect(other.pty.write("hello\n")).toBe(true);
    await other.waitFor("hello");
    writeFileSync(join(folder.path, "go"), "");
    await deaf.ended;
    expect(await readFile(join(folder.path, "typed"), "utf8")).toBe(lines.join(""));
  },
);

it("what a program writes at once is told when its terminal is there to take it, and before its end", PATIENT, async () => {
  const host = new PtyHost({ env: { PATH: "/usr/bin:/bin" } });
  onTestFinished(() => host.close());
  for (let time = 0; time < 20; time++) {
    const told: string[] = [];
    let pty: Awaited<ReturnType<PtyHost["open"]>> | null = null;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const tell = (what: string) => void told.push(pty === null ? `${what} too early` : what);
    pty = await host.open(
      { file: "/bin/sh", argv: ["-c", "printf at-once"], cwd: "/", env: {}, cols: 80, rows: 24 },
      { onOutput: () => tell("output"), onEnd: () => (tell("end"), resolve()) },
    );
    await ended;
    expect(told).toEqual(["output", "end"]);
  }
});

it("a program whose output is not taken waits, holds up nobody, and goes on once it is", PATIENT, async () => {
  await using host = createHost();
  const flood = await host.open("exec yes 'a line that comes again and again'", "/", false);
  const other = await host.open("stty raw -echo; echo ready; exec cat");
  await other.waitFor("ready");
  const isQuiet = async () => {
    for (let round = 0; round < 50; round += 1) {
      other.pty.write(`<${round}>`);
      await other.waitFor(`<${round}>`);
    }
    return flood.told();
  };
  await expect.poll(flood.told, PATIENT).toBeGreaterThanOrEqual(WINDOW_UNITS);
  const told = await isQuiet();
  // One read of the terminal's may be on its way when the window is full.
  expect(told).toBeLessThan(WINDOW_UNITS + 131_072);
  expect(await isQuiet()).toBe(told);
  // Half of the window must be free again.
  flood.pty.take(told - WINDOW_UNITS / 2);
  expect(await isQuiet()).toBe(told);
  flood.pty.take(1);
  await expect.poll(flood.told, PATIENT).toBeGreaterThan(told);
  flood.pty.hangUp();
  await flood.ended;
});

it("what a program wrote last is told before its end, also when nobody has taken what came before", PATIENT, async () => {
  await using host = createHost();
  const script = `stty -opost; head -c ${WINDOW_UNITS + 2_000} /dev/zero | tr '\\0' x; printf last`;
  const deaf = await host.open(script, "/", false);
  expect(await deaf.ended).toEqual({ exitCode: 0, signal: null });
  expect(deaf.told()).toBe(WINDOW_UNITS + 2_004);
});
