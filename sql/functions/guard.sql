-- Trigger functions: what no row may do, whoever inserts it (triggers.sql says where they stand).

-- Nothing is changed or taken away, whoever asks. Rights already forbid it; this stops mistakes of the owner.
create or replace function stipend.deny_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% on % is not allowed: the ledger only grows', tg_op, tg_table_name using errcode = '42501';
end $$;

-- Rows enter a run only in the transaction that began it, from the one who began it, and before it ends its posting.
create or replace function stipend.guard_open_run() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_run bigint;
begin
  select n.run into v_run from (select distinct x.run from added x) n
    left join stipend.run r on r.run = n.run
    left join stipend.run_event e on e.run = n.run and e.seq = 0
    where r.run is null or e.run is not null or r.created_by <> session_user
      or (r.xmin <> pg_current_xact_id()::xid) limit 1;
  if found then
    raise exception 'run % takes no rows', v_run using errcode = 'STS01';
  end if;
  return null;
end $$;

-- Checked at COMMIT: a run that was begun was posted. Otherwise whoever began it could keep it open, for rows of any later day.
create or replace function stipend.check_posted() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from stipend.run_event e where e.run = new.run and e.seq = 0) then
    raise exception 'run % was begun and not posted', new.run using errcode = 'STS01';
  end if;
  return null;
end $$;

-- An input enters the archive with the run that was calculated from it, by who began that run in this transaction: its
-- parts first, then the input. Nobody adds to what is archived, or fills in beforehand what somebody will want to archive.
create or replace function stipend.guard_source() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from stipend.run r where r.run = (select max(x.run) from stipend.run x)
                 and r.created_by = session_user and r.xmin = pg_current_xact_id()::xid) then
    raise exception 'no run was begun that is calculated from this input' using errcode = 'STS01';
  end if;
  if tg_table_name = 'source_part' and exists (select from stipend.source s where s.digest = new.digest) then
    raise exception 'the archived input % takes no parts', left(encode(new.digest, 'hex'), 16) using errcode = 'STS01';
  end if;
  return new;
end $$;

-- Checked at COMMIT: the input is there, and has as many parts as it says.
create or replace function stipend.check_source() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from stipend.source s where s.digest = new.digest
                 and s.parts = (select count(*) from stipend.source_part p where p.digest = new.digest)) then
    raise exception 'the archived input % is not complete', left(encode(new.digest, 'hex'), 16) using errcode = 'STS01';
  end if;
  return null;
end $$;

-- Checked at COMMIT: every entry balances, and the expense of a run is the sum of its lines, benefit by benefit.
create or replace function stipend.check_entry() returns trigger
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

-- A payment is never negative and no debt is settled twice: looked at when a run is sealed. A run whose debts were
-- settled by what still counts cannot be made void, or the money kept would hang in the air.
create or replace function stipend.guard_claims() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_subject text;
  v_by text;
begin
  if new.state = 'sealed' then
    if not exists (select from stipend.settlement s where s.run = new.run) then
      return new;
    end if;
    select p.subject into v_subject from stipend.run_payable p where p.run = new.run and p.net < 0 limit 1;
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
            left join stipend.claim_action a on a.no = x.action -- an approval and a cancelling belong to what was asked for or booked
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

-- Posted keys of which no rule speaks are nobody's to accept: rules must say what is due for them.
create or replace function stipend.guard_accept() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.state = 'accepted' and exists (select from stipend.run_event d where d.run = new.run and d.state = 'draft'
      and 'keys-without-rule' = any (string_to_array(d.note, ','))) then
    raise exception 'run % leaves posted keys of which no rule speaks: nobody can accept that', new.run using errcode = 'STS01';
  end if;
  return new;
end $$;

-- Rows of the run that is being posted, by who posts it; or of a run that is due, read from its archive.
create or replace function stipend.guard_persons() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_run bigint;
begin
  select n.run into v_run from (select distinct x.run, x.noted from added x) n
    left join stipend.run r on r.run = n.run
    left join stipend.run_event e on e.run = n.run and e.seq = 0
    where r.run is null
      or not ((e.run is null and r.created_by = session_user and n.noted = n.run)
              or (n.noted = stipend.newest_run() and exists (select from stipend.person_due d where d.run = n.run))) limit 1;
  if found then
    raise exception 'run % takes no rows', v_run using errcode = 'STS01';
  end if;
  return null;
end $$;

-- Whoever inserts: the number is the table's own. Runs, events and bookings follow each other under the lock of stipend.head.
create or replace function stipend.stamp_newest() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.newest := (select coalesce(max(r.run), 0) from stipend.run r);
  return new;
end $$;
