import { ENDPOINT_LIMITS, type StoredEndpoint } from "./endpoint.ts";

type Ids = readonly Pick<StoredEndpoint, "id">[];

/**
 * Returns the ids of removed endpoints, latest last, after the stored endpoints changed: with those that are gone now, without those that
 * are there again. The earliest are forgotten beyond the limit.
 */
export function toRemovedIds(removed: readonly string[], before: Ids, after: Ids): string[] {
  const there = new Set(after.map(({ id }) => id));
  const all = new Set([...removed, ...before.map(({ id }) => id)]);
  return [...all].filter((id) => !there.has(id)).slice(-ENDPOINT_LIMITS.removed);
}

/**
 * Returns why a model cannot be used whose endpoint was removed, as a sentence; null if its endpoint was not. Ask this before such a name is
 * taken for one of another server: the whole chat would go there.
 */
export function describeRemoved(model: string, isRemoved: (endpointId: string) => boolean): string | null {
  const slash = model.indexOf("/");
  const endpoint = model.slice(0, Math.max(slash, 0));
  if (endpoint === "" || !isRemoved(endpoint)) return null;
  return `The endpoint “${endpoint}” of the model “${model}” was removed, and nothing was sent to another one. Choose another model, or add the endpoint again in the settings.`;
}
