import { firstLight } from "./0001-first-light.ts";
import type { Migration } from "./migration.ts";

/** Every migration, oldest first. */
export const ALL_MIGRATIONS: readonly Migration[] = [firstLight];
