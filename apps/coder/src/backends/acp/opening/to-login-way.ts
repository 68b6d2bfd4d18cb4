import { cutText } from "@boocode/shared/text/cut-text";
import type { AuthMethod } from "../wire/acp-wire.ts";

const MAX_WAY_CHARS = 1_000;

/** Names a way to log in, with the command that does it where the agent's program (`argv`) is started for that in a terminal. */
export function toLoginWay({ name, type, args }: AuthMethod, argv: readonly string[]): string {
  const command = type === "terminal" && args ? [...argv, ...args].map(quote).join(" ") : "";
  return cutText(command === "" ? name : `${name}: run ${command} in a terminal`, MAX_WAY_CHARS);
}

const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
