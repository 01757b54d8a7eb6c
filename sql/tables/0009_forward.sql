-- Knowledge goes forward: what a run's file said of itself, and an order of things that no clock decides.

-- What was void, or booked, when a run began is told by the numbers of the runs that were there, not by times of day: a server's clock may
-- go back. Rows from before there was this column are placed by their times, once and for all the same way (views run_void and booking_order).
alter table stipend.run_event add column newest bigint check (newest >= 0);
comment on column stipend.run_event.newest is 'highest run number when this happened; null before there was this column';
alter table stipend.claim_action add column newest bigint check (newest >= 0);
comment on column stipend.claim_action.newest is 'highest run number when this was booked; null before there was this column';

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
