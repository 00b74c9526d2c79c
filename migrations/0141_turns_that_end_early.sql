-- When a source was asked before its present turn: a turn that was killed or given back leaves it as it was.
alter table report_sources add column asked_before timestamptz;
