import { spawn } from "@lydell/node-pty";

/** The size of each terminal that is measured. */
export const SIZE = { cols: 120, rows: 40 };
/** Whatever is typed comes back at once, key by key, and nothing else does. */
export const ECHO = "stty raw -echo; echo rea''dy; exec cat";

/** One terminal, ours or a plain pseudoterminal. */
export interface Typist {
  type(text: string): void;
  /** Called with whatever it writes. */
  onText: (text: string) => void;
  close(): Promise<void>;
}

/** Opens a plain pseudoterminal with a shell. */
export function openRaw(cwd: string): Typist {
  const pty = spawn("/bin/sh", [], { cwd, env: { PATH: process.env["PATH"] }, encoding: "utf8", ...SIZE });
  const typist: Typist = { type: (text) => pty.write(text), onText: () => {}, close: async () => pty.kill("SIGKILL") };
  pty.onData((text) => typist.onText(text));
  return typist;
}

/** The time from each key to its echo, in milliseconds. */
export async function timeEchoes(typist: Typist, keys: number): Promise<number[]> {
  await answer(typist, `${ECHO}\n`, (all) => all.includes("ready"));
  const times: number[] = [];
  for (let key = 0; key < keys; key += 1) {
    const name = String.fromCharCode(97 + (key % 26));
    const startedAt = performance.now();
    await answer(typist, name, (all) => all.includes(name));
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** Types, and resolves when what came back fits. */
export function answer(typist: Typist, text: string, fits: (all: string, newest: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    let all = "";
    typist.onText = (more) => {
      // What is asked for is short, or only counted.
      all = (all + more).slice(-200);
      if (fits(all, more)) resolve();
    };
    typist.type(text);
  });
}

/** The value that a part of the samples is not above. */
export function quantile(samples: readonly number[], part: number): number {
  return samples.toSorted((a, b) => a - b)[Math.floor((samples.length - 1) * part)]!;
}
