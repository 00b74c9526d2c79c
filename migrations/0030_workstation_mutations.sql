-- Acts of workstations that leave no scan (sign-ins while cut off): sent again after a crash, they are taken over once.
create table workstation_mutations (
  mutation_id uuid primary key,
  replayed_at timestamptz not null
);
