import { join } from "node:path";
import { DOORS } from "./floors.ts";

/** Resolves an import to a file, relative to the root; null for an npm package. */
export function resolveImport(file: string, specifier: string): string | null {
  if (specifier.startsWith(".")) return withExtension(join(file, "..", specifier));
  const door = DOORS.find((candidate) => specifier.startsWith(candidate.specifier));
  return door ? withExtension(door.path + specifier.slice(door.specifier.length)) : null;
}

const withExtension = (path: string) => (/\.[a-z]+$/.test(path) ? path : `${path}.ts`);
