// Keeps schemas from compiling themselves, which the page's content security policy forbids: they would only try, and each try is reported as a
// violation. Imported before anything that builds a schema.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
