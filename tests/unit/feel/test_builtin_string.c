/* String functions and regular expressions. */
#include "support/check_tap.h"
#include "support/feel_table.h"

#define RUN(rows) feel_check(NULL, 0, rows, ST_LEN(rows), NULL)

START_TEST(parts) {
    static const feel_row rows[] = {
        {"substring(\"foobar\", 3)", "obar"},
        {"substring(\"foobar\", 3, 3)", "oba"},
        {"substring(\"foobar\", -2, 1)", "a"},
        {"substring(\"foobar\", -6, 99)", "foobar"},
        {"substring(\"社会工作者\", 2, 2)", "会工"},
        {"substring(\"社会\", -1)", "会"},
        {"substring(\"a😀b\", 2, 1)", "😀"},
        {"substring(\"foobar\", 0)",
         "null : substring: the start position is not within the string"},
        {"substring(\"foobar\", 7)",
         "null : substring: the start position is not within the string"},
        {"substring(\"foobar\", 1, 0)", "null : substring: the length is not positive"},
        {"string length(\"工龄😀\")", "3"},
        {"string length(\"\")", "0"},
        {"substring before(\"foobar\", \"bar\")", "foo"},
        {"substring before(\"foobar\", \"x\")", ""},
        {"substring before(\"foobar\", \"\")", ""},
        {"substring after(\"foobar\", \"ob\")", "ar"},
        {"substring after(\"foobar\", \"\")", "foobar"},
        {"substring after(\"foobar\", \"x\")", ""},
        {"contains(\"foobar\", \"\")", "true"},
        {"contains(\"\", \"a\")", "false"},
        {"starts with(\"foobar\", \"fo\")", "true"},
        {"starts with(\"fo\", \"foobar\")", "false"},
        {"ends with(\"foobar\", \"bar\")", "true"},
        {"ends with(\"中级社会工作者\", \"工作者\")", "true"},
        {"ends with(\"a\", \"\")", "true"},
        {"contains(null, \"a\")", "null : contains: argument 1 (string) is null, expected string"},
    };
    RUN(rows);
}
END_TEST

START_TEST(letters) {
    static const feel_row rows[] = {
        {"upper case(\"abC1 ?\")", "ABC1 ?"},     {"lower case(\"ÀÉÎ ÇŠŽ\")", "àéî çšž"},
        {"upper case(\"àéî ÿ čš\")", "ÀÉÎ Ÿ ČŠ"}, {"upper case(\"ελληνικά\")", "ΕΛΛΗΝΙΚΆ"},
        {"lower case(\"ПРИВЕТ Ё\")", "привет ё"}, {"upper case(\"straße\")", "STRASSE"},
        {"upper case(\"工龄i\")", "工龄I"},       {"lower case(\"I\")", "i"},
    };
    RUN(rows);
}
END_TEST

START_TEST(joining) {
    static const feel_row rows[] = {
        {"string join([\"a\", \"b\"])", "ab"},
        {"string join([\"a\", null, \"b\"], \", \")", "a, b"},
        {"string join([], \"x\")", ""},
        {"string join(\"a\", \"x\")", "a"},
        {"string join([\"a\", \"b\"], null)", "ab"},
        {"string join([\"a\", 1])", "null : string join: item 2 is number, expected string"},
        {"split(\"a;b;;\", \";\")", "[\"a\", \"b\", \"\", \"\"]"},
        {"split(\"John  Doe\", \"\\s+\")", "[\"John\", \"Doe\"]"},
        {"split(\"\", \",\")", "[\"\"]"},
        {"split(\"abc\", \"x*\")", "null : split: the pattern matches the empty text"},
    };
    RUN(rows);
}
END_TEST

START_TEST(patterns) {
    static const feel_row rows[] = {
        {"matches(\"abracadabra\", \"^a.*a$\")", "true"},
        {"matches(\"abracadabra\", \"^bra\")", "false"},
        {"matches(\"640202\", \"^\\d{6}$\")", "true"},
        {"matches(\"٣\", \"^\\d$\")", "true"},
        {"matches(\"x\", \"[a-z-[aeiou]]\")", "true"},
        {"matches(\"e\", \"[a-z-[aeiou]]\")", "false"},
        {"matches(\"e\", \"[^a-z-[0-9]]\")", "false"},
        {"matches(\"5\", \"[^a-z-[0-9]]\")", "false"},
        {"matches(\"-\", \"[^a-z-[0-9]]\")", "true"},
        {"matches(\"i\", \"[A-Z-[OI]]\", \"i\")", "false"},
        {"matches(\"x\", \"[A-Z-[OI]]\", \"i\")", "true"},
        {"matches(\"a\", \"\\p{Lu}\", \"i\")", "false"},
        {"matches(\"a\", \"[\\p{Lu}0]\", \"i\")", "false"},
        {"matches(\"a\", \"[\\p{Lu}A]\", \"i\")", "true"},
        {"matches(\"张三\", \"^\\p{IsCJKUnifiedIdeographs}+$\")", "true"},
        {"matches(\"张a\", \"^\\p{IsCJKUnifiedIdeographs}+$\")", "false"},
        {"matches(\"a\", \"\\P{IsBasicLatin}\")", "false"},
        {"matches(\"a\", \"\\p{IsNoSuchBlock}\")",
         "null : matches: the pattern is wrong: no such category or block of characters"},
        {"matches(\"_a:1\", \"^\\i\\c*$\")", "true"},
        {"matches(\"1a\", \"^\\i\")", "false"},
        {"matches(\"a b\", \"^\\S\\s\\W?\\w$\")", "true"},
        {"matches(\"a\\nb\", \"a.b\")", "false"},
        {"matches(\"a\\nb\", \"a.b\", \"s\")", "true"},
        {"matches(\"a\\nb\", \"^b$\")", "false"},
        {"matches(\"a\\nb\", \"^b$\", \"m\")", "true"},
        {"matches(\"a\\n\", \"a$\")", "false"},
        {"matches(\"ab\", \"a b\", \"x\")", "true"},
        {"matches(\"a b\", \"a[ ]b\", \"x\")", "true"},
        {"matches(\"a.b\", \"a.b\", \"q\")", "true"},
        {"matches(\"axb\", \"a.b\", \"q\")", "false"},
        {"matches(\"A.B\", \"a.b\", \"qi\")", "true"},
        {"matches(\"abab\", \"^(a)(b)\\1\\2$\")", "true"},
        {"matches(\"-\", \"[a\\-z]\")", "true"},
        {"matches(\"-\", \"[a-]\")", "true"},
        {"matches(\"x\", \"a\", \"g\")", "null : matches: flags are the letters s, m, i, x and q"},
    };
    RUN(rows);
}
END_TEST

