import { mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { ConfigError, forgetEnvironment, readConfig, widenThreadPool, type Config } from "./config.ts";
import { showSourceLines } from "./platform/show-source-lines.ts";

/** Exit codes, for scripts. */
const EXIT = { failed: 1, badConfig: 2, alreadyRunning: 3, forced: 130 } as const;
const CLOSE_WITHIN_MS = 5_000;
/** Ctrl+C in a terminal reaches the whole process group, and a parent may forward it too: signals within this time count as one. */
const SAME_SIGNAL_MS = 300;

const IS_BUNDLE = import.meta.filename.endsWith(".js");

const command = readCommandLine();
if (command.kind === "run") await run(command.config);
else if ("text" in command) console.log(command.text);
else await rescue(command.kind, command.config);

function readCommandLine() {
  try {
    return readConfig(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(EXIT.badConfig);
  }
}

async function run(config: Config): Promise<void> {
  // Immediately: after this, an agent's command that reads this process's environment finds no secrets.
  forgetEnvironment();
  widenThreadPool();
  // Before the daemon is imported, so that its code is cached and its stack traces name source files.
  if (IS_BUNDLE) prepareBundle(config.dataDir);
  else enableCompileCache();
  const { startDaemon } = await import("./daemon.ts");
  const { StartError } = await import("./start-error.ts");
  const { RunCgroup } = await import("./platform/processes/run-cgroup.ts");
  try {
    const cgroup = await RunCgroup.enter();
    const daemon = await startDaemon(config, { cgroup });
    closeWhenAsked(async () => {
      try {
        await daemon.close();
      } finally {
        await cgroup?.close();
      }
    });
    // The log is written synchronously, so this line is on disk when the process is gone.
    process.on("uncaughtExceptionMonitor", (error) => daemon.logger.fatal({ err: error }, "the daemon ends on an unexpected error"));
    const url = `${daemon.address}/#token=${daemon.token}`;
    console.log(`BooCode is ready at ${url}`);
    if (config.browserEnv) {
      const { openBrowser } = await import("./platform/open-browser.ts");
      openBrowser(url, config.dataDir, config.browserEnv);
    }
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    process.exit(error.reason === "already_running" ? EXIT.alreadyRunning : EXIT.failed);
  }
}

/** Does one thing for a person whose database is damaged or lost, and ends. */
async function rescue(kind: "restore_backup" | "list_worktrees", config: Config): Promise<void> {
  forgetEnvironment();
  const { StartError } = await import("./start-error.ts");
  const { listWorktreesOf, restoreBackupOf } = await import("./rescue.ts");
  try {
    console.log(kind === "restore_backup" ? await restoreBackupOf(config) : await listWorktreesOf(config));
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    process.exit(error.reason === "already_running" ? EXIT.alreadyRunning : EXIT.failed);
  }
}

function prepareBundle(dataDir: string): void {
  showSourceLines(import.meta.dirname);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch {
    // The code that takes the lock in this directory reports the failure better.
    return;
  }
  // NODE_COMPILE_CACHE takes precedence. Node's default would be a folder that every user of the machine can write to.
  enableCompileCache(join(dataDir, "compile-cache"));
}

/**
 * Shuts down in order on the first signal; a second one, or five seconds, ends the process immediately. The death of the launcher, which
 * holds the other end of our channel, counts as a signal.
 */
function closeWhenAsked(close: () => Promise<void>): void {
  let askedAt: number | null = null;
  const onAsked = () => {
    const now = performance.now();
    if (askedAt !== null) {
      if (now - askedAt > SAME_SIGNAL_MS) process.exit(EXIT.forced);
      return;
    }
    askedAt = now;
    setTimeout(() => process.exit(EXIT.failed), CLOSE_WITHIN_MS).unref();
    close().then(
      () => process.exit(0),
      () => process.exit(EXIT.failed),
    );
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, onAsked);
  if (process.channel === undefined) return;
  const onLauncherGone = () => (askedAt === null ? onAsked() : undefined);
  process.once("disconnect", onLauncherGone);
  if (!process.connected) onLauncherGone();
}
