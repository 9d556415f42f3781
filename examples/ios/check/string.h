// The functions of C that this host uses.
#pragma once
#include <stddef.h>
size_t strlen(const char *text);
