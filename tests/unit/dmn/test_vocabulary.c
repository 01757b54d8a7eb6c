/* Versions, languages, and every word of OMG's schemas: what is listed as used changes something,
 * what is listed as harmless changes nothing, what is refused is refused by name and place. */
#include "models.h"
#include "dmn/vocabulary.h"

#define HEAD "<definitions xmlns='" NS15 "' namespace='urn:test' name='test'"

static const char *const feel[] = {
    "http://www.omg.org/spec/FEEL/20140401",
    "http://www.omg.org/spec/DMN/20180521/FEEL/",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
    "https://www.omg.org/spec/DMN/20240513/FEEL/",
    "https://www.omg.org/spec/DMN/FEEL/",
    "feel",
    "FEEL",
    "",
};
static const char *const not_feel[] = {
    "https://www.omg.org/spec/DMN/20240513/B-FEEL/",
    "https://www.omg.org/spec/DMN/B-FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/x",
    "https://www.omg.org/spec/DMN/20990101/FEEL/",
    "x/https://www.omg.org/spec/DMN/FEEL/",
    "S-FEEL",
    "Feel with extras",
    "urn:python",
    "javascript",
    "http://www.w3.org/2001/XMLSchema",
};

/* Models with the language at %s, wherever a language may stand. */
static const char *const places[] = {
    HEAD " expressionLanguage='%s'/>",
    HEAD " typeLanguage='%s'/>",
    HEAD "><itemDefinition name='t' typeLanguage='%s'><typeRef>number</typeRef></itemDefinition>"
         "</definitions>",
    HEAD "><itemDefinition name='t'><itemComponent name='c' typeLanguage='%s'><typeRef>number"
         "</typeRef></itemComponent></itemDefinition></definitions>",
    HEAD "><itemDefinition name='t'><typeRef>number</typeRef><allowedValues "
         "expressionLanguage='%s'><text>1</text></allowedValues></itemDefinition></definitions>",
    HEAD "><decision id='d' name='d'><literalExpression expressionLanguage='%s'><text>1</text>"
         "</literalExpression></decision></definitions>",
    HEAD "><decision id='d' name='d'><context><contextEntry><literalExpression "
         "expressionLanguage='%s'><text>1</text></literalExpression></contextEntry></context>"
         "</decision></definitions>",
    HEAD "><decision id='d' name='d'><decisionTable><input><inputExpression "
         "expressionLanguage='%s'><text>1</text></inputExpression></input><output/>"
         "</decisionTable></decision></definitions>",
    HEAD "><decision id='d' name='d'><decisionTable>" COLUMN(
        "1") "<output><outputValues "
             "expressionLanguage='%s'><text>1</text></outputValues></output></decisionTable>"
             "</decision></definitions>",
    HEAD "><decision id='d' name='d'><decisionTable>" COLUMN(
        "1") "<output/><rule><inputEntry "
             "expressionLanguage='%s'><text>1</text></inputEntry>" OUT(
                 "1") "</rule></decisionTable>"
                      "</decision></definitions>",
    HEAD "><decision id='d' name='d'><decisionTable>" COLUMN("1") "<output/><rule>" CELL(
        "1") "<outputEntry "
             "expressionLanguage='%s'><text>1</text></outputEntry></rule></decisionTable>"
             "</decision></definitions>",
};

static bool open_text(world *w, const char *text) {
    world_file(w, "model.dmn", text);
    return world_open(w);
}

START_TEST(test_languages) {
    for (size_t p = 0; p < ST_LEN(places); p++)
        for (size_t i = 0; i < ST_LEN(feel) + ST_LEN(not_feel); i++) {
            bool good = i < ST_LEN(feel);
            const char *language = good ? feel[i] : not_feel[i - ST_LEN(feel)];
            st_buf b;
            st_buf_init(&b, 0);
            st_buf_z(&b, "<!-- line 1 -->\n");
            const char *at = strstr(places[p], "%s");
            st_buf_fmt(&b, "%.*s%s%s", (int)(at - places[p]), places[p], language, at + 2);
            world *w = world_new();
            ck_assert_msg(open_text(w, b.p) == good, "place %zu, '%s': %s", p, language,
                          w->err.msg);
            if (!good) {
                ck_assert_int_eq(w->err.code, ST_E_DMN_LANGUAGE);
                ck_assert_msg(strstr(w->err.msg, language) != NULL, "%s", w->err.msg);
                ck_assert_uint_eq(w->err.pos.line, 2);
                ck_assert_uint_eq(w->err.pos.column, (uint32_t)(at - places[p]) + 1);
            }
            st_buf_free(&b);
            world_free(w);
        }
}
END_TEST

