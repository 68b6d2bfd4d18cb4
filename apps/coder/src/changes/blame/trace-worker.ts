import { parentPort, workerData } from "node:worker_threads";
import { traceLines, type TraceInput } from "@boocode/shared/changes/trace-lines";

// Runs in its own thread: a long file with many versions takes longer than others should wait.
// A thread's message port has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(traceLines(workerData as TraceInput<number>));
