/** What a stash's commit says about it. */
export interface StashWords {
  subject: string;
  session: string;
  /** Null: HEAD was detached. */
  branch: string | null;
  files: number;
}

const MAX_SUBJECT_CHARS = 200;

/** Writes a stash's commit message. */
export function toCommitMessage({ subject, session, branch, files }: StashWords): string {
  const line = subject.replace(/\s+/g, " ").trim().slice(0, MAX_SUBJECT_CHARS);
  const trailers = [`Boocode-Session: ${session}`, ...(branch === null ? [] : [`Boocode-Branch: ${branch}`]), `Boocode-Files: ${files}`];
  return `${line || "Stash"}\n\n${trailers.join("\n")}\n`;
}

/** Reads a stash's commit message. What is not there is empty. */
export function readTrailers(message: string): StashWords {
  const [subject = ""] = message.split("\n");
  const find = (key: string) => message.match(new RegExp(`^Boocode-${key}: (.*)$`, "m"))?.[1];
  return {
    subject: subject.slice(0, MAX_SUBJECT_CHARS),
    session: find("Session") ?? "",
    branch: find("Branch") ?? null,
    files: Number(/^\d{1,9}$/.exec(find("Files") ?? "")?.[0] ?? 0),
  };
}
