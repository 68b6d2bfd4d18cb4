import { firstLight } from "./0001-first-light.ts";
import { permissionRules } from "./0002-permission-rules.ts";
import { trust } from "./0003-trust.ts";
import { edits } from "./0004-edits.ts";
import { reviews } from "./0005-reviews.ts";
import { stagedEdits } from "./0006-staged-edits.ts";
import { tokenOrigin } from "./0007-token-origin.ts";
import { trash } from "./0008-trash.ts";
import type { Migration } from "./migration.ts";

/** All migrations, oldest first. */
export const ALL_MIGRATIONS: readonly Migration[] = [firstLight, permissionRules, trust, edits, reviews, stagedEdits, tokenOrigin, trash];
