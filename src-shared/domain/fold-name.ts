/** Letters that Unicode takes for ones of their own, as they are written without them. */
const LETTERS: Record<string, string> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/**
 * A name as it is compared: small letters without accents, words parted by one space. Umlauts are the same whether they are
 * written as in Köln, Koeln or Koln, and so is Århus as Aarhus. Saint, Sankt and St. are one word.
 */
export const foldName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßøæœłđðþı]/g, (letter) => LETTERS[letter]!)
    .replace(/([aou])e/g, '$1')
    .replace(/aa/g, 'a')
    .replace(/['’ʻ`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/(?<![^ ])(?:saint|sankt|sint|st)(?![^ ])/g, 'st')
    .trim();
