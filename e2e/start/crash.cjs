/** Crashes like a program with a broken native module. */
process.kill(process.pid, "SIGSEGV");
setInterval(() => {}, 1_000);
