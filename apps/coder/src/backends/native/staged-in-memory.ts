import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StagedFile, StagedView, StagedWrite } from "@boocode/shared/agents/agent-backend";

/** Staged edits that live as long as a test. */
export class StagedInMemory implements StagedView {
  readonly #root: string;
  readonly files = new Map<string, { mode: StagedFile["mode"]; bytes: Uint8Array } | null>();

  constructor(root: string) {
    this.#root = root;
  }

  async list() {
    return new Map([...this.files].map(([path, file]) => [path, file && { mode: file.mode, sizeBytes: file.bytes.length }]));
  }

  async read(paths: readonly string[], maxBytes: number) {
    return new Map(
      paths.flatMap((path) => {
        const file = this.files.get(path);
        return file ? [[path, file.bytes.subarray(0, maxBytes)] as const] : [];
      }),
    );
  }

  async stage(writes: readonly StagedWrite[]) {
    const states = await Promise.all(writes.map((write) => this.#find("copyOf" in write ? write.copyOf : write.path)));
    for (const [place, write] of writes.entries()) {
      const state = states[place]!;
      if ("copyOf" in write) this.files.set(write.path, state);
      else this.files.set(write.path, write.content && { mode: state?.mode ?? "100644", bytes: write.content });
    }
  }

  async #find(path: string) {
    const staged = this.files.get(path);
    if (staged !== undefined) return staged;
    const file = join(this.#root, path);
    const stats = await lstat(file).catch(() => null);
    if (!stats?.isFile()) return null;
    return { mode: (stats.mode & 0o100) === 0 ? ("100644" as const) : ("100755" as const), bytes: await readFile(file) };
  }
}
