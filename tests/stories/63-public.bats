#!/usr/bin/env bats
# What a ledger shows to people who do not have it: checkpoints, proofs, a witness elsewhere; and whether other programs read them.
load lib
load people
setup_file() {
    story_begin
    export OUT=$DIR/office ELSE=$DIR/elsewhere
    mkdir "$OUT" "$ELSE"
    "$STIPEND" key new finance.example/dawukou --out "$OUT/key" >"$OUT/ledger.pub"
    "$STIPEND" key new audit.example/witness --witness --out "$ELSE/key" >"$ELSE/witness.pub"
    cp "$OUT/ledger.pub" "$ELSE"
    sed 's/known-at="2023-11-[0-9]*"/known-at="2023-12-20"/' "$ROSTER" >"$DIR/december.xml"
    # what a month leaves outside: a checkpoint, signed by the witness
    run_month "$STATE" "$ROSTER" --quiet || [ $? -eq 3 ]
    checkpoint >"$OUT/november"
    "$STIPEND" witness --quiet --first --key "$ELSE/key" --log "$ELSE/ledger.pub" --state "$ELSE/state" "$OUT/november" >"$OUT/november.signed"
    "$STIPEND" run --quiet --state "$STATE" --scheme "$SCHEME" --records "$DIR/december.xml" --period 2023-12 || [ $? -eq 3 ]
    checkpoint --since "$OUT/november.signed" >"$OUT/december"
    ledger_in "$DIR/state-empty"
    # as many events, another history
    sed '/id="DWK0017"/,/<\/worker>/s/passed="2018/passed="2017/' "$ROSTER" >"$DIR/other.xml"
    sed 's/known-at="2023-11-[0-9]*"/known-at="2023-12-20"/' "$DIR/other.xml" >"$DIR/other-december.xml"
    run_month "$DIR/state-other" "$DIR/other.xml" --quiet || [ $? -eq 3 ]
    "$STIPEND" run --quiet --state "$DIR/state-other" --scheme "$SCHEME" --records "$DIR/other-december.xml" --period 2023-12 || [ $? -eq 3 ]
}
teardown_file() { story_end; }
setup() { cp "$ELSE/state" "$BATS_TEST_TMPDIR/state"; }
teardown() { cp "$BATS_TEST_TMPDIR/state" "$ELSE/state"; }
checkpoint() { "$STIPEND" checkpoint --state "$STATE" --key "$OUT/key" "$@"; }
verify() { "$STIPEND" verify --state "$STATE" --key "$OUT/ledger.pub" --digest "$@"; }
prove() { "$STIPEND" prove --state "$STATE" --checkpoint "$OUT/november.signed" --key "$OUT/ledger.pub" "$@"; }
check_proof() { "$STIPEND" prove --key "$ELSE/ledger.pub" --witness "$ELSE/witness.pub" --check "$@"; }
witness() { "$STIPEND" witness --key "$ELSE/key" --log "$ELSE/ledger.pub" --state "$ELSE/state" "$@"; }
unmoved() { cmp "$ELSE/state" "$BATS_TEST_TMPDIR/state"; }
note_of() { sed -n '/^finance/,$p' "$1"; }
events() { sed -n 2p "$1"; }
tlog() { # ARGUMENT...: golang.org/x/mod/sumdb, which knows nothing of stipend
    command -v go >/dev/null && [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb ] || skip "Go and golang-golang-x-mod-dev are not installed"
    local program=${GO_TLOG:=$BATS_FILE_TMPDIR/tlog}
    [ -x "$program" ] || (cd "$TOP/tests/independent" && GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=$BATS_FILE_TMPDIR/cache go build -o "$program" .) || return
    expect 0 "$program" "$@"
}

