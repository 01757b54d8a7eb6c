/* The format's XSD inside the program, so that it needs no file at run time. */
#include "scheme/xsd_text.h"

__asm__(".section .rodata\n"
        ".balign 16\n"
        "st_scheme_xsd_begin:\n"
        ".incbin \"schemas/scheme.xsd\"\n"
        "st_scheme_xsd_end:\n"
        ".byte 0\n"
        ".previous\n");
extern const char st_scheme_xsd_begin[], st_scheme_xsd_end[];

st_str st_scheme_xsd(void) {
    return (st_str){st_scheme_xsd_begin, (size_t)(st_scheme_xsd_end - st_scheme_xsd_begin)};
}
