/** Entry point of every script in `package.json`: `node tooling/bootstrap/run.cjs <name>`. Written in old syntax, like `is-new-enough.cjs`. */
"use strict";

if (require("./is-new-enough.cjs")()) require("./import-script.cjs")(process.argv.splice(2, 1)[0]);
