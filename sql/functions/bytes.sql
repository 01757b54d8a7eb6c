-- Bytes and payloads: what digests are taken over, and what requests carry.

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
