import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Fault } from "@boocode/shared/faults/fault";
import { toComponents } from "./confined-path.ts";

type Because = Extract<Fault, { kind: "file_refused" }>["because"];

/** The fault for a file that is not opened or written. `limit`: in bytes or files. */
export function refuseFile(path: string, because: Because, limit: number | null = null): DomainError {
  return new DomainError({ kind: "file_refused", path, because, limit });
}

/** Returns the parts of a plain path below a folder: relative, without `..`, not git's own. Fault: `file_refused`. */
export function requireFileParts(path: string): string[] {
  let parts: string[];
  try {
    parts = path.startsWith("/") ? [] : toComponents("/", path);
  } catch {
    throw refuseFile(path, "forbidden");
  }
  // Half of a surrogate pair has no bytes of its own.
  if (parts.length === 0 || parts.join("/") !== path || !path.isWellFormed()) throw refuseFile(path, "forbidden");
  return parts;
}
