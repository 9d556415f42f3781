/* What the host uses of the NDK's log.h; standin.c has its bodies. */
#pragma once
enum { ANDROID_LOG_ERROR = 6 };
int __android_log_print(int priority, const char *tag, const char *format, ...) __attribute__((format(printf, 3, 4)));
