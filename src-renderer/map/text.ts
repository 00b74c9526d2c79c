/** Content of a marker or tooltip as a text node: names come from people, and Leaflet would read a string as HTML. */
export function text(content: string): HTMLElement {
  const span = document.createElement('span');
  span.textContent = content;
  return span;
}
