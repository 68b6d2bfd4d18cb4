/** Returns a page that shows pictures called `<view>-<width>-<theme>.png`, one row for each view. */
export function toGallery(pictures: readonly string[]): string {
  const views = new Map<string, string[]>();
  for (const picture of pictures.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))) {
    const view = /^(.+)-\d+-\w+\.png$/.exec(picture)?.[1] ?? picture;
    views.set(view, [...(views.get(view) ?? []), picture]);
  }
  const rows = [...views].map(
    ([view, names]) =>
      `<h2>${view}</h2>\n<p>${names.map((name) => `<a href="${name}"><img src="${name}" alt="${name}" loading="lazy"></a>`).join("\n")}</p>`,
  );
  const style =
    "body { font: 14px system-ui; margin: 24px; } p { display: flex; gap: 12px; overflow-x: auto; } img { height: 420px; border: 1px solid #ccc; }";
  return `<!doctype html>\n<meta charset="utf-8">\n<title>Every view</title>\n<style>${style}</style>\n${rows.join("\n")}\n`;
}