@test "a key: the secret one for its owner alone, never written over; the public one again when asked" {
    same "$(stat -c %a "$OUT/key")" 600
    expect 0 "$STIPEND" key show "$OUT/key"
    same "$out" "$(cat "$OUT/ledger.pub")"
    expect 73 "$STIPEND" key new other.example --out "$OUT/key"
    says BASE-023
    expect 0 "$STIPEND" key show "$OUT/key"
    same "$out" "$(cat "$OUT/ledger.pub")"
    expect 64 "$STIPEND" key new "two words" --out "$DIR/none"
    expect 64 "$STIPEND" key new other.example
    says --out
    expect 64 "$STIPEND" key make other.example --out "$DIR/none"
    [ ! -e "$DIR/none" ]
    cp "$OUT/key" "$BATS_TEST_TMPDIR/open"
    chmod 644 "$BATS_TEST_TMPDIR/open"
    expect 78 "$STIPEND" checkpoint --state "$STATE" --key "$BATS_TEST_TMPDIR/open"
    says "may be used by others"
    expect 78 "$STIPEND" checkpoint --state "$STATE" --key "$OUT/ledger.pub"
    says "is the public key"
    expect 78 "$STIPEND" checkpoint --state "$STATE" --key "$ELSE/key"
    says "is the key of a witness"
}

@test "the ledger is compared with its checkpoint, of this month or an older one" {
    [ "$(events "$OUT/november")" -gt 0 ]
    expect 0 verify "$OUT/november"
    prints "all as they were sealed"
    expect 0 verify "$OUT/november.signed" --witness "$ELSE/witness.pub"
    note_of "$OUT/december" >"$BATS_TEST_TMPDIR/december"
    [ "$(events "$BATS_TEST_TMPDIR/december")" -gt "$(events "$OUT/november")" ]
    expect 0 verify "$BATS_TEST_TMPDIR/december"
    expect 0 checkpoint # the same again: nothing happened since
    same "$out" "$(cat "$BATS_TEST_TMPDIR/december")"
    expect 65 verify "$OUT/november" --witness "$ELSE/witness.pub"
    prints "is not signed by the key of audit.example/witness"
}

@test "a rewritten whole, sound in itself, is named; so is one that was set back" {
    expect 0 "$STIPEND" verify --state "$DIR/state-other"
    STATE=$DIR/state-other expect 65 verify "$OUT/november"
    prints "events are not those of the checkpoint: the ledger was rewritten after it was signed"
    prints other-chain
    STATE=$DIR/state-other expect 65 verify "$OUT/november" --format json
    same "$(jq -c '[.sound, .findings[0].kind]' <<<"$out")" '[false,"other-chain"]'
    STATE=$DIR/state-empty expect 65 verify "$OUT/november"
    prints "what came after was taken away"
    STATE=$DIR/state-other expect 65 checkpoint --since "$OUT/november.signed"
    says LEDGER-081
    silent
    STATE=$DIR/state-empty expect 65 checkpoint --since "$OUT/november.signed"
    says LEDGER-080
    silent
}

@test "a checkpoint that was changed, is of another key, or comes without one proves nothing" {
    sed '2s/.*/1/' "$OUT/november" >"$BATS_TEST_TMPDIR/changed"
    expect 65 verify "$BATS_TEST_TMPDIR/changed"
    prints "the signature of finance.example/dawukou is not over this checkpoint"
    "$STIPEND" key new finance.example/dawukou --out "$BATS_TEST_TMPDIR/key" >"$BATS_TEST_TMPDIR/pub"
    expect 65 "$STIPEND" verify --state "$STATE" --digest "$OUT/november" --key "$BATS_TEST_TMPDIR/pub"
    prints "is not signed by the key"
    expect 78 "$STIPEND" verify --state "$STATE" --digest "$OUT/november"
    says "means something only with the key"
    echo nothing >"$BATS_TEST_TMPDIR/nothing"
    expect 65 verify "$BATS_TEST_TMPDIR/nothing"
    says LEDGER-025
    expect 65 checkpoint --since "$BATS_TEST_TMPDIR/changed"
    says BASE-018
}

