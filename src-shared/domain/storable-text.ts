/**
 * A stranger's text as it can be kept and shown: cut to `length` UTF-16 units first, made well-formed after, since a cut
 * may fall between the halves of a surrogate pair. PostgreSQL takes neither half of a pair nor NUL.
 */
export function storableText(text: string, length = Number.POSITIVE_INFINITY): string {
  // A pair that only the cut broke is left out whole.
  const halved = length > 0 && isHigh(text, length - 1) && isLow(text, length);
  return text
    .slice(0, halved ? length - 1 : length)
    .replaceAll('\0', '\ufffd')
    .toWellFormed();
}

const isHigh = (text: string, at: number) => (text.charCodeAt(at) & 0xfc00) === 0xd800;
const isLow = (text: string, at: number) => (text.charCodeAt(at) & 0xfc00) === 0xdc00;
