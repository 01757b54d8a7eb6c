-- Hands and states: who calculated a run cannot approve it. What may be done to a run: functions/approval.sql.

alter table stipend.run_event drop constraint run_event_state_check;
alter table stipend.run_event add constraint run_event_state_check
  check (state in ('draft', 'accepted', 'sealed', 'approved', 'released', 'settled', 'void'));
comment on column stipend.run_event.note is
  'draft: guards of the scheme that did not hold, comma separated; accepted: those accepted; otherwise the actor''s words';
