/** Apart from `run.cjs`, since an old Node refuses a file in which `import()` stands. */
"use strict";

const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

// The script sees its own name and its own arguments, as if it had been started itself.
const [name] = process.argv.splice(2, 1);
process.argv[1] = join(__dirname, `${name}.mjs`);
void import(pathToFileURL(process.argv[1]).href);
