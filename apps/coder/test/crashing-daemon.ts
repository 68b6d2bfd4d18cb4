import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Failpoints } from "@boocode/testkit/failpoints";
import { ScriptedBackend, type ScriptStep } from "@boocode/testkit/scripted-backend";
import { readConfig } from "../src/config.ts";
import { startDaemon } from "../src/daemon.ts";

/** What the test says to this process. */
export interface ArmMessage {
  /** Counted from 0, from this message on; null only counts. */
  crashAt: number | null;
}

/** What this process answers: how much of its memory is in use, in bytes, after a collection. */
export interface ArmedMessage {
  heapBytes: number;
}

// Run as a process of its own: a daemon with a scripted agent that is killed at the failpoint the test names.
const failpoints = new Failpoints((name) => {
  writeSync(1, `Killed at ${name}\n`);
  process.kill(process.pid, "SIGKILL");
});
process.on("message", ({ crashAt }: ArmMessage) => {
  failpoints.arm(crashAt);
  collectGarbage();
  process.send!({ heapBytes: process.memoryUsage().heapUsed } satisfies ArmedMessage);
});
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
// A number as argument: it dies there while it starts.
if (process.argv[2] !== undefined) failpoints.arm(Number(process.argv[2]));
const command = readConfig([], process.env);
if (command.kind !== "run") throw new Error(`expected to run, not ${command.kind}`);
const daemon = await startDaemon(command.config, {
  backend: new ScriptedBackend({ script: ({ text }) => toSteps(text) }),
  failpoint: failpoints.pass,
});
// SIGINT stops it in order, and it may die on the way; any other signal ends it at once.
process.once("SIGINT", () => void daemon.close().then(() => process.exit(0)));
// What is killed writes no cache at its end.
flushCompileCache();
process.stdout.write(`BooCode is ready at ${daemon.address}/#token=${daemon.token}\n`);

/** Writes one file for each word. At the word `die` the agent dies, at `wait` it waits to be stopped. */
function toSteps(text: string): ScriptStep[] {
  const [first] = text.split(" ");
  if (first === "die" || first === "wait")
    return [
      { do: "say", text: "I begin" },
      ...toSteps(text.slice(first.length + 1)).slice(0, 4),
      first === "die" ? { do: "die" } : { do: "never" },
    ];
  const files = text.split(" ").map((word) => `${word}.txt`);
  const kind = "write" as const;
  return [
    { do: "say", kind: "thought", text: "I think about it" },
    ...files.flatMap((file, place): ScriptStep[] => [
      {
        do: "emit",
        event: { type: "tool.started", callId: `call ${place}`, name: "write", kind, title: `Write ${file}`, paths: [file], input: {} },
      },
      { do: "write", path: file, text },
      { do: "emit", event: { type: "tool.updated", callId: `call ${place}`, status: "completed", result: {} } },
    ]),
    { do: "say", text: `I wrote ${files.join(", ")} as you asked.` },
  ];
}
