/** The options and words with which a program runs another one, or code in its arguments. */
interface Escape {
  /** Letters, anywhere in a cluster: `-lc` contains `-c`. */
  short?: string;
  /** Without dashes. Abbreviations match too, because most programs accept them. */
  long?: readonly string[];
  words?: readonly string[];
}

/** Programs that run what their arguments name, or read a program from them. */
const RUNNERS = new Set(
  (
    "env xargs sudo doas su nice ionice chrt taskset nohup timeout setsid stdbuf chroot unshare nsenter watch parallel ssh eval exec " +
    "source . command builtin time strace ltrace gdb script expect busybox toybox flock at batch crontab systemd-run cmd awk gawk " +
    "mawk nawk sed ed ex vi vim nvim emacs osascript tclsh entr"
  ).split(" "),
);

const SHELLS = new Set("sh bash zsh dash ksh mksh fish ash csh tcsh pwsh powershell".split(" "));
const INTERPRETERS = new Set("node deno bun python pypy perl ruby php lua luajit".split(" "));

const CODE: Escape = { short: "ceErRpBFM", long: ["eval", "print", "require", "import", "loader", "experimental-loader"], words: ["eval"] };
const PACKAGES: Escape = { short: "c", long: ["call", "script-shell", "node-options", "shell-mode"], words: ["exec", "x", "dlx", "node"] };
const CONTAINERS: Escape = { words: ["run", "exec"] };
const TAR: Escape = {
  short: "IF",
  long: ["to-command", "checkpoint-action", "use-compress-program", "rsh-command", "info-script", "new-volume-script"],
};

const ESCAPES: Readonly<Record<string, Escape>> = {
  git: {
    short: "cxOu",
    long: ["exec-path", "config-env", "upload-pack", "receive-pack", "exec", "extcmd", "open-files-in-pager", "ext-diff", "output"],
    words: ["config", "run", "foreach", "filter-branch", "difftool", "mergetool", "credential"],
  },
  find: { long: ["exec", "execdir", "ok", "okdir", "delete", "fprint", "fprint0", "fprintf", "fls"] },
  fd: { short: "xX", long: ["exec", "exec-batch"] },
  fdfind: { short: "xX", long: ["exec", "exec-batch"] },
  rg: { long: ["pre", "hostname-bin"] },
  tar: TAR,
  gtar: TAR,
  bsdtar: TAR,
  rsync: { short: "e", long: ["rsh", "rsync-path"] },
  scp: { short: "So" },
  sftp: { short: "SobD" },
  sort: { short: "o", long: ["compress-program", "output"] },
  zip: { short: "T", long: ["unzip-command"] },
  man: { short: "PH", long: ["pager", "html", "preprocessor"] },
  make: { short: "fEC", long: ["eval", "file", "makefile", "directory"] },
  gmake: { short: "fEC", long: ["eval", "file", "makefile", "directory"] },
  go: { long: ["exec", "toolexec", "vettool"], words: ["run", "generate", "env"] },
  cargo: { long: ["config"] },
  npm: PACKAGES,
  pnpm: PACKAGES,
  yarn: PACKAGES,
  docker: CONTAINERS,
  podman: CONTAINERS,
  kubectl: CONTAINERS,
};

/**
 * Returns true if a command must not be allowed permanently, because that would also allow another program or code in its arguments: `git
 * -c`, `env`, `sh -c`, `xargs`, `find -exec`, `rg --pre`, `tar --to-command` and the like. In doubt it returns true, which only means that
 * the person is asked again. A single word is read as a shell command line.
 */
export function isDangerousArgv(argv: readonly string[]): boolean {
  return argv.length === 1 ? isDangerousLine(argv[0]!) : isDangerousCommand(argv);
}

function isDangerousCommand([first = "", ...rest]: readonly string[]): boolean {
  const name = toProgramName(first);
  if (name === "" || RUNNERS.has(name) || /[=`$]/.test(first)) return true;
  const [firstArgument = "-"] = rest;
  if (SHELLS.has(name)) return firstArgument.startsWith("-") || firstArgument.startsWith("/c");
  if (INTERPRETERS.has(name)) return rest.length === 0 || rest.includes("-") || rest.some((word) => isEscape(word, CODE));
  if (name === "make" && rest.some((word) => word.includes("="))) return true;
  if (name === "git" && rest.some((word) => word.includes("ext::"))) return true;
  const escape = ESCAPES[name];
  if (!escape) return false;
  // The oldest programs accept their first option letters without a dash.
  if (escape === TAR && isEscape(`-${firstArgument}`, escape)) return true;
  return rest.some((word) => isEscape(word, escape));
}

function isDangerousLine(line: string): boolean {
  if (/`|\$\(|<\(|>\(/.test(line)) return true;
  const commands = line
    .split(/[;&|\n(){}]/)
    .map(toWords)
    .filter((words) => words.length > 0);
  return commands.length === 0 || commands.some(isDangerousCommand);
}

/** Splits a simple command into words, approximately. Quotes are dropped, to see what they hide. */
function toWords(command: string): string[] {
  const words = command.replaceAll(/["'\\]/g, "").match(/\S+/g) ?? [];
  // Redirections can be anywhere, even before the program.
  const [first = ""] = words;
  return first.startsWith(">") || first.startsWith("<") ? ["eval"] : words;
}

function isEscape(word: string, { short = "", long = [], words = [] }: Escape): boolean {
  if (!word.startsWith("-")) return words.includes(word);
  const name = word.replace(/^-+/, "").split("=")[0] ?? "";
  if (name.length >= 2 && long.some((option) => option.startsWith(name))) return true;
  return !word.startsWith("--") && [...short].some((letter) => name.includes(letter));
}

/** `/usr/bin/python3.12` is `python`. */
function toProgramName(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? "";
  return name
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat)$/, "")
    .replace(/(?<=[a-z])[-\d.]+$/, "");
}
