import { firstLight } from "./0001-first-light.ts";
import { permissionRules } from "./0002-permission-rules.ts";
import { trust } from "./0003-trust.ts";
import { edits } from "./0004-edits.ts";
import { reviews } from "./0005-reviews.ts";
import { stagedEdits } from "./0006-staged-edits.ts";
import { tokenOrigin } from "./0007-token-origin.ts";
import { trash } from "./0008-trash.ts";
import { agentMemory } from "./0009-agent-memory.ts";
import { queueOrder } from "./0010-queue-order.ts";
import { keptWarm } from "./0011-kept-warm.ts";
import { steering } from "./0012-steering.ts";
import { continuing } from "./0013-continuing.ts";
import { learnedAgents } from "./0014-learned-agents.ts";
import { usageLedger } from "./0015-usage.ts";
import { agentCommands } from "./0016-agent-commands.ts";
import { terminals } from "./0017-terminals.ts";
import { editIndexes } from "./0018-edit-indexes.ts";
import { attachments } from "./0019-attachments.ts";
import { adopting } from "./0020-adopting.ts";
import { layouts } from "./0021-layouts.ts";
import type { Migration } from "./migration.ts";

/** All migrations, oldest first. */
export const ALL_MIGRATIONS: readonly Migration[] = [
  firstLight,
  permissionRules,
  trust,
  edits,
  reviews,
  stagedEdits,
  tokenOrigin,
  trash,
  agentMemory,
  queueOrder,
  keptWarm,
  steering,
  continuing,
  learnedAgents,
  usageLedger,
  agentCommands,
  terminals,
  editIndexes,
  attachments,
  adopting,
  layouts,
];
