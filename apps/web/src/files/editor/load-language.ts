import { LanguageDescription, type LanguageSupport } from "@codemirror/language";
import { languages } from "@codemirror/language-data";

/** Loads the grammar of a file, by its name; null if there is none, or it cannot be loaded. */
export async function loadLanguage(path: string): Promise<LanguageSupport | null> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const found = LanguageDescription.matchFilename(languages, name);
  return found === null ? null : found.load().catch(() => null);
}
