/** What happened when an agent's program was asked for its version. */
export type VersionAnswer =
  /** It ended normally, with this output, without sequences for terminals. */
  | { kind: "said"; text: string }
  /** It ended otherwise. `how`: `exit code 3`, `SIGSEGV`. */
  | { kind: "failed"; how: string }
  /** It did not end within this time. */
  | { kind: "silent"; afterMs: number };

/** Whether BooCode may start an agent's program of a version, and what the person should know of it. */
export type VersionVerdict =
  | { kind: "driven"; version: string; major: number; note: string }
  /** `why` is shown to the person. Null: the version is unknown. */
  | { kind: "refused"; version: string | null; why: string };

/** A line that holds a version and nothing else but the program's name. */
const VERSION_LINE = /^(?:opencode2?(?:-ai)?(?: version)? )?v?(?<version>(?<major>\d{1,6})\.\d{1,9}\.\d{1,9}(?:[-+][\w.+-]{1,60})?)$/;
const CONVERTS = "opencode 2 converts the data of opencode 1 when it first runs";
const OWN_DATA =
  "BooCode starts opencode 2 with data of its own, because it would convert yours. " +
  "It was tried with the interface of opencode 2 that 1.18.33 has, and with doubles of 2.0.0 and 2.0.4, not with an opencode 2.";

/**
 * Decides from the answer to `opencode --version` whether it may be started. One that is not known to be opencode 1 is not started on the
 * person's data: it might convert them when it first runs, and the person could not go back. opencode 2 gets data of its own.
 */
export function decideOpencodeVersion(answer: VersionAnswer): VersionVerdict {
  if (answer.kind === "silent") return unknown(`it did not report its version within ${Math.round(answer.afterMs / 1_000)} s`);
  if (answer.kind === "failed") return unknown(`it did not report its version (${answer.how})`);
  const found = answer.text.split(/[\r\n]+/).flatMap((line) => {
    const { version, major } = VERSION_LINE.exec(line.trim())?.groups ?? {};
    return version !== undefined && major !== undefined ? [{ version, major }] : [];
  });
  const [first] = found;
  if (first === undefined) return unknown("it did not report its version");
  if (found.some(({ version }) => version !== first.version)) return unknown("it reported several versions");
  const { version, major } = first;
  if (major === "1") return { kind: "driven", version, major: 1, note: "" };
  if (major === "2") return { kind: "driven", version, major: 2, note: OWN_DATA };
  if (major === "0") return refused(version, `opencode ${version} is a preview or too old: BooCode works with opencode 1 and 2.`);
  return refused(version, `opencode ${version} was not started: BooCode works with opencode 1 and 2 and does not know this one.`);
}

const refused = (version: string, why: string): VersionVerdict => ({ kind: "refused", version, why });

function unknown(what: string): VersionVerdict {
  return { kind: "refused", version: null, why: `opencode was not started: ${what}, and ${CONVERTS}.` };
}
