import type { z } from "zod";
import { toOpencodeFetch, toUnreadable, type OpencodeAddress } from "../opencode-fetch.ts";

export interface ApiCall {
  method: "GET" | "POST" | "DELETE";
  /** With its query. */
  path: string;
  /** The folder that the server must load first. */
  directory?: string;
  body?: unknown;
  limitMs: number;
  signal?: AbortSignal;
}

/** Sends a request that opencode's SDK has no types for. Throws `OpencodeRequestError`. */
export type ApiRequest = <T>(answer: z.ZodType<T>, call: ApiCall) => Promise<T>;

/** Makes the function that sends such requests to a server. An empty answer is read as `{}`. */
export function makeApiRequest(address: OpencodeAddress): ApiRequest {
  return async (answer, { method, path, directory, body, limitMs, signal }) => {
    const url = `${address.url}${path}`;
    const headers = {
      ...(directory === undefined ? {} : { "x-opencode-directory": encodeURIComponent(directory) }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const request = new Request(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const response = await toOpencodeFetch(address, { limitMs, signal })(request);
    const parsed = answer.safeParse(response.status === 204 ? {} : await response.json().catch(() => undefined));
    if (!parsed.success) throw toUnreadable(response.status, url, parsed.error);
    return parsed.data;
  };
}
