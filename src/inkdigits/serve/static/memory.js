// A few choices that this browser remembers. A browser that keeps nothing for this page throws: then they are forgotten.

/** Remember a text under a name. */
export function remember(name, text) {
  try {
    localStorage.setItem(name, text);
  } catch { /* the choice holds until the page is closed */ }
}

/** Return what is remembered under a name, or null. */
export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
