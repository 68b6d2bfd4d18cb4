import { placePanes, type ShownNode } from "@boocode/shared/panes/pane-views";

type ShownSplit = Extract<ShownNode, { kind: "split" }>;

/** Called with the sizes of a split while they change, and with its path when a person has let go. */
export type OnSizes = (splitKey: string, sizes: number[], path: readonly number[] | null) => void;

/** The key of a split: the same as long as it holds the same panes. */
export function toSplitKey(split: ShownSplit): string {
  return `${split.direction} ${split.children
    .map((child) =>
      placePanes(child)
        .map(({ key }) => key)
        .join("+"),
    )
    .join(" ")}`;
}

/** Returns what is shown with the sizes that its splits have now. */
export function withSizes(node: ShownNode, live: ReadonlyMap<string, readonly number[]>): ShownNode {
  if (node.kind === "pane") return node;
  const sizes = live.get(toSplitKey(node));
  return { ...node, sizes: sizes ? [...sizes] : node.sizes, children: node.children.map((child) => withSizes(child, live)) };
}
