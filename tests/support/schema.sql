-- The schema of a ledger as text, a line per thing, the same on every PostgreSQL: what sql/schema.txt keeps.
-- psql -XAtq -f tests/support/schema.sql
with s as (select 'stipend'::regnamespace as oid),
t as (select c.oid, c.relname, c.relkind, c.relacl, c.relowner from pg_class c, s where c.relnamespace = s.oid and c.relkind in ('r', 'v')),
f as (select p.*, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as sig from pg_proc p, s where p.pronamespace = s.oid),
lines (kind, name, n, text) as (
  select case t.relkind when 'r' then 'table' else 'view' end, t.relname, a.attnum::int,
         '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || case when a.attcollation <> 0 and co.collname <> 'default' and ty.typname <> 'name' then ' collate ' || co.collname else '' end
         || case when a.attnotnull then ' not null' else '' end
         || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
    from t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    join pg_type ty on ty.oid = a.atttypid
    left join pg_collation co on co.oid = a.attcollation
    left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
  union all
  select 'table', t.relname, 1000, '  ' || pg_get_constraintdef(c.oid) from t join pg_constraint c on c.conrelid = t.oid where c.contype in ('p', 'u', 'f', 'c')
  union all
  select 'table', t.relname, 2000, '  ' || regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE ', '')
    from t join pg_index i on i.indrelid = t.oid
    where not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))
  union all
  select 'table', t.relname, 3000, '  trigger ' || g.tgname || ' ' || g.tgenabled::text || ' ' || regexp_replace(pg_get_triggerdef(g.oid), '^CREATE (CONSTRAINT )?TRIGGER \S+ ', '\1')
    from t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
  union all
  select case t.relkind when 'r' then 'table' else 'view' end, t.relname, 4000,
         '  granted to ' || r.rolname || ': ' || string_agg(lower(x.privilege_type), ', ' order by x.privilege_type)
    from t cross join aclexplode(t.relacl) x join pg_roles r on r.oid = x.grantee where x.grantee <> t.relowner group by t.relkind, t.relname, r.rolname
  union all
  select case t.relkind when 'r' then 'table' else 'view' end, t.relname, 5000 + d.objsubid, '  comment ' || case when d.objsubid > 0 then 'on ' || a.attname || ' ' else '' end || quote_literal(d.description)
    from t join pg_description d on d.objoid = t.oid and d.classoid = 'pg_class'::regclass
    left join pg_attribute a on a.attrelid = t.oid and a.attnum = d.objsubid
  union all
  select 'function', f.sig, 1, '  returns ' || pg_get_function_result(f.oid) || ' ' || l.lanname
         || case f.provolatile when 'i' then ' immutable' when 's' then ' stable' else '' end
         || case when f.prosecdef then ' security definer' else '' end || coalesce(' ' || array_to_string(f.proconfig, '; '), '')
         || ' text ' || left(encode(sha256(convert_to(f.prosrc, 'UTF8')), 'hex'), 16)
    from f join pg_language l on l.oid = f.prolang
  union all
  select 'function', f.sig, 2, '  granted to ' || coalesce(r.rolname, 'public') from f cross join aclexplode(f.proacl) x left join pg_roles r on r.oid = x.grantee where x.grantee <> f.proowner
  union all
  select 'function', f.sig, 3, '  granted to public by default' from f where f.proacl is null
)
select line from (
  select distinct kind, name, 0 as n, kind || ' ' || name as line from lines
  union all
  select kind, name, n, text from lines) x
order by kind collate "C" desc, name collate "C", n, line collate "C";
