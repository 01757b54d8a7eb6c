-- Recovery. A debt is a negative line of a run that is not void. What settles it is a row of its own: an offset or
-- a reversal comes with a run and counts as long as that run does; money brought back, a write-off and the
-- cancelling of either come from a person. The open amount is the debt minus these rows; it is stored nowhere.

-- Debts are few among many lines: without this every month would read the whole history for them.
create index line_debt on stipend.line (subject_id, benefit, occasion, seq) where amount < 0;

create table stipend.settlement (
  subject_id text collate "C" not null,
  benefit    int not null,
  occasion   text collate "C" not null,
  seq        int not null check (seq >= 0),
  no         int not null check (no > 0),
  run        bigint not null,
  kind       smallint not null check (kind between 0 and 3),
  bound      smallint not null check (bound between 0 and 3),
  amount     bigint not null check (amount > 0),
  payment    bigint not null check (payment >= 0),
  primary key (subject_id, benefit, occasion, seq, no),
  check (kind > 0 or amount <= payment)
);
comment on table stipend.settlement is 'what a run kept of a payment for the debt of that line';
comment on column stipend.settlement.no is 'settlements there for the debt, of all runs, plus one: of two runs that read the same debt one is refused';
comment on column stipend.settlement.kind is '0 offset against the payment, 1 reversal: the same key is due again, 2 netted: the same run gives it under another occasion, 3 forgiven: it was written off and the same key is due again';
comment on column stipend.settlement.bound is 'why not more: 0 it is the whole debt, 1 share of the payment, 2 floor, 3 instalment';
comment on column stipend.settlement.payment is 'the subject''s payment in this run before anything was kept for debts';
create index settlement_run on stipend.settlement (run);

create table stipend.repayment (
  subject_id text collate "C" not null,
  benefit    int not null,
  occasion   text collate "C" not null,
  seq        int not null check (seq >= 0),
  action     bigint not null,
  amount     bigint not null check (amount <> 0),
  writeoff   boolean not null,
  at         timestamptz not null,
  primary key (subject_id, benefit, occasion, seq, action)
);
comment on table stipend.repayment is 'how an action was spread over debts; below zero when an action was cancelled';

do $$
begin
  if exists (select from pg_extension where extname = 'citus') then
    perform create_distributed_table('stipend.settlement', 'subject_id', colocate_with => 'stipend.line');
    perform create_distributed_table('stipend.repayment', 'subject_id', colocate_with => 'stipend.line');
  end if;
end $$;

create table stipend.claim_action (
  no         bigint primary key check (no > 0),
  kind       text not null check (kind in ('cash', 'writeoff', 'approve', 'cancel')),
  target     bigint references stipend.claim_action,
  scheme     int not null references stipend.scheme,
  subject_id text collate "C" not null,
  amount     bigint not null check (amount > 0),
  date       date not null,
  note       text not null,
  actor      name not null,
  at         timestamptz not null,
  check ((kind in ('approve', 'cancel')) = (target is not null)),
  check (kind = 'approve' or note <> '')
);
comment on table stipend.claim_action is 'what people did about debts: money brought back, write-offs asked for and approved, cancelled bookings';
create unique index claim_action_once on stipend.claim_action (target, kind) where target is not null;

do $$
declare
  t text;
  distributed boolean := exists (select from pg_extension where extname = 'citus');