START_TEST(test_versions) {
    static const struct {
        const char *ns, *more;
        st_code code;
    } rows[] = {
        {"https://www.omg.org/spec/DMN/20240513/MODEL/", "", ST_E_NONE},
        {"https://www.omg.org/spec/DMN/", "dmnVersion='1.7'", ST_E_NONE},
        {"https://www.omg.org/spec/DMN/", "dmnVersion='1.8'", ST_E_DMN_WORD},
        {"https://www.omg.org/spec/DMN/20990101/MODEL/", "", ST_E_DMN_NOT_DMN},
        {"https://www.omg.org/spec/DMN/20230324/MODEL", "", ST_E_DMN_NOT_DMN},
    };
    for (size_t i = 0; i < ST_LEN(rows); i++) {
        world *w = world_new();
        char text[512];
        snprintf(text, sizeof text,
                 "<definitions xmlns='%s' namespace='urn:x' name='x' %s>" DECISION(
                     "d", LITERAL("1 + 1")) "</definitions>",
                 rows[i].ns, rows[i].more);
        bool ok = open_text(w, text);
        ck_assert_msg(w->err.code == rows[i].code, "%s: %s", rows[i].ns, w->err.msg);
        ck_assert_int_eq(w->n_findings, 0);
        if (ok)
            ck_assert_str_eq(decide(w, "d"), "2");
        world_free(w);
    }
}
END_TEST

/* -- refused by name -- */

static const struct {
    const char *name, *body;
    st_code code;
    const char *says;
} refused[] = {
    {"default of an input",
     "<inputData id='i' name='i'><variable name='i'><defaultValue><text>1</text></defaultValue>"
     "</variable></inputData>",
     ST_E_DMN_WORD, "'defaultValue' of variable"},
    {"default of a parameter",
     "<businessKnowledgeModel id='b' name='b'><encapsulatedLogic><formalParameter name='p'>"
     "<defaultValue><text>1</text></defaultValue></formalParameter>" LITERAL(
         "p") "</encapsulatedLogic></businessKnowledgeModel>",
     ST_E_DMN_WORD, "'defaultValue' of formalParameter"},
    {"range", "<itemDefinition name='t' isRange='true'><typeRef>number</typeRef></itemDefinition>",
     ST_E_DMN_WORD, "'isRange' of itemDefinition"},
    {"range inside",
     "<itemDefinition name='t'><itemComponent name='c' isRange='1'><typeRef>number</typeRef>"
     "</itemComponent></itemDefinition>",
     ST_E_DMN_WORD, "'isRange' of itemComponent"},
    {"PMML",
     "<businessKnowledgeModel id='b' name='b'><encapsulatedLogic kind='PMML'>" LITERAL(
         "1") "</encapsulatedLogic></businessKnowledgeModel>",
     ST_E_DMN_EXTERNAL, "'PMML'"},
    {"ONNX", DECISION("d", "<functionDefinition kind='ONNX'>" LITERAL("1") "</functionDefinition>"),
     ST_E_DMN_EXTERNAL, "'ONNX'"},
    {"kind of older editors",
     DECISION("d", "<functionDefinition xmlns:k='urn:k' k:kind='P'>" LITERAL(
                       "1") "</functionDefinition>"),
     ST_E_DMN_EXTERNAL, "'P'"},
    {"imported values",
     DECISION("d", "<literalExpression><importedValues namespace='urn:x' importType='x' name='x'>"
                   "<importedElement>x</importedElement></importedValues></literalExpression>"),
     ST_E_DMN_WORD, "'importedValues'"},
    {"default output of another kind",
     DECISION("d",
              "<decisionTable>" COLUMN("1") "<output><defaultOutputEntry "
                                            "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
                                            "xsi:type='tContext'/></output></decisionTable>"),
     ST_E_DMN_WORD, "'tContext'"},
    {"misspelt attribute",
     DECISION("d", "<decisionTable hitpolicy='FIRST'>" COLUMN("1") "<output/></decisionTable>"),
     ST_E_DMN_WORD, "'hitpolicy' of decisionTable is no attribute"},
    {"misspelt element",
     DECISION("d", "<decisionTable>" COLUMN(
                       "1") "<output><defaultOutput><text>1</text></defaultOutput></output>"
                            "</decisionTable>"),
     ST_E_DMN_WORD, "'defaultOutput' of output is no element"},
    {"an element in the wrong place",
     DECISION("d", "<decisionTable>" COLUMN("1") "<output/><rule>" CELL("1")
                       OUT("1") "<defaultOutputEntry/></rule></decisionTable>"),
     ST_E_DMN_WORD, "'defaultOutputEntry' of rule"},
    {"a rule of another version",
     DECISION("d", "<decisionTable>" COLUMN(
                       "1") "<output/><rule "
                            "xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'>" CELL("1")
                                OUT("1") "</rule></decisionTable>"),
     ST_E_DMN_WORD, "'rule' stands in the namespace"},
    {"text of nobody",
     DECISION("d", "<literalExpression><text xmlns=''>1</text></literalExpression>"), ST_E_DMN_WORD,
     "'text' stands in the namespace"},
    {"a truth that is none",
     "<itemDefinition name='t' isCollection='yes'><typeRef>number</typeRef></itemDefinition>",
     ST_E_DMN_WORD, "'isCollection'"},
};

