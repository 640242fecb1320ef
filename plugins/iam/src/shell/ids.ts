/** Ids are `<type>/<uuid>`; addresses of the console hold the uuid only. */

/** The part behind the slash. */
export function uuidOf(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}

/** The part before the slash. */
export function typeOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')));
}
