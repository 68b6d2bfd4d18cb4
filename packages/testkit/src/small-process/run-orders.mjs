/** Runs the programs that `run-small.ts` orders over its channel, and ends with that channel. */
import { execFile } from "node:child_process";

process.on("message", ({ id, file, argv, options }) => {
  execFile(file, argv, options, (error, stdout, stderr) => {
    const failure = error && { message: error.message, code: error.code, signal: error.signal, cmd: error.cmd };
    process.send?.({ id, failure, stdout, stderr });
  });
});