START_TEST(test_refused_by_name) {
    for (size_t i = 0; i < ST_LEN(refused); i++) {
        world *w = world_new();
        ck_assert_msg(!world_model(w, refused[i].body), "%s: was opened", refused[i].name);
        ck_assert_msg(w->err.code == refused[i].code, "%s: %s", refused[i].name, w->err.msg);
        ck_assert_msg(strstr(w->err.msg, refused[i].says) != NULL, "%s: %s", refused[i].name,
                      w->err.msg);
        ck_assert_uint_gt(w->err.pos.line, 0);
        ck_assert_uint_gt(w->err.pos.column, 1);
        world_free(w);
    }
}
END_TEST

START_TEST(test_false_is_no_range_and_1_is_true) {
    world *w = world_new();
    MUST_OPEN(w, "<itemDefinition name='t' isRange='false' isCollection='1'><typeRef>number"
                 "</typeRef></itemDefinition>" INPUT("n", "t")
                     DECISION("d", NEEDS_INPUT("n") LITERAL("count(n)")));
    set_number(w, "n", 7);
    ck_assert_str_eq(decide(w, "d"), "1");
    ck_assert_uint_eq(st_model_input_type(w->m, 0)->kind, ST_T_LIST);
    world_free(w);
}
END_TEST

START_TEST(test_vendor_parts_are_left_alone) {
    world *w = world_new();
    MUST_OPEN(w, "<extensionElements><v:rule xmlns:v='urn:v'/><rule/></extensionElements>" DECISION(
                     "d", "<literalExpression v:width='3' xmlns:v='urn:v'><v:note/>"
                          "<text>1</text></literalExpression>"));
    ck_assert_str_eq(decide(w, "d"), "1");
    world_free(w);
}
END_TEST

/* -- the list -- */

static const dmn_word *word(const char *in, const char *name, bool attribute) {
    size_t n;
    const dmn_word *all = st_dmn_words(&n), *base = NULL;
    for (size_t i = 0; i < n; i++) {
        if (all[i].attribute != attribute || strcmp(all[i].name, name) != 0)
            continue;
        if (strcmp(all[i].in, in) == 0)
            return &all[i];
        if (strcmp(all[i].in, "tDMNElement") == 0)
            base = &all[i];
    }
    return base;
}

START_TEST(test_every_word_has_a_verdict) {
    size_t n;
    const dmn_word *all = st_dmn_words(&n);
    for (size_t i = 0; i < n; i++) {
        bool reasoned = all[i].verdict == DMN_USED || all[i].verdict == DMN_REFUSED;
        ck_assert_msg((*st_dmn_verdict_reason(all[i].verdict) == 0) == reasoned, "%s/%s", all[i].in,
                      all[i].name);
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(strcmp(all[i].in, all[k].in) != 0 ||
                              all[i].attribute != all[k].attribute ||
                              strcmp(all[i].name, all[k].name) != 0,
                          "%s/%s stands twice", all[i].in, all[i].name);
    }
}
END_TEST

/* Types of the schema that never stand in a file by themselves: their words are listed in the types
 * that extend them. */
static const char *const listed_in[][2] = {
    {"tNamedElement", "tDecision"},
    {"tExpression", "tLiteralExpression"},
    {"tBusinessContextElement", "tOrganizationUnit"},
    {"tInvocable", "tDecisionService"},
    {"tChildExpression", "tTypedChildExpression"},
    {"tIterator", "tFor"},
    {"tIterator", "tQuantified"},
};
static const char *const abstract[] = {"tImportedValues", "tDRGElement", "tArtifact"};

