import type { GitHostKind, GitRemote } from "./git-status.ts";

/** The page of a remote's repository. */
type WebPage = Pick<GitRemote, "webUrl" | "kind">;

const NONE: WebPage = { webUrl: null, kind: "other" };
/** `user@host:path`, as scp writes it. A letter alone would be a drive. */
const SCP = /^(?:[^@/\s]+@)?([A-Za-z0-9.-]{2,}|\[[0-9a-fA-F:]+\]):(?!\/\/)(.+)$/;

/**
 * Returns the page of the repository that a remote's address names. User names, passwords, tokens, queries and the ports of ssh are left
 * out. An address that is no web or ssh one, such as a folder, has no page.
 */
export function toWebPage(remoteUrl: string): WebPage {
  const found = toHostAndPath(remoteUrl.trim());
  if (found === null) return NONE;
  const path = found.path
    .replace(/[?#].*$/s, "")
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "");
  const parts = path.split("/");
  // A page needs an owner and a name, and nothing in it may lead elsewhere.
  if (parts.length < 2 || parts.some((part) => part === "" || part === "." || part === ".." || part.startsWith("~"))) return NONE;
  return { webUrl: `https://${found.host}/${parts.map(toSegment).join("/")}`, kind: toKind(found.host) };
}

export interface CompareInput extends WebPage {
  /** The short name of the branch that is proposed. */
  branch: string;
  /** The short name of the branch that it is proposed for, at the remote. */
  base: string;
}

/** Returns the page that proposes a branch for its base; null where the host's pages are not known. */
export function toCompareUrl({ webUrl, kind, branch, base }: CompareInput): string | null {
  if (webUrl === null || branch === base) return null;
  const [from, into] = [branch, base].map((name) => name.split("/").map(escape).join("/")) as [string, string];
  const query = (pairs: Record<string, string>) =>
    Object.entries(pairs)
      .map((pair) => pair.map(encodeURIComponent).join("="))
      .join("&");
  switch (kind) {
    case "github":
      return `${webUrl}/compare/${into}...${from}?expand=1`;
    case "gitea":
      return `${webUrl}/compare/${into}...${from}`;
    case "gitlab":
      return `${webUrl}/-/merge_requests/new?${query({ "merge_request[source_branch]": branch, "merge_request[target_branch]": base })}`;
    case "bitbucket":
      return `${webUrl}/pull-requests/new?${query({ source: branch, dest: base })}`;
    case "other":
      return null;
  }
}

/** `scheme://user:password@host:port/path`. */
const ADDRESS = /^(https?|ssh|git|git\+ssh|ssh\+git):\/\/(?:[^/?#]*@)?([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?(\/[^?#]*)?/i;

function toHostAndPath(address: string): { host: string; path: string } | null {
  if (/[\s\0]/.test(address)) return null;
  const found = ADDRESS.exec(address);
  if (found) {
    const [, scheme = "", host = "", port = "", path = ""] = found;
    // Only a web server's port is the page's.
    return { host: `${host}${scheme.toLowerCase() === "https" ? port : ""}`.toLowerCase(), path };
  }
  const scp = address.includes("://") ? null : SCP.exec(address);
  return scp && { host: scp[1]!.toLowerCase(), path: scp[2]! };
}

function toKind(host: string): GitHostKind {
  const labels = host.replace(/:\d+$/, "").split(".");
  const has = (name: string) => labels.some((label) => label === name || label.startsWith(`${name}-`));
  if (has("github")) return "github";
  if (has("gitlab")) return "gitlab";
  if (labels.slice(-2).join(".") === "bitbucket.org") return "bitbucket";
  return has("codeberg") || has("gitea") || has("forgejo") ? "gitea" : "other";
}

/** Escapes what would end a path's segment, and keeps what is escaped already. */
const toSegment = (part: string) => escape(decodeSafely(part));
const escape = (part: string) => encodeURIComponent(part).replace(/%(3A|40|2B|2C)/g, (_, code: string) => KEPT[code]!);
const KEPT: Readonly<Record<string, string>> = { "3A": ":", "40": "@", "2B": "+", "2C": "," };

function decodeSafely(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