@test "the witness signs what has grown, again when asked again, and remembers only that" {
    expect 0 witness "$OUT/december"
    says "audit.example/witness has signed: finance.example/dawukou with $(events "$ELSE/state") events"
    same "$out" "$(cat "$ELSE/state")"
    prints "$(note_of "$OUT/december")"
    cp "$ELSE/state" "$BATS_TEST_TMPDIR/december"
    expect 0 verify "$BATS_TEST_TMPDIR/december" --witness "$ELSE/witness.pub"
    expect 0 witness "$OUT/december" --quiet
    same "$err" ""
    checkpoint --since "$BATS_TEST_TMPDIR/december" >"$BATS_TEST_TMPDIR/unchanged"
    expect 0 witness "$BATS_TEST_TMPDIR/unchanged"
    LC_ALL=zh_CN.UTF-8 expect 0 witness "$BATS_TEST_TMPDIR/unchanged"
    says "audit.example/witness 已见证：finance.example/dawukou 的 $(events "$ELSE/state") 个事件"
}

@test "the witness refuses another history, an older one, a wrong proof, and to begin anew by itself" {
    "$STIPEND" checkpoint --state "$DIR/state-other" --key "$OUT/key" >"$BATS_TEST_TMPDIR/other"
    { sed '/^finance/,$d' "$OUT/december" && cat "$BATS_TEST_TMPDIR/other"; } >"$BATS_TEST_TMPDIR/lie"
    expect 65 witness "$BATS_TEST_TMPDIR/lie"
    says BASE-029
    silent
    unmoved
    "$STIPEND" checkpoint --state "$DIR/state-empty" --key "$OUT/key" >"$BATS_TEST_TMPDIR/back"
    expect 65 witness "$BATS_TEST_TMPDIR/back"
    says "has 0 events, and this witness has signed $(events "$OUT/november")"
    note_of "$OUT/december" >"$BATS_TEST_TMPDIR/unproved"
    expect 65 witness "$BATS_TEST_TMPDIR/unproved"
    says BASE-030
    LC_ALL=zh_CN.UTF-8 expect 65 witness "$BATS_TEST_TMPDIR/lie"
    says "账本被改写或证明不符"
    unmoved
    expect 65 witness --first "$OUT/november"
    says BASE-025
    rm "$ELSE/state"
    expect 66 witness "$OUT/november"
    says --first
    [ ! -e "$ELSE/state" ]
    cp "$OUT/november" "$ELSE/state"
    expect 78 witness "$OUT/december"
    says BASE-027
}

@test "an event and a line are proved to somebody who has the published keys and no ledger" {
    prove 1 5 >"$BATS_TEST_TMPDIR/line"
    prove --event 1 >"$BATS_TEST_TMPDIR/event"
    expect 0 check_proof "$BATS_TEST_TMPDIR/line"
    prints "among the $(events "$OUT/november") of the checkpoint"
    prints "line 5 of run 1 was sealed by it: $("$STIPEND" ledger --run 1 --state "$STATE" --format tsv | awk -F'\t' '$2 == 5 { print $3, $4, $5 }')"
    expect 0 check_proof "$BATS_TEST_TMPDIR/event"
    prints "finance.example/dawukou: event 1 (scheme 1)"
    LC_ALL=zh_CN.UTF-8 expect 0 check_proof "$BATS_TEST_TMPDIR/line"
    prints "批次 1 第 5 行已由该事件封存"
    expect 66 prove --event 1000000
    says "is not among the"
    expect 66 prove 1 1000000
    STATE=$DIR/state-other expect 65 prove 1 5
    silent
}

