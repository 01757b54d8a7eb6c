-- The general ledger: a few balanced legs per run. Debits are positive, credits negative; fen.

create table stipend.account (
  id   text collate "C" primary key,
  kind text not null check (kind in ('expense', 'payable', 'claim', 'bank')),
  title text not null
);

create table stipend.posting (
  run         bigint not null references stipend.run,
  entry       int not null check (entry > 0),
  leg         int not null check (leg > 0),
  account     text collate "C" not null references stipend.account,
  benefit     int not null references stipend.benefit,
  budget_line text not null default '',
  share       text not null default '',
  amount      bigint not null check (amount <> 0),
  primary key (run, entry, leg)
);
comment on table stipend.posting is 'legs of the general ledger; each entry of a run adds up to nothing';
comment on column stipend.posting.share is 'the payer of a funding share, empty without shares';

insert into stipend.account values
  ('expense', 'expense', 'grants and allowances'),
  ('payable', 'payable', 'owed to subjects'),
  ('claim', 'claim', 'owed by subjects');

-- Checked at COMMIT: every entry balances, and the expense of a run is the sum of its lines, benefit by benefit.
create function stipend.check_entry() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_sum numeric;
begin
  select sum(p.amount) into v_sum from stipend.posting p where p.run = new.run and p.entry = new.entry;
  if v_sum <> 0 then
    raise exception 'entry % of run % is out of balance by %', new.entry, new.run, v_sum using errcode = '23514';
  end if;
  return null;
end $$;
create constraint trigger check_entry after insert on stipend.posting
  deferrable initially deferred for each row execute function stipend.check_entry();
alter table stipend.posting enable always trigger check_entry;

do $$
declare
  t text;
begin
  foreach t in array array['account', 'posting'] loop
    execute format('create trigger deny_change before update or delete or truncate on stipend.%I
                    for each statement execute function stipend.deny_change()', t);
    execute format('alter table stipend.%I enable always trigger deny_change', t);
  end loop;
end $$;
create trigger guard_open_run after insert on stipend.posting referencing new table as added
  for each statement execute function stipend.guard_open_run();
alter table stipend.posting enable always trigger guard_open_run;

-- Expense by benefit in the general ledger against the lines; every row shown is a difference. Void runs included:
-- they must agree with themselves too.
create function stipend.posting_differences(p_run bigint)
returns table (benefit int, lines numeric, posted numeric)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select coalesce(l.benefit, p.benefit), coalesce(l.total, 0), coalesce(p.total, 0)
    from (select x.benefit, sum(x.amount) as total from stipend.line x where x.run = p_run group by x.benefit) l
    full join (select y.benefit, sum(y.amount) as total from stipend.posting y
               join stipend.account a on a.id = y.account and a.kind = 'expense'
               where y.run = p_run group by y.benefit) p on p.benefit = l.benefit
    where coalesce(l.total, 0) <> coalesce(p.total, 0);
end $$;

create view stipend.posting_yuan as
select p.run, to_char(r.period, 'YYYY-MM') as period, p.entry, p.leg, p.account, s.id as scheme, b.id as benefit,
       p.budget_line, p.share, (p.amount / 100.0)::numeric(18, 2) as amount, s.currency, r.state
from stipend.posting p
join stipend.benefit b on b.number = p.benefit
join stipend.scheme s on s.number = b.scheme
join stipend.run_overview r on r.run = p.run;

revoke all on function stipend.check_entry(), stipend.posting_differences(bigint) from public;
grant select on stipend.account, stipend.posting, stipend.posting_yuan
  to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant insert on stipend.posting to stipend_officer;
grant execute on function stipend.check_entry() to stipend_officer;
grant execute on function stipend.posting_differences(bigint)
  to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
