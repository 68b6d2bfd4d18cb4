import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");
const PAGE_PORT = 9503;

/** The daemon in Node's watch mode, with Vite in front of it; one Ctrl+C ends both. */
const daemon = spawn(
  process.execPath,
  [...process.execArgv, "--watch", "--watch-preserve-output", "apps/coder/src/main.ts", "--no-open", ...process.argv.slice(2)],
  {
    cwd: ROOT,
    stdio: ["inherit", "pipe", "inherit"],
  },
);
const page = spawn(
  process.execPath,
  [join(ROOT, "apps/web/node_modules/vite/bin/vite.js"), "--host", "127.0.0.1", "--port", String(PAGE_PORT), "--clearScreen", "false"],
  { cwd: join(ROOT, "apps/web"), stdio: ["ignore", "ignore", "inherit"] },
);

for await (const line of passOn(daemon, page)) {
  const address = /http:\/\/\S+?:\d+\/(#token=\S+)/.exec(line);
  console.log(address ? `\n  The page with hot reload: http://127.0.0.1:${PAGE_PORT}/${address[1]}\n` : line);
}

/** Passes on the daemon's lines until either process ends, which ends both. */
async function* passOn(...[first, ...others]: [ChildProcess, ...ChildProcess[]]): AsyncGenerator<string> {
  const all = [first, ...others];
  let isEnding = false;
  const endAll = () => {
    isEnding = true;
    for (const child of all) child.kill("SIGTERM");
  };
  for (const child of all)
    child.on("exit", (_, signal) => {
      if (signal !== null && !isEnding) console.error(`${child === first ? "The daemon" : "The page"} was ended by ${signal}.`);
      endAll();
    });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, endAll);
  // The launcher, at the other end of our channel, is gone.
  if (process.channel !== undefined) process.once("disconnect", endAll);
  yield* createInterface({ input: first.stdout! });
}
