import { execFileSync } from "node:child_process";
import { KNOWN_AGENTS } from "@boocode/coder/agents/known-agents";

interface Package {
  bin: Record<string, string>;
  version: string;
}

/**
 * Checks each agent's install command against the npm registry: the package exists, and one of its programs has a name that
 * BooCode searches for. Nothing is installed. Run it with `node e2e/agents/try-install-lines.ts` when agents are refreshed.
 */
let failures = 0;
const lines = KNOWN_AGENTS.flatMap(({ id, bins, install, commandLine }) => [
  { id, bins, install },
  ...(commandLine ? [{ id, ...commandLine }] : []),
]);
for (const { id, bins, install } of lines) {
  if (install === null) continue;
  const name = install.split(" ").at(-1) ?? "";
  try {
    const said = execFileSync("npm", ["view", name, "bin", "version", "--json"], { encoding: "utf8" });
    const answer = JSON.parse(said) as Package | Package[];
    // Of a range, all its versions, the newest last.
    const { bin, version } = Array.isArray(answer) ? answer.at(-1)! : answer;
    const found = bins.find((one) => one in bin);
    if (found === undefined) failures += 1;
    console.log(`${found === undefined ? "✗" : "✓"} ${id}: ${name} ${version} installs ${Object.keys(bin).join(", ")}`);
  } catch (error) {
    failures += 1;
    console.log(`✗ ${id}: ${name}: ${(error as Error).message.split("\n")[0]}`);
  }
}
if (failures > 0) process.exitCode = 1;