START_TEST(wrong_patterns) {
    static const char *const wrong[] = {
        "(a",     "a)",      "[a",    "[]",    "[^]",     "*a",     "a**",      "a++",
        "a{2,1}", "a{",      "a{,2}", "\\1",   "(a\\1)",  "(a)\\2", "[\\1]",    "[z-a]",
        "(?=a)",  "(?<n>a)", "\\q",   "a\\\\", "\\p{Xx}", "\\p{L",  "a{99999}", "}",
        "]",      "[a[b]",   "\\\\b", "\\x41", "\\Qa",    "(?i)a",
    };
    st_buf text, out;
    st_buf_init(&text, 0);
    st_buf_init(&out, 0);
    for (size_t i = 0; i < ST_LEN(wrong); i++) {
        st_buf_clear(&text);
        st_buf_fmt(&text, "matches(\"abc\", \"%s\")", wrong[i]);
        feel_outcome(NULL, 0, text.p, NULL, &out);
        ck_assert_msg(strstr(out.p, "null : matches: the pattern is wrong"), "%s: %s", text.p,
                      out.p);
    }
    st_buf_free(&text);
    st_buf_free(&out);
}
END_TEST

START_TEST(hostile_patterns_end) {
    static const feel_row rows[] = {
        {"matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"^(a+)+$\")",
         "null : matches: the pattern takes too many steps on this text"},
    };
    RUN(rows);
    st_buf text, out; /* groups nested deeper than the limit */
    st_buf_init(&text, 0);
    st_buf_init(&out, 0);
    st_buf_z(&text, "matches(\"a\", \"");
    for (int i = 0; i < 5000; i++)
        st_buf_z(&text, "(?:");
    st_buf_z(&text, "\")");
    feel_outcome(NULL, 0, text.p, NULL, &out);
    ck_assert_str_eq(out.p, "null : matches: the pattern is wrong: nested too deep");
    st_buf_free(&text);
    st_buf_free(&out);
}
END_TEST

START_TEST(more_patterns_than_the_cache_holds) {
    st_buf text, out;
    st_buf_init(&text, 0);
    st_buf_init(&out, 0);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 40; i++) {
            st_buf_clear(&text);
            st_buf_fmt(&text, "[matches(\"x%d\", \"^x%d$\"), matches(\"X%d\", \"^x%d$\")]", i, i, i,
                       i);
            feel_outcome(NULL, 0, text.p, NULL, &out);
            ck_assert_str_eq(out.p, "[true, false]");
        }
    st_buf_free(&text);
    st_buf_free(&out);
}
END_TEST

START_TEST(replacements) {
    static const feel_row rows[] = {
        {"replace(\"abracadabra\", \"a(.)\", \"a$1$1\")", "abbraccaddabbra"},
        {"replace(\"abcd\", \"(ab)|(a)\", \"[1=$1][2=$2]\")", "[1=ab][2=]cd"},
        {"replace(\"13912345678\", \"(\\d{3})\\d{4}(\\d{4})\", \"$1****$2\")", "139****5678"},
        {"replace(\"abc\", \"b\", \"[$0]\")", "a[b]c"},
        {"replace(\"abc\", \"(b)\", \"$12\")", "ab2c"},
        {"replace(\"abc\", \"b\", \"\\\\$1\")", "a$1c"},
        {"replace(\"abc\", \"b\", \"$\")",
         "null : replace: the replacement is wrong: $ needs a digit, \\ a $ or \\"},
        {"replace(\"a.c\", \".\", \"$0\", \"q\")", "a$0c"},
        {"replace(\"ABC\", \"b\", \"x\", \"i\")", "AxC"},
        {"replace(\"abc\", \"x*\", \"-\")", "null : replace: the pattern matches the empty text"},
        {"replace(\"社会工作者\", \"工作\", \"\")", "社会者"},
    };
    RUN(rows);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(parts),
        CK_CASE(letters),
        CK_CASE(joining),
        CK_CASE(patterns),
        CK_CASE(wrong_patterns),
        CK_CASE(hostile_patterns_end),
        CK_CASE(more_patterns_than_the_cache_holds),
        CK_CASE(replacements),
    };
    return ck_run("feel strings", cases, ST_LEN(cases));
}
