import { cutText } from "@boocode/shared/text/cut-text";
import type { AuthMethod } from "../wire/acp-wire.ts";

const MAX_WAYS = 10;
const MAX_WAY_CHARS = 1_000;
const IN_TERMINAL = " in a terminal";

/** Names a way to log in, with the command that does it where the agent's program (`argv`) is started for that in a terminal. */
function toLoginWay({ name, type, args }: AuthMethod, argv: readonly string[]): string {
  const command = type === "terminal" && args ? [...argv, ...args].map(quote).join(" ") : "";
  return cutText(command === "" ? name : `${name}: run ${command}${IN_TERMINAL}`, MAX_WAY_CHARS);
}

/** Lists the ways to log in, after the `command` that does it where no way names one. None if the agent lists none. */
export function toLoginWays(methods: readonly AuthMethod[], argv: readonly string[], command: readonly string[] | null): string[] {
  const ways = methods.slice(0, MAX_WAYS).map((method) => toLoginWay(method, argv));
  const isNamed = ways.length === 0 || ways.some((way) => way.endsWith(IN_TERMINAL));
  return isNamed || command === null ? ways : [cutText(`Run ${command.map(quote).join(" ")}${IN_TERMINAL}`, MAX_WAY_CHARS), ...ways];
}

const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
