// Makes the few elements that islands add to a page: icons, notes, text in tags.

/** The sprite's URL stands on <body data-icons>, because the file name carries a hash. */
export function icon(name, size = '') {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', `i ${size}`.trim());
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A note inside the page; `role=alert` because it appears later than the page. */
export function note(tone, iconName, strong, ...rest) {
  const body = element('div', {}, element('span', { className: 'strong' }, strong), ...rest);
  const made = element('div', { className: `note ${tone}` }, icon(iconName), body);
  made.setAttribute('role', 'alert');
  return made;
}

/** An SVG element with attributes; attributes need no style, which the page's policy would refuse. */
export function drawing(tag, attributes = {}) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
