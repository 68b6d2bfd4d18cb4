import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findCircles } from "./find-circles.ts";
import { readImports, type Import } from "./read-imports.ts";
import { resolveImport } from "./resolve-import.ts";
import { DRAWERS, FLOORS, FORBIDDEN_NAME, MAX_LINES, TYPE_ONLY, type Floor } from "./floors.ts";

const SOURCES = ["packages/shared/src", "packages/db/src", "packages/testkit/src", "apps/coder/src", "apps/web/src"];
const PURE = "packages/shared/src";
const CONFIG = "apps/coder/src/config.ts";
const PROCESSES = "apps/coder/src/platform/processes/";
/** The exception: the browser must keep running after the daemon ends, so it is not supervised. */
const BROWSER = "apps/coder/src/platform/open-browser.ts";
const STARTS_PROGRAMS = /\b(?:from|import\()\s*"(?:node:child_process|execa)"/;
const GIT = "apps/coder/src/platform/git";
const HIDDEN_INPUT =
  /\b(?:Date\.now|new Date\(\)|Math\.random|randomUUID|getRandomValues|performance\.now|setTimeout|setInterval|queueMicrotask)\b|\bfetch\(/;
const SPAWNS_GIT = /(?:spawn|spawnSync|execFile|execFileSync|execa|runProcess)\w*\(\s*["'`]git["'`]|\bfile:\s*["'`]git["'`]/;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/.*/g;

/** One sentence for each violation of the house rules below `root`, with the fix. */
export function findBreaches(root: string): string[] {
  const files = SOURCES.flatMap((source) => filesBelow(root, source)).map((file) => ({
    file,
    text: readFileSync(join(root, file), "utf8"),
  }));
  return [...files.flatMap(({ file, text }) => checkFile(file, text)), ...findCircles(files)];
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));
}

/** Whether a file is a test or shared test suite. These may import what they test, but keep every other rule. */
const isTest = (file: string) => /\.test\.tsx?$|-contract\.ts$|-fixture\.ts$/.test(file);

export function checkFile(file: string, text: string): string[] {
  const code = text.replace(COMMENT, "");
  return [...checkShape(file, text), ...checkInputs(file, code), ...(isTest(file) ? [] : checkImports(file, readImports(file, text)))];
}

function checkShape(file: string, text: string): string[] {
  const breaches: string[] = [];
  const segments = file.split("/");
  const name = segments.at(-1)!;
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  if (lines > MAX_LINES) breaches.push(`${file} has ${lines} lines, over ${MAX_LINES}: split it by what it does.`);
  const drawer = segments.slice(0, -1).find((segment) => DRAWERS.includes(segment));
  if (drawer) breaches.push(`${file} lies in a drawer (${drawer}/): put it with the noun it serves.`);
  if (/^index\.tsx?$/.test(name)) breaches.push(`${file} is a barrel: name files after what they export.`);
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.tsx?$/.test(name)) breaches.push(`${file} is not in kebab-case: rename it.`);
  const declared = /\b(?:class|interface|type|function|const)\s+(\w+)/g;
  for (const [, identifier] of text.matchAll(declared)) {
    if (FORBIDDEN_NAME.test(identifier!)) breaches.push(`${file} declares ${identifier}: say what it does instead.`);
  }
  return breaches;
}

function checkInputs(file: string, code: string): string[] {
  const breaches: string[] = [];
  const hidden = file.startsWith(PURE) && !isTest(file) ? HIDDEN_INPUT.exec(code) : null;
  if (hidden) breaches.push(`${file} reads a hidden input (${hidden[0]}): take it as an argument.`);
  if (file.startsWith("apps/coder/src") && file !== CONFIG && !isTest(file) && /\bprocess\.env\b/.test(code)) {
    breaches.push(`${file} reads process.env: only config.ts does, and passes values on.`);
  }
  const mayStart = file.startsWith(PROCESSES) || file === BROWSER || isTest(file);
  if (file.startsWith("apps/coder/src") && !mayStart && STARTS_PROGRAMS.test(code)) {
    breaches.push(`${file} starts programs by itself: go through platform/processes, which ends them with all that they started.`);
  }
  if (!file.startsWith(GIT) && !isTest(file) && !file.startsWith("packages/testkit/") && SPAWNS_GIT.test(code)) {
    breaches.push(`${file} spawns git: go through platform/git, the one hardened wrapper.`);
  }
  return breaches;
}

function checkImports(file: string, imports: readonly Import[]): string[] {
  const floor = floorOf(file);
  if (!floor) return [`${file} lies on no floor: move it, or give its folder a row in floors.ts.`];
  return imports.flatMap((found) => {
    const target = resolveImport(file, found.specifier);
    if (target === null) return checkPackage(file, floor, found.specifier);
    if (under(target, floor.path) && floorOf(target)?.path === floor.path) return [];
    if (!floor.standsOn.some((row) => under(target, row))) {
      return [`${file} imports ${target}, on which ${floor.path} does not stand: move the code, or pass it in as an argument.`];
    }
    const mustBeType = file.startsWith("apps/web/") && TYPE_ONLY.some((row) => under(target, row));
    return mustBeType && !found.isTypeOnly ? [`${file} imports ${target} as a value: use \`import type\`.`] : [];
  });
}

function checkPackage(file: string, floor: Floor, specifier: string): string[] {
  if (!floor.packages) return [];
  const name = packageOf(specifier);
  return floor.packages.includes(name) ? [] : [`${file} imports ${specifier}, which ${floor.path} may not: take it as an argument.`];
}

const under = (path: string, row: string) => path === row || path.startsWith(`${row}/`);

function floorOf(file: string): Floor | undefined {
  return FLOORS.filter((floor) => under(file, floor.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return "node:";
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
