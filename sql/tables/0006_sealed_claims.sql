-- What settles debts is sealed with the lines, and what people book about debts has its entries in the general ledger.

alter table stipend.run_event
  add column settlements bytea check (length(settlements) = 32),
  add column bookings bigint check (bookings >= 0),
  add column bookings_head bytea check (length(bookings_head) = 32);
comment on column stipend.run_event.settlements is 'sealed: root over what this run settled; null in runs sealed before there was this column';
comment on column stipend.run_event.bookings is 'sealed: number of the newest booking then';
comment on column stipend.run_event.bookings_head is 'sealed: digest over all bookings up to that one';

-- Its successor covers what the run settled and everything that was booked by then (functions/run.sql).
drop function if exists stipend.run_seal(bigint, bytea, bytea, bytea);

alter table stipend.account drop constraint account_kind_check;
alter table stipend.account add constraint account_kind_check
  check (kind in ('expense', 'payable', 'claim', 'bank', 'writeoff'));
-- Debited when a claim is written off, credited when what was written off becomes due again: no claim against anybody.
-- A ledger from before has a trigger that keeps every row as it is; a new one gets it after its tables.
do $$
declare
  guarded boolean := exists (select from pg_trigger t where t.tgrelid = 'stipend.account'::regclass and t.tgname = 'deny_change');
begin
  if guarded then
    execute 'alter table stipend.account disable trigger deny_change';
  end if;
  execute $u$update stipend.account set kind = 'writeoff', title = 'claims written off' where id = 'writeoff'$u$;
  if guarded then
    execute 'alter table stipend.account enable always trigger deny_change';
  end if;
end $$;
insert into stipend.account values ('cash', 'bank', 'money brought back');
