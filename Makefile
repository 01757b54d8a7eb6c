# stipend. `make help` lists the targets.
MODE ?= release
BUILD ?= build
CC = gcc
SHELL = /bin/bash
MAKEFLAGS += --no-print-directory
OUT := $(if $(filter release,$(MODE)),$(BUILD),$(BUILD)/$(MODE))

WARN := -Wall -Wextra -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wformat=2 -Wstrict-prototypes \
  -Wmissing-prototypes -Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wfloat-equal
# Messages have a limit and are cut there on purpose.
WARN += -Wno-format-truncation
ifeq ($(CC),gcc)
WARN += -Wduplicated-cond -Wduplicated-branches -Wlogical-op
endif
CPPFLAGS := -Iengine -Iinclude -D_GNU_SOURCE -MMD -MP
CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DST_SANITIZE
CFLAGS_debug := -O0 -g
CFLAGS := -std=c11 $(WARN) $(CFLAGS_$(MODE))
LDFLAGS_release := -Wl,-z,relro,-z,now
LDFLAGS_asan := -fsanitize=address,undefined
LDFLAGS := $(LDFLAGS_$(MODE))

# Layers from the bottom up: a library may use those before it in this list, never those behind it.
LAYERS := base feel xml dmn scheme records calc ledger payout report run cli
XML_CFLAGS := $(shell pkg-config --cflags libxml-2.0 2>/dev/null)
PQ_CFLAGS := $(shell pkg-config --cflags libpq 2>/dev/null)
LIBS := -lxml2 -lpq -lcrypto -lpcre2-8 -lzstd -ljansson -lbidgcc000 -lm -lpthread