static int missing_words;

static void look(const char *type, const st_xml *e, bool attribute) {
    st_str raw = st_xml_get(e, "name");
    bool expression = st_str_is(st_xml_get(e, "ref"), "expression");
    char name[80];
    if (!raw.n && !expression && !st_str_is(st_xml_get(e, "ref"), "contextEntry"))
        return; /* the list of global elements: drgElement, artifact */
    snprintf(name, sizeof name, "%.*s",
             ST_FMT(raw.n        ? raw
                    : expression ? ST_STR("literalExpression")
                                 : ST_STR("contextEntry")));
    bool found = false, asked = false;
    for (size_t i = 0; i < ST_LEN(listed_in); i++)
        if (strcmp(listed_in[i][0], type) == 0) {
            asked = true;
            found = word(listed_in[i][1], name, attribute) != NULL;
        }
    if (!asked)
        found = word(type, name, attribute) != NULL;
    if (!found) {
        fprintf(stderr, "# %s of the schema has %s '%s', the list has not\n", type,
                attribute ? "the attribute" : "the element", name);
        missing_words++;
    }
}

static void look_all(const char *type, const st_xml *e) {
    for (const st_xml *c = e->first; c; c = c->next) {
        if (st_str_is(c->name, "attribute"))
            look(type, c, true);
        else if (st_str_is(c->name, "element"))
            look(type, c, false);
        if (!st_str_is(c->name, "element"))
            look_all(type, c);
    }
}

/* OMG's schema of 1.5, read in place. */
START_TEST(test_schema_of_1_5) {
    const char *shared = getenv("STIPEND_SHARED");
    char path[512];
    snprintf(path, sizeof path, "%s/dmn-tck/schemas/DMN15.xsd", shared ? shared : "../shared");
    st_arena a;
    st_arena_init(&a, 0);
    st_xml *root;
    st_err err;
    st_err_init(&err);
    if (!st_xml_parse_file(&a, path, &root, &err)) {
        fprintf(stderr, "# skipped: no %s\n", path);
        st_arena_free(&a);
        return;
    }
    int types = 0;
    for (const st_xml *t = st_xml_child(root, "complexType"); t;
         t = st_xml_next(t, "complexType")) {
        char type[80];
        snprintf(type, sizeof type, "%.*s", ST_FMT(st_xml_get(t, "name")));
        bool skip = false;
        for (size_t i = 0; i < ST_LEN(abstract); i++)
            skip = skip || strcmp(abstract[i], type) == 0;
        if (!skip)
            look_all(type, t);
        types++;
    }
    st_arena_free(&a);
    ck_assert_int_ge(types, 50);
    ck_assert_int_eq(missing_words, 0);
}
END_TEST

/* What 1.6 and 1.7 have more than 1.5. */
START_TEST(test_words_of_1_6_and_1_7) {
    ck_assert_int_eq(word("tItemDefinition", "isRange", true)->verdict, DMN_REFUSED);
    ck_assert_int_eq(word("tInformationItem", "defaultValue", false)->verdict, DMN_REFUSED);
    ck_assert_int_eq(word("tDefinitions", "dmnVersion", true)->verdict, DMN_USED);
}
END_TEST

/* -- a model with every word in it: each is changed and taken away in turn -- */

static const char sink_lib[] =
    "<definitions xmlns='https://www.omg.org/spec/DMN/' dmnVersion='1.7' namespace='urn:lib' "
    "name='lib'><decision id='base' name='base'>" LITERAL("5") "</decision></definitions>";

