/** Ends as a program with a broken native part does. */
process.kill(process.pid, "SIGSEGV");
setInterval(() => {}, 1_000);
