import { z } from "zod";

/** At most this many endpoints in the settings, and ids of removed ones; each of this size in characters. */
export const ENDPOINT_LIMITS = { endpoints: 20, removed: 100, id: 40, name: 60, url: 2_000, key: 4_000 } as const;

/** The part of a model's id before the slash. */
export const EndpointId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/)
  .max(ENDPOINT_LIMITS.id);

const name = z.string().trim().min(1).max(ENDPOINT_LIMITS.name);
const url = z.string().trim().min(1).max(ENDPOINT_LIMITS.url);
/** Printable, because it goes into a header. */
const key = z
  .string()
  .trim()
  .min(1)
  .max(ENDPOINT_LIMITS.key)
  .regex(/^[\x21-\x7e]+$/);

/** An OpenAI-compatible model server that the person added, as it is stored: with its key. */
export const StoredEndpoint = z.object({ id: EndpointId, name, url, key: key.nullable() });
export type StoredEndpoint = z.infer<typeof StoredEndpoint>;

/** An endpoint as it is shown. The key itself never leaves the daemon. */
export const Endpoint = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  /** The end of its key, to recognise it by; null: it has none. */
  keyHint: z.string().nullable(),
  /** `environment`: set by a variable of the daemon, and not changed here. */
  source: z.enum(["settings", "environment"]),
});
export type Endpoint = z.infer<typeof Endpoint>;

/** The input of `settings.saveEndpoint`: a new endpoint without an id, or changes to one. */
export const SaveEndpointInput = z.object({
  id: EndpointId.optional(),
  name,
  url,
  /** Absent: it keeps the key it has, as long as its address stays on the same server. Null: it has none. */
  key: key.nullable().optional(),
});
export type SaveEndpointInput = z.infer<typeof SaveEndpointInput>;