static const char sink[] =
    "<definitions xmlns='https://www.omg.org/spec/DMN/' id='defs' name='all' label='l' "
    "namespace='urn:all' expressionLanguage='https://www.omg.org/spec/DMN/FEEL/' "
    "typeLanguage='https://www.omg.org/spec/DMN/FEEL/' exporter='x' exporterVersion='1' "
    "dmnVersion='1.7'><description>d</description><extensionElements><v xmlns='urn:v'/>"
    "</extensionElements>"
    "<import name='lib' namespace='urn:lib' locationURI='lib.dmn' "
    "importType='https://www.omg.org/spec/DMN/'/>"
    "<itemDefinition name='tLevel' label='l' typeLanguage='https://www.omg.org/spec/DMN/FEEL/'>"
    "<typeRef>string</typeRef><allowedValues><text>\"a\",\"b\"</text></allowedValues>"
    "<typeConstraint expressionLanguage='https://www.omg.org/spec/DMN/FEEL/'><text>string "
    "length(?) = 1</text></typeConstraint></itemDefinition>"
    "<itemDefinition name='tNums' isCollection='true'><typeRef>number</typeRef></itemDefinition>"
    "<itemDefinition name='tRec'><itemComponent name='f'><typeRef>number</typeRef></itemComponent>"
    "<itemComponent name='l'><typeRef>tLevel</typeRef></itemComponent></itemDefinition>"
    "<itemDefinition name='tFn'><functionItem outputTypeRef='number'><parameters name='x' "
    "typeRef='number'/></functionItem></itemDefinition>"
    "<inputData id='i_level' name='level' label='l'><variable name='level' typeRef='tLevel'/>"
    "</inputData>"
    "<inputData id='i_nums' name='nums'><variable name='nums' typeRef='tNums'/></inputData>"
    "<decision id='d1' name='d1'><question>q</question><allowedAnswers>a</allowedAnswers>"
    "<variable name='d1' typeRef='number'/>"
    "<informationRequirement><requiredInput href='#i_level'/></informationRequirement>"
    "<authorityRequirement><requiredAuthority href='#ks'/></authorityRequirement>"
    "<authorityRequirement><requiredDecision href='#d2'/></authorityRequirement>"
    "<authorityRequirement><requiredInput href='#i_level'/></authorityRequirement>"
    "<supportedObjective href='#o'/><impactedPerformanceIndicator href='#pi'/>"
    "<decisionMaker href='#ou'/><decisionOwner href='#ou'/><usingProcess href='#p'/>"
    "<usingTask href='#t'/>"
    "<decisionTable typeRef='number' hitPolicy='COLLECT' aggregation='SUM' "
    "preferredOrientation='Rule-as-Row' outputLabel='o'>"
    "<input label='l'><inputExpression typeRef='tLevel'><text>level</text></inputExpression>"
    "<inputValues><text>\"a\",\"b\"</text></inputValues></input>"
    "<output name='o' typeRef='number'><outputValues><text>1,2,3</text></outputValues>"
    "<defaultOutputEntry><text>2</text></defaultOutputEntry></output>"
    "<annotation name='clause'/>"
    "<rule label='r'><description>only described</description><inputEntry><text>\"a\"</text>"
    "</inputEntry><outputEntry typeRef='number'><text>1</text></outputEntry></rule>"
    "<rule><inputEntry><text>\"a\"</text></inputEntry><outputEntry><text>2</text></outputEntry>"
    "<annotationEntry><text>article 2</text></annotationEntry></rule>"
    "</decisionTable></decision>"
    "<decision id='d2' name='d2'><variable name='d2'/>"
    "<informationRequirement><requiredInput href='#i_nums'/></informationRequirement>"
    "<informationRequirement><requiredDecision href='#d1'/></informationRequirement>"
    "<informationRequirement><requiredDecision href='urn:lib#base'/></informationRequirement>"
    "<knowledgeRequirement><requiredKnowledge href='#s1'/></knowledgeRequirement>"
    "<context typeRef='Any'>"
    "<contextEntry><variable name='cond' typeRef='number'/><conditional typeRef='number'>"
    "<if typeRef='boolean'><literalExpression><text>d1 &gt; 2</text></literalExpression></if>"
    "<then typeRef='number'><literalExpression><text>10</text></literalExpression></then>"
    "<else typeRef='number'><literalExpression><text>11</text></literalExpression></else>"
    "</conditional></contextEntry>"
    "<contextEntry><variable name='flt'/><filter typeRef='tNums'>"
    "<in typeRef='tNums'><literalExpression><text>nums</text></literalExpression></in>"
    "<match typeRef='boolean'><literalExpression><text>item &gt; 1</text></literalExpression>"
    "</match></filter></contextEntry>"
    "<contextEntry><variable name='loop'/><for typeRef='tNums' iteratorVariable='i'>"
    "<in typeRef='tNums'><literalExpression><text>nums</text></literalExpression></in>"
    "<return typeRef='number'><literalExpression><text>i * 2</text></literalExpression></return>"
    "</for></contextEntry>"
    "<contextEntry><variable name='any'/><some typeRef='boolean' iteratorVariable='i'>"
    "<in typeRef='tNums'><literalExpression><text>nums</text></literalExpression></in>"
    "<satisfies typeRef='boolean'><literalExpression><text>i = 2</text></literalExpression>"
    "</satisfies></some></contextEntry>"
    "<contextEntry><variable name='all'/><every typeRef='boolean' iteratorVariable='i'>"
    "<in typeRef='tNums'><literalExpression><text>nums</text></literalExpression></in>"
    "<satisfies typeRef='boolean'><literalExpression><text>i = 2</text></literalExpression>"
    "</satisfies></every></contextEntry>"
    "<contextEntry><variable name='rel'/><relation typeRef='Any'><column name='c' "
    "typeRef='number'/><row typeRef='Any'><literalExpression><text>7</text></literalExpression>"
    "</row></relation></contextEntry>"
    "<contextEntry><variable name='lst'/><list typeRef='tNums'><literalExpression><text>8</text>"
    "</literalExpression></list></contextEntry>"
    "<contextEntry><variable name='fn' typeRef='tFn'/><functionDefinition kind='FEEL' "
    "typeRef='number'><formalParameter name='x' typeRef='number'/><literalExpression><text>x + 1"
    "</text></literalExpression></functionDefinition></contextEntry>"
    "<contextEntry><variable name='inv'/><invocation typeRef='number'><literalExpression><text>fn"
    "</text></literalExpression><binding><parameter name='x' typeRef='number'/>"
    "<literalExpression typeRef='number'><text>lib.base</text></literalExpression></binding>"
    "</invocation></contextEntry>"
    "<contextEntry><variable name='srv'/><literalExpression><text>s1(level: \"b\", d4: 40)</text>"
    "</literalExpression></contextEntry>"
    "<contextEntry><literalExpression><text>[cond, flt, loop, any, all, rel, lst, inv, srv, d1]"
    "</text></literalExpression></contextEntry>"
    "</context></decision>"
    "<decision id='d3' name='d3'><variable name='d3'/>"
    "<informationRequirement><requiredInput href='#i_level'/></informationRequirement>"
    "<informationRequirement><requiredDecision href='#d4'/></informationRequirement>"
    "<knowledgeRequirement><requiredKnowledge href='#f1'/></knowledgeRequirement>" LITERAL(
        "{l: level, f: f1(d4)}") "</decision>"
                                 "<decision id='d4' name='d4'><variable name='d4'/>" LITERAL(
                                     "4") "</decision>"
                                          "<businessKnowledgeModel id='f1' name='f1'><variable "
                                          "name='f1' typeRef='number'/>"
                                          "<encapsulatedLogic kind='FEEL' "
                                          "typeRef='number'><formalParameter name='x' "
                                          "typeRef='number'/><literalExpression typeRef='number' "
                                          "expressionLanguage='https://www.omg.org/spec/DMN/FEEL/"
                                          "'><text>f2(x) * 2</text>"
                                          "</literalExpression></"
                                          "encapsulatedLogic><knowledgeRequirement><"
                                          "requiredKnowledge "
                                          "href='#f2'/></"
                                          "knowledgeRequirement><authorityRequirement><"
                                          "requiredAuthority href='#ks'/>"
                                          "</authorityRequirement></businessKnowledgeModel>"
                                          "<businessKnowledgeModel id='f2' name='f2'><variable "
                                          "name='f2'/><encapsulatedLogic>"
                                          "<formalParameter name='y'/><literalExpression><text>y + "
                                          "1</text></literalExpression>"
                                          "</encapsulatedLogic></businessKnowledgeModel>"
                                          "<decisionService id='s1' name='s1'><variable name='s1' "
                                          "typeRef='tRec'/>"
                                          "<outputDecision href='#d3'/><encapsulatedDecision "
                                          "href='#d4'/><inputDecision href='#d4'/>"
                                          "<inputData href='#i_level'/></decisionService>"
                                          "<knowledgeSource id='ks' name='ks' "
                                          "locationURI='x'><authorityRequirement>"
                                          "<requiredAuthority "
                                          "href='#ks2'/></authorityRequirement><type>t</"
                                          "type><owner href='#ou'/>"
                                          "</knowledgeSource>"
                                          "<group name='g'/><textAnnotation id='ta' "
                                          "textFormat='text/plain'><text>t</text>"
                                          "</textAnnotation><association "
                                          "associationDirection='One'><sourceRef href='#ta'/>"
                                          "<targetRef href='#d1'/></association>"
                                          "<elementCollection name='ec'><drgElement "
                                          "href='#d1'/></elementCollection>"
                                          "<performanceIndicator id='pi' name='pi' "
                                          "URI='x'><impactingDecision href='#d1'/>"
                                          "</performanceIndicator><organizationUnit id='ou' "
                                          "name='ou' URI='x'><decisionMade href='#d1'/>"
                                          "<decisionOwned href='#d1'/></organizationUnit>"
                                          "<di:DMNDI "
                                          "xmlns:di='https://www.omg.org/spec/DMN/DMNDI/'/>"
                                          "</definitions>";

