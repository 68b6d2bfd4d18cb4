import { cutText } from "@boocode/shared/text/cut-text";
import type { AgentModel } from "@boocode/shared/agents/agent";
import { limitModels } from "@boocode/shared/agents/learning/limit-learned";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { z } from "zod";

const TIMEOUT_MS = 5_000;
const MAX_BODY_BYTES = 2 * 1024 * 1024;

const ModelList = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * Asks an OpenAI-compatible endpoint for its models.
 *
 * Faults: `endpoint_unreachable` where nothing answers in time, `endpoint_refused` where what answers is not a list of models.
 * A redirect is not followed: the key would go along.
 */
export async function testEndpoint({ url, key }: { url: string; key?: string | undefined }): Promise<{ models: AgentModel[] }> {
  const address = `${url.replace(/\/+$/, "")}/models`;
  const response = await ask(address, url, key);
  const body = await readBody(response, url);
  // Servers quote a key that they refuse.
  const withoutKey = (reason: string) => (key ? reason.replaceAll(key, "[key]") : reason);
  const refused = (reason: string) =>
    new DomainError({ kind: "endpoint_refused", url: shown(url), status: response.status, reason: withoutKey(reason) });
  if (!response.ok) throw refused(cutText(withoutKey(body), 300) || response.statusText);
  const parsed = ModelList.safeParse(parseJson(body));
  if (!parsed.success) throw refused("The answer is not a list of models.");
  return { models: limitModels(parsed.data.data.map(({ id }) => ({ id, label: id, isScripted: false }))) };
}

async function ask(address: string, url: string, key: string | undefined): Promise<Response> {
  const headers = { accept: "application/json", ...(key ? { authorization: `Bearer ${key}` } : {}) };
  try {
    return await fetch(address, { headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw unreachable(url, error);
  }
}

async function readBody(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw unreachable(url, error);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function unreachable(url: string, error: unknown): DomainError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const isTimeout = error instanceof Error && error.name === "TimeoutError";
  const code = (cause as NodeJS.ErrnoException).code;
  const reason = isTimeout ? `There was no answer within ${TIMEOUT_MS / 1_000} s.` : (code ?? "The connection failed.");
  return new DomainError({ kind: "endpoint_unreachable", url: shown(url), reason }, { cause: error });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Without what someone may have put before the @. */
function shown(url: string): string {
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  return parsed.toString();
}
