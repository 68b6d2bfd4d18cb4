/** In the oldest syntax there is, so that a Node which cannot read the rest says so in a sentence. */
"use strict";

var OLDEST_MAJOR = 18;

/** Whether this Node can bring the one that the program runs on. Where not, the person is told. */
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
