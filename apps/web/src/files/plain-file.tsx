import type { FileView } from "@boocode/shared/files/file-view";
import { useState } from "react";
import { showPath } from "./show-path.ts";

const toSize = (bytes: number) =>
  bytes < 1_024
    ? `${bytes} bytes`
    : bytes < 1_048_576
      ? `${Math.round(bytes / 1_024)} KB`
      : `${Math.round(bytes / 1_048_576).toLocaleString("en")} MB`;

/** A file that is no text to edit: an image, the beginning of a large text, or words about anything else. */
export function PlainFile({ path, view }: { path: string; view: Exclude<FileView, { kind: "text" }> }) {
  const [isDamaged, setDamaged] = useState(false);
  if (view.kind === "image" && !isDamaged) {
    return (
      <figure className="flex min-h-0 flex-1 flex-col items-center justify-center gap-2 overflow-auto p-4">
        <img
          src={`data:${view.type};base64,${view.base64}`}
          alt={showPath(path)}
          onError={() => setDamaged(true)}
          className="max-h-full max-w-full rounded-md border border-line bg-[repeating-conic-gradient(var(--inset)_0_25%,transparent_0_50%)] bg-size-[16px_16px] object-contain"
        />
        <figcaption className="text-sm text-muted">
          {view.type.slice("image/".length).toUpperCase()}, {toSize(view.bytes)}
        </figcaption>
      </figure>
    );
  }
  if (view.kind === "head") {
    return (
      <div className="flex min-h-0 flex-1 flex-col">
        <p className="shrink-0 border-b border-line bg-inset px-3 py-1.5 text-sm text-muted">
          This file has {toSize(view.bytes)}, which is too large to edit here. Its beginning:
        </p>
        <pre tabIndex={0} aria-label="The beginning of the file" className="min-h-0 flex-1 overflow-auto px-3 py-2 text-code">
          {view.text}
        </pre>
      </div>
    );
  }
  return (
    <p className="grid flex-1 place-items-center px-6 text-center text-muted">
      <span>{describe(view, isDamaged)}</span>
    </p>
  );
}

function describe(view: Exclude<FileView, { kind: "text" }>, isDamaged: boolean): string {
  if (view.kind === "binary") return `A binary file of ${toSize(view.bytes)}`;
  if (view.kind === "link") return `A symbolic link to ${showPath(view.target)}, which is not followed`;
  return isDamaged ? "This image cannot be shown" : "";
}