typedef struct mutation {
    int attribute, element; /* the how-manieth is changed or left out; -1: none */
    int attributes, elements;
    const dmn_word *word; /* of what was changed */
    bool harmless;        /* stands inside of something that is harmless */
    char what[160];
} mutation;

static void dump_attributes(st_buf *b, const st_xml *e, const char *type, bool harmless,
                            mutation *m) {
    for (size_t i = 0; i < e->n_attrs; i++) {
        char name[80];
        snprintf(name, sizeof name, "%.*s", ST_FMT(e->attrs[i].name));
        bool here = m->attributes++ == m->attribute;
        if (here) {
            m->word = type ? word(type, name, true) : NULL;
            m->harmless = harmless;
            snprintf(m->what, sizeof m->what, "%.*s/@%s in line %u:%u", ST_FMT(e->name), name,
                     e->pos.line, e->pos.column);
        }
        st_buf_fmt(b, " %s=\"", name);
        st_str v = here ? ST_STR("zzz") : e->attrs[i].value;
        for (size_t k = 0; k < v.n; k++)
            st_buf_z(b, v.p[k] == '"' ? "&quot;" : (char[]){v.p[k], 0});
        st_buf_z(b, "\"");
    }
}

static void dump(st_buf *b, const st_xml *e, const char *type, bool harmless, mutation *m) {
    st_buf_fmt(b, "<%.*s", ST_FMT(e->name));
    if (!e->parent || !st_str_eq(e->ns, e->parent->ns))
        st_buf_fmt(b, " xmlns=\"%.*s\"", ST_FMT(e->ns));
    dump_attributes(b, e, type, harmless, m);
    st_buf_z(b, ">");
    if (!e->first)
        for (size_t k = 0; k < e->text.text.n; k++) {
            char c = e->text.text.p[k];
            st_buf_z(b, c == '<' ? "&lt;" : c == '&' ? "&amp;" : (char[]){c, 0});
        }
    for (const st_xml *c = e->first; c; c = c->next) {
        char name[80];
        snprintf(name, sizeof name, "%.*s", ST_FMT(c->name));
        const dmn_word *w = type ? word(type, name, false) : NULL;
        if (w && m->elements++ == m->element) {
            m->word = w;
            m->harmless = harmless;
            snprintf(m->what, sizeof m->what, "%.*s/%s in %u:%u", ST_FMT(e->name), name,
                     c->pos.line, c->pos.column);
            continue;
        }
        dump(b, c, w ? w->type : NULL, harmless || (w && w->verdict != DMN_USED), m);
    }
    st_buf_fmt(b, "</%.*s>", ST_FMT(e->name));
}