@test "no bit of a proof can be changed, nor anything beside it that is said of the line" {
    prove 1 5 >"$BATS_TEST_TMPDIR/line"
    local extra name
    extra=$(sed -n 's/^extra //p' "$BATS_TEST_TMPDIR/line" | base64 -d)
    for name in run line lines canonical path root seal no kind ref link; do
        { sed -n 1p "$BATS_TEST_TMPDIR/line"
          printf 'extra %s\n' "$(sed "0,/^$name: /s/^\($name: .*\)\(.\)\$/\1\2\2/; 0,/^$name: /s/^\($name: .*\)..\$/\100/" <<<"$extra" | base64 -w0)"
          sed 1,2d "$BATS_TEST_TMPDIR/line"; } >"$BATS_TEST_TMPDIR/changed"
        cmp -s "$BATS_TEST_TMPDIR/line" "$BATS_TEST_TMPDIR/changed" && return 1
        expect 65 check_proof "$BATS_TEST_TMPDIR/changed" || { echo "changed: $name"; return 1; }
        silent
    done
    sed 's/^index .*/index 0/' "$BATS_TEST_TMPDIR/line" >"$BATS_TEST_TMPDIR/changed"
    expect 65 check_proof "$BATS_TEST_TMPDIR/changed"
    sed '4s/^./_/' "$BATS_TEST_TMPDIR/line" >"$BATS_TEST_TMPDIR/changed"
    expect 65 check_proof "$BATS_TEST_TMPDIR/changed"
    says LEDGER-083
    "$STIPEND" prove 1 5 --state "$STATE" --checkpoint "$OUT/november" --key "$OUT/ledger.pub" >"$BATS_TEST_TMPDIR/unwitnessed"
    expect 65 check_proof "$BATS_TEST_TMPDIR/unwitnessed"
    says "is not signed by the witness"
}

@test "that one checkpoint begins with another is proved to anybody, also without a witness" {
    note_of "$OUT/december" >"$BATS_TEST_TMPDIR/december"
    local between=(--since "$OUT/november" --checkpoint "$BATS_TEST_TMPDIR/december" --key "$OUT/ledger.pub")
    expect 0 "$STIPEND" prove --state "$STATE" "${between[@]}"
    same "$out" "$(cat "$OUT/december")"
    expect 0 "$STIPEND" prove --key "$OUT/ledger.pub" --since "$OUT/november" --check "$OUT/december"
    prints "finance.example/dawukou: its $(events "$BATS_TEST_TMPDIR/december") events begin with the $(events "$OUT/november") of the checkpoint of before"
    LC_ALL=zh_CN.UTF-8 expect 0 "$STIPEND" prove --key "$OUT/ledger.pub" --since "$OUT/november" --check "$OUT/december"
    prints "个事件以先前检查点的"
    # another history of as many events, signed by the same office
    "$STIPEND" checkpoint --state "$DIR/state-empty" --key "$OUT/key" >"$BATS_TEST_TMPDIR/empty"
    "$STIPEND" checkpoint --state "$DIR/state-other" --key "$OUT/key" >"$BATS_TEST_TMPDIR/other"
    expect 65 "$STIPEND" prove --key "$OUT/ledger.pub" --since "$BATS_TEST_TMPDIR/other" --check "$OUT/december"
    says LEDGER-084
    silent
    expect 65 "$STIPEND" prove --key "$OUT/ledger.pub" --since "$BATS_TEST_TMPDIR/empty" --check "$OUT/december"
    says LEDGER-084
    expect 65 "$STIPEND" prove --key "$OUT/ledger.pub" --witness "$ELSE/witness.pub" --since "$OUT/november" --check "$OUT/december"
    says "is not signed by the witness"
    expect 65 "$STIPEND" prove --key "$OUT/ledger.pub" --since "$OUT/november" --check "$OUT/november"
    says LEDGER-083
    expect 65 "$STIPEND" prove --state "$DIR/state-other" "${between[@]}"
    says LEDGER-081
    expect 65 "$STIPEND" prove --state "$DIR/state-empty" "${between[@]}"
    says LEDGER-080
    expect 66 "$STIPEND" prove --state "$STATE" --since "$BATS_TEST_TMPDIR/december" --checkpoint "$OUT/november" --key "$OUT/ledger.pub"
    silent
    expect 64 "$STIPEND" prove --state "$STATE" --since "$OUT/november" --checkpoint "$OUT/november"
    expect 64 "$STIPEND" prove 1 5 --state "$STATE" "${between[@]}"
}

