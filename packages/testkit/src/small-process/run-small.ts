import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./run-orders.mjs", import.meta.url));

export interface RunSmallOptions {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** In bytes. */
  maxBuffer: number;
}

interface Answer {
  id: number;
  failure: { message: string; code: number | string | null; signal: NodeJS.Signals | null; cmd: string } | null;
  stdout: string;
  stderr: string;
}

interface Runner {
  child: ChildProcess;
  waiting: Map<number, PromiseWithResolvers<Answer>>;
}

let runner: Runner | null = null;
let orders = 0;

/**
 * Runs a program to its end, as `execFile` of `node:util`'s `promisify` does, with the same errors, but from a small process. A fork copies
 * the page tables of the whole process, which in a test's takes several times as long as a git itself. The small process begins with the
 * first program, because a test may go on as another user, and ends with this one.
 */
export async function runSmall(
  file: string,
  argv: readonly string[],
  options: RunSmallOptions,
): Promise<{ stdout: string; stderr: string }> {
  const { child, waiting } = (runner ??= begin());
  const id = orders++;
  const answered = Promise.withResolvers<Answer>();
  waiting.set(id, answered);
  if (waiting.size === 1) child.channel?.ref();
  child.send({ id, file, argv, options }, (error) => error && answered.reject(error));
  const { failure, stdout, stderr } = await answered.promise;
  if (failure === null) return { stdout, stderr };
  throw Object.assign(new Error(failure.message), failure, { stdout, stderr });
}

function begin(): Runner {
  const child = fork(PROGRAM, [], { cwd: "/", execArgv: [], serialization: "advanced", stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const waiting: Runner["waiting"] = new Map();
  child.on("message", (answer: Answer) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) child.channel?.unref();
  });
  const lose = (error: Error) => {
    if (runner?.child === child) runner = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on("error", lose);
  child.on("exit", () => lose(new Error("The process that starts the test's programs ended")));
  child.unref();
  return { child, waiting };
}
