const TRUNCATION_NOTE = /\n\n\[(?:Lines|Showing) [^\n]*\]$/;
const EMPTY_NOTE = /^\(The (?:file|folder) is empty\.?\)$/;
/** How opencode shows a file: between tags, each line behind its number, and at the end a note in brackets. */
const NUMBERED = /^<path>[^\n]*<\/path>\n<type>file<\/type>\n<content>\n([\s\S]*?)\n*\((End of file)?[^\n]*\)\n<\/content>/;

/** What an agent's tool for reading answered about a file. */
export interface ReadAnswer {
  text: string;
  isWhole: boolean;
  /** Whether the text ends with a line's end is not said. */
  isEndUnsure: boolean;
}

/** Takes the content of a file out of the answer of an agent's tool. */
export function readAnswer(answer: string): ReadAnswer {
  const numbered = NUMBERED.exec(answer);
  if (numbered) {
    const text = (numbered[1] ?? "").replaceAll(/^\s*\d+(?:: |\| ?)/gm, "");
    return { text, isWhole: numbered[2] !== undefined, isEndUnsure: true };
  }
  const text = EMPTY_NOTE.test(answer) ? "" : answer.replace(TRUNCATION_NOTE, "");
  return { text, isWhole: !TRUNCATION_NOTE.test(answer), isEndUnsure: false };
}
