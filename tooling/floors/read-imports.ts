import { parseSync } from "oxc-parser";

export interface Import {
  specifier: string;
  /** True if the import is erased at run time. */
  isTypeOnly: boolean;
}

/** Lists every module a TypeScript file names: imports, re-exports, and dynamic imports of a literal. Throws if the file does not parse. */
export function readImports(file: string, text: string): Import[] {
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const fixed = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    isTypeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
  }));
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap((entry) => (entry.moduleRequest ? [{ specifier: entry.moduleRequest.value, isTypeOnly: entry.isType }] : [])),
  );
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest }) => {
    const literal = /^["'](.+)["']$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    return literal ? [{ specifier: literal[1]!, isTypeOnly: false }] : [];
  });
  return [...fixed, ...passedOn, ...dynamic];
}
