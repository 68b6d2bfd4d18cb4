/** Prints progress for the person on stderr, so that stdout has only the program's output. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** @returns {never} */
export function stop(text, exitCode = 1) {
  process.stderr.write(`\n${text}\n`);
  process.exit(exitCode);
}

export const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/** The end of a sentence about a failed child: the signal that ended it, or empty. */
export const bySignal = ({ signal }) => (signal ? ` (it was ended by ${signal})` : "");
