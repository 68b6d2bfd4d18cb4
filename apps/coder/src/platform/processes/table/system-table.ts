import { existsSync } from "node:fs";
import type { ProcessTable } from "./process-table.ts";
import { ProcTable } from "./proc-table.ts";
import { PsTable } from "./ps-table.ts";

/** The process table of this system. */
export const SYSTEM_TABLE: ProcessTable = existsSync("/proc/self/stat") ? new ProcTable() : new PsTable();
