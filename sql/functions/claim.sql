-- What people book about debts: money brought back, write-offs asked for and approved, and their cancelling.

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

create or replace function stipend.claim_add(p_kind text, p_target bigint, p_scheme int, p_subject text, p_amount bigint, p_date date,
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
create or replace function stipend.claim_repeated(p_kind text, p_scheme text, p_subject text, p_amount bigint, p_date date, p_note text)
returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select max(a.no) from stipend.claim_action a
          join stipend.scheme s on s.number = a.scheme
          left join stipend.claim_action c on c.target = a.no and c.kind = 'cancel'
          where a.kind = p_kind and (p_scheme = '' or s.id = p_scheme) and a.subject_id = p_subject
            and a.amount = p_amount and a.date = p_date and a.note = p_note and a.actor = session_user and c.no is null);
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

create or replace function stipend.claim_repay(p_subject text, p_scheme text, p_amount bigint, p_date date, p_note text,
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
  if v.actor = session_user then
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
  o_no := stipend.claim_add('approve', p_no, v.scheme, v.subject_id, v.amount, p_date, p_note);
  perform stipend.claim_spread(o_no, v.scheme, v.subject_id, v.amount, true);
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
