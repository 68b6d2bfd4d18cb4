import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { BlobId } from "@boocode/shared/ids";
import { onEnded, type Principal } from "../../access/principal.ts";
import type { Blobs } from "../../blobs/blobs.ts";
import { toFaultStatus } from "../trpc.ts";
import { answerError, answerJson } from "./answer.ts";
import { discardBody } from "./read-body.ts";

/** How many files are received at once. */
const MAX_UPLOADS = 8;

/** Takes files that prompts are to carry, and gives them back: `POST /api/blobs` and `GET /api/blobs/:id`. */
export class BlobServer {
  readonly #blobs: Pick<Blobs, "store" | "open">;
  #uploads = 0;

  constructor(blobs: Pick<Blobs, "store" | "open">) {
    this.#blobs = blobs;
  }

  /** Answers a request below `/api/blobs`, which the gate has let in with a token. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string, principal: Principal): Promise<void> {
    response.once(
      "close",
      onEnded(principal, () => response.destroy()),
    );
    try {
      if (path === "/api/blobs") return await this.#receive(request, response);
      await this.#give(request, response, path.slice("/api/blobs/".length));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { status, code, number } = toFaultStatus(error.fault);
      answerError(response, status, code, number, error.fault);
    }
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") return answerError(response, 405, "METHOD_NOT_SUPPORTED", -32_005);
    // Any site can send a form or plain text without a CORS preflight; this type needs one.
    if (!/^application\/octet-stream\s*(?:;|$)/i.test(request.headers["content-type"] ?? "")) {
      await discardBody(request);
      return answerError(response, 415, "UNSUPPORTED_MEDIA_TYPE", -32_015);
    }
    if (this.#uploads >= MAX_UPLOADS) {
      await discardBody(request);
      throw new DomainError({ kind: "too_many", what: "uploads", limit: MAX_UPLOADS });
    }
    this.#uploads += 1;
    try {
      const { id: blobId, bytes, type } = await this.#blobs.store(request);
      answerJson(response, 200, { blobId, bytes, type });
    } finally {
      this.#uploads -= 1;
    }
  }

  async #give(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    if (request.method === "POST") return answerError(response, 405, "METHOD_NOT_SUPPORTED", -32_005);
    const id = BlobId.safeParse(name);
    if (!id.success) throw new DomainError({ kind: "blob_not_found", blobId: name.slice(0, 100) });
    const { blob, file } = await this.#blobs.open(id.data);
    try {
      // Only what was recognised as an image by its bytes is named as one. Nothing of it is a document that could run something.
      response.writeHead(200, {
        "Content-Type": blob.type.startsWith("image/") ? blob.type : "application/octet-stream",
        "Content-Length": blob.bytes,
        "Content-Disposition": `attachment; filename="${blob.id}"`,
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
      });
      if (request.method === "HEAD") response.end();
      else await pipeline(file.createReadStream({ autoClose: false }), response);
    } finally {
      await file.close();
    }
  }
}
