import { toAgentEnv } from "../platform/processes/agent-env.ts";

/** What a login shell sets besides what every program may inherit, and what programs in a terminal rely on. */
const OF_LOGIN = new Set([
  "EDITOR",
  "VISUAL",
  "PAGER",
  "LESS",
  "MANPATH",
  "INFOPATH",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "DBUS_SESSION_BUS_ADDRESS",
  "SSH_AUTH_SOCK",
  "GPG_TTY",
  "GOPATH",
  "GOROOT",
  "GOBIN",
  "JAVA_HOME",
  "CARGO_HOME",
  "RUSTUP_HOME",
  "NVM_DIR",
  "NVM_BIN",
  "PNPM_HOME",
  "VOLTA_HOME",
  "PYENV_ROOT",
  "RBENV_ROOT",
  "BUN_INSTALL",
  "DENO_INSTALL",
  "ANDROID_HOME",
  "HOMEBREW_PREFIX",
  "HOMEBREW_CELLAR",
  "HOMEBREW_REPOSITORY",
]);
/** The most that one variable may hold. */
const MAX_VALUE = 32_768;

/** Reduces what a login shell sets to what a terminal is given: an allow-list, without the names of secrets. */
export function toLoginVariables(env: Readonly<Record<string, string>>): Record<string, string> {
  const allowed = { ...toAgentEnv(env), ...Object.fromEntries(Object.entries(env).filter(([name]) => OF_LOGIN.has(name))) };
  return Object.fromEntries(Object.entries(allowed).filter(([, value]) => value.length <= MAX_VALUE && !value.includes("\0")));
}

export interface TerminalEnvironmentInput {
  /** The daemon's own allow-list, with the markers of this run. */
  base: Readonly<Record<string, string>>;
  /** What the person's login shell sets; null if that is not known. */
  login: Readonly<Record<string, string>> | null;
  /** What restricts git, names the worktree's ports and marks the terminal: nothing stands above these. */
  own: Readonly<Record<string, string>>;
}

/** Makes the environment of a terminal's shell. */
export function toTerminalEnvironment({ base, login, own }: TerminalEnvironmentInput): Record<string, string> {
  const whole: Record<string, string> = { ...base, ...login, TERM: "xterm-256color", COLORTERM: "truecolor", ...own };
  const hasLocale = ["LC_ALL", "LC_CTYPE", "LANG"].some((name) => (whole[name] ?? "") !== "");
  // Without a locale, programs would take what a person types for single bytes.
  if (!hasLocale) whole["LANG"] = process.platform === "darwin" ? "en_US.UTF-8" : "C.UTF-8";
  return whole;
}
