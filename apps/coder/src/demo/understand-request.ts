import { cutText } from "@boocode/shared/text/cut-text";
import { maskQuotes, type MaskedText } from "./mask-quotes.ts";
import { splitArgv } from "./split-argv.ts";

/** One thing a person asked the demo model to do. */
export type DemoIntent =
  | { kind: "create"; path: string; text: string }
  | { kind: "append"; path: string; text: string }
  | { kind: "rename"; from: string; to: string }
  | { kind: "delete"; path: string }
  | { kind: "list"; path: string }
  | { kind: "explain"; path: string }
  | { kind: "run"; argv: string[] }
  | { kind: "count"; to: number };

export interface UnderstoodRequest {
  intents: DemoIntent[];
  /** Sentences that were not understood, verbatim. */
  unclear: string[];
}

/** The highest number it counts to, which takes some minutes at the default rate. */
const MAX_COUNT = 10_000;
/** The maximum length outside quotes, in UTF-16 units. Nobody types a longer request, and the patterns are not made for pasted books. */
const MAX_REQUEST = 20_000;

const VERB =
  "(?:create|make|write|add|append|put|save|rename|move|delete|remove|list|show|explain|describe|summari[sz]e|read|run|execute|count|what|which|tell)";
const LEAD = "(?:(?:please|also|now|next|finally|afterwards|first|then|and|can you|could you|would you|will you)[,:]?\\s+)*";
/** Matches the end of a sentence only if another request follows: a period in a text or a version is not an end. */
const BOUNDARY = new RegExp(`(?:[.!?;]\\s+|\\s*\\n\\s*|,?\\s+(?:and\\s+)?then\\s+)(?=${LEAD}${VERB}\\b)`, "i");
/** Matches `… and delete a.txt`, only if what follows reads like a request of its own. */
const AND = new RegExp(
  `,?\\s+and\\s+(?=${LEAD}(?:(?:delete|remove|explain|rename|move|append|add|create)\\s.*(?:\\w\\.\\w|\\uE000)|list\\s.*files|run\\s|count\\s+to\\s))`,
  "i",
);
const PREFIX =
  /^(?:(?:please|hey|hi|hello|ok|okay|so|now|also|next|finally|afterwards|first|then|and|can you|could you|would you|will you|i(?: would|'d) like you to|i want you to|i need you to|let's)\b[,:!]?\s*)+/i;

const NAME = "((?:\\uE000\\d+\\uE001)|[^\\s,;:]+)";
const FILE =
  "(?:(?:a|an|the|this|that|another|my|our)\\s+)?(?:(?:new|empty|small|text|markdown|existing)\\s+)*(?:(?:file|document|script|folder|directory)\\s+)?(?:(?:called|named|at)\\s+)?";
const SAYS =
  "(?:(?:that|which|and)\\s+)?(?:just\\s+)?(?:to\\s+say|says?|saying|reads?|reading|contains?|containing|holds?|with(?:\\s+(?:the|this))?(?:\\s+(?:texts?|contents?|words?|lines?))?)\\b\\s*:?\\s*";

const pattern = (source: string) => new RegExp(`^${source}$`, "is");
const CREATE = pattern(`(?:create|make|write|add|save|generate)\\s+(?:me\\s+)?${FILE}${NAME}[,:]?\\s+${SAYS}(.*)`);
const CREATE_EMPTY = pattern(`(?:create|make)\\s+(?:me\\s+)?${FILE}${NAME}`);
const WRITE_INTO = pattern(`(?:write|put|save)\\s+(.+?)\\s+(?:in|into|to)\\s+${FILE}${NAME}`);
const APPEND = pattern(
  `(?:append|add)\\s+(?:(?:the|a)\\s+)?(?:(?:line|text|words?)\\s+)?(.+?)\\s+(?:to|at)\\s+(?:the\\s+end\\s+of\\s+)?${FILE}${NAME}`,
);
const RENAME = pattern(`(?:rename|move)\\s+${FILE}${NAME}\\s+(?:to|into|as|->|→)\\s+${FILE}${NAME}`);
const DELETE = pattern(`(?:delete|remove)\\s+${FILE}${NAME}`);
const LIST = pattern(
  `(?:(?:list|show)(?:\\s+me)?|what(?:\\s+are)?|which)(?:\\s+(?:all|the|of|my|our|your))*\\s+(?:files|folders)(?:\\s+(?:are\\s+)?(?:in|of|under|inside)\\s+${FILE}${NAME})?(?:\\s+(?:are\\s+)?(?:there|here))?`,
);
const EXPLAIN = pattern(
  `(?:explain|describe|summari[sz]e|read)(?:\\s+(?:to\\s+)?me)?(?:\\s+(?:what(?:'s|\\s+is)?|in))*\\s+${FILE}${NAME}(?:\\s+(?:to me|does|contains|means))?`,
);
const ASK_ABOUT = pattern(
  `(?:what(?:'s|\\s+is|\\s+does)|tell\\s+me(?:\\s+about)?|show(?:\\s+me)?)(?:\\s+(?:in|what(?:'s|\\s+is)?))*\\s+${FILE}${NAME}(?:\\s+(?:do|does|contain|about))?`,
);
const RUN = pattern(`(?:run|execute)\\s+(?:the\\s+)?(?:command\\s+)?:?\\s*(.+)`);
const WHOLE_PROJECT = /^(?:project|repository|repo|worktree|folder|directory|here|it)$/i;
const COUNT = pattern(`count(?:\\s+from\\s+(?:1|one))?\\s+(?:up\\s+)?to\\s+(\\d{1,9})`);

/**
 * Finds the requests in a prompt. This is all the demo model understands.
 *
 * It tolerates differences in case, politeness, quotes and backticks; `it` means the last file named.
 */
export function understandRequest(text: string): UnderstoodRequest {
  const masked = maskQuotes(text);
  // Long runs of spaces outside quotes have no meaning, and would be slow to match.
  const plain = masked.text.replace(/\s{9,}/g, (space) => (space.includes("\n") ? "\n\n" : "        "));
  const understood: UnderstoodRequest = { intents: [], unclear: [] };
  if (plain.length > MAX_REQUEST) return { intents: [], unclear: [`${cutText(text, 80)}…`] };
  for (const sentence of splitSentences(plain)) {
    const bare = sentence.replace(PREFIX, "").trim();
    const intent = understandSentence(bare, masked, lastPath(understood.intents));
    if (intent) understood.intents.push(intent);
    else if (/[\p{L}\p{N}\uE000]/u.test(bare) && !/^(?:thanks?|thank you|cheers)\b/i.test(bare))
      understood.unclear.push(masked.restore(sentence));
  }
  return understood;
}

function splitSentences(text: string): string[] {
  return text
    .split(BOUNDARY)
    .flatMap((sentence) => (/^\W*(?:\w+\W+){0,2}run\b/i.test(sentence) ? [sentence] : sentence.split(AND)))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length > 0);
}

