-- Names stored before texts were brought into one form are brought into it: composed characters, one space for any white
-- space, none around, no characters that don't show. So two names that look alike are alike, and the unique indexes
-- over lower(name) see it. Where that gives a name that another one has, the one changed here gets a number behind it.
-- The white space is that of JavaScript's \s, which the contract (src-shared/contract/common.ts) goes by.
do $$
declare
  kind record;
  one record;
  wanted text;
  candidate text;
  number int;
  taken boolean;
begin
  for kind in select * from (values
    ('clients', 'name', 'true', 'archived_at is null', 200),
    ('brands', 'name', 'other.client_id = own.client_id', 'archived_at is null', 200),
    ('production_runs', 'name', 'other.brand_id = own.brand_id', 'archived_at is null', 200),
    ('manufacturers', 'name', 'true', 'archived_at is null', 200),
    ('report_sources', 'name', 'true', 'true', 200),
    ('saved_views', 'name', 'other.user_id = own.user_id and other.list = own.list', 'true', 60),
    ('locations', 'name', null, null, 200),
    ('key_batches', 'label', null, null, 200),
    ('users', 'display_name', null, null, 100)
  ) as kinds (relation, field, same_scope, counts, most)
  loop
    for one in execute format('select id, %1$I as text, %2$s as counts from %3$I order by id',
      kind.field, coalesce(kind.counts, 'false'), kind.relation)
    loop
      wanted := btrim(regexp_replace(
        normalize(regexp_replace(one.text,
          '[\u0001-\u0008\u000e-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2060\u2066-\u2069]', '', 'g'), NFC),
        '[\u0009-\u000d\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+', ' ', 'g'));
      wanted := rtrim(left(coalesce(nullif(wanted, ''), '(no name)'), kind.most));
      continue when wanted = one.text;
      candidate := wanted;
      number := 1;
      loop
        taken := false;
        if one.counts then
          execute format('select exists (select from %1$I own join %1$I other on %2$s and other.id <> own.id
            and lower(other.name) = lower($1) where own.id = $2 and %3$s)',
            kind.relation, kind.same_scope, replace(kind.counts, 'archived_at', 'other.archived_at'))
            into taken using candidate, one.id;
        end if;
        exit when not taken;
        number := number + 1;
        candidate := rtrim(left(wanted, kind.most - 8)) || ' (' || number || ')';
      end loop;
      execute format('update %1$I set %2$I = $1 where id = $2', kind.relation, kind.field) using candidate, one.id;
    end loop;
  end loop;
end
$$;
