-- Keys and persons.

-- Whose key it is now: the newest word about it, else the key itself.
create or replace function stipend.person_of(p_key text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.person_at(coalesce((select x.subject_id from (
      select k.subject_id, k.run, 0 as said, 0 as no from stipend.person_key k where k.key = p_key and not stipend.is_void(k.run)
      union all
      select w.subject_id, w.run, 1, w.no from stipend.person_word w where w.key = p_key and w.key <> w.subject_id) x
    order by x.run desc, x.said desc, x.no desc limit 1), p_key), 9223372036854775807)
$$;

-- All names under which a person's lines stand.
create or replace function stipend.subjects_of(p_person text) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array_agg(x.subject) from (
    select p_person as subject
    union
    select w.key from stipend.person_word w where w.whole and stipend.person_at(w.key, 9223372036854775807) = p_person) x
$$;

-- The same of whoever has a name: who books about one of them books about all.
create or replace function stipend.names_of(p_subject text) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.subjects_of(stipend.person_at(p_subject, 9223372036854775807))
$$;

-- The key that the person's record had in a run; what void runs said of others does not count.
create or replace function stipend.key_at(p_subject text, p_run bigint) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select n.key from stipend.person_name n where n.subject_id = p_subject
                     and (n.run = p_run or (n.run < p_run and not stipend.is_void(n.run)))
                   order by n.run desc limit 1), p_subject)
$$;

-- Under which name the key's debts stand: its own when it has any, else that of its person. A booking is about one name.
create or replace function stipend.debtor(p_key text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when exists (select from stipend.line l where l.subject_id = p_key and l.amount < 0) then p_key
              else stipend.person_of(p_key) end
$$;

create or replace function stipend.person_posted(p_subject text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.line l where l.subject_id = p_subject and not stipend.is_void(l.run));
end $$;

-- The identity numbers of who has the name: those since two people said that earlier ones were wrong.
create or replace function stipend.identity_of(p_subject text) returns setof bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  with fix as (select w.value, w.run from stipend.person_word w where w.key = p_subject and w.fixes order by w.run desc, w.no desc limit 1)
  select f.value from fix f
  union
  select v.value from stipend.person_value v
    where v.subject_id = p_subject and v.kind = 'identity' and v.state = 0 and v.run > coalesce((select f.run from fix f), 0)
$$;

-- Whether lines under the one name are those of the person of the other, as far as identity numbers tell. A number that two
-- people called wrong says nothing; p_seen: the number of a record that was held.
create or replace function stipend.is_one(p_subject text, p_person text, p_seen bytea) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select not exists (select from stipend.identity_of(p_subject))
      or exists (select from stipend.identity_of(p_subject) a where a = p_seen or a in (select stipend.identity_of(p_person)))
$$;

-- Asks that p_key continues the person of p_old; equal: that the person is the same although the identity number changed.
-- What is confirmed is the number for which a run held the record, so that nobody confirms what nobody has seen.
create or replace function stipend.same_request(p_key text, p_old text, p_reason text, p_document text, out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person text;
  v_identity bytea;
  v_held bigint;
  v_whole boolean := false;
  v_key text := p_key;
begin
  perform stipend.require_asker();
  perform from stipend.head for update;
  v_person := stipend.person_of(p_old);
  if not exists (select from stipend.person_value v where v.subject_id = v_person) and not stipend.person_posted(v_person) then
    raise exception 'nobody was ever seen under the key %', p_old using errcode = 'STP01';
  end if;
  if p_key <> p_old and stipend.person_of(p_key) = v_person then
    raise exception '% is % already', p_key, p_old using errcode = 'STP02';
  end if;
  select max(v.run) into v_held from stipend.person_value v where v.subject_id = p_key and v.state = 1 and v.kind = 'identity';
  select v.value into v_identity from stipend.person_value v
    where v.subject_id = p_key and v.state = 1 and v.kind = 'identity' and v.run = v_held limit 1;
  if p_key = p_old and v_identity is null then
    raise exception 'no run has held % for another identity number', p_key using errcode = 'STP03';
  end if;
  -- A key that continues somebody: it is he who is the person, unless a run has held the key for a number that is not his.
  if p_key <> p_old and stipend.person_of(p_key) <> p_key
     and (v_identity is null or not exists (select from stipend.identity_of(stipend.person_of(p_key)))
          or v_identity in (select stipend.identity_of(stipend.person_of(p_key))))
     and stipend.is_one(stipend.person_of(p_key), v_person, v_identity) then
    v_key := stipend.person_of(p_key);
  end if;
  v_whole := v_key <> v_person and stipend.is_one(v_key, v_person, v_identity);
  select r.o_no, r.o_already into o_no, o_already
    from stipend.request_add('same', array['key', v_key, 'asked', p_key, 'person', v_person, 'old', p_old,
      'identity', coalesce(encode(v_identity, 'hex'), ''), 'whole', case when v_whole then 'yes' else 'no' end,
      'was', stipend.person_of(v_key)], p_reason, p_document) r;
end $$;

-- What was asked for must still be so when it is confirmed: two requests that were each right may be wrong together.
create or replace function stipend.same_still(p_no bigint, p_payload text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_key text := stipend.payload_get(p_payload, 'key');
  v_old text := stipend.payload_get(p_payload, 'old');
  v_now text := stipend.person_of(v_key);
begin
  if stipend.payload_get(p_payload, 'asked') = v_old or v_key = v_old then
    return;
  end if;
  if v_now = stipend.payload_get(p_payload, 'person') then
    raise exception '% is % already', v_key, v_old using errcode = 'STP02';
  end if;
  if stipend.person_of(v_old) <> stipend.payload_get(p_payload, 'person') or v_now <> coalesce(stipend.payload_get(p_payload, 'was'), v_now) then
    raise exception 'since request % was made, something else was confirmed about % or %: cancel it and ask again', p_no, v_key, v_old
      using errcode = 'STQ02';
  end if;
end $$;

create or replace function stipend.person_lock() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.require_role('stipend_officer');
  perform from stipend.head for update;
end $$;

-- The persons of a run are complete.
create or replace function stipend.person_done(p_run bigint, p_voids int) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.require_role('stipend_officer');
  insert into stipend.person_run values (p_run, p_voids, stipend.newest_run()) on conflict do nothing;
end $$;

-- Values of a collected run that somebody else has too: noted with both, so that each is looked at again when he comes.
create or replace function stipend.person_shared(p_run bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_noted bigint := stipend.newest_run();
  v record;
begin
  perform stipend.require_role('stipend_officer');
  for v in select a.value from stipend.person_value a
           where a.state = 0 and a.value in (select b.value from stipend.person_value b where b.run = p_run and b.state = 0)
           group by a.value having count(distinct a.subject_id) > 1 loop
    insert into stipend.person_value
      select a.subject_id, p_run, a.kind, a.value, 2, v_noted from stipend.person_value a
      where a.value = v.value and a.state = 0 group by a.subject_id, a.kind, a.value
      on conflict do nothing;
  end loop;
end $$;
