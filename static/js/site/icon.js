const NAMESPACE = "http://www.w3.org/2000/svg";

/** An icon of the sprite, as templates/includes/icon.html draws it. */
export function icon(name) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(NAMESPACE, "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}
