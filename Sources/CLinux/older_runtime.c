#include <stdlib.h>

// std::__throw_bad_array_new_length, which the Swift runtime needs but the libstdc++ of GCC 10 lacks. It is only called
// for an array of more than 2^63 bytes. A newer libstdc++ has its own, which takes precedence.
__attribute__((weak, noreturn)) void _ZSt28__throw_bad_array_new_lengthv(void) { abort(); }