function understandSentence(bare: string, masked: MaskedText, previous: string | null): DemoIntent | null {
  const plain = bare.replace(/(?<=\S)(?:,?\s+(?:please|for me|thanks|thank you))?[.!?]*$/i, "");
  const words = (part: string | undefined) => masked.inner((part ?? "").trim());
  const name = (part: string | undefined) => {
    const found = words(part).replace(/[.!?]+$/, "");
    return /^(?:it|that|this)$/i.test(found) && previous !== null ? previous : found;
  };
  const isFileLike = (part: string | undefined) =>
    /[./\uE000]/.test(part ?? "") || /^(?:it|readme|license|makefile|dockerfile)$/i.test(part ?? "");

  const count = COUNT.exec(plain);
  if (count) return { kind: "count", to: Math.min(Number(count[1]), MAX_COUNT) };
  const run = RUN.exec(bare);
  if (run) {
    // Outside quotes a final period belongs to the sentence; inside, to the command.
    const command = masked.inner(run[1]!.trim().replace(/(?<=[^\s.])[.!?]+$/, ""), { keepQuotesInside: true });
    const argv = splitArgv(command);
    return argv ? { kind: "run", argv } : null;
  }
  const rename = RENAME.exec(plain);
  if (rename) return { kind: "rename", from: name(rename[1]), to: name(rename[2]) };
  const list = LIST.exec(plain);
  if (list) return { kind: "list", path: list[1] && !WHOLE_PROJECT.test(list[1]) ? name(list[1]) : "." };
  const create = CREATE.exec(bare);
  if (create) return { kind: "create", path: name(create[1]), text: words(create[2]) };
  const append = APPEND.exec(plain);
  if (append) return { kind: "append", path: name(append[2]), text: words(append[1]) };
  const written = WRITE_INTO.exec(plain);
  if (written) return { kind: "create", path: name(written[2]), text: words(written[1]) };
  const removed = DELETE.exec(plain);
  if (removed) return { kind: "delete", path: name(removed[1]) };
  const empty = CREATE_EMPTY.exec(plain);
  if (empty && isFileLike(empty[1])) return { kind: "create", path: name(empty[1]), text: "" };
  const explained = EXPLAIN.exec(plain);
  if (explained) return { kind: "explain", path: name(explained[1]) };
  const asked = ASK_ABOUT.exec(plain);
  if (asked && isFileLike(asked[1])) return { kind: "explain", path: name(asked[1]) };
  return null;
}

function lastPath(intents: readonly DemoIntent[]): string | null {
  const last = intents.at(-1);
  if (!last || last.kind === "run" || last.kind === "count" || last.kind === "list") return null;
  return last.kind === "rename" ? last.to : last.path;
}
