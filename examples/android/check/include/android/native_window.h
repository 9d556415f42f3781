/* What the host uses of the NDK's native_window.h; standin.c has its bodies. */
#pragma once
#include <stdint.h>
typedef struct ANativeWindow ANativeWindow;
enum { WINDOW_FORMAT_RGBA_8888 = 1 };
typedef struct ARect {
  int32_t left, top, right, bottom;
} ARect;
typedef struct ANativeWindow_Buffer {
  int32_t width, height, stride, format;
  void *bits;
  uint32_t reserved[6];
} ANativeWindow_Buffer;
void ANativeWindow_release(ANativeWindow *window);
int32_t ANativeWindow_setBuffersGeometry(ANativeWindow *window, int32_t width, int32_t height, int32_t format);
int32_t ANativeWindow_lock(ANativeWindow *window, ANativeWindow_Buffer *buffer, ARect *dirty);
int32_t ANativeWindow_unlockAndPost(ANativeWindow *window);
