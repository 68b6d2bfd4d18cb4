/** Written in the oldest syntax, so that a Node that cannot parse the rest can still print a clear message. */
"use strict";

var OLDEST_MAJOR = 18;

/** Whether this Node can download the one that the program needs. If not, it prints a message. */
module.exports = function isNewEnough() {
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_MAJOR) return true;
  process.stderr.write(
    "BooCode needs Node " +
      OLDEST_MAJOR +
      " or newer to bring what it runs on, and this is " +
      process.version +
      ". Install a newer one: https://nodejs.org\n",
  );
  process.exitCode = 1;
  return false;
};