# One library per folder that has sources; cli's main.c is the program.
srcs = $(sort $(wildcard engine/$(1)/*.c))
objs = $(patsubst engine/%.c,$(OUT)/obj/%.o,$(filter-out engine/cli/main.c,$(call srcs,$(1))))
LIVE := $(foreach l,$(LAYERS),$(if $(call objs,$(l)),$(l)))
lib = $(OUT)/lib/lib$(1).a
below = $(eval _seen :=)$(foreach l,$(LIVE),$(if $(_seen),,$(l)$(if $(filter $(1),$(l)),$(eval _seen := y))))
rev = $(if $(1),$(call rev,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))

all: $(OUT)/stipend ## build the program (build/stipend)

$(OUT)/stipend: $(OUT)/obj/cli/main.o $(foreach l,$(LIVE),$(call lib,$(l)))
	@echo "  LD    $@"
	@$(CC) $(LDFLAGS) -o $@ $< -Wl,--start-group $(call rev,$(foreach l,$(LIVE),$(call lib,$(l)))) -Wl,--end-group $(LIBS)

$(OUT)/obj/xml/%.o: CPPFLAGS += $(XML_CFLAGS)
$(OUT)/obj/ledger/%.o: CPPFLAGS += $(PQ_CFLAGS)
$(OUT)/tests/unit/ledger/%: private CPPFLAGS += $(PQ_CFLAGS)
$(OUT)/obj/ledger/sql_text.o: $(wildcard sql/*.sql sql/*/*.sql)
$(OUT)/obj/scheme/xsd_text.o: schemas/scheme.xsd
$(OUT)/obj/%.o: engine/%.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

define library
$(call lib,$(1)): $(call objs,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach l,$(LIVE),$(eval $(call library,$(l))))

# Unit tests: tests/unit/<layer>/test_*.c, one program each, linked with its layer and those below only.
UNITS := $(sort $(wildcard tests/unit/*/test_*.c))
unit_layer = $(notdir $(patsubst %/,%,$(dir $(1))))
define unit
$(OUT)/$(1:.c=): $(1) $(foreach l,$(call below,$(call unit_layer,$(1))),$(call lib,$(l))) Makefile
	@mkdir -p $$(@D)
	@echo "  UNIT  $(1)"
	@$$(CC) $$(CPPFLAGS) -Itests $$(filter-out -Wconversion -Wsign-conversion -Wmissing-prototypes,$$(CFLAGS)) $$(LDFLAGS) -o $$@ $(1) \
	  $(call rev,$(foreach l,$(call below,$(call unit_layer,$(1))),$(call lib,$(l)))) -lcheck -lsubunit -lrt $$(LIBS)
endef
$(foreach u,$(UNITS),$(eval $(call unit,$(u))))
units: $(UNITS:%.c=$(OUT)/%) $(OUT)/tests/vectors/lines ## build the unit tests

# FEEL, an expression a line, for comparisons with python3 and for the examples in texts.
$(OUT)/tests/vectors/lines: tests/vectors/lines.c $(foreach l,$(call below,feel),$(call lib,$(l))) Makefile
	@mkdir -p $(@D)
	@echo "  TEST  $@"
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(call rev,$(foreach l,$(call below,feel),$(call lib,$(l)))) $(LIBS)
feel-vectors: ## compare FEEL's numbers and dates with python3's: make feel-vectors N=200000 [SEED=1]
	@tests/support/deps.sh check
	@$(MAKE) $(PARALLEL) $(OUT)/tests/vectors/lines
	@FEEL_LINES='$(abspath $(OUT))/tests/vectors/lines' tests/vectors/vectors.py -n '$(or $(N),200000)' -s '$(or $(SEED),1)'

# Fuzzing: make fuzz SECONDS=1200 runs every target that long (TARGETS="fuzz_dmn" some of them); needs clang.
# The sources are compiled anew with clang, without -Werror: gcc is the compiler whose warnings count.
FUZZ_FLAGS := -std=c11 -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DST_SANITIZE -DST_FUZZ -w
FUZZERS := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_LAYERS := $(call below,records)
FUZZ_OBJS := $(foreach l,$(FUZZ_LAYERS),$(patsubst engine/%.c,$(BUILD)/fuzz/obj/%.o,$(call srcs,$(l))))
SECONDS ?= 1200
$(BUILD)/fuzz/obj/%.o: engine/%.c
	@mkdir -p $(@D)
	@echo "  FUZZ  $<"
	@clang $(CPPFLAGS) $(XML_CFLAGS) $(FUZZ_FLAGS) -c -o $@ $<
$(BUILD)/fuzz/engine.a: $(FUZZ_OBJS)
	@rm -f $@
	@ar rcs $@ $^
$(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/fuzz/engine.a
	@clang $(CPPFLAGS) $(XML_CFLAGS) -Itests $(subst fuzzer-no-link,fuzzer,$(FUZZ_FLAGS)) -o $@ $^ $(LIBS)
fuzzers: $(FUZZERS:tests/fuzz/%.c=$(BUILD)/fuzz/%)
fuzz: ## fuzz the parsers and evaluators: make fuzz SECONDS=1200 [TARGETS="fuzz_dmn"]
	@tests/support/deps.sh fuzz
	@$(MAKE) $(PARALLEL) fuzzers
	@tests/fuzz/fuzz.sh '$(BUILD)/fuzz' '$(SECONDS)' $(TARGETS)

# What fuzzing found stays a test: each target replays its corpus with the compiler of the build, as TAP.
define replay
$(OUT)/$(1:.c=): $(1) tests/fuzz/replay.c $(foreach l,$(call below,records),$(call lib,$(l))) Makefile
	@mkdir -p $$(@D)
	@echo "  REPLAY $(1)"
	@$$(CC) $$(CPPFLAGS) $$(XML_CFLAGS) -Itests $$(filter-out -Wconversion -Wsign-conversion -Wmissing-prototypes,$$(CFLAGS)) $$(LDFLAGS) -o $$@ $(1) \
	  tests/fuzz/replay.c $(call rev,$(foreach l,$(call below,records),$(call lib,$(l)))) $$(LIBS)
endef
$(foreach u,$(FUZZERS),$(eval $(call replay,$(u))))
replays: $(FUZZERS:%.c=$(OUT)/%)

# Random histories against a naive calculation.
$(OUT)/tests/property/property: $(wildcard tests/property/*.[ch]) $(foreach l,$(LIVE),$(call lib,$(l))) Makefile
	@mkdir -p $(@D)
	@echo "  TEST  $@"
	@$(CC) $(filter-out -MMD -MP,$(CPPFLAGS)) $(PQ_CFLAGS) $(filter-out -Wconversion -Wsign-conversion -Wmissing-prototypes,$(CFLAGS)) $(LDFLAGS) -o $@ $(filter %.c,$^) \
	  $(call rev,$(foreach l,$(LIVE),$(call lib,$(l)))) $(LIBS)
property: ## play random histories: make property N=5000 [SEED=1]
	@tests/support/deps.sh check
	@$(MAKE) $(PARALLEL) $(OUT)/tests/property/property
	@'$(OUT)/tests/property/property' -n '$(or $(N),5000)' -s '$(or $(SEED),1)'
faults: ## kill program and server at many points: make faults N=600 [SEED=1]
	@tests/support/deps.sh check
	@$(MAKE) $(PARALLEL) MODE=asan all
	@STIPEND='$(abspath $(BUILD))/asan/stipend' tests/faults/faults.py -n '$(or $(N),600)' -s '$(or $(SEED),1)'

# Wrong programs, of which the tests must find all but a few; by hand, it takes hours (tests/mutants/README.md).
MUTANTS_money = $(sort $(wildcard engine/calc/*.c engine/control/*.c engine/month/*.c $(patsubst %,engine/run/%.c,merge regular tally sums guard movement \
  collect offset persons continuity forward month sample) engine/ledger/post.c))
MUTANTS_language = $(sort $(wildcard engine/feel/*.c engine/dmn/*.c))
mutants: ## make 200 wrong programs, see that tests fail: make mutants [N=200] [SEED=1] [AREA=money|language]
	@tests/support/deps.sh mutants
	@tests/mutants/mutants.sh '$(BUILD)' '$(or $(AREA),money)' '$(or $(N),200)' '$(or $(SEED),1)' $(MUTANTS_$(or $(AREA),money))

# The shipped models in the editors that people use; by hand, it fetches some 300 MB (tests/editors/README.md).
editors: deps ## open and save the shipped models in Camunda's and KIE's editors
	@$(MAKE) $(PARALLEL) all
	@tests/editors/editors.sh '$(OUT)/stipend' '$(BUILD)/editors'

PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
STATE ?= $(BUILD)/demo-state
# deps comes before the others are looked at: pkg-config and gcc may be missing until then, hence a make of their own.
deps: ; @tests/support/deps.sh build ## install from Debian what building needs and is missing
demo: deps ## build, then run Dawukou's month into a ledger under build/demo-state
	@$(MAKE) $(PARALLEL) all
	@tests/support/demo.sh '$(OUT)/stipend' '$(STATE)'
check: ## build with and without sanitizers, run all tests; the last line counts them
	@tests/support/deps.sh check
	@$(MAKE) $(PARALLEL) MODE=release all
	@$(MAKE) $(PARALLEL) MODE=asan all units replays '$(BUILD)/asan/tests/property/property'
	@tests/support/check.sh '$(BUILD)' $(TESTS)
bench: deps ## measure a month of N workers, with yardsticks: make bench N=1200000
	@$(MAKE) $(PARALLEL) all bench-tools
	@tests/bench/bench.sh '$(OUT)' '$(N)'
bench-history: deps ## what a month costs after years of history: make bench-history N=100000 MONTHS=36
	@$(MAKE) $(PARALLEL) all bench-tools
	@tests/bench/history.sh '$(OUT)' $(or $(N),100000) $(or $(MONTHS),36)

# Programs of the benchmarks: tests/bench/*.c, one program each.
BENCH_TOOLS := $(patsubst tests/bench/%.c,$(OUT)/bench/%,$(sort $(wildcard tests/bench/*.c)))
bench-tools: $(BENCH_TOOLS)
$(OUT)/bench/%: tests/bench/%.c $(foreach l,$(LIVE),$(call lib,$(l))) Makefile
	@mkdir -p $(@D)
	@echo "  BENCH $<"
	@$(CC) $(CPPFLAGS) $(XML_CFLAGS) $(PQ_CFLAGS) $(filter-out -Wconversion -Wsign-conversion -Wmissing-prototypes,$(CFLAGS)) $(LDFLAGS) -o $@ $< \
	  $(call rev,$(foreach l,$(LIVE),$(call lib,$(l)))) $(LIBS)

# The DMN engine for other programs: headers in include/stipend, one archive, a pkg-config file that finds both. There is
# the archive alone, so what it needs stands in Libs; libxml2's own private libraries need no packages for developers.
PUBLIC_LAYERS := base feel xml dmn
lib: $(OUT)/libstipend.a $(OUT)/stipend.pc ## build the DMN library (build/libstipend.a, build/stipend.pc)
$(OUT)/libstipend.a: $(foreach l,$(PUBLIC_LAYERS),$(call objs,$(l)))
	@mkdir -p $(@D)
	@rm -f $@
	@ar rcs $@ $^
$(OUT)/stipend.pc: Makefile
	@mkdir -p $(@D)
	@printf '%s\n' 'Name: stipend' 'Description: DMN 1.5 decisions and FEEL, exact decimals' 'Version: 0.1' \
	  'Cflags: -I$(CURDIR)/include' 'Libs: -L$${pcfiledir} -lstipend -lxml2 -lcrypto -lpcre2-8 -lbidgcc000 -lm -lpthread' >$@
bench-engines: deps ## a batch of N records through 60 small tables, beside JavaScript engines: make bench-engines N=400000
	@$(MAKE) $(PARALLEL) all bench-tools
	@tests/bench/engines.sh '$(OUT)' '$(or $(N),400000)'
bench-rules: deps ## decisions per second on one core, tables of 3 to 3,000 rules, and Dawukou's decisions on real facts
	@$(MAKE) $(PARALLEL) all bench-tools
	@'$(OUT)/bench/dmn'
	@'$(OUT)/bench/facts' rules/cn-640202-social-work/scheme.xml rules/cn-640202-social-work/records-2023-11.xml

lib-%: ; @$(MAKE) --no-print-directory $(OUT)/lib/lib$*.a ## build one layer's library

-include $(shell find $(OUT)/obj $(OUT)/tests $(BUILD)/fuzz/obj -name '*.d' 2>/dev/null)
clean: ## remove what was built, and stop the demo's server
	@tests/support/demo.sh stop '$(OUT)/stipend' '$(STATE)'
	rm -rf '$(BUILD)'
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16
.PHONY: editors mutants all lib bench-rules units feel-vectors fuzz fuzzers replays property faults deps demo check bench bench-engines bench-history bench-tools clean help
.DELETE_ON_ERROR:
