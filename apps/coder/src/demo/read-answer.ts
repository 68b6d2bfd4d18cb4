const TRUNCATION_NOTE = /\n\n\[(?:Lines|Showing) [^\n]*\]$/;
const EMPTY_NOTE = /^\(The (?:file|folder) is empty\.?\)$/;
/** How opencode returns a file: in tags, with a number before each line, and a note in brackets at the end. */
const NUMBERED = /^<path>[^\n]*<\/path>\n<type>file<\/type>\n<content>\n([\s\S]*?)\n*\((End of file)?[^\n]*\)\n<\/content>/;

/** The parsed answer of an agent's read tool. */
export interface ReadAnswer {
  text: string;
  isWhole: boolean;
  /** The answer does not say whether the text ends with a newline. */
  isEndUnsure: boolean;
}

/** Extracts a file's content from the answer of an agent's read tool. */
export function readAnswer(answer: string): ReadAnswer {
  const numbered = NUMBERED.exec(answer);
  if (numbered) {
    const text = (numbered[1] ?? "").replaceAll(/^\s*\d+(?:: |\| ?)/gm, "");
    return { text, isWhole: numbered[2] !== undefined, isEndUnsure: true };
  }
  const text = EMPTY_NOTE.test(answer) ? "" : answer.replace(TRUNCATION_NOTE, "");
  return { text, isWhole: !TRUNCATION_NOTE.test(answer), isEndUnsure: false };
}
