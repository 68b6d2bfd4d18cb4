#!/usr/bin/env node
/** The program `boocode` of the package that `npm run pack` makes. Written in old syntax, like `is-new-enough.cjs`. */
"use strict";

if (require("./is-new-enough.cjs")()) require("./import-script.cjs")("boocode");
