import { constants } from "node:fs";
import { access, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { decideUpdate, toNpmPrefix, toPackageName, type UpdateDecision } from "@boocode/shared/agents/learning/decide-update";
import type { AgentId } from "@boocode/shared/ids";
import { z } from "zod";
import { readAgentsFile } from "../agents-file.ts";
import { findAgentCommand } from "../find-command.ts";
import { KNOWN_AGENTS } from "../known-agents.ts";

/** Where agents are looked for: `agents.json`, and the value of PATH. */
export interface UpdatePlaces {
  agentsFile: string;
  path: string;
}

/** What is read of an installed package's manifest. */
const Manifest = z.object({ version: z.string().max(200) });

/** Looks how an agent's program was installed, and returns how it is updated. Starts nothing. Never rejects. */
export async function findUpdate(agent: AgentId, { agentsFile, path }: UpdatePlaces): Promise<UpdateDecision> {
  const known = KNOWN_AGENTS.find(({ id }) => id === agent);
  if (!known?.install) return { kind: "none" };
  try {
    const isNamed = (await readAgentsFile(agentsFile)).some(({ id, command }) => id === agent && command !== undefined);
    const find = (bins: readonly string[]) => (isNamed ? null : findAgentCommand(agent, bins, { agentsFile, path }));
    const own = await find(known.bins);
    const alone = own === null && known.commandLine ? await find(known.commandLine.bins) : null;
    const install = alone && known.commandLine ? known.commandLine.install : known.install;
    const command = own ?? alone;
    const file = command && (await realpath(command.argv[0] ?? ""));
    const prefix = toNpmPrefix(install, file);
    const folders = prefix === null ? [] : [join(prefix, "lib/node_modules"), join(prefix, "bin")];
    const isWritable = (await Promise.all(folders.map(canWrite))).every(Boolean);
    const keepsMajor = known.keepsMajor ?? false;
    const version = keepsMajor && prefix !== null ? await readInstalledVersion(join(prefix, "lib/node_modules"), install) : null;
    return decideUpdate({ install, version, keepsMajor, isNamed, path: file, isWritable });
  } catch {
    return { kind: "none" };
  }
}

/** Reads the installed version of the package that an install command names, not asking the program. Null if it is not known. */
async function readInstalledVersion(modules: string, install: string): Promise<string | null> {
  const name = toPackageName(install);
  if (name === null) return null;
  try {
    return Manifest.parse(JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"))).version;
  } catch {
    return null;
  }
}

const canWrite = (folder: string) =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
