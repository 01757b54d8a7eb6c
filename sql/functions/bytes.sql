-- What views use. Bytes and payloads: what digests are taken over, and what requests carry; who a person is.

create or replace function stipend.payload_get(p_payload text[], p_name text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_payload[i + 1] from generate_series(1, cardinality(p_payload), 2) i where p_payload[i] = p_name limit 1
$$;

-- Canonical bytes: each text with its length in front.
create or replace function stipend.canonical(variadic p text[]) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(string_agg(int4send(length(convert_to(x.t, 'UTF8'))) || convert_to(x.t, 'UTF8'), ''::bytea order by x.i), ''::bytea)
  from unnest(p) with ordinality as x (t, i)
$$;

-- Who a person is after what two people said before a run: one person may turn out to be another, and that one a third.
-- The newest word about a key counts; it joins two persons when the lines under the key itself are his too.
create or replace function stipend.person_at(p_subject text, p_run bigint) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_subject text := p_subject;
  v_next text;
begin
  for i in 1 .. 64 loop
    select case when w.whole then w.subject_id end into v_next from stipend.person_word w
      where w.key = v_subject and w.key <> w.subject_id and not w.fixes and w.run < p_run order by w.run desc, w.no desc limit 1;
    exit when v_next is null;
    v_subject := v_next;
  end loop;
  return v_subject;
end $$;
