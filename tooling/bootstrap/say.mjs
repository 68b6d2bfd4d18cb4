/** Words to the person at the terminal: progress on stderr, so that stdout carries only what the program prints. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** @returns {never} */
export function stop(text, exitCode = 1) {
  process.stderr.write(`\n${text}\n`);
  process.exit(exitCode);
}

export const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/** For a sentence about a child that did not do its work: the signal that ended it, or nothing. */
export const bySignal = ({ signal }) => (signal ? ` (it was ended by ${signal})` : "");
