/** A Node process that does nothing at all: what each of them costs. */
process.stdout.write("ready at nowhere\n");
setInterval(() => {}, 2 ** 30);
