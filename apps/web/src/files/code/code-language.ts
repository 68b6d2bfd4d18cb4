/** The supported grammars, by the names people write after a fence. */
export const CODE_LANGUAGES = [
  "typescript",
  "tsx",
  "javascript",
  "jsx",
  "json",
  "jsonc",
  "html",
  "css",
  "markdown",
  "bash",
  "python",
  "go",
  "rust",
  "c",
  "cpp",
  "java",
  "ruby",
  "php",
  "sql",
  "yaml",
  "toml",
  "diff",
  "docker",
] as const;
export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

const ALIASES: Readonly<Record<string, CodeLanguage>> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  node: "javascript",
  sh: "bash",
  shell: "bash",
  zsh: "bash",
  console: "bash",
  py: "python",
  rs: "rust",
  "c++": "cpp",
  h: "c",
  hpp: "cpp",
  rb: "ruby",
  yml: "yaml",
  md: "markdown",
  patch: "diff",
  dockerfile: "docker",
  golang: "go",
  htm: "html",
  xml: "html",
  svg: "html",
};

/** The grammar for a fence's language or a file extension, or null if there is none. */
export function toLanguage(word: string): CodeLanguage | null {
  const name = word.toLowerCase();
  if (Object.hasOwn(ALIASES, name)) return ALIASES[name] ?? null;
  return CODE_LANGUAGES.find((language) => language === name) ?? null;
}

/** Files whose name, not extension, says what they are. */
const NAMES: Readonly<Record<string, CodeLanguage>> = {
  dockerfile: "docker",
  containerfile: "docker",
  ".bashrc": "bash",
  ".profile": "bash",
  ".zshrc": "bash",
  gemfile: "ruby",
  rakefile: "ruby",
  "tsconfig.json": "jsonc",
};

/** The grammar for a file, by its path, or null if there is none. */
export function toFileLanguage(path: string): CodeLanguage | null {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (Object.hasOwn(NAMES, name)) return NAMES[name] ?? null;
  const dot = name.lastIndexOf(".");
  return dot > 0 ? toLanguage(name.slice(dot + 1)) : null;
}
