import { parentPort, workerData } from "node:worker_threads";
import { SearchIndex } from "./search-index.ts";
import type { SearchFiles, SearchReply, SearchRequest } from "./search-apart.ts";

// Run as a thread of its own: an error it throws ends it, and reaches those who wait.
const { store, index: file } = workerData as SearchFiles;
const index = new SearchIndex(store, file);
const port = parentPort!;
let isReading = false;

/** Reads turn by turn, and answers what is asked in between. */
function readOn(): void {
  isReading = index.readNext();
  if (isReading) setImmediate(readOn);
}

function look(): void {
  index.look();
  begin();
}

function begin(): void {
  if (isReading) return;
  isReading = true;
  setImmediate(readOn);
}

function answer(request: Extract<SearchRequest, { id: number }>): void {
  const found = request.kind === "find" ? index.find(request.query) : index.findInChat(request.query);
  const reply: SearchReply = { id: request.id, found };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
  port.postMessage(reply);
  // A search that met a damaged index has begun it anew.
  if (reply.found.isReading) begin();
}

port.on("message", (request: SearchRequest) => {
  if (request.kind === "look") look();
  else if (request.kind !== "close") answer(request);
  else {
    index.close();
    port.close();
  }
});
look();