@test "an independent program: notes, cosignatures, paths and consistency are as it wants them" {
    witness "$OUT/december" --quiet >"$BATS_TEST_TMPDIR/december"
    tlog open "$BATS_TEST_TMPDIR/december" "$(cat "$OUT/ledger.pub")" "$(cat "$ELSE/witness.pub")"
    prints "finance.example/dawukou $(events "$BATS_TEST_TMPDIR/december") "
    sed '1d;/^$/,$d' "$OUT/december" >"$BATS_TEST_TMPDIR/hashes"
    tlog extends "$OUT/november.signed" "$BATS_TEST_TMPDIR/december" "$BATS_TEST_TMPDIR/hashes" "$(cat "$OUT/ledger.pub")"
    prints extended
    prove 1 5 >"$BATS_TEST_TMPDIR/line"
    tlog includes "$BATS_TEST_TMPDIR/line" "$(cat "$OUT/ledger.pub")"
    prints "line 5 of run 1 is under its root"
    prove --event 2 >"$BATS_TEST_TMPDIR/event"
    tlog includes "$BATS_TEST_TMPDIR/event" "$(cat "$OUT/ledger.pub")"
    prints "is event 2 of $(events "$OUT/november")"
}

@test "keys and notes of an independent program are read here" {
    tlog key other.example/log
    sed -n 1p <<<"$out" >"$BATS_TEST_TMPDIR/key"
    sed -n 2p <<<"$out" >"$BATS_TEST_TMPDIR/pub"
    chmod 600 "$BATS_TEST_TMPDIR/key"
    expect 0 "$STIPEND" key show "$BATS_TEST_TMPDIR/key"
    same "$out" "$(cat "$BATS_TEST_TMPDIR/pub")"
    expect 0 "$STIPEND" checkpoint --state "$STATE" --key "$BATS_TEST_TMPDIR/key"
    sed '/^$/,$d' <<<"$out" >"$BATS_TEST_TMPDIR/text"
    same "$("${GO_TLOG:-$BATS_FILE_TMPDIR/tlog}" sign "$(cat "$BATS_TEST_TMPDIR/key")" <"$BATS_TEST_TMPDIR/text")" "$out"
}

@test "a superuser rewrites why a run is void, with every link after it: only the checkpoint knows" {
    local STATE=$DIR/state-other
    "$STIPEND" void 2 --reason "entered twice" --state "$STATE"
    checkpoint >"$BATS_TEST_TMPDIR/kept"
    expect 0 verify "$BATS_TEST_TMPDIR/kept"
    as_owner "
        do \$\$ declare t regclass; begin for t in select distinct tgrelid::regclass from pg_trigger where not tgisinternal
            and tgrelid::regclass::text in ('stipend.run_event', 'stipend.link') loop execute format('alter table %s disable trigger user', t); end loop; end \$\$;
        update stipend.run_event set note = 'entered by mistake' where run = 2 and state = 'void';
        do \$\$ declare k record; v_before bytea := decode(repeat('00', 32), 'hex'); begin
            for k in select l.no, l.kind, l.ref, l.actor, l.actor_oid, sha256(b.o_body) as content
                     from stipend.link l join stipend.linkable() b on b.o_kind = l.kind and b.o_ref = l.ref order by l.no loop
                v_before := stipend.link_leaf(v_before, k.no, k.kind, k.ref, k.actor::text, k.actor_oid::bigint, k.content);
                update stipend.link set content = k.content, leaf = v_before where no = k.no;
            end loop; end \$\$"
    expect 0 "$STIPEND" verify --state "$STATE"
    expect 65 verify "$BATS_TEST_TMPDIR/kept"
    prints "the ledger was rewritten after it was signed"
    expect 65 checkpoint --since "$BATS_TEST_TMPDIR/kept"
    says LEDGER-081
    # and where he did not take the trouble, nothing is signed either
    as_owner "update stipend.link set content = sha256('x') where no = 2"
    expect 65 checkpoint
    says "event 2 is missing in the chain, or is not what was written"
    silent
    expect 65 verify "$BATS_TEST_TMPDIR/kept"
    prints other-chain
}
