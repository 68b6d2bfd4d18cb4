const MAIN = new URL("run-steps-main.ts", import.meta.url).pathname;

/** Returns the program that runs others in its terminal, one after the other, until one fails. */
export function toStepsProgram(steps: readonly (readonly string[])[]): { file: string; argv: readonly string[] } {
  return { file: process.execPath, argv: [decodeURIComponent(MAIN), JSON.stringify(steps)] };
}
