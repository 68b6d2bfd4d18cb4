import { Pilcrow } from "lucide-react";
import { IconButton } from "../../ui/icon-button.tsx";
import { useIgnoreWhitespace } from "./use-ignore-whitespace.ts";

/** Hides and shows changes of white space in diffs. */
export function WhitespaceSwitch() {
  const [isIgnored, setIgnored] = useIgnoreWhitespace();
  return (
    <IconButton
      size="sm"
      label={isIgnored ? "Show changes of white space" : "Ignore changes of white space"}
      pressed={isIgnored}
      onClick={() => setIgnored(!isIgnored)}
      className="aria-pressed:bg-active"
    >
      <Pilcrow aria-hidden />
    </IconButton>
  );
}
