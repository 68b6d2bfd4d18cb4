/** What every script of `package.json` goes through: `node tooling/bootstrap/run.cjs <name>`. In old syntax, as `is-new-enough.cjs`. */
"use strict";

if (require("./is-new-enough.cjs")()) require("./import-script.cjs")(process.argv.splice(2, 1)[0]);
