import { z } from "zod";
import { OpencodeRequestError } from "../opencode-request-error.ts";
import type { ApiRequest } from "./api-request.ts";

/**
 * What differs between the servers that answer under `/api`. Only 1.18 could be run; the other two are built from what is published about
 * them, and are tested against doubles.
 */
export interface ApiDialect {
  name: "1.18" | "2.0" | "2.0.4";
  /** The path that says that the server is well. */
  healthPath: string;
  /** Where the text of a prompt is: in a field of its own, or beside the others. */
  prompt: "nested" | "flat";
  /** The field with the answer to a permission request. */
  answerField: "reply" | "decision";
  /** What a server asks with, when it is no permission: questions with labels, or forms with keys. */
  asksWith: "questions" | "forms";
}

/** The server of 1.18, which has this interface beside its own. */
export const API_1_18: ApiDialect = {
  name: "1.18",
  healthPath: "/api/health",
  prompt: "nested",
  answerField: "reply",
  asksWith: "questions",
};

/** 2.0.0 to 2.0.3. */
export const API_2_0: ApiDialect = { ...API_1_18, name: "2.0", prompt: "flat", asksWith: "forms" };

/** From 2.0.4 on. */
export const API_2_0_4: ApiDialect = { ...API_2_0, name: "2.0.4", healthPath: "/api/info", answerField: "decision" };

const Answer = z.object({ version: z.string().optional() });

/** Asks a server which dialect it speaks. Throws `OpencodeRequestError` if it answers none of the health paths. */
export async function findDialect(request: ApiRequest): Promise<ApiDialect> {
  let last: unknown = null;
  for (const healthPath of ["/api/info", "/api/status", "/api/health"]) {
    try {
      const { version } = await request(Answer, { method: "GET", path: healthPath, limitMs: 10_000 });
      if (healthPath !== "/api/health") return { ...API_2_0_4, healthPath };
      // Only a server of 1.18 does not report its version there.
      return version === undefined ? API_1_18 : API_2_0;
    } catch (error) {
      // An unknown path is refused, fails, or is answered with the web page.
      if (!(error instanceof OpencodeRequestError) || error.status === null || error.status === 401) throw error;
      last = error;
    }
  }
  throw last;
}