begin
  foreach t in array array['settlement', 'repayment', 'claim_action'] loop
    if not (distributed and t in ('settlement', 'repayment')) then
      execute format('create trigger deny_change before update or delete or truncate on stipend.%I
                      for each statement execute function stipend.deny_change()', t);
      execute format('alter table stipend.%I enable always trigger deny_change', t);
    end if;
  end loop;
  if not distributed then
    create trigger guard_open_run after insert on stipend.settlement referencing new table as added
      for each statement execute function stipend.guard_open_run();
    alter table stipend.settlement enable always trigger guard_open_run;
  end if;
end $$;

insert into stipend.account values ('writeoff', 'claim', 'claims written off that became due again');

-- Everything that settles a debt and counts.
create view stipend.settled as
select s.subject_id, s.benefit, s.occasion, s.seq, case s.kind when 0 then 'offset' when 1 then 'reversal' when 2 then 'netted' else 'forgiven' end as kind,
       s.run, null::bigint as action, s.amount, false as writeoff, s.payment, s.bound, r.as_of as date, r.created_by as actor, r.created_at as at
from stipend.settlement s
join stipend.run r on r.run = s.run
left join stipend.run_event v on v.run = s.run and v.state = 'void'
where v.run is null
union all
select p.subject_id, p.benefit, p.occasion, p.seq, case a.kind when 'approve' then 'writeoff' else a.kind end,
       null, p.action, p.amount, p.writeoff, null, null, a.date, a.actor, a.at
from stipend.repayment p
join stipend.claim_action a on a.no = p.action;

create view stipend.claim as
select l.subject_id as subject, b.scheme, l.benefit, l.occasion, l.seq, l.run, l.line_no, l.cause, -l.amount as amount,
       coalesce(s.amount, 0)::bigint as settled, (-l.amount - coalesce(s.amount, 0))::bigint as open,
       coalesce(s.forgiven, 0)::bigint as forgiven
from stipend.line l
join stipend.benefit b on b.number = l.benefit
left join stipend.run_event v on v.run = l.run and v.state = 'void'
left join (select x.subject_id, x.benefit, x.occasion, x.seq, sum(case when x.kind <> 'forgiven' then x.amount end) as amount,
                  sum(case when x.kind = 'forgiven' then -x.amount when x.writeoff then x.amount end) as forgiven
           from stipend.settled x group by x.subject_id, x.benefit, x.occasion, x.seq) s
  on s.subject_id = l.subject_id and s.benefit = l.benefit and s.occasion = l.occasion and s.seq = l.seq
where l.amount < 0 and v.run is null;
comment on view stipend.claim is 'debts, also those that are settled (open = 0); forgiven: written off and not due again since';

create view stipend.payable as
select coalesce(l.run, s.run) as run, coalesce(l.subject_id, s.subject_id) as subject, coalesce(l.gross, 0)::bigint as gross,
       coalesce(s.kept, 0)::bigint as kept, (coalesce(l.gross, 0) - coalesce(s.kept, 0))::bigint as net
from (select x.run, x.subject_id, sum(x.amount) as gross from stipend.line x where x.amount > 0 group by x.run, x.subject_id) l
full join (select y.run, y.subject_id, sum(y.amount) as kept from stipend.settlement y group by y.run, y.subject_id) s
  on s.run = l.run and s.subject_id = l.subject_id;
comment on view stipend.payable is 'what a run pays each subject: the positive lines minus what was kept for debts';

create view stipend.claim_yuan as
select c.subject, s.id as scheme, b.id as benefit, c.occasion, c.run, c.line_no as line,
       (c.amount / 100.0)::numeric(18, 2) as amount, (c.settled / 100.0)::numeric(18, 2) as settled,
       (c.open / 100.0)::numeric(18, 2) as open, s.currency
from stipend.claim c
join stipend.benefit b on b.number = c.benefit
join stipend.scheme s on s.number = c.scheme;

-- A payment is never negative and no debt is settled twice: looked at when a run is sealed. A run whose debts were
-- settled by what still counts cannot be made void, or the money kept would hang in the air.
create function stipend.guard_claims() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_subject text;
  v_by text;
begin
  if new.state = 'sealed' then
    if not exists (select from stipend.settlement s where s.run = new.run) then
      return new;
    end if;
    select p.subject into v_subject from stipend.payable p where p.run = new.run and p.net < 0 limit 1;
    if found then
      raise exception 'run % keeps more from % than it pays', new.run, v_subject using errcode = 'STM01';
    end if;
    select s.subject_id into v_subject
      from (select distinct x.subject_id, x.benefit, x.occasion, x.seq from stipend.settlement x where x.run = new.run) s
      left join stipend.claim c on c.subject = s.subject_id and c.benefit = s.benefit and c.occasion = s.occasion
                                and c.seq = s.seq
      where c.run is null or c.open < 0 or c.forgiven < 0 limit 1;
    if found then
      raise exception 'run % settles more than % owes', new.run, v_subject using errcode = 'STM01';
    end if;
  else
    select coalesce('run ' || d.run, 'booking ' || d.action) into v_by
      from stipend.line l
      join (select x.subject_id, x.benefit, x.occasion, x.seq, x.run, coalesce(a.target, x.action) as action, sum(x.amount) as amount
            from stipend.settled x
            left join stipend.claim_action a on a.no = x.action and a.kind = 'cancel'
            where x.run is distinct from new.run
            group by x.subject_id, x.benefit, x.occasion, x.seq, x.run, coalesce(a.target, x.action)) d
        on d.subject_id = l.subject_id and d.benefit = l.benefit and d.occasion = l.occasion and d.seq = l.seq
      where l.run = new.run and l.amount < 0 and d.amount > 0 order by d.run nulls last, d.action limit 1;
    if found then
      raise exception 'debts of run % were settled by %, so it cannot be made void: void or cancel that first, or correct by a new run',
        new.run, v_by using errcode = 'STS01';
    end if;
  end if;
  return new;
end $$;
create trigger guard_claims before insert on stipend.run_event for each row
  when (new.state in ('sealed', 'void')) execute function stipend.guard_claims();
alter table stipend.run_event enable always trigger guard_claims;

-- The scheme in which the subject owes something; '' = there is but one. Takes the lock every run takes.
create function stipend.claim_scheme(p_subject text, p_scheme text) returns int
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_schemes int[];
begin
  perform from stipend.head for update;
  select array_agg(distinct c.scheme) into v_schemes
    from stipend.claim c join stipend.scheme s on s.number = c.scheme
    where c.subject = p_subject and (p_scheme = '' or s.id = p_scheme) and c.open > 0;
  if v_schemes is null then
    raise exception '% owes nothing%', p_subject, case p_scheme when '' then '' else ' to scheme ' || p_scheme end
      using errcode = 'STC01';
  elsif array_length(v_schemes, 1) > 1 then
    raise exception '% owes something to several schemes', p_subject using errcode = 'STC03';
  end if;
  return v_schemes[1];
end $$;

create function stipend.claim_add(p_kind text, p_target bigint, p_scheme int, p_subject text, p_amount bigint, p_date date,
                                  p_note text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_no bigint;
begin
  select coalesce(max(a.no), 0) + 1 into v_no from stipend.claim_action a;
  insert into stipend.claim_action
    values (v_no, p_kind, p_target, p_scheme, p_subject, p_amount, p_date, p_note, session_user, clock_timestamp());
  return v_no;
end $$;

-- The same booking that still stands: the answer of a first try may have been lost.
create function stipend.claim_repeated(p_kind text, p_scheme text, p_subject text, p_amount bigint, p_date date, p_note text)
returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select max(a.no) from stipend.claim_action a
          join stipend.scheme s on s.number = a.scheme
          left join stipend.claim_action c on c.target = a.no and c.kind = 'cancel'
          where a.kind = p_kind and (p_scheme = '' or s.id = p_scheme) and a.subject_id = p_subject
            and a.amount = p_amount and a.date = p_date and a.note = p_note and a.actor = session_user and c.no is null);
end $$;

-- Spreads an amount over the subject's debts, the oldest first.
create function stipend.claim_spread(p_action bigint, p_scheme int, p_subject text, p_amount bigint, p_writeoff boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v record;
  v_left bigint := p_amount;
begin
  for v in select c.benefit, c.occasion, c.seq, c.open from stipend.claim c
           where c.subject = p_subject and c.scheme = p_scheme and c.open > 0 order by c.run, c.line_no loop
    exit when v_left = 0;
    insert into stipend.repayment
      values (p_subject, v.benefit, v.occasion, v.seq, p_action, least(v.open, v_left), p_writeoff, clock_timestamp());
    v_left := v_left - least(v.open, v_left);
  end loop;
  if v_left > 0 then
    raise exception '% owes only %', p_subject, to_char((p_amount - v_left) / 100.0, 'FM999999999990.00') using errcode = 'STC02';
  end if;
end $$;

create function stipend.claim_repay(p_subject text, p_scheme text, p_amount bigint, p_date date, p_note text,
                                    out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_scheme int;
begin
  perform stipend.require_role('stipend_payer');
  perform from stipend.head for update;
  o_no := stipend.claim_repeated('cash', p_scheme, p_subject, p_amount, p_date, p_note);
  o_already := o_no is not null;
  if o_already then
    return;
  end if;
  v_scheme := stipend.claim_scheme(p_subject, p_scheme);
  o_no := stipend.claim_add('cash', null, v_scheme, p_subject, p_amount, p_date, p_note);
  perform stipend.claim_spread(o_no, v_scheme, p_subject, p_amount, false);
end $$;

-- Asks for a write-off; nothing is settled until somebody else approves it.
create function stipend.claim_write_off(p_subject text, p_scheme text, p_amount bigint, p_date date, p_reason text,
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
  select sum(c.open) into v_open from stipend.claim c where c.subject = p_subject and c.scheme = v_scheme and c.open > 0;
  if p_amount > v_open then
    raise exception '% owes only %', p_subject, to_char(v_open / 100.0, 'FM999999999990.00') using errcode = 'STC02';
  end if;
  o_no := stipend.claim_add('writeoff', null, v_scheme, p_subject, p_amount, p_date, p_reason);
end $$;

create function stipend.claim_find(p_no bigint) returns stipend.claim_action
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.claim_action;
begin
  perform from stipend.head for update;
  select a.* into v from stipend.claim_action a where a.no = p_no and a.kind in ('cash', 'writeoff');
  if v.no is null then
    raise exception 'there is no booking %', p_no using errcode = 'STC01';
  end if;
  return v;
end $$;

create function stipend.claim_approve(p_no bigint, p_date date, p_note text, out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.claim_action := stipend.claim_find(p_no);
begin
  perform stipend.require_role('stipend_approver');
  if v.actor = session_user then
    raise exception 'write-off % was asked for by %, who cannot approve it', p_no, v.actor using errcode = '42501';
  end if;
  if v.kind <> 'writeoff' then
    raise exception 'booking % is no write-off', p_no using errcode = 'STS01';
  end if;
  if exists (select from stipend.claim_action a where a.target = p_no and a.kind = 'cancel') then
    raise exception 'write-off % was cancelled', p_no using errcode = 'STS01';
  end if;
  select a.no into o_no from stipend.claim_action a where a.target = p_no and a.kind = 'approve' and a.actor = session_user;
  o_already := o_no is not null;
  if o_already then
    return;
  end if;
  if exists (select from stipend.claim_action a where a.target = p_no and a.kind = 'approve') then
    raise exception 'write-off % was approved already', p_no using errcode = 'STS01';
  end if;
  o_no := stipend.claim_add('approve', p_no, v.scheme, v.subject_id, v.amount, p_date, p_note);
  perform stipend.claim_spread(o_no, v.scheme, v.subject_id, v.amount, true);
end $$;

-- Takes a booking back by rows of its own: cash by a payer; a write-off by an approver, or by the one who asked for it
-- as long as nobody approved it.
create function stipend.claim_cancel(p_no bigint, p_date date, p_reason text, out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.claim_action := stipend.claim_find(p_no);
  v_done bigint;
begin
  select a.no into v_done from stipend.claim_action a where a.target = p_no and a.kind = 'approve';
  if v.kind = 'cash' then
    perform stipend.require_role('stipend_payer');
    v_done := p_no;
  elsif v_done is not null or v.actor <> session_user then
    perform stipend.require_role('stipend_approver');
  end if;
  select a.no into o_no from stipend.claim_action a where a.target = p_no and a.kind = 'cancel' and a.actor = session_user;
  o_already := o_no is not null;
  if o_already then
    return;
  end if;
  if exists (select from stipend.claim_action a where a.target = p_no and a.kind = 'cancel') then
    raise exception 'booking % was cancelled already', p_no using errcode = 'STS01';
  end if;
  o_no := stipend.claim_add('cancel', p_no, v.scheme, v.subject_id, v.amount, p_date, p_reason);
  insert into stipend.repayment
    select r.subject_id, r.benefit, r.occasion, r.seq, o_no, -r.amount, r.writeoff, clock_timestamp()
    from stipend.repayment r where r.subject_id = v.subject_id and r.action = v_done;
  if exists (select from stipend.claim c where c.subject = v.subject_id and c.forgiven < 0) then
    raise exception 'what booking % wrote off has become due again since', p_no using errcode = 'STS01';
  end if;
end $$;

revoke all on function stipend.guard_claims(), stipend.claim_scheme(text, text),
  stipend.claim_add(text, bigint, int, text, bigint, date, text),
  stipend.claim_repeated(text, text, text, bigint, date, text), stipend.claim_spread(bigint, int, text, bigint, boolean),
  stipend.claim_repay(text, text, bigint, date, text), stipend.claim_write_off(text, text, bigint, date, text),
  stipend.claim_find(bigint), stipend.claim_approve(bigint, date, text), stipend.claim_cancel(bigint, date, text) from public;
grant select on stipend.settlement, stipend.repayment, stipend.claim_action, stipend.settled, stipend.claim,
  stipend.payable, stipend.claim_yuan to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant insert on stipend.settlement to stipend_officer;
grant execute on function stipend.claim_repay(text, text, bigint, date, text) to stipend_payer;
grant execute on function stipend.claim_write_off(text, text, bigint, date, text) to stipend_officer;
grant execute on function stipend.claim_approve(bigint, date, text) to stipend_approver;
grant execute on function stipend.claim_cancel(bigint, date, text) to stipend_payer, stipend_approver, stipend_officer;
