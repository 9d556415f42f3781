/* A looper and a window for a JVM on Linux, so that the host's C runs there: `Drive` turns the looper, and reads the pixels. */
#include <android/log.h>
#include <android/looper.h>
#include <android/native_window_jni.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct ALooper {
  int descriptor;
  ALooper_callbackFunc callback;
  void *data;
};

struct ANativeWindow {
  int holders, posted;
  int32_t width, height, stride;
  uint8_t *bits;
};

static struct ALooper looper = {.descriptor = -1};
static struct ANativeWindow window;

ALooper *ALooper_forThread(void) { return &looper; }
void ALooper_acquire(ALooper *of) { (void)of; }
void ALooper_release(ALooper *of) { (void)of; }

int ALooper_addFd(ALooper *of, int fd, int ident, int events, ALooper_callbackFunc callback, void *data) {
  (void)ident, (void)events;
  *of = (struct ALooper){fd, callback, data};
  return 1;
}

int ALooper_removeFd(ALooper *of, int fd) {
  int had = of->descriptor == fd;
  of->descriptor = -1;
  return had;
}

ANativeWindow *ANativeWindow_fromSurface(JNIEnv *env, jobject surface) {
  (void)env, (void)surface;
  window.holders++;
  return &window;
}

void ANativeWindow_release(ANativeWindow *of) { of->holders--; }

int32_t ANativeWindow_setBuffersGeometry(ANativeWindow *of, int32_t width, int32_t height, int32_t format) {
  if (format != WINDOW_FORMAT_RGBA_8888) return -1;
  if (of->bits && of->width == width && of->height == height) return 0;
  free(of->bits);
  /* Rows of a window are longer than its width. */
  of->width = width, of->height = height, of->stride = width + 13;
  of->bits = calloc((size_t)of->stride * (size_t)height, 4);
  return of->bits ? 0 : -1;
}

int32_t ANativeWindow_lock(ANativeWindow *of, ANativeWindow_Buffer *buffer, ARect *dirty) {
  (void)dirty;
  *buffer = (ANativeWindow_Buffer){of->width, of->height, of->stride, WINDOW_FORMAT_RGBA_8888, of->bits, {0}};
  return of->bits ? 0 : -1;
}

int32_t ANativeWindow_unlockAndPost(ANativeWindow *of) {
  of->posted++;
  return 0;
}

int __android_log_print(int priority, const char *tag, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%d %s: ", priority, tag);
  int wrote = vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return wrote;
}

/* Calls back what has been signalled, waiting at most so long for it. */
JNIEXPORT void JNICALL Java_org_pellicle_host_Drive_turn(JNIEnv *env, jclass class, jint ms) {
  (void)env, (void)class;
  struct pollfd waiting = {.fd = looper.descriptor, .events = POLLIN};
  if (poll(&waiting, 1, ms) > 0 && looper.descriptor >= 0) looper.callback(looper.descriptor, ALOOPER_EVENT_INPUT, looper.data);
}

/* A pixel of the window as 0xRRGGBB; -1 if there is none. */
JNIEXPORT jint JNICALL Java_org_pellicle_host_Drive_pixel(JNIEnv *env, jclass class, jint x, jint y) {
  (void)env, (void)class;
  if (!window.posted || x >= window.width || y >= window.height) return -1;
  const uint8_t *at = window.bits + ((size_t)y * (size_t)window.stride + (size_t)x) * 4;
  return at[0] << 16 | at[1] << 8 | at[2];
}

/* How many hold the window. */
JNIEXPORT jint JNICALL Java_org_pellicle_host_Drive_holders(JNIEnv *env, jclass class) {
  (void)env, (void)class;
  return window.holders;
}
