import { parseSync } from "oxc-parser";

/** A `switch` over event types. */
export interface EventSwitch {
  /** The types it has a case for. */
  types: string[];
  /** True if it has a default, which silently accepts types it does not name. */
  hasDefault: boolean;
}

/** Minimum number of event types for a `switch` to count; one with fewer may be about something else. */
const MIN_CASES = 3;

interface Node {
  type: string;
  [key: string]: unknown;
}

/** Finds every `switch` over event types in a file. Throws if the file does not parse. */
export function findEventSwitches(file: string, text: string, types: ReadonlySet<string>): EventSwitch[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const found: EventSwitch[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isNode(value)) return;
    if (value.type === "SwitchStatement") {
      const tests = (value["cases"] as Node[]).map((one) => one["test"] as Node | null);
      const named = tests.flatMap((test) => (typeof test?.["value"] === "string" && types.has(test["value"]) ? [test["value"]] : []));
      if (named.length >= MIN_CASES) found.push({ types: named, hasDefault: tests.includes(null) });
    }
    Object.values(value).forEach(visit);
  };
  visit(program);
  return found;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;
