-- Knowledge goes forward: what a run's file said of itself, and an order of things that no clock decides.

-- -- order by numbers --

-- What was void, or booked, when a run began is told by the numbers of the runs that were there, not by times of day: a server's clock may
-- go back. Rows from before there was this column are placed by their times, once and for all the same way (the views below).
alter table stipend.run_event add column newest bigint check (newest >= 0);
comment on column stipend.run_event.newest is 'highest run number when this happened; null before there was this column';
alter table stipend.claim_action add column newest bigint check (newest >= 0);
comment on column stipend.claim_action.newest is 'highest run number when this was booked; null before there was this column';

-- Whoever inserts: the number is the table's own. Runs, events and bookings follow each other under the lock of stipend.head.
create function stipend.stamp_newest() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.newest := (select coalesce(max(r.run), 0) from stipend.run r);
  return new;
end $$;
revoke all on function stipend.stamp_newest() from public;
create trigger a_stamp_newest before insert on stipend.run_event for each row execute function stipend.stamp_newest();
alter table stipend.run_event enable always trigger a_stamp_newest;
create trigger a_stamp_newest before insert on stipend.claim_action for each row execute function stipend.stamp_newest();
alter table stipend.claim_action enable always trigger a_stamp_newest;

create view stipend.run_void as
select e.run, coalesce(e.newest, (select coalesce(max(r.run), 0) from stipend.run r where r.created_at <= e.at)) as newest
from stipend.run_event e where e.state = 'void';
comment on view stipend.run_void is 'void runs: a run with a number above newest began when they were void already';

create view stipend.booking_order as
select a.no, coalesce(a.newest, (select coalesce(max(r.run), 0) from stipend.run r where r.created_at <= a.at)) as newest
from stipend.claim_action a;
comment on view stipend.booking_order is 'bookings about debts: a run with a number above newest began when they were there already';
grant select on stipend.run_void, stipend.booking_order to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;

create or replace function stipend.voided_since(p_run bigint) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.run r
    join stipend.run m on m.scheme = r.scheme and m.run < r.run
    join stipend.run_void v on v.run = m.run and v.newest >= r.run
    where r.run = p_run);
end $$;

-- -- what the file said of itself, and why it was taken nevertheless --

create table stipend.run_input (
  run      bigint primary key,
  known_at date not null,
  whole    boolean not null,
  sender   text not null,
  part     int not null check (part >= 0),
  parts    int not null check (parts >= part),
  asked    text not null,
  because  text not null,
  check (asked = '' or because <> '')
);
comment on table stipend.run_input is 'what the records of a run said of themselves; what was asked about them, and the answer; sealed with the run';
comment on column stipend.run_input.whole is 'a full roster; otherwise a part of it, by a sender, perhaps the n-th of so many';
comment on column stipend.run_input.asked is 'questions that the answer is to: older, ahead, skipped, back, unchanged; comma separated';
comment on column stipend.run_input.because is 'the words of --because';

create trigger deny_change before update or delete or truncate on stipend.run_input
  for each statement execute function stipend.deny_change();
alter table stipend.run_input enable always trigger deny_change;
create trigger guard_open_run after insert on stipend.run_input referencing new table as added
  for each statement execute function stipend.guard_open_run();
alter table stipend.run_input enable always trigger guard_open_run;
grant select on stipend.run_input to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant insert on stipend.run_input to stipend_officer;
