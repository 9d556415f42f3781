/* What the Java classes of this host call of Pellicle, and what it calls back. One handle of Java is one mini-program; all
 * calls for it come on the thread that opened it, which has a looper.
 *
 * Where there is no GPU that will do, the CPU draws into the same window.
 */
#include <android/log.h>
#include <android/looper.h>
#include <android/native_window.h>
#include <android/native_window_jni.h>
#include <jni.h>
#include <pellicle.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TAG "Pellicle"

/* What `draw` answers. */
enum { DRAWN = 0, LATER = 1, NOTHING = 2, FAILED = 3 };

typedef struct {
  JavaVM *machine;
  jobject events; /* `Pellicle.Events` */
  jmethodID woken, said, noticed;
  PellicleHost *host;
  PellicleProgram *program;
  ALooper *looper;
  int signal; /* an eventfd: any thread writes, the looper's thread reads */
  ANativeWindow *window;
  int on_gpu;
  uint8_t *pixels; /* the CPU's picture */
  uint32_t width, height;
} Shown;

static Shown *shown(jlong handle) { return (Shown *)(intptr_t)handle; }

/* --- Texts -------------------------------------------------------------------------------------------------------------------- */

/* Java's own UTF-8 has no characters beyond the first plane: texts cross as bytes. */
static jbyteArray bytes_of(JNIEnv *env, PellicleText text) {
  jbyteArray bytes = (*env)->NewByteArray(env, (jsize)text.length);
  if (bytes && text.length) (*env)->SetByteArrayRegion(env, bytes, 0, (jsize)text.length, (const jbyte *)text.data);
  return bytes;
}

/* Bytes of Java's, borrowed until `give_back`. */
typedef struct {
  jbyteArray of;
  jbyte *data;
  size_t length;
} Borrowed;

static Borrowed borrow(JNIEnv *env, jbyteArray of) {
  Borrowed borrowed = {of, NULL, 0};
  if (of) borrowed.data = (*env)->GetByteArrayElements(env, of, NULL);
  if (borrowed.data) borrowed.length = (size_t)(*env)->GetArrayLength(env, of);
  return borrowed;
}

static PellicleText text_of(Borrowed borrowed) { return (PellicleText){(const char *)borrowed.data, borrowed.length}; }

static void give_back(JNIEnv *env, Borrowed borrowed) {
  if (borrowed.data) (*env)->ReleaseByteArrayElements(env, borrowed.of, borrowed.data, JNI_ABORT);
}

static void complain(const char *what) {
  PellicleText why = pellicle_last_error();
  __android_log_print(ANDROID_LOG_ERROR, TAG, "%s: %.*s", what, (int)why.length, why.data);
}

/* --- What the mini-program calls ---------------------------------------------------------------------------------------------- */

/* The environment of the looper's thread, which Java made. */
static JNIEnv *environment(Shown *to) {
  void *env = NULL;
  return (*to->machine)->GetEnv(to->machine, &env, JNI_VERSION_1_6) == JNI_OK ? env : NULL;
}

/* On any thread: the looper's thread goes on with `signalled`. */
static void wake(void *user) {
  uint64_t one = 1;
  ssize_t written = write(((Shown *)user)->signal, &one, sizeof one);
  (void)written; /* a counter that is full has signalled already */
}

static int signalled(int descriptor, int events, void *user) {
  Shown *to = user;
  uint64_t count;
  ssize_t had = read(descriptor, &count, sizeof count);
  (void)had, (void)events;
  JNIEnv *env = environment(to);
  if (env) (*env)->CallVoidMethod(env, to->events, to->woken);
  return 1;
}

static void call_back(Shown *to, jmethodID method, uint32_t kind, PellicleText text) {
  JNIEnv *env = environment(to);
  jbyteArray bytes = env ? bytes_of(env, text) : NULL;
  if (!bytes) return;
  (*env)->CallVoidMethod(env, to->events, method, (jint)kind, bytes);
  /* What Java throws is no matter of the library, which is on the stack below. */
  if ((*env)->ExceptionCheck(env)) (*env)->ExceptionDescribe(env), (*env)->ExceptionClear(env);
  (*env)->DeleteLocalRef(env, bytes);
}

