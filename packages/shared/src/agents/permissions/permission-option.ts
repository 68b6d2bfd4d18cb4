import { z } from "zod";
import { EVENT_LIMITS } from "../event-limits.ts";

/** One of the answers an agent accepts. */
export const PermissionOption = z.object({
  id: z.string().max(EVENT_LIMITS.id),
  label: z.string().max(EVENT_LIMITS.label),
  kind: z.enum(["allow_once", "allow_always", "reject_once", "reject_always"]),
});
export type PermissionOption = z.infer<typeof PermissionOption>;

/** Who settled a permission. `cancelled` means that nobody answered. */
export const SettledBy = z.enum(["person", "rule", "cancelled"]);
export type SettledBy = z.infer<typeof SettledBy>;
