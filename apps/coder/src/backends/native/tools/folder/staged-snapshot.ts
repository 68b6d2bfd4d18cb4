import type { StagedFile, StagedView } from "@boocode/shared/agents/agent-backend";

/** The staged edits at one moment, in a form that can be sent to another thread. */
export interface StagedSnapshot {
  files: ReadonlyMap<string, StagedFile | null>;
  contents: ReadonlyMap<string, Uint8Array>;
}

/** Reads the staged edits, with at most `maxBytes` of the content of each file. */
export async function takeSnapshot(view: Pick<StagedView, "list" | "read">, maxBytes: number): Promise<StagedSnapshot> {
  const files = await view.list();
  const paths = [...files].flatMap(([path, file]) => (file ? [path] : []));
  return { files, contents: paths.length === 0 ? new Map() : await view.read(paths, maxBytes) };
}

/** Reads from a snapshot. Nothing can be staged through it. */
export function openSnapshot({ files, contents }: StagedSnapshot): StagedView {
  return {
    list: async () => files,
    read: async (paths, maxBytes) =>
      new Map(
        paths.flatMap((path) => {
          const content = contents.get(path);
          return content ? [[path, content.subarray(0, maxBytes)] as const] : [];
        }),
      ),
    stage: () => Promise.reject(new Error("A snapshot cannot be changed")),
  };
}
