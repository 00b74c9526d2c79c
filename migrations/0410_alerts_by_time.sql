-- Alerts of some days are listed, and sorted by when they were seen, also among all that were ever resolved.
create index alerts_evidence on alerts (evidence_at, id);
