/** Returns a text as a quote in markdown, without blank lines around it; empty if there is nothing in it. */
export function toQuote(text: string): string {
  const lines = text
    .replaceAll("\r\n", "\n")
    .replace(/^\s*\n/, "")
    .trimEnd()
    .split("\n");
  if (lines.every((line) => line.trim() === "")) return "";
  return `${lines.map((line) => `> ${line.trimEnd()}`.trimEnd()).join("\n")}\n\n`;
}
