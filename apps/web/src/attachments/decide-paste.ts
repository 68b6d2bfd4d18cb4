/** What a paste or a drop brings. */
export interface Pasted {
  files: readonly { name: string; type: string }[];
  text: string;
  html: string;
}

/**
 * Decides whether a paste is files or text. Programs put several forms of the same thing on the clipboard: a spreadsheet adds a picture of its
 * cells to their text, and a file manager the names or addresses of its files, which nobody wants as text.
 */
export function decidePaste({ files, text, html }: Pasted): "files" | "text" {
  if (files.length === 0) return "text";
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0) return "files";
  const names = new Set(files.map(({ name }) => name));
  if (lines.every((line) => names.has(line.trim()) || names.has(line.trim().split(/[/\\]/).at(-1) ?? ""))) return "files";
  const isPictureOnly = /<img\b/i.test(html) && html.replace(/<[^>]*>/g, "").trim() === "";
  return isPictureOnly && lines.length === 1 && /^\w+:\/\/\S+$/.test(lines[0]!.trim()) ? "files" : "text";
}
