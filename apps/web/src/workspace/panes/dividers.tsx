import { placePanes, type ShownNode, toLeastRoom } from "@boocode/shared/panes/pane-views";
import { clsx } from "clsx";
import { Fragment, useEffect } from "react";
import { Group, type Layout, Panel, Separator, useGroupRef } from "react-resizable-panels";
import type { OnSizes } from "./live-sizes.ts";
import { toSplitKey } from "./live-sizes.ts";

type ShownSplit = Extract<ShownNode, { kind: "split" }>;
type DividersProps = { split: ShownSplit; onSizes: OnSizes };

/**
 * The lines between panes. They lie above the panes and take only what is meant for them: the panes themselves stand beside each other in one
 * list, so that none of them is made anew when the splits around it change.
 */
export default function Dividers({ split, onSizes }: DividersProps) {
  return (
    <div className="pointer-events-none absolute inset-0 z-10">
      <SplitLines key={toSplitKey(split)} split={split} onSizes={onSizes} />
    </div>
  );
}

const toKey = (node: ShownNode): string => placePanes(node)[0]!.key;

function SplitLines({ split, onSizes }: DividersProps) {
  const group = useGroupRef();
  const isRow = split.direction === "row";
  const splitKey = toSplitKey(split);
  const keys = split.children.map((child) => `split-${toKey(child)}`);
  const total = split.sizes.reduce((sum, size) => sum + size, 0);
  const wanted = split.sizes.map((size) => (size / total) * 100);
  const toSizes = (layout: Layout) => keys.map((key) => layout[key] ?? 0);
  const toLayout = (sizes: readonly number[]): Layout => Object.fromEntries(keys.map((key, at) => [key, sizes[at]!]));
  const asked = wanted.map((size) => size.toFixed(2)).join(" ");
  useEffect(() => {
    // Sizes that come from elsewhere.
    const now = group.current?.getLayout();
    const isSame = now && toSizes(now).every((size, at) => Math.abs(size - wanted[at]!) < 0.1);
    if (!isSame) group.current?.setLayout(toLayout(wanted));
    // oxlint-disable-next-line react/exhaustive-deps -- only when other sizes are asked for
  }, [asked]);
  return (
    <Group
      groupRef={group}
      orientation={isRow ? "horizontal" : "vertical"}
      defaultLayout={toLayout(wanted)}
      onLayoutChange={(layout) => onSizes(splitKey, toSizes(layout), null)}
      onLayoutChanged={(layout, { isUserInteraction }) => isUserInteraction && onSizes(splitKey, toSizes(layout), split.path)}
      style={{ pointerEvents: "none" }}
    >
      {split.children.map((child, at) => {
        const least = toLeastRoom(child);
        return (
          <Fragment key={keys[at]}>
            {at > 0 && (
              <Separator
                aria-label={isRow ? "Width of the panes" : "Height of the panes"}
                className={clsx(
                  "pointer-events-auto relative outline-none",
                  "before:absolute before:transition-colors hover:before:bg-line-strong focus-visible:before:bg-accent",
                  "data-[separator=active]:before:bg-accent",
                  isRow
                    ? "w-0 cursor-col-resize before:inset-y-0 before:-left-px before:w-px focus-visible:before:w-0.5"
                    : "h-0 cursor-row-resize before:inset-x-0 before:-top-px before:h-px focus-visible:before:h-0.5",
                )}
              />
            )}
            <Panel id={keys[at]!} minSize={isRow ? least.width : least.height}>
              {child.kind === "split" && <SplitLines key={toSplitKey(child)} split={child} onSizes={onSizes} />}
            </Panel>
          </Fragment>
        );
      })}
    </Group>
  );
}