static void line(void *user, const PellicleLine *line) { call_back(user, ((Shown *)user)->said, line->level, line->text); }

static void notice(void *user, const PellicleNotice *notice) {
  call_back(user, ((Shown *)user)->noticed, notice->kind, notice->text);
}

/* --- Life --------------------------------------------------------------------------------------------------------------------- */

static void end(JNIEnv *env, Shown *it) {
  if (it->program) pellicle_program_destroy(it->program);
  if (it->host) pellicle_host_destroy(it->host);
  /* Nothing wakes any more. */
  if (it->looper) ALooper_removeFd(it->looper, it->signal), ALooper_release(it->looper);
  if (it->signal >= 0) close(it->signal);
  if (it->window) ANativeWindow_release(it->window);
  if (it->events) (*env)->DeleteGlobalRef(env, it->events);
  free(it->pixels);
  free(it);
}

/* The surface of a mini-program: width, height, scale, then what the system covers: top, right, bottom, left. */
static void surface(JNIEnv *env, jfloatArray figures, PellicleProgramOptions *options) {
  jfloat given[7] = {0};
  (*env)->GetFloatArrayRegion(env, figures, 0, 7, given);
  options->width = given[0], options->height = given[1], options->scale = given[2];
  options->has_safe_area = 1;
  options->safe_area = (PellicleInsets){given[3], given[4], given[5], given[6]};
}

JNIEXPORT jlong JNICALL Java_org_pellicle_host_Pellicle_open(JNIEnv *env, jclass class, jobject events, jbyteArray package,
                                                             jbyteArray id, jbyteArray folder, jfloatArray figures,
                                                             jboolean dark) {
  (void)class;
  Shown *it = calloc(1, sizeof *it);
  if (!it) return 0;
  it->signal = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  it->looper = ALooper_forThread();
  it->events = (*env)->NewGlobalRef(env, events);
  jclass type = (*env)->GetObjectClass(env, events);
  it->woken = (*env)->GetMethodID(env, type, "woken", "()V");
  it->said = (*env)->GetMethodID(env, type, "said", "(I[B)V");
  it->noticed = (*env)->GetMethodID(env, type, "noticed", "(I[B)V");
  if (!it->looper || it->signal < 0 || !it->noticed || (*env)->GetJavaVM(env, &it->machine) != JNI_OK) {
    it->looper = NULL;
    return end(env, it), 0;
  }
  ALooper_acquire(it->looper);
  ALooper_addFd(it->looper, it->signal, ALOOPER_POLL_CALLBACK, ALOOPER_EVENT_INPUT, signalled, it);

  Borrowed files = borrow(env, package), name = borrow(env, id), data = borrow(env, folder);
  PellicleHostOptions setup = {.struct_size = sizeof setup, .data_folder = text_of(data), .network = PELLICLE_NETWORK_PUBLIC};
  PellicleCallbacks callbacks = {.struct_size = sizeof callbacks, .user = it, .wake = wake, .line = line, .notice = notice};
  /* The app's own package, which the store has signed with the app: it runs on a thread. */
  PellicleProgramOptions options = {.struct_size = sizeof options, .trust = PELLICLE_TRUST_OWN, .allow_unsigned = 1};
  options.package = (PellicleBytes){(const uint8_t *)files.data, files.length};
  options.id = text_of(name);
  options.dark = dark;
  options.callbacks = &callbacks;
  surface(env, figures, &options);
  int opened = pellicle_host_create(&setup, &it->host) == PELLICLE_STATUS_OK &&
               pellicle_program_open(it->host, &options, &it->program) == PELLICLE_STATUS_OK;
  give_back(env, files), give_back(env, name), give_back(env, data);
  if (opened) return (jlong)(intptr_t)it;
  complain("open");
  end(env, it);
  return 0;
}

JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_close(JNIEnv *env, jclass class, jlong handle) {
  (void)class;
  end(env, shown(handle));
}

JNIEXPORT jbyteArray JNICALL Java_org_pellicle_host_Pellicle_lastError(JNIEnv *env, jclass class) {
  (void)class;
  return bytes_of(env, pellicle_last_error());
}

