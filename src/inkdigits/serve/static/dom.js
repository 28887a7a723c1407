// Short ways to find and make elements. Text goes in as text only, so nothing that was read can become markup.

/** Return the element with this id. */
export const byId = (id) => document.getElementById(id);

/** Make an element with properties (or attributes, where the name has a dash or is "role") and children. */
export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

/** Make an element of SVG with attributes. */
export function makeSvg(tag, attributes = {}, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

/** Make one of the icons that index.html holds. */
export function makeIcon(name) {
  const icon = makeSvg("svg", { "aria-hidden": "true" });
  icon.append(makeSvg("use", { href: `#icon-${name}` }));
  return icon;
}

/** Show or hide an element. */
export function show(element, shown) {
  element.hidden = !shown;
}
