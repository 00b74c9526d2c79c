-- Manufacturers sign in with tokens of their own. They see their own key orders and the keys of these, and what they
-- sent themselves; as console_user without a client, nothing else.
alter table api_tokens add column manufacturer_id bigint references manufacturers;
alter table api_tokens drop constraint api_tokens_one_owner;
alter table api_tokens add constraint api_tokens_one_owner check (num_nonnulls(user_id, manufacturer_id) = 1);
create index api_tokens_manufacturer on api_tokens (manufacturer_id, id desc) where manufacturer_id is not null;
grant select (manufacturer_id) on api_tokens to console_user;

create policy manufacturer_self on manufacturers for select to console_user
  using (id = console_party_id('manufacturer'));
create policy manufacturer_own on manufacturer_exports for select to console_user
  using (manufacturer_id = console_party_id('manufacturer'));
create policy manufacturer_acknowledges on manufacturer_exports for update to console_user
  using (manufacturer_id = console_party_id('manufacturer'));
create policy manufacturer_batch on key_batches for select to console_user
  using (console_party_id('manufacturer') is not null
    and exists (select from manufacturer_exports e where e.key_batch_id = key_batches.id));
create policy manufacturer_keys on trackers for select to console_user
  using (console_party_id('manufacturer') is not null
    and exists (select from manufacturer_exports e
      where e.key_batch_id = trackers.key_batch_id and trackers.id > e.after_id and trackers.id <= e.through_id
        and (not e.skips_slashes or not hash_begins_with_slash(hashed_advertisement_key))));
-- The imports that a manufacturer started are those of its key orders.
create policy manufacturer_jobs on jobs to console_user
  using (console_party_id('manufacturer') is not null and resource_type = 'manufacturer-export'
    and exists (select from manufacturer_exports e where e.id = jobs.resource_id));
create policy manufacturer_job_files on job_files to console_user
  using (console_party_id('manufacturer') is not null
    and exists (select from jobs j where j.id = job_files.job_id));
create policy manufacturer_job_problems on job_problems for select to console_user
  using (console_party_id('manufacturer') is not null
    and exists (select from jobs j where j.id = job_problems.job_id));
