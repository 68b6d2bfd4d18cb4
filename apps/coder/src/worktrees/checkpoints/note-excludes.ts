import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TaskId } from "@boocode/shared/ids";
import { z } from "zod";

/** The text of the repository's exclude file at the beginning of a turn. */
const NotedExcludes = z.object({ taskId: TaskId, text: z.string() });
export type NotedExcludes = z.infer<typeof NotedExcludes>;

/** Versions of the file that are remembered. */
const MAX_NOTED = 50;
/** A larger file is not noted: it is only needed to tell files of the person's from files of a turn. */
const MAX_BYTES = 64 * 1024;

const fileIn = (overlayDir: string) => join(overlayDir, "excludes.json");

/** Notes the repository's exclude file if it differs from the last one noted. */
export async function noteExcludes(overlayDir: string, commonDir: string, taskId: TaskId): Promise<void> {
  const file = join(commonDir, "info", "exclude");
  // Anything but a file might never end.
  const isFile = await stat(file).then(
    (found) => found.isFile() && found.size <= MAX_BYTES,
    () => false,
  );
  const text = isFile ? await readFile(file, "utf8").catch(() => "") : "";
  const noted = await readNotedExcludes(overlayDir);
  if ((noted.at(-1)?.text ?? "") === text) return;
  await mkdir(overlayDir, { recursive: true, mode: 0o700 });
  await writeFile(fileIn(overlayDir), JSON.stringify([...noted, { taskId, text }].slice(-MAX_NOTED)));
}

/** Reads what was noted, oldest first: each text holds from the turn named with it until the next. */
export async function readNotedExcludes(overlayDir: string): Promise<NotedExcludes[]> {
  const text = await readFile(fileIn(overlayDir), "utf8").catch(() => "[]");
  try {
    return z.array(NotedExcludes).parse(JSON.parse(text));
  } catch {
    return [];
  }
}
