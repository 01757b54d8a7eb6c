-- What people book about debts: money brought back, write-offs asked for and approved, and their cancelling. A booking is
-- about all the names under which a person's debts stand.

create or replace function stipend.claim_scheme(p_subject text, p_scheme text) returns int
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_names text[] := stipend.names_of(p_subject);
  v_schemes int[];
  v_run bigint;
begin
  perform from stipend.head for update;
  select array_agg(distinct c.scheme) into v_schemes
    from stipend.bookable c join stipend.scheme s on s.number = c.scheme
    where c.subject = any (v_names) and (p_scheme = '' or s.id = p_scheme);
  if v_schemes is null then
    select min(c.run) into v_run from stipend.claim c join stipend.scheme s on s.number = c.scheme
      where c.subject = any (v_names) and (p_scheme = '' or s.id = p_scheme) and c.open > 0;
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

create or replace function stipend.claim_add(p_kind text, p_target bigint, p_scheme int, p_subject text, p_amount bigint, p_date date,
                                  p_note text, p_receipt text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_no bigint;
begin
  select coalesce(max(a.no), 0) + 1 into v_no from stipend.claim_action a;
  insert into stipend.claim_action (no, kind, target, scheme, subject_id, amount, date, note, actor, at, receipt)
    values (v_no, p_kind, p_target, p_scheme, p_subject, p_amount, p_date, p_note, session_user, clock_timestamp(), p_receipt);
  return v_no;
end $$;

-- Bookings that still stand: not cancelled, and no write-off that was decided.
create or replace function stipend.claim_standing(p_kind text, p_scheme text) returns setof stipend.claim_action
language sql stable set search_path = pg_catalog, pg_temp as $$
  select a.* from stipend.claim_action a
    join stipend.scheme s on s.number = a.scheme
    where a.kind = p_kind and (p_scheme = '' or s.id = p_scheme)
      and not exists (select from stipend.claim_action c where c.target = a.no)
    order by a.no
$$;

-- The booking that stands under the receipt, which must be the same. Without a receipt nobody can tell a second payment
-- from a second booking of the first: what looks alike is refused.
create or replace function stipend.claim_receipt(p_scheme text, p_subject text, p_amount bigint, p_date date, p_note text, p_receipt text)
returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_names text[] := stipend.names_of(p_subject);
  v stipend.claim_action;
begin
  if p_receipt <> '' then
    select a.* into v from stipend.claim_standing('cash', '') a where a.receipt = p_receipt limit 1;
    if v.no is not null and (v.amount, v.date) = (p_amount, p_date) and v.subject_id = any (v_names)
       and v.no in (select a.no from stipend.claim_standing('cash', p_scheme) a) then
      return v.no;
    elsif v.no is not null then
      raise exception 'receipt % is booking % already: % of % on %', p_receipt, v.no,
        to_char(v.amount / 100.0, 'FM999999999990.00'), v.subject_id, v.date using errcode = 'STC04';
    end if;
    return null;
  end if;
  select a.* into v from stipend.claim_standing('cash', p_scheme) a
    where a.subject_id = any (v_names) and (a.amount, a.date, a.note) = (p_amount, p_date, p_note) limit 1;
  if v.no is not null then
    raise exception 'booking % is the same: % of % on %', v.no, to_char(v.amount / 100.0, 'FM999999999990.00'), v.subject_id, v.date
      using errcode = 'STC05';
  end if;
  return null;
end $$;

create or replace function stipend.claim_spread(p_action bigint, p_scheme int, p_subject text, p_amount bigint, p_writeoff boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_names text[] := stipend.names_of(p_subject);
  v record;
  v_left bigint := p_amount;
begin
  for v in select c.subject, c.benefit, c.occasion, c.seq, c.open from stipend.bookable c
           where c.subject = any (v_names) and c.scheme = p_scheme order by c.run, c.line_no loop
    exit when v_left = 0;
    insert into stipend.repayment
      values (v.subject, v.benefit, v.occasion, v.seq, p_action, least(v.open, v_left), p_writeoff, clock_timestamp());
    v_left := v_left - least(v.open, v_left);
  end loop;
  if v_left > 0 then
    raise exception '% owes only %', p_subject, to_char((p_amount - v_left) / 100.0, 'FM999999999990.00') using errcode = 'STC02';
  end if;
end $$;

create or replace function stipend.claim_repay(p_subject text, p_scheme text, p_amount bigint, p_date date, p_note text,
                                    p_receipt text, out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_scheme int;
begin
  perform stipend.require_role('stipend_payer');
  perform from stipend.head for update;
  o_no := stipend.claim_receipt(p_scheme, p_subject, p_amount, p_date, p_note, p_receipt);
  o_already := o_no is not null;
  if o_already then
    return;
  end if;
  v_scheme := stipend.claim_scheme(p_subject, p_scheme);
  o_no := stipend.claim_add('cash', null, v_scheme, p_subject, p_amount, p_date, p_note, p_receipt);
  perform stipend.claim_spread(o_no, v_scheme, p_subject, p_amount, false);
  perform stipend.link_claim(o_no);
end $$;

create or replace function stipend.claim_write_off(p_subject text, p_scheme text, p_amount bigint, p_date date, p_reason text,
                                                   out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_names text[] := stipend.names_of(p_subject);
  v_scheme int;
  v_open bigint;
begin
  perform stipend.require_role('stipend_officer');
  perform from stipend.head for update;
  -- The same request that nobody has decided about yet: asking twice asks once.
  select max(a.no) into o_no from stipend.claim_standing('writeoff', p_scheme) a
    where a.subject_id = any (v_names) and (a.amount, a.date, a.note) = (p_amount, p_date, p_reason) and a.actor = session_user;
  o_already := o_no is not null;
  if o_already then
    return;
  end if;
  v_scheme := stipend.claim_scheme(p_subject, p_scheme);
  select sum(c.open) into v_open from stipend.bookable c where c.subject = any (v_names) and c.scheme = v_scheme;
  if p_amount > v_open then
    raise exception '% owes only %', p_subject, to_char(v_open / 100.0, 'FM999999999990.00') using errcode = 'STC02';
  end if;
  o_no := stipend.claim_add('writeoff', null, v_scheme, p_subject, p_amount, p_date, p_reason, '');
  perform stipend.link_claim(o_no);
end $$;

create or replace function stipend.claim_find(p_no bigint) returns stipend.claim_action
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

create or replace function stipend.claim_approve(p_no bigint, p_date date, p_note text, out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.claim_action := stipend.claim_find(p_no);
begin
  perform stipend.require_role('stipend_approver');
  if stipend.is_me(v.actor, v.login) and stipend.alone() is null then
    raise exception 'write-off % was asked for by %, who cannot approve it', p_no, v.actor using errcode = 'STH01';
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
  o_no := stipend.claim_add('approve', p_no, v.scheme, v.subject_id, v.amount, p_date, p_note, '');
  perform stipend.claim_spread(o_no, v.scheme, v.subject_id, v.amount, true);
  perform stipend.link_claim(o_no);
end $$;

-- Takes a booking back by rows of its own: cash by a payer; a write-off by an approver, or by the one who asked for it
-- as long as nobody approved it.
create or replace function stipend.claim_cancel(p_no bigint, p_date date, p_reason text, out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.claim_action := stipend.claim_find(p_no);
  v_done bigint;
begin
  select a.no into v_done from stipend.claim_action a where a.target = p_no and a.kind = 'approve';
  if v.kind = 'cash' then
    perform stipend.require_role('stipend_payer');
    v_done := p_no;
  elsif v_done is not null or not stipend.is_me(v.actor, v.login) then
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
  o_no := stipend.claim_add('cancel', p_no, v.scheme, v.subject_id, v.amount, p_date, p_reason, '');
  insert into stipend.repayment
    select r.subject_id, r.benefit, r.occasion, r.seq, o_no, -r.amount, r.writeoff, clock_timestamp()
    from stipend.repayment r where r.action = v_done;
  perform stipend.link_claim(o_no);
  if exists (select from stipend.claim c where c.subject = any (stipend.names_of(v.subject_id)) and c.forgiven < 0) then
    raise exception 'what booking % wrote off has become due again since', p_no using errcode = 'STS01';
  end if;
end $$;
