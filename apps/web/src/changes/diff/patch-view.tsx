import { useExpanded } from "../../ui/browser/use-expanded.ts";
import { Button } from "../../ui/button.tsx";
import { DiffLine } from "./diff-lines.tsx";
import { measureGutter, toUnifiedRows } from "./diff-rows.ts";
import { parsePatch } from "./parse-patch.ts";

const SHOWN_AT_FIRST = 12;
/** Fewer hidden lines are not worth a button. */
const MIN_HIDDEN = 4;
/** Maximum lines shown on a card at first; the Changes panel shows the whole diff. */
const SHOWN_AT_MOST = 600;

/** A unified patch in one column for a tool card: its beginning, and the rest on request. `id`: the key of its call. */
export function PatchView({ id, patch }: { id: string; patch: string }) {
  const [isWhole, setWhole] = useExpanded(`${id}:whole`, false);
  const hunks = parsePatch(patch).flatMap((file) => file.hunks);
  const rows = toUnifiedRows(hunks);
  const shown = rows.slice(0, isWhole || rows.length < SHOWN_AT_FIRST + MIN_HIDDEN ? SHOWN_AT_MOST : SHOWN_AT_FIRST);
  const hidden = rows.length - shown.length;
  const numbers = measureGutter(hunks);
  return (
    <div className="overflow-hidden">
      {shown.map((row, at) => (
        <DiffLine key={at} row={row} numbers={numbers} />
      ))}
      {hidden > 0 && (
        <div className="flex h-8 items-center border-t border-line px-2 text-sm text-faint">
          {isWhole ? (
            <span className="px-2">{hidden} more lines are in Changes</span>
          ) : (
            <Button size="sm" variant="quiet" onClick={() => setWhole(true)}>
              Show {hidden} more lines
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
