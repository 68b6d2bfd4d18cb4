/** Apart from what checks the version, since an old Node refuses a file in which `import()` stands. */
"use strict";

const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

/** Imports a script of this folder, which sees its own arguments after the first two. */
module.exports = function importScript(name) {
  void import(pathToFileURL(join(__dirname, `${name}.mjs`)).href);
};
