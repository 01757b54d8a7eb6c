-- What each run called its scheme and its benefits. A benefit keeps its number for ever, whatever people call it;
-- the first id stands in stipend.scheme and stipend.benefit, and in the sealed bytes of every line.

create table stipend.run_name (
  run     bigint not null,
  benefit int not null,
  id      text collate "C" not null check (id <> ''),
  primary key (run, benefit)
);
comment on table stipend.run_name is 'the ids that the scheme.xml of a run gave; runs without rows used the first ids';
comment on column stipend.run_name.benefit is 'the number of the benefit; 0: the scheme itself';

create index run_name_scheme on stipend.run_name (id) where benefit = 0;