/* Everything that can be seen of a model: why it is refused, or what it decides and which rows and
 * clauses it names. */
static void fingerprint(const char *text, st_buf *out) {
    world *w = world_new();
    world_file(w, "all.dmn", text);
    world_file(w, "lib.dmn", sink_lib);
    const char *path = w->paths[0];
    bool ok = st_model_open(&path, 1, NULL, 0, world_sink, w, &w->m, &w->err);
    if (ok)
        w->e = st_evaluator_new(w->m);
    else
        st_buf_fmt(out, "%s %s", st_code_id(w->err.code), w->err.msg);
    for (int i = 0; i < w->n_findings; i++)
        st_buf_fmt(out, "[%s]", w->findings[i]);
    for (int round = 0; ok && round < 2; round++) {
        st_evaluator_trace(w->e, true);
        st_val nums[] = {st_number_int(1), st_number_int(2)};
        int level = st_model_input(w->m, ST_STR("level")), n = st_model_input(w->m, ST_STR("nums"));
        if (level >= 0)
            st_evaluator_set(w->e, level, st_string(round ? ST_STR("b") : ST_STR("a")));
        if (n >= 0)
            st_evaluator_set(w->e, n, st_list_val(st_evaluator_arena(w->e), nums, 2));
        for (size_t i = 0; i < st_model_decisions(w->m); i++) {
            st_str name = st_model_decision_name(w->m, (int)i);
            st_buf_fmt(out, "\n%.*s=%s ", ST_FMT(name), show(w, st_evaluator_decide(w->e, (int)i)));
            st_buf trace;
            st_buf_init(&trace, 0);
            st_evaluator_trace_json(w->e, &trace);
            const char *table = trace.p ? strstr(trace.p, "\"tables\"") : NULL;
            size_t fired;
            const st_fired *f = st_evaluator_fired(w->e, &fired);
            for (size_t k = 0; k < fired; k++)
                st_buf_fmt(out, "(%u %.*s)", f[k].rule, ST_FMT(f[k].annotation));
            st_buf_z(out, table && strstr(table, "clause") ? "clause" : "");
            st_buf_free(&trace);
        }
        st_evaluator_reset(w->e);
    }
    world_free(w);
}

