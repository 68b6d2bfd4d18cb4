/** The URL of a link that may be followed: absolute http or https. Null for everything else, relative paths included. */
export function toSafeHref(href: string): string | null {
  if (!/^https?:\/\//i.test(href)) return null;
  try {
    return new URL(href).href;
  } catch {
    return null;
  }
}
