-- Archived inputs: what a run was calculated from, compressed, by the digest of the uncompressed bytes.

create table stipend.source (
  digest   bytea primary key check (length(digest) = 32),
  bytes    bigint not null check (bytes >= 0),
  parts    int not null check (parts >= 0),
  encoding text not null check (encoding in ('zstd'))
);
comment on table stipend.source is 'one input file; the digest is that of its uncompressed bytes';

create table stipend.source_part (
  digest  bytea not null,
  no      int not null check (no >= 0),
  content bytea not null,
  primary key (digest, no)
);
-- The content is compressed already.
alter table stipend.source_part alter column content set storage external;

create table stipend.run_source (
  run    bigint not null,
  kind   text not null check (kind in ('records', 'scheme', 'model', 'schema', 'other')),
  name   text not null,
  digest bytea not null,
  primary key (run, kind, name)
);
comment on table stipend.run_source is 'the inputs of a run, by the names they had beside the scheme';
