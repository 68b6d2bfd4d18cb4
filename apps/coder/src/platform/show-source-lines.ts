import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findSourcePlaces, type Place, type SourceMapText } from "./find-source-places.ts";

/** The size of the position cache: expected errors keep coming from the same positions. */
const MAX_KNOWN = 10_000;

/**
 * Makes error stacks show source lines for code in `folder` that has a source map next to it. Node's own `--enable-source-maps` keeps all
 * maps in memory, a third of the daemon's total.
 */
export function showSourceLines(folder: string): void {
  const prefix = `${pathToFileURL(folder).href}/`;
  const known = new Map<string, string>();
  Error.prepareStackTrace = (error, sites) => {
    const missing = new Map<string, Place[]>();
    for (const site of sites) {
      const file = site.getScriptNameOrSourceURL() ?? "";
      if (!file.startsWith(prefix) || known.has(toKey(site))) continue;
      missing.set(file, [...(missing.get(file) ?? []), toPlace(site)]);
    }
    if (known.size > MAX_KNOWN) known.clear();
    for (const [file, places] of missing) lookUp(file, places, known);
    const frames = sites.map((site) => {
      const key = toKey(site);
      return `\n    at ${site.toString().replace(key, () => known.get(key) ?? key)}`;
    });
    return toHeadline(error) + frames.join("");
  };
}

function lookUp(file: string, places: readonly Place[], known: Map<string, string>): void {
  let map: SourceMapText;
  try {
    map = JSON.parse(readFileSync(fileURLToPath(`${file}.map`), "utf8")) as SourceMapText;
  } catch {
    map = { sources: [], mappings: "" };
  }
  findSourcePlaces(map, places).forEach((found, index) => {
    const place = `${file}:${places[index]!.line}:${places[index]!.column}`;
    known.set(place, found === null ? place : `${fileURLToPath(new URL(found.source, file))}:${found.line}:${found.column}`);
  });
}

function toPlace(site: NodeJS.CallSite): Place {
  return { line: site.getLineNumber() ?? 0, column: site.getColumnNumber() ?? 0 };
}

function toKey(site: NodeJS.CallSite): string {
  const { line, column } = toPlace(site);
  return `${site.getScriptNameOrSourceURL() ?? ""}:${line}:${column}`;
}

/** Formats the first line of a stack as V8 does. An error's own `toString` may throw. */
function toHeadline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
