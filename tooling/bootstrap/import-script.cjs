/** Separate from the version check, because an old Node refuses a file that contains `import()`. */
"use strict";

const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

/** Imports a script of this folder, with its arguments after the first two of `process.argv`. */
module.exports = function importScript(name) {
  void import(pathToFileURL(join(__dirname, `${name}.mjs`)).href);
};
