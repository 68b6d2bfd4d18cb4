/** A Node process that does nothing, to measure the base cost of a process. */
process.stdout.write("ready at nowhere\n");
setInterval(() => {}, 2 ** 30);
