import { unifiedMergeView } from "@codemirror/merge";
import { toLines } from "@boocode/shared/files/text-shape";
import { Text } from "@codemirror/state";
import { useEffect, useEffectEvent, useRef } from "react";
import type { LineTarget } from "../open/line-target.ts";
import { FileEditor } from "./file-editor.ts";

type CodeEditorProps = {
  path: string;
  text: string;
  /** The content on disk that it shows or was made over. */
  version: string | null;
  isReadOnly: boolean;
  /** The text to compare with; null shows the text alone. */
  compared: string | null;
  target: LineTarget | null;
  onEdit: (text: string, over: string | null) => void;
  onSave: () => void;
};

/** The button that takes a chunk of the other text over. Nothing is to be done to keep one's own. */
function toChunkButton(type: "accept" | "reject", act: (event: MouseEvent) => void): HTMLElement {
  if (type === "accept") return document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Take this";
  button.addEventListener("click", act);
  return button;
}

/** The editor of a file. It is loaded with its first file. */
export default function CodeEditor({ path, text, version, isReadOnly, compared, target, onEdit, onSave }: CodeEditorProps) {
  const frame = useRef<HTMLDivElement>(null);
  const editor = useRef<FileEditor>(null);
  const edit = useEffectEvent(onEdit);
  const save = useEffectEvent(onSave);
  const readShown = useEffectEvent(() => ({ text, version }));
  useEffect(() => {
    const original = compared === null ? null : Text.of(toLines(compared).lines);
    const made = new FileEditor(frame.current!, {
      path,
      ...readShown(),
      isReadOnly,
      onEdit: (next, over) => edit(next, over),
      onSave: () => save(),
      ...(original && {
        extensions: unifiedMergeView({ original, mergeControls: toChunkButton, collapseUnchanged: { margin: 3, minSize: 6 } }),
      }),
    });
    editor.current = made;
    return () => {
      editor.current = null;
      made.close();
    };
  }, [path, isReadOnly, compared]);
  useEffect(() => editor.current?.setText(text, version), [text, version]);
  useEffect(() => {
    if (target) editor.current?.goTo(target.line, target.column);
  }, [target]);
  return <div ref={frame} className="min-h-0 flex-1 overflow-hidden" />;
}
