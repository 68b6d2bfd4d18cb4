import { useState } from "react";
import { FindField } from "../ui/find-field.tsx";

type TerminalSearchProps = {
  /** Returns whether there is such a text. */
  onFind: (text: string, step: 1 | -1) => boolean;
  onDone: () => void;
};

/** The search field of a terminal. */
export function TerminalSearch({ onFind, onDone }: TerminalSearchProps) {
  const [text, setText] = useState("");
  const [isThere, setThere] = useState(true);
  const find = (wanted: string, step: 1 | -1) => setThere(onFind(wanted, step));
  return (
    <FindField
      label="Find in terminal"
      placeholder="Find in this terminal"
      text={text}
      onText={(next) => {
        setText(next);
        find(next, -1);
      }}
      status={isThere ? "" : "Not found"}
      canStep={text !== ""}
      onStep={(step) => find(text, step)}
      onDone={onDone}
      className="top-1 right-3"
    />
  );
}
