-- Addresses in private networks are asked only where the administrator allows it. Consoles that have such an address
-- already go on as they are.
insert into settings (key, value)
select 'network', '{"privateNetworks": true}'
where exists (
  select from (select url from report_sources union all select anisette_url from report_sources
    union all select url from manufacturer_webhooks) as asked
  where url ~* '^https?://(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[f[cd])'
    or url ~* '^https?://[^/:]+\.(local|lan|internal|intranet|home|corp)([:/]|$)'
    or (url ~* '^https?://[a-z0-9-]+([:/]|$)' and url !~* '^https?://localhost([:/]|$)'))
on conflict (key) do nothing;
