/** Statuses that say something else than that the content of a request is not taken. */
const OTHER: ReadonlySet<number> = new Set([401, 402, 403, 404, 407, 408, 429]);
const NAMES_IMAGES = /\b(?:images?|image_url|vision|visual|multi-?modal|mmproj|modalit(?:y|ies))\b/i;

/**
 * Returns whether the failure of a request with images may be because of them: the model's server names them, or refuses the request without
 * a reason that is another one.
 */
export function isImageRefusal({ httpStatus, message }: { httpStatus: number | null; message: string }): boolean {
  if (httpStatus === null || OTHER.has(httpStatus)) return false;
  return NAMES_IMAGES.test(message) || httpStatus === 400 || httpStatus === 415 || httpStatus === 422;
}
