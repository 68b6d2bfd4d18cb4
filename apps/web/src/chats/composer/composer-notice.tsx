import { CircleAlert } from "lucide-react";
import type { Explanation } from "../../api/faults/explain-fault.ts";

/** Explains why the text is still in the composer. */
export function ComposerNotice({ title, hint }: Pick<Explanation, "title" | "hint">) {
  return (
    <p role="alert" className="flex items-start gap-2 border-b border-line px-3.5 py-2 text-sm">
      <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0 text-removed" />
      <span className="min-w-0">
        <span className="font-medium">{title}.</span>{" "}
        <span className="text-muted">{keepsText(hint) ? hint : `${hint} Your text is kept.`}</span>
      </span>
    </p>
  );
}

/** True if the hint already says that the text is kept. */
const keepsText = (hint: string) => /your text|you wrote/i.test(hint);
