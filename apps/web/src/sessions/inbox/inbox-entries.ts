import type { Permission } from "@boocode/shared/agents/permissions/permission";

/** A question in the inbox. `isOpen`: it still waits for an answer. */
export interface InboxEntry {
  permission: Permission;
  isOpen: boolean;
}

/** How many settled questions stay. */
const MOST_SETTLED = 50;

/**
 * Adds what was loaded to what is shown. The longest waiting comes first and new ones come last; what is settled keeps its place, so that
 * nothing moves under the pointer. Of many that are settled, the first go.
 */
export function mergeEntries(shown: readonly InboxEntry[], open: readonly Permission[]): readonly InboxEntry[] {
  const byId = new Map(open.map((permission) => [permission.id, permission]));
  const known = shown.map((entry): InboxEntry => {
    const isOpen = byId.has(entry.permission.id);
    return isOpen === entry.isOpen ? entry : { ...entry, isOpen };
  });
  const knownIds = new Set(shown.map(({ permission }) => permission.id));
  const added = open
    .filter(({ id }) => !knownIds.has(id))
    .toSorted((a, b) => a.requestedAt - b.requestedAt)
    .map((permission) => ({ permission, isOpen: true }));
  const isSame = added.length === 0 && known.every((entry, at) => entry === shown[at]);
  return isSame ? shown : withoutFirstSettled([...known, ...added]);
}

function withoutFirstSettled(entries: readonly InboxEntry[]): readonly InboxEntry[] {
  let surplus = entries.filter(({ isOpen }) => !isOpen).length - MOST_SETTLED;
  return surplus <= 0 ? entries : entries.filter(({ isOpen }) => isOpen || surplus-- <= 0);
}

/** Returns what is shown at once: as many that wait, with those that were settled among them. */
export function takeShown(entries: readonly InboxEntry[], most: number): readonly InboxEntry[] {
  let waiting = 0;
  return entries.filter(({ isOpen }) => (isOpen ? (waiting += 1) : waiting) <= most);
}
