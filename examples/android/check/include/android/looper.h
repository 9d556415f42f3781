/* What the host uses of the NDK's looper.h; standin.c has its bodies. */
#pragma once
typedef struct ALooper ALooper;
enum { ALOOPER_POLL_CALLBACK = -2 };
enum { ALOOPER_EVENT_INPUT = 1 };
typedef int (*ALooper_callbackFunc)(int fd, int events, void *data);
ALooper *ALooper_forThread(void);
void ALooper_acquire(ALooper *looper);
void ALooper_release(ALooper *looper);
int ALooper_addFd(ALooper *looper, int fd, int ident, int events, ALooper_callbackFunc callback, void *data);
int ALooper_removeFd(ALooper *looper, int fd);
