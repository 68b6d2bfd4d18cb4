/**
 * What every script of `package.json` goes through: `node tooling/bootstrap/run.cjs <name>`.
 *
 * In the oldest syntax there is, so that a Node which cannot read the rest says so in a sentence.
 */
"use strict";

var OLDEST_MAJOR = 18;

if (Number(process.versions.node.split(".")[0]) >= OLDEST_MAJOR) {
  require("./import-script.cjs");
} else {
  process.stderr.write(
    "BooCode needs Node " +
      OLDEST_MAJOR +
      " or newer to bring what it runs on, and this is " +
      process.version +
      ". Install a newer one: https://nodejs.org\n",
  );
  process.exitCode = 1;
}
