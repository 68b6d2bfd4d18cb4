/** Returns the title of a new terminal: the first that no other terminal of its session has. */
export function toTerminalTitle(others: readonly string[]): string {
  const taken = new Set(others);
  for (let number = 2; ; number += 1) {
    if (!taken.has("Terminal")) return "Terminal";
    if (!taken.has(`Terminal ${number}`)) return `Terminal ${number}`;
  }
}
