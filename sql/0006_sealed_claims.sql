-- What settles debts is sealed with the lines, and what people book about debts has its entries in the general ledger.

-- Whether a run of the scheme would set this one aside: it is void, or a draft that could not be sealed and that nobody accepted.
create function stipend.gives_way(p_run bigint) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return stipend.is_void(p_run)
    or exists (select from stipend.run_overview o
               where o.run = p_run and o.state = 'draft' and not o.sealed and not o.sealable);
end $$;
grant execute on function stipend.gives_way(bigint)
  to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;

-- -- the seal --

alter table stipend.run_event
  add column settlements bytea check (length(settlements) = 32),
  add column bookings bigint check (bookings >= 0),
  add column bookings_head bytea check (length(bookings_head) = 32);
comment on column stipend.run_event.settlements is 'sealed: root over what this run settled; null in runs sealed before there was this column';
comment on column stipend.run_event.bookings is 'sealed: number of the newest booking then';
comment on column stipend.run_event.bookings_head is 'sealed: digest over all bookings up to that one';

create or replace view stipend.run_overview as
select r.run, s.id as scheme, s.currency, r.period, r.as_of, r.records, r.rules, r.engine, r.created_by, r.created_at,
       d.lines, d.total, d.controls_ok, x.root, x.prev_digest, x.digest, x.run is not null as sealed,
       coalesce((select e.state from stipend.run_event e
                 where e.run = r.run and e.state in ('approved', 'released', 'settled', 'void')
                 order by e.seq desc limit 1), 'draft') as state,
       d.note as guards, d.controls_ok or a.run is not null as sealable, p.actor as approved_by,
       x.settlements, x.bookings, x.bookings_head
from stipend.run r
join stipend.scheme s on s.number = r.scheme
join stipend.run_event d on d.run = r.run and d.state = 'draft'
left join stipend.run_event a on a.run = r.run and a.state = 'accepted'
left join stipend.run_event x on x.run = r.run and x.state = 'sealed'
left join stipend.run_event p on p.run = r.run and p.state = 'approved';

drop function stipend.run_seal(bigint, bytea, bytea, bytea);

