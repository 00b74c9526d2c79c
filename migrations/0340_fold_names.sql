-- A name as searches compare it: small letters without accents, words parted by one space, umlauts the same in each of
-- their spellings. The rule is that of src-shared/domain/fold-name.ts, which a test holds it to.
create function fold_name(name text) returns text language sql immutable strict parallel safe as $$
  select btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(replace(replace(replace(
    translate(lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g')),
      'øłđðı''’ʻ`', 'olddi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    '([aou])e', '\1', 'g'), 'aa', 'a', 'g'), '[^[:alnum:]]+', ' ', 'g'),
    '\m(saint|sankt|sint|st)\M', 'st', 'g'))
$$;
