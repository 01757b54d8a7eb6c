#!/usr/bin/env bats
# Help and usage.
load lib
setup_file() { story_begin; }
teardown_file() { story_end; }

@test "--help lists the commands, on standard output" {
    expect 0 "$STIPEND" --help
    for c in init config check run runs show ledger people source db eval test verify prove key checkpoint witness; do prints "$c"; done
    same "$err" ""
}
@test "every command has --help" {
    for c in init config check run runs show ledger people source db eval test verify prove key checkpoint witness; do
        expect 0 "$STIPEND" $c --help
        prints "$c"
        same "$err" ""
    done
}
@test "--version" {
    expect 0 "$STIPEND" --version
    prints stipend
}
@test "no command, an unknown command, an unknown option: 64, with a word on help" {
    expect 64 "$STIPEND"
    says help
    expect 64 "$STIPEND" pay-all
    says pay-all
    silent
    expect 64 "$STIPEND" run --now
    says --now
    expect 64 "$STIPEND" ledger --state "$STATE" --format csv
    says csv
    [ ! -e "$STATE" ]
}
@test "a missing option is named" {
    expect 64 "$STIPEND" run --state "$STATE" --records "$ROSTER" --period "$MONTH"
    says --scheme
    expect 64 "$STIPEND" run --state "$STATE" --scheme "$SCHEME" --period "$MONTH"
    says --records
    for because in "" "  " $'two\nlines' "$(printf 'x%.0s' $(seq 401))"; do
        expect 64 "$STIPEND" run --state "$STATE" --scheme "$SCHEME" --records "$ROSTER" --because "$because"
        says --because
    done
}
@test "periods and dates that are none" {
    for p in 2023 2023-13 2023-1 11-2023 2023-11-30 "2023-11 " ''; do
        expect 64 "$STIPEND" run --state "$STATE" --scheme "$SCHEME" --records "$ROSTER" --period "$p"
    done
    for d in 2023-02-30 30.11.2023 today; do
        expect 64 "$STIPEND" run --state "$STATE" --scheme "$SCHEME" --records "$ROSTER" --period "$MONTH" --as-of "$d"
        says "$d"
    done
    [ ! -e "$STATE" ]
}
@test "a ledger that is not there: said plainly by every command, nothing made" {
    local cmd
    for cmd in runs "runs --format json" ledger "show 1" "balance x" "claim list" "explain 1 --subject x" "people 1" "source 1" "prove 1 1" "approve 1" "void 1 --reason x" \
        "pay 1" "settle 1" "claim repay x --amount 1 --date 2024-01-05 --note y" verify "audit 1" "db start" "db stop" "db status" "db grant officer x" \
        "run --scheme $SCHEME --records $ROSTER --period $MONTH" "run --dry-run --scheme $SCHEME --records $ROSTER --period $MONTH"; do
        expect 78 "$STIPEND" $cmd --state "$DIR/state-absent"
        says "no ledger in $DIR/state-absent"
        says "stipend init"
        silent
    done
    [ ! -e "$DIR/state-absent" ]
}
@test "a --db that cannot be read is a wrong word, not a missing server" {
    local db
    for db in "host=/tmp foo bar" "hots=/tmp" "postgresql://["; do
        expect 64 "$STIPEND" runs --state "$DIR/state-absent" --db "$db"
        says "--db cannot be read"
    done
    [ ! -e "$DIR/state-absent" ]
}
@test "in Chinese: errors with what they mean and what to do, people who wait, states; tsv and json stay as they are" {
    local -x LC_ALL=zh_CN.UTF-8
    run_month "$DIR/state-zh" "$ROSTER" --quiet || [ $? -eq 3 ]
    expect 66 "$STIPEND" show 7 --state "$DIR/state-zh"
    says "stipend: 错误: 没有该批次: there is no run 7 [RUN-009]"
    says "  提示: 用 stipend runs 列出批次"
    expect 0 "$STIPEND" show 1 --state "$DIR/state-zh"
    prints "退回      DWK0145        records-2023-11.xml:734:3: 身份证号码有误: DWK0145: id-number"
    prints "    已封存    "
    expect 0 "$STIPEND" explain 1 --subject DWK0012 --benefit allowance --state "$DIR/state-zh"
    prints "批次 1 第 67 行   allowance  2023-01        补发      assistant              200.00  -> 应发 200.00"
    prints 'community work 为 "ended"; 如改变: community work 不为 "ended"'
    expect 0 "$STIPEND" show 1 --state "$DIR/state-zh" --lang en
    prints "held, rejected and noted"
    expect 0 "$STIPEND" runs --state "$DIR/state-zh" --format tsv
    prints $'draft\tsealed'
}
