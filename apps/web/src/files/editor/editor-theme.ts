import { syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";
import "../code/code.css";

/** The editor in the page's own colours, which follow the theme by themselves. */
const LOOK = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--canvas)", color: "var(--ink)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", fontFeatureSettings: '"calt" 0', lineHeight: "20px", overscrollBehavior: "contain" },
  ".cm-content": { padding: "6px 0 40vh", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 12px 0 8px" },
  ".cm-gutters": { backgroundColor: "var(--canvas)", color: "var(--faint)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 12px", minWidth: "36px" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 4px", color: "var(--faint)" },
  ".cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 26%, transparent)",
  },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--active)", outline: "1px solid var(--line-strong)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--removed-soft)" },
  ".cm-selectionMatch": { backgroundColor: "var(--active)" },
  ".cm-searchMatch": { backgroundColor: "var(--amber-soft)", outline: "1px solid var(--amber-mark)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--amber-mark) 40%, transparent)" },
  ".cm-specialChar": { color: "var(--removed)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--inset)", border: "1px solid var(--line)", color: "var(--muted)", padding: "0 4px" },
  ".cm-panels": { backgroundColor: "var(--surface)", color: "var(--ink)", fontFamily: "var(--font-sans)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "6px 32px 6px 8px", fontSize: "12px" },
  ".cm-panel.cm-search label": { fontSize: "12px", display: "inline-flex", alignItems: "center", gap: "4px" },
  ".cm-panel.cm-search [name=close]": { color: "var(--muted)", fontSize: "16px", top: "4px", right: "8px" },
  ".cm-textfield": {
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    fontSize: "12px",
    padding: "2px 8px",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    color: "var(--ink)",
    fontSize: "12px",
    padding: "2px 8px",
  },
  ".cm-changedLine": { backgroundColor: "var(--added-soft) !important" },
  ".cm-changedText": { background: "color-mix(in srgb, var(--added) 30%, transparent) !important" },
  // Its own look has marks that few fonts have, and no dark one that it would find here.
  ".cm-collapsedLines": { background: "var(--hover) !important", color: "var(--muted) !important", fontSize: "12px" },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: "'⋯' !important" },
  ".cm-deletedChunk .cm-chunkButtons button": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    color: "var(--ink)",
    fontFamily: "var(--font-sans, inherit)",
    fontSize: "12px",
    padding: "0 8px",
  },
  ".cm-deletedChunk": { backgroundColor: "var(--removed-soft) !important" },
  ".cm-deletedChunk .cm-deletedText": { background: "color-mix(in srgb, var(--removed) 30%, transparent) !important" },
});

/** The colours of code, as in diffs and answers. */
const COLOURS = tagHighlighter([
  { tag: tags.comment, class: "code-comment" },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.definitionKeyword, tags.moduleKeyword], class: "code-keyword" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.character], class: "code-string" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.self, tags.constant(tags.variableName)], class: "code-constant" },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName, tags.labelName], class: "code-constant" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.heading], class: "code-function" },
  { tag: [tags.attributeName, tags.propertyName], class: "code-function" },
  { tag: [tags.link, tags.url], class: "code-link" },
  { tag: [tags.punctuation, tags.operator, tags.separator, tags.bracket, tags.meta], class: "code-punctuation" },
  { tag: tags.inserted, class: "code-inserted" },
  { tag: tags.deleted, class: "code-deleted" },
  { tag: tags.changed, class: "code-changed" },
]);

export const editorTheme: Extension = [LOOK, syntaxHighlighting(COLOURS)];
