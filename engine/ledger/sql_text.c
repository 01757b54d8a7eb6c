/* The files of sql/, in the program. */
#include "ledger/sql_text.h"

/* The text of sql/<file>.sql between two symbols; the compiler runs in the root of the source tree.
 */
#define EMBED(symbol, file)                                                                        \
    __asm__(".pushsection .rodata\n"                                                               \
            ".global st_sql_" #symbol "\nst_sql_" #symbol ":\n"                                    \
            ".incbin \"sql/" file ".sql\"\n"                                                       \
            ".global st_sql_" #symbol "_end\nst_sql_" #symbol "_end:\n"                            \
            ".byte 0\n.popsection\n");                                                             \
    extern const char st_sql_##symbol[], st_sql_##symbol##_end[];
#define TEXT(symbol, name, earlier)                                                                \
    { name, st_sql_##symbol, st_sql_##symbol##_end, earlier }

EMBED(t0001, "tables/0001_ledger")
EMBED(t0002, "tables/0002_approval")
EMBED(t0003, "tables/0003_archive")
EMBED(t0004, "tables/0004_posting")
EMBED(t0005, "tables/0005_claim")
EMBED(t0006, "tables/0006_sealed_claims")
EMBED(t0007, "tables/0007_names")
EMBED(t0008, "tables/0008_seen")
EMBED(t0009, "tables/0009_forward")
EMBED(t0010, "tables/0010_person")
EMBED(t0011, "tables/0011_definition")
EMBED(t0012, "tables/0012_waiting")
EMBED(t0013, "tables/0013_hands")
EMBED(t0014, "tables/0014_legs")
EMBED(t0015, "tables/0015_link")
EMBED(t0016, "tables/0016_receipt")
EMBED(d_functions_bytes, "functions/bytes")
EMBED(d_views_engine, "views/engine")
EMBED(d_views_people, "views/people")
EMBED(d_functions_link, "functions/link")
EMBED(d_functions_run, "functions/run")
EMBED(d_functions_legs, "functions/legs")
EMBED(d_functions_approval, "functions/approval")
EMBED(d_functions_claim, "functions/claim")
EMBED(d_functions_request, "functions/request")
EMBED(d_functions_person, "functions/person")
EMBED(d_functions_waiting, "functions/waiting")
EMBED(d_functions_guard, "functions/guard")
EMBED(d_triggers, "triggers")
EMBED(d_rights, "rights")

/* Until 0010 functions and views stood in the migrations; ledgers made then have other digests. */
const st_sql_text st_sql_tables[] = {
    TEXT(t0001, "0001_ledger", "15f1572647b86e78c465fbaf2a326544799cb39f57672912d2a1603bac776fc5"),
    TEXT(t0002, "0002_approval",
         "20cdc227f25a4c4392a06f3eb08390c98af8045fad49b7ec4469c9fe85b02402"),
    TEXT(t0003, "0003_archive", "f897989b9aa1e3043064fddf770b032f284b8007525e7fb962736a9bb8190606"),
    TEXT(t0004, "0004_posting", "40fd660e94489cf38d4e62be20a0442585dfc849cace6ffdb1cba55c95701cfe"),
    TEXT(t0005, "0005_claim", "dd5096638ac1cae8188d7a7abc507233bd446623eab54bd993f537758ed0517d"),
    TEXT(t0006, "0006_sealed_claims",
         "0c2291158b7fc965b2acc856e5a12aa125099cdbfd2c7bea4ec2c2239403629a"),
    TEXT(t0007, "0007_names", "23c03cd2ce8da8d97076355048b5852a13348293d61c3a3b4aae381c277d62a4"),
    TEXT(t0008, "0008_seen", "fb00bc934d6853c3182bcab895d48ea78b98681f8be4fa60280866dce4f931ed"),
    TEXT(t0009, "0009_forward", "09f0b4d4a240a27b9dba9c4bd92ac7b867ed02322ac1d294271740b3570e2118"),
    TEXT(t0010, "0010_person", "7e769533ea44641735817abceb2a617e559b4b88152678fb5b7412acbe2e4f4a"),
    TEXT(t0011, "0011_definition", NULL),
    TEXT(t0012, "0012_waiting", NULL),
    TEXT(t0013, "0013_hands", NULL),
    TEXT(t0014, "0014_legs", NULL),
    TEXT(t0015, "0015_link", NULL),
    TEXT(t0016, "0016_receipt", NULL),
};
const size_t st_sql_tables_n = ST_LEN(st_sql_tables);

/* In this order: a view may use functions of bytes, functions yield rows of views, triggers call
 * functions, and rights are given to all of them. */
const st_sql_text st_sql_definitions[] = {
    TEXT(d_functions_bytes, "functions/bytes", NULL),
    TEXT(d_views_engine, "views/engine", NULL),
    TEXT(d_views_people, "views/people", NULL),
    TEXT(d_functions_link, "functions/link", NULL),
    TEXT(d_functions_run, "functions/run", NULL),
    TEXT(d_functions_legs, "functions/legs", NULL),
    TEXT(d_functions_approval, "functions/approval", NULL),
    TEXT(d_functions_claim, "functions/claim", NULL),
    TEXT(d_functions_request, "functions/request", NULL),
    TEXT(d_functions_person, "functions/person", NULL),
    TEXT(d_functions_waiting, "functions/waiting", NULL),
    TEXT(d_functions_guard, "functions/guard", NULL),
    TEXT(d_triggers, "triggers", NULL),
    TEXT(d_rights, "rights", NULL),
};
const size_t st_sql_definitions_n = ST_LEN(st_sql_definitions);
