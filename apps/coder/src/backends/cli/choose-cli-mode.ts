import { cutText } from "@boocode/shared/text/cut-text";
import type { CliProfile } from "./cli-profiles.ts";

/** Names for the default mode, unless the agent has a mode of that name. */
const USUAL_MODES: ReadonlySet<string> = new Set(["", "auto", "own"]);
const MAX_NAME_CHARS = 200;

export interface CliMode {
  mode: string;
  label: string;
  /** Tells the person of a mode that the agent does not have; null if there is nothing to tell. */
  refused: string | null;
}

/**
 * Chooses the mode of a turn on a command line. A mode that the agent does not have there gains it no rights. `standsIn`: the agent is usually
 * driven over the protocol, where it asks, so its usual mode is not the command line's, in which it would do what it would have asked for.
 */
export function chooseCliMode(
  { modes, careful, standIn }: Pick<CliProfile, "modes" | "careful" | "standIn">,
  wanted: string,
  standsIn: boolean,
): CliMode {
  const toMode = (mode: string, refused: string | null = null): CliMode => ({
    mode,
    label: modes.find(({ id }) => id === mode)?.label ?? mode,
    refused,
  });
  if (modes.some(({ id }) => id === wanted)) return toMode(wanted);
  const named = standsIn ? standIn.named?.[wanted] : undefined;
  if (named !== undefined) return toMode(named);
  if (USUAL_MODES.has(wanted)) return toMode(standsIn ? standIn.usual : (modes[0]?.id ?? ""));
  const { label } = toMode(careful);
  return toMode(careful, `The agent has no mode ${cutText(wanted, MAX_NAME_CHARS)} on its command line and works in its mode ${label}.`);
}

/** The modes in the order in which they are offered: the one that an agent works in by default comes first. */
export function listCliModes({ modes, standIn }: Pick<CliProfile, "modes" | "standIn">, standsIn: boolean): CliProfile["modes"] {
  if (!standsIn) return modes;
  return [...modes].sort((a, b) => Number(b.id === standIn.usual) - Number(a.id === standIn.usual));
}
