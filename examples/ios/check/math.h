// The functions of C that this host uses.
#pragma once
double fmax(double a, double b);
double round(double x);
#define isfinite(x) __builtin_isfinite(x)