/* Gives when to tick again, ms of the frame clock, and in `needs_frame` whether the picture has changed. */
JNIEXPORT jdouble JNICALL Java_org_pellicle_host_Pellicle_tick(JNIEnv *env, jclass class, jlong handle, jdouble now,
                                                               jbooleanArray needs_frame) {
  (void)class;
  PellicleTick tick = {.struct_size = sizeof tick};
  if (pellicle_program_tick(shown(handle)->program, now, &tick) != PELLICLE_STATUS_OK) complain("tick");
  jboolean needs = tick.needs_frame != 0;
  (*env)->SetBooleanArrayRegion(env, needs_frame, 0, 1, &needs);
  return tick.next_wakeup;
}

JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_hide(JNIEnv *env, jclass class, jlong handle, jdouble now) {
  (void)env, (void)class;
  if (pellicle_program_hide(shown(handle)->program, now) != PELLICLE_STATUS_OK) complain("hide");
}

JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_show(JNIEnv *env, jclass class, jlong handle, jdouble now) {
  (void)env, (void)class;
  if (pellicle_program_show(shown(handle)->program, pellicle_text(NULL), now) != PELLICLE_STATUS_OK) complain("show");
}

JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_memoryPressure(JNIEnv *env, jclass class, jlong handle, jint level,
                                                                      jdouble now) {
  (void)env, (void)class;
  pellicle_program_memory_pressure(shown(handle)->program, (uint32_t)level, now);
}

JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_setDark(JNIEnv *env, jclass class, jlong handle, jboolean dark) {
  (void)env, (void)class;
  pellicle_program_set_dark(shown(handle)->program, dark);
}

/* --- The window --------------------------------------------------------------------------------------------------------------- */

JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_resize(JNIEnv *env, jclass class, jlong handle, jfloat width,
                                                              jfloat height, jfloat scale, jdouble now) {
  (void)env, (void)class;
  if (pellicle_program_resize(shown(handle)->program, width, height, scale, now) != PELLICLE_STATUS_OK) complain("resize");
}

JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_setSafeArea(JNIEnv *env, jclass class, jlong handle, jfloat top,
                                                                   jfloat right, jfloat bottom, jfloat left, jdouble now) {
  (void)env, (void)class;
  pellicle_program_set_safe_area(shown(handle)->program, (PellicleInsets){top, right, bottom, left}, now);
}

/* The window is there: the mini-program draws in it until `detach`. True if a GPU does. */
JNIEXPORT jboolean JNICALL Java_org_pellicle_host_Pellicle_attach(JNIEnv *env, jclass class, jlong handle, jobject of,
                                                                  jboolean gpu) {
  (void)class;
  Shown *it = shown(handle);
  if (it->window) ANativeWindow_release(it->window);
  it->window = ANativeWindow_fromSurface(env, of);
  it->on_gpu = 0;
  if (gpu && it->window) {
    PellicleWindow window = {.struct_size = sizeof window, .kind = PELLICLE_WINDOW_KIND_ANDROID, .window = it->window};
    it->on_gpu = pellicle_program_attach_window(it->program, &window) == PELLICLE_STATUS_OK;
    if (!it->on_gpu) complain("no GPU, the CPU draws");
  }
  pellicle_program_invalidate(it->program);
  return (jboolean)it->on_gpu;
}

/* The system takes the window away when this returns. */
JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_detach(JNIEnv *env, jclass class, jlong handle) {
  (void)env, (void)class;
  Shown *it = shown(handle);
  pellicle_program_detach_window(it->program);
  if (it->window) ANativeWindow_release(it->window);
  it->window = NULL;
  it->on_gpu = 0;
}

/* The CPU's picture, of the size that the mini-program has now. */
static int fit(Shown *it) {
  uint32_t width = 0, height = 0;
  if (pellicle_program_picture_size(it->program, &width, &height) != PELLICLE_STATUS_OK) return 0;
  if (it->pixels && width == it->width && height == it->height) return 1;
  free(it->pixels);
  it->pixels = calloc((size_t)width * height, 4);
  it->width = width, it->height = height;
  return it->pixels != NULL && pellicle_program_invalidate(it->program) == PELLICLE_STATUS_OK;
}