static bool same(const st_buf *a, const st_buf *b) {
    return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

/* What other tests show with values that need a model of their own. */
static bool elsewhere(const dmn_word *w) {
    static const char *const names[][2] = {
        {"", "id"},
        {"", "typeRef"},
        {"", "variable"}, /* says name and type once more; both are changed above */
        {"", "allowedValues"},
        {"", "typeConstraint"},
        {"", "inputValues"},
        {"", "outputValues"},
        {"tUnaryTests", "text"},
        {"tItemDefinition", "itemComponent"},
        {"tItemDefinition", "functionItem"},
        {"tDefinitions", "namespace"},       /* for those who import this model */
        {"tInformationItem", "name"},        /* of a function type's parameter: calls by name */
        {"tBusinessKnowledgeModel", "name"}, /* where there is no variable */
        {"tDecisionService", "name"},
        {"tOutputClause", "name"}, /* where there are several */
    };
    for (size_t i = 0; i < ST_LEN(names); i++)
        if (strcmp(w->name, names[i][1]) == 0 && (!*names[i][0] || strcmp(w->in, names[i][0]) == 0))
            return true;
    return false;
}

static int judge_mutation(const st_xml *root, const st_buf *plain, mutation *m) {
    st_buf text, seen;
    st_buf_init(&text, 0);
    st_buf_init(&seen, 0);
    dump(&text, root, "tDefinitions", false, m);
    int bad = 0;
    if (m->word) {
        fingerprint(text.p, &seen);
        bool equal = same(plain, &seen), used = !m->harmless && m->word->verdict == DMN_USED;
        bad = used ? equal && !elsewhere(m->word) : !equal;
        if (bad)
            fprintf(stderr, "# %s: listed as %s, but %s\n%.*s\n", m->what,
                    used ? "used" : "harmless", equal ? "changed nothing" : "changed something",
                    ST_FMT(st_buf_view(&seen)));
    }
    st_buf_free(&text);
    st_buf_free(&seen);
    return bad;
}

START_TEST(test_used_changes_and_harmless_does_not) {
    st_arena a;
    st_arena_init(&a, 0);
    st_xml *root;
    st_err err;
    st_err_init(&err);
    ck_assert_msg(st_xml_parse(&a, "sink", st_str_of(sink), &root, &err), "%s", err.msg);
    st_buf text, plain;
    st_buf_init(&text, 0);
    st_buf_init(&plain, 0);
    mutation all = {.attribute = -1, .element = -1};
    dump(&text, root, "tDefinitions", false, &all);
    fingerprint(text.p, &plain);
    ck_assert_msg(strstr(plain.p, "d2=[10,[2],[2,4],true,false,") != NULL, "%s", plain.p);
    int bad = 0;
    for (int i = 0; i < all.attributes; i++)
        bad += judge_mutation(root, &plain, &(mutation){.attribute = i, .element = -1});
    for (int i = 0; i < all.elements; i++)
        bad += judge_mutation(root, &plain, &(mutation){.attribute = -1, .element = i});
    st_buf_free(&text);
    st_buf_free(&plain);
    st_arena_free(&a);
    ck_assert_int_gt(all.attributes + all.elements, 300);
    ck_assert_int_eq(bad, 0);
}
END_TEST

int main(void) {
    const ck_case cases[] = {
        CK_CASE(test_languages),
        CK_CASE(test_versions),
        CK_CASE(test_refused_by_name),
        CK_CASE(test_false_is_no_range_and_1_is_true),
        CK_CASE(test_vendor_parts_are_left_alone),
        CK_CASE(test_every_word_has_a_verdict),
        CK_CASE(test_schema_of_1_5),
        CK_CASE(test_words_of_1_6_and_1_7),
        CK_CASE(test_used_changes_and_harmless_does_not),
    };
    return ck_run("dmn vocabulary", cases, ST_LEN(cases));
}
