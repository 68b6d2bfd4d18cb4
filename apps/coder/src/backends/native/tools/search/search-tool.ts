import { cutText } from "@boocode/shared/text/cut-text";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { MAX_SEARCHED_BYTES } from "./search-files.ts";
import type { SearchWorkerAnswer, SearchWorkerInput } from "./search-worker.ts";
import { takeSnapshot } from "../folder/staged-snapshot.ts";
import { ToolRefused, type ReadingTool } from "../tool.ts";
import { toNamedPaths, toShownPath } from "../folder/tool-paths.ts";

const TIME_LIMIT_MS = 20_000;
const MEMORY_LIMIT_MB = 256;

const SearchInput = z.object({
  query: z.string().min(1).max(1_000).describe("Text to find in a line; a JavaScript regular expression with isRegex"),
  isRegex: z.boolean().default(false),
  ignoreCase: z.boolean().default(false),
  path: z.string().default(".").describe("Folder or file to search, relative to the project"),
});

export const searchTool: ReadingTool<z.infer<typeof SearchInput>> = {
  name: "search",
  access: "read",
  kind: "search",
  description: "Finds lines in the project's text files. Returns `path:line: text`, 200 matches at most.",
  input: SearchInput,
  describe: ({ query, path }, root) => ({
    title: `Search “${cutText(query.replace(/\s+/g, " "), 100)}”${path === "." ? "" : ` in ${toShownPath(root, path)}`}`,
    paths: toNamedPaths(root, [path]),
  }),
  async run({ query, isRegex, ignoreCase, path }, { folder, staged, signal }) {
    const answer = await searchInThread(
      {
        root: folder.root,
        query: { text: query, isRegex, ignoreCase, path },
        staged: staged && (await takeSnapshot(staged, MAX_SEARCHED_BYTES)),
      },
      signal,
    );
    if (answer.kind === "refused") throw new ToolRefused(answer.reason);
    const { matches, filesSearched, notes } = answer.findings;
    const head = matches.length === 0 ? `No line matches in ${filesSearched} files.` : matches.join("\n");
    const output = [head, ...notes.map((note) => `[${note}]`)].join("\n");
    return { forModel: output, result: { output } };
  },
};

async function searchInThread(input: SearchWorkerInput, signal: AbortSignal): Promise<SearchWorkerAnswer> {
  const worker = new Worker(new URL("./search-worker.ts", import.meta.url), {
    workerData: input,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<SearchWorkerAnswer>();
  const timer = setTimeout(
    () => resolve({ kind: "refused", reason: "the search took longer than 20 s; search a smaller folder or use a simpler pattern" }),
    TIME_LIMIT_MS,
  );
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener("abort", stop, { once: true });
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", () => reject(new Error("The search ended without an answer")));
  try {
    signal.throwIfAborted();
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