static jint draw_on_cpu(Shown *it, double now) {
  if (!fit(it)) return FAILED;
  size_t stride = (size_t)it->width * 4;
  PellicleStatus drawn =
      pellicle_program_render_cpu(it->program, now, it->pixels, stride * it->height, stride, NULL, 0, NULL);
  if (drawn != PELLICLE_STATUS_OK) return complain("picture"), FAILED;
  ANativeWindow_Buffer buffer;
  ANativeWindow_setBuffersGeometry(it->window, (int32_t)it->width, (int32_t)it->height, WINDOW_FORMAT_RGBA_8888);
  /* The window has several buffers in turns: all of the picture is copied. */
  if (ANativeWindow_lock(it->window, &buffer, NULL) != 0) return LATER;
  uint32_t rows = (uint32_t)buffer.height < it->height ? (uint32_t)buffer.height : it->height;
  size_t row = (size_t)((uint32_t)buffer.width < it->width ? (uint32_t)buffer.width : it->width) * 4;
  for (uint32_t y = 0; y < rows; y++)
    memcpy((uint8_t *)buffer.bits + (size_t)y * (size_t)buffer.stride * 4, it->pixels + y * stride, row);
  ANativeWindow_unlockAndPost(it->window);
  return DRAWN;
}

JNIEXPORT jint JNICALL Java_org_pellicle_host_Pellicle_draw(JNIEnv *env, jclass class, jlong handle, jdouble now) {
  (void)env, (void)class;
  Shown *it = shown(handle);
  if (!it->window) return NOTHING;
  if (it->on_gpu) {
    uint32_t became = PELLICLE_SHOWN_YES;
    PellicleStatus drawn = pellicle_program_draw(it->program, now, &became);
    if (drawn == PELLICLE_STATUS_OK) return became == PELLICLE_SHOWN_YES ? DRAWN : LATER;
    if (drawn == PELLICLE_STATUS_NO_PICTURE) return NOTHING;
    complain("draw");
    /* The library has let go of the window. A GPU that is lost may be there again the next time that a window comes. */
    it->on_gpu = 0;
    pellicle_program_invalidate(it->program);
  }
  return draw_on_cpu(it, now);
}

/* --- Input -------------------------------------------------------------------------------------------------------------------- */

static jboolean hand_in(Shown *to, PellicleInput input, double now) {
  uint32_t taken = 0;
  input.struct_size = sizeof input;
  if (pellicle_program_handle(to->program, &input, now, &taken) != PELLICLE_STATUS_OK) complain("input");
  return taken != 0;
}

JNIEXPORT jboolean JNICALL Java_org_pellicle_host_Pellicle_pointer(JNIEnv *env, jclass class, jlong handle, jint kind,
                                                                   jint pointer, jboolean mouse, jfloat x, jfloat y,
                                                                   jdouble time, jdouble now) {
  (void)env, (void)class;
  return hand_in(shown(handle), (PellicleInput){.kind = (uint32_t)kind, .pointer = (uint32_t)pointer, .mouse = mouse, .x = x,
                                                .y = y, .time = time}, now);
}

JNIEXPORT jboolean JNICALL Java_org_pellicle_host_Pellicle_key(JNIEnv *env, jclass class, jlong handle, jint kind, jint key,
                                                               jint character, jint modifiers, jdouble now) {
  (void)env, (void)class;
  return hand_in(shown(handle), (PellicleInput){.kind = (uint32_t)kind, .key = (uint32_t)key,
                                                .character = (uint32_t)character, .modifiers = (uint32_t)modifiers,
                                                .time = now}, now);
}

JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_keyboardHeight(JNIEnv *env, jclass class, jlong handle, jfloat height,
                                                                      jdouble now) {
  (void)env, (void)class;
  hand_in(shown(handle), (PellicleInput){.kind = PELLICLE_INPUT_KIND_KEYBOARD_HEIGHT, .height = height, .time = now}, now);
}

/* The input method's copy of the text. Ranges are bytes: what is selected, then what is composed (the end is not above the start if
 * nothing is). */
JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_edit(JNIEnv *env, jclass class, jlong handle, jbyteArray text,
                                                            jint selection_start, jint selection_end,
                                                            jint composition_start, jint composition_end, jdouble now) {
  (void)class;
  Borrowed all = borrow(env, text);
  PellicleInput input = {.kind = PELLICLE_INPUT_KIND_EDIT, .text = text_of(all), .time = now};
  input.selection_start = (size_t)selection_start, input.selection_end = (size_t)selection_end;
  input.composition_start = (size_t)composition_start, input.composition_end = (size_t)composition_end;
  hand_in(shown(handle), input, now);
  give_back(env, all);
}

/* The text of the field that has the focus, or null; `figures` gets mode, multiline, confirm, selection (2), composition (2). */
JNIEXPORT jbyteArray JNICALL Java_org_pellicle_host_Pellicle_field(JNIEnv *env, jclass class, jlong handle, jintArray figures) {
  (void)class;
  PellicleTextField field = {.struct_size = sizeof field};
  PellicleStatus found = pellicle_program_text_field(shown(handle)->program, &field);
  if (found != PELLICLE_STATUS_OK || !field.focused) return NULL;
  jint given[7] = {(jint)field.mode, (jint)field.multiline, (jint)field.confirm, (jint)field.selection_start,
                   (jint)field.selection_end, (jint)field.composition_start, (jint)field.composition_end};
  (*env)->SetIntArrayRegion(env, figures, 0, 7, given);
  return bytes_of(env, field.value);
}

/* --- Bench -------------------------------------------------------------------------------------------------------------------- */

JNIEXPORT jlong JNICALL Java_org_pellicle_host_Pellicle_benchOpen(JNIEnv *env, jclass class, jbyteArray package, jbyteArray id,
                                                                  jfloatArray figures, jbyteArray scenarios, jint runs,
                                                                  jint frames) {
  (void)class;
  Borrowed files = borrow(env, package), name = borrow(env, id), names = borrow(env, scenarios);
  PellicleProgramOptions options = {.struct_size = sizeof options, .trust = PELLICLE_TRUST_OWN, .allow_unsigned = 1};
  options.package = (PellicleBytes){(const uint8_t *)files.data, files.length};
  options.id = text_of(name);
  surface(env, figures, &options);
  PellicleBenchOptions what = {.struct_size = sizeof what, .scenarios = text_of(names), .runs = (uint32_t)runs,
                               .frames = (uint32_t)frames};
  PellicleBench *bench = NULL;
  if (pellicle_bench_open(&options, &what, &bench) != PELLICLE_STATUS_OK) complain("bench"), bench = NULL;
  give_back(env, files), give_back(env, name), give_back(env, names);
  return (jlong)(intptr_t)bench;
}

/* Measures the next part, or only looks; `progress` gets the parts that are done and all. Gives the name of the next scenario, null
 * if something failed. */
JNIEXPORT jbyteArray JNICALL Java_org_pellicle_host_Pellicle_benchStep(JNIEnv *env, jclass class, jlong handle,
                                                                       jboolean measure, jintArray progress) {
  (void)class;
  PellicleBenchProgress now = {.struct_size = sizeof now};
  if (pellicle_bench_step((PellicleBench *)(intptr_t)handle, measure, &now) != PELLICLE_STATUS_OK) return complain("bench"), NULL;
  jint given[2] = {(jint)now.done, (jint)now.parts};
  (*env)->SetIntArrayRegion(env, progress, 0, 2, given);
  return bytes_of(env, now.next);
}

JNIEXPORT jbyteArray JNICALL Java_org_pellicle_host_Pellicle_benchReport(JNIEnv *env, jclass class, jlong handle) {
  (void)class;
  PellicleText json = {NULL, 0};
  if (pellicle_bench_report((PellicleBench *)(intptr_t)handle, &json) != PELLICLE_STATUS_OK) return complain("report"), NULL;
  return bytes_of(env, json);
}

JNIEXPORT void JNICALL Java_org_pellicle_host_Pellicle_benchClose(JNIEnv *env, jclass class, jlong handle) {
  (void)env, (void)class;
  pellicle_bench_destroy((PellicleBench *)(intptr_t)handle);
}