-- As before; the digest now also covers what the run settled and everything that was booked by then.
create function stipend.run_seal(p_run bigint, p_root bytea, p_settlements bytea, p_bookings bigint, p_bookings_head bytea,
                                 p_prev bytea, p_digest bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
  v_lines bigint;
  v_total bigint;
  v_max bigint;
begin
  if not (pg_has_role(session_user, 'stipend_officer', 'member')
          or pg_has_role(session_user, 'stipend_approver', 'member')) then
    raise exception '% may not seal a run', session_user using errcode = '42501';
  end if;
  if v.sealed and v.root = p_root then
    return; -- somebody else finished the same job
  end if;
  if v.sealed or v.state = 'void' then
    raise exception 'run % is %', p_run, case when v.sealed then 'sealed' else 'void' end using errcode = 'STS01';
  end if;
  if not v.sealable then
    raise exception 'run % did not pass the guard %', p_run, v.guards using errcode = 'STG01';
  end if;
  if stipend.chain_head() <> p_prev then
    raise exception 'another run was sealed meanwhile' using errcode = 'STB01';
  end if;
  if p_bookings <> (select coalesce(max(a.no), 0) from stipend.claim_action a) then
    raise exception 'something was booked meanwhile' using errcode = 'STB01';
  end if;
  select count(*), coalesce(sum(l.amount), 0), coalesce(max(l.line_no), 0)
    into v_lines, v_total, v_max from stipend.line l where l.run = p_run;
  if (v_lines, v_total, v_max) is distinct from (v.lines, v.total, v.lines) then
    raise exception 'run % has % lines with a sum of %, posted were % with %', p_run, v_lines, v_total,
      v.lines, v.total using errcode = 'STM01';
  end if;
  if exists (select from stipend.posting_differences(p_run)) then
    raise exception 'the general ledger of run % differs from its lines', p_run using errcode = 'STM01';
  end if;
  insert into stipend.run_event (run, seq, state, actor, at, root, settlements, bookings, bookings_head, prev_digest, digest)
    values (p_run, stipend.next_event(p_run), 'sealed', session_user, clock_timestamp(), p_root, p_settlements, p_bookings,
            p_bookings_head, p_prev, p_digest);
end $$;
revoke all on function stipend.run_seal(bigint, bytea, bytea, bigint, bytea, bytea, bytea) from public;
grant execute on function stipend.run_seal(bigint, bytea, bytea, bigint, bytea, bytea, bytea)
  to stipend_officer, stipend_approver;

-- -- bookings in the general ledger --

alter table stipend.account drop constraint account_kind_check;
alter table stipend.account add constraint account_kind_check
  check (kind in ('expense', 'payable', 'claim', 'bank', 'writeoff'));
-- Debited when a claim is written off, credited when what was written off becomes due again: no claim against anybody.
alter table stipend.account disable trigger deny_change;
update stipend.account set kind = 'writeoff', title = 'claims written off' where id = 'writeoff';
alter table stipend.account enable always trigger deny_change;
insert into stipend.account values ('cash', 'bank', 'money brought back');

-- Follows from the bookings row by row, so it is a view: nothing to keep in step.
create view stipend.booking_posting as
with part as (
  select r.action, r.benefit, r.writeoff, sum(r.amount)::bigint as amount
  from stipend.repayment r group by r.action, r.benefit, r.writeoff)
select a.no as booking, a.date, p.benefit, leg.no as leg, leg.account, leg.amount
from part p
join stipend.claim_action a on a.no = p.action
cross join lateral (values (1, case when p.writeoff then 'writeoff' else 'cash' end, p.amount),
                           (2, 'claim', -p.amount)) as leg (no, account, amount)
where p.amount <> 0;
comment on view stipend.booking_posting is 'legs of the general ledger for money brought back and claims written off; cancelling a booking is its opposite';
grant select on stipend.booking_posting to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;

-- -- what may be booked --

-- A draft that was not sealed gives way to the next run of its scheme. Money brought back for its debts, or a write-off of
-- them, would keep it from going and the scheme from running: only what a sealed run took back can be booked.
create view stipend.bookable as
select c.* from stipend.claim c
join stipend.run_event e on e.run = c.run and e.state = 'sealed'
where c.open > 0;
comment on view stipend.bookable is 'open debts that people may book something about: those of sealed runs';
grant select on stipend.bookable to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;

create or replace function stipend.claim_scheme(p_subject text, p_scheme text) returns int
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_schemes int[];
  v_run bigint;
begin
  perform from stipend.head for update;
  select array_agg(distinct c.scheme) into v_schemes
    from stipend.bookable c join stipend.scheme s on s.number = c.scheme
    where c.subject = p_subject and (p_scheme = '' or s.id = p_scheme);
  if v_schemes is null then
    select min(c.run) into v_run from stipend.claim c join stipend.scheme s on s.number = c.scheme
      where c.subject = p_subject and (p_scheme = '' or s.id = p_scheme) and c.open > 0;
    if v_run is not null then
      raise exception 'what % owes was taken back by run %, which is not sealed', p_subject, v_run using errcode = 'STC01';
    end if;
    raise exception '% owes nothing%', p_subject, case p_scheme when '' then '' else ' to scheme ' || p_scheme end
      using errcode = 'STC01';
  elsif array_length(v_schemes, 1) > 1 then
    raise exception '% owes something to several schemes', p_subject using errcode = 'STC03';
  end if;
  return v_schemes[1];
end $$;

create or replace function stipend.claim_spread(p_action bigint, p_scheme int, p_subject text, p_amount bigint, p_writeoff boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v record;
  v_left bigint := p_amount;
begin
  for v in select c.benefit, c.occasion, c.seq, c.open from stipend.bookable c
           where c.subject = p_subject and c.scheme = p_scheme order by c.run, c.line_no loop
    exit when v_left = 0;
    insert into stipend.repayment
      values (p_subject, v.benefit, v.occasion, v.seq, p_action, least(v.open, v_left), p_writeoff, clock_timestamp());
    v_left := v_left - least(v.open, v_left);
  end loop;
  if v_left > 0 then
    raise exception '% owes only %', p_subject, to_char((p_amount - v_left) / 100.0, 'FM999999999990.00') using errcode = 'STC02';
  end if;
end $$;

create or replace function stipend.claim_write_off(p_subject text, p_scheme text, p_amount bigint, p_date date, p_reason text,
                                                   out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_scheme int;
  v_open bigint;
begin
  perform stipend.require_role('stipend_officer');
  perform from stipend.head for update;
  o_no := stipend.claim_repeated('writeoff', p_scheme, p_subject, p_amount, p_date, p_reason);
  o_already := o_no is not null;
  if o_already then
    return;
  end if;
  v_scheme := stipend.claim_scheme(p_subject, p_scheme);
  select sum(c.open) into v_open from stipend.bookable c where c.subject = p_subject and c.scheme = v_scheme;
  if p_amount > v_open then
    raise exception '% owes only %', p_subject, to_char(v_open / 100.0, 'FM999999999990.00') using errcode = 'STC02';
  end if;
  o_no := stipend.claim_add('writeoff', null, v_scheme, p_subject, p_amount, p_date, p_reason);
end $$;
