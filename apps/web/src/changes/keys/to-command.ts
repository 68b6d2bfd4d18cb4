/** What a key does in the changes. */
export type Command =
  | { kind: "file"; step: number }
  | { kind: "hunk"; step: 1 | -1 }
  | { kind: "unfold" | "fold" | "apply" | "reject" | "view" | "comment" | "open" | "filter" | "help" };

interface Pressed {
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  j: { kind: "file", step: 1 },
  ArrowDown: { kind: "file", step: 1 },
  k: { kind: "file", step: -1 },
  ArrowUp: { kind: "file", step: -1 },
  Home: { kind: "file", step: -Infinity },
  End: { kind: "file", step: Infinity },
  n: { kind: "hunk", step: 1 },
  p: { kind: "hunk", step: -1 },
  ArrowRight: { kind: "unfold" },
  ArrowLeft: { kind: "fold" },
  a: { kind: "apply" },
  r: { kind: "reject" },
  v: { kind: "view" },
  c: { kind: "comment" },
  Enter: { kind: "open" },
  "/": { kind: "filter" },
  "?": { kind: "help" },
};

/** The keys and what they do, as the list of shortcuts shows them. */
export const KEYS: readonly { keys: readonly string[]; words: string }[] = [
  { keys: ["j", "k"], words: "Next and previous file" },
  { keys: ["a"], words: "Apply the hunk with the focus, or else the file" },
  { keys: ["r"], words: "Reject it" },
  { keys: ["v"], words: "Mark the file as viewed, or not" },
  { keys: ["c"], words: "Comment on the first changed line of the hunk with the focus" },
  { keys: ["n", "p"], words: "Next and previous hunk" },
  { keys: ["Enter"], words: "Open the diff wide" },
  { keys: ["→", "←"], words: "Unfold and fold the diff" },
  { keys: ["/"], words: "Filter by path" },
];

/** The command of a pressed key, or null. */
export function toCommand({ key, altKey, ctrlKey, metaKey }: Pressed): Command | null {
  if (altKey || ctrlKey || metaKey) return null;
  return COMMANDS[key] ?? null;
}
