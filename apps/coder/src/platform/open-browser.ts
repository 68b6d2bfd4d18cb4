import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeFileDurably } from "./files/durable-file.ts";

const REMOVE_AFTER_MS = 30_000;

/**
 * Opens an address in the person's browser through a file that only they can read. The address contains the token, and every user on the
 * machine can read command-line arguments. Failures are silent, because the address is also printed.
 */
export function openBrowser(url: string, folder: string, env: Readonly<Record<string, string>>): void {
  const page = join(folder, "open.html");
  writeFileDurably(
    page,
    `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${url}"><title>BooCode</title>\n`,
  );
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(opener, [pathToFileURL(page).href], { stdio: "ignore", detached: true, env });
  child.on("error", () => {});
  child.unref();
  setTimeout(() => rmSync(page, { force: true }), REMOVE_AFTER_MS).unref();
}
