import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { runSmall } from "./run-small.ts";

const options = { cwd: tmpdir(), env: { PATH: process.env["PATH"], MINE: "1" }, maxBuffer: 1024 };
const sh = (script: string) => runSmall("sh", ["-c", script], options);

it("answers with what a program wrote, many at once, in the folder and with the environment it was told", async () => {
  const said = await Promise.all([1, 2, 3].map((place) => sh(`echo ${place} $MINE; pwd >&2`)));
  expect(said).toEqual([1, 2, 3].map((place) => ({ stdout: `${place} 1\n`, stderr: `${tmpdir()}\n` })));
});

it("fails as execFile does: with the exit code, the signal, and what was written", async () => {
  await expect(sh("echo out; echo err >&2; exit 3")).rejects.toMatchObject({ code: 3, stdout: "out\n", stderr: "err\n" });
  await expect(sh("kill -9 $$")).rejects.toMatchObject({ signal: "SIGKILL" });
  await expect(runSmall("/nowhere/at/all", [], options)).rejects.toMatchObject({ code: "ENOENT" });
});

it("goes on with another small process if the one it has is killed", async () => {
  await expect(sh("kill -9 $PPID; sleep 60")).rejects.toThrow("ended");
  expect(await sh("echo on")).toMatchObject({ stdout: "on\n" });
});
