/* Calls everything that the interface has, rightly and wrongly. Run by tests/abi.rs:
 *
 *   abi FOLDER PACKAGE.ma PUBLIC_KEY OTHER_KEY DATA_FOLDER
 *
 * It says nothing and ends with 0, or names the line that does not hold.
 */
#include <math.h>
#include <pellicle.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef TRUST
#define TRUST PELLICLE_TRUST_FOREIGN
#endif

static void fail(int line, const char *what) {
  PellicleText why = pellicle_last_error();
  fprintf(stderr, "abi.c:%d: %s (last error: %.*s)\n", line, what, (int)why.length, why.data);
  exit(1);
}

#define HOLDS(what) ((what) ? (void)0 : fail(__LINE__, #what))
#define OK(call) HOLDS((call) == PELLICLE_STATUS_OK)
#define GIVES(status, call) HOLDS((call) == PELLICLE_STATUS_##status)

static PellicleText text(const char *characters) { return pellicle_text(characters); }

/* --- A host's clock, and what it hears --------------------------------------------------------------------------------------- */

static double skipped;

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6 + skipped;
}

typedef struct {
  PellicleProgram *program;
  char heard[1 << 16]; /* lines and notices, one after the other, each in brackets */
  size_t length;
  PellicleReply *reply;     /* the last one */
  PellicleArea field;       /* where text is edited */
  int destroys;             /* not 0: the next line destroys the mini-program */
  PellicleStatus waking;    /* what the library said to a wake callback that called it */
} Ear;

static void hear(Ear *ear, const char *kind, PellicleText what) {
  int wrote = snprintf(ear->heard + ear->length, sizeof ear->heard - ear->length, "[%s %.*s]", kind, (int)what.length, what.data);
  if (wrote > 0 && ear->length + (size_t)wrote < sizeof ear->heard) ear->length += (size_t)wrote;
}

static void wake(void *user) { ((Ear *)user)->waking = pellicle_program_set_dark(((Ear *)user)->program, 0); }

static void line(void *user, const PellicleLine *line) {
  static const char *kinds[] = {"console", "exception", "finding", "blocked", "runtime"};
  Ear *ear = user;
  HOLDS(line->struct_size == sizeof *line && line->kind < 5 && line->level < 4);
  hear(ear, kinds[line->kind], line->text);
  if (line->kind == PELLICLE_LINE_KIND_EXCEPTION) HOLDS(line->stack.length > 0);
  if (ear->destroys) ear->destroys = 0, OK(pellicle_program_destroy(ear->program));
}

static void notice(void *user, const PellicleNotice *notice) {
  static const char *kinds[] = {"page", "title", "edit", "end of edit", "orientation", "menu", "exit", "restart", "open",
                                "budget", "stopped", "restarted", "suspended", "frozen", "thawed", "not kept", "apply update"};
  Ear *ear = user;
  HOLDS(notice->struct_size == sizeof *notice && notice->kind < 17);
  hear(ear, kinds[notice->kind], notice->text);
  if (notice->kind == PELLICLE_NOTICE_KIND_TEXT_INPUT_BEGINS) ear->field = notice->area;
}

static void call(void *user, PellicleText api, PellicleText arguments, PellicleReply *reply) {
  Ear *ear = user;
  hear(ear, "call", api);
  hear(ear, "with", arguments);
  ear->reply = reply;
}

static void ask(void *user, const PelliclePermission *permission, PellicleReply *reply) {
  Ear *ear = user;
  HOLDS(permission->struct_size == sizeof *permission && permission->app.length == 18 && permission->asks.length > 0);
  hear(ear, "for", permission->app_name);
  hear(ear, "ask", permission->scope);
  hear(ear, "because", permission->reason);
  ear->reply = reply;
}

static PellicleTick tick(Ear *ear) {
  PellicleTick tick = {.struct_size = sizeof tick};
  OK(pellicle_program_tick(ear->program, now_ms(), &tick));
  return tick;
}

static int has_heard(const Ear *ear, const char *what) { return strstr(ear->heard, what) != NULL; }

/* Goes on until something is heard, and something else too if it is not null, then forgets all. */
static void until(Ear *ear, const char *what, const char *too, int at) {
  double start = now_ms();
  while (!has_heard(ear, what) || (too && !has_heard(ear, too))) {
    if (now_ms() - start > 30000) fprintf(stderr, "heard: %s\n", ear->heard), fail(at, what);
    tick(ear);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
  }
  ear->length = 0, ear->heard[0] = 0;
}

#define HEARS(ear, what) until(ear, what, NULL, __LINE__)
#define HEARS_BOTH(ear, what, too) until(ear, what, too, __LINE__)

static PellicleHost *host;

static PellicleCallbacks callbacks(Ear *ear) {
  return (PellicleCallbacks){.struct_size = sizeof(PellicleCallbacks), .user = ear, .wake = wake, .line = line,
                             .notice = notice, .call = call, .ask = ask};
}

static PellicleProgramOptions options(const char *folder, const PellicleCallbacks *callbacks) {
  return (PellicleProgramOptions){.struct_size = sizeof(PellicleProgramOptions), .folder = text(folder), .trust = TRUST,
                                  .width = 300, .height = 400, .callbacks = callbacks};
}

/* A mini-program that has logged that its page is there. */
static void start(Ear *ear, const char *folder, uint32_t engine) {
  memset(ear, 0, sizeof *ear);
  PellicleCallbacks calls = callbacks(ear);
  PellicleProgramOptions how = options(folder, &calls);
  how.engine = engine;
  OK(pellicle_program_open(host, &how, &ear->program));
  HEARS(ear, "[console ready]");
}

static void finish(Ear *ear) { OK(pellicle_program_destroy(ear->program)); }

/* --- Input ------------------------------------------------------------------------------------------------------------------- */

static uint32_t give(Ear *ear, PellicleInput input) {
  uint32_t taken = 7;
  input.struct_size = sizeof input;
  input.time = now_ms();
  OK(pellicle_program_handle(ear->program, &input, input.time, &taken));
  HOLDS(taken <= 1);
  return taken;
}

static void tap(Ear *ear, float x, float y) {
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_POINTER_DOWN, .x = x, .y = y});
  tick(ear);
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_POINTER_UP, .x = x, .y = y});
}

/* The page begins below the bars; its rows are 40 px each. */
static float top;
static void tap_row(Ear *ear, int row) { tap(ear, 50, top + 40 * (float)row + 20); }

/* --- What is wrong ----------------------------------------------------------------------------------------------------------- */

typedef struct {
  PellicleHostOptions known;
  char later[64];
} LaterOptions;

static void wrong_arguments(const char *folder) {
  PellicleHost *none = NULL;
  GIVES(INVALID_ARGUMENT, pellicle_host_create(NULL, NULL));
  HOLDS(pellicle_last_error().length > 0);
  PellicleHostOptions setup = {.struct_size = 3};
  GIVES(STRUCT_SIZE, pellicle_host_create(&setup, &none));
  setup.struct_size = sizeof setup, setup.network = 9;
  GIVES(INVALID_ARGUMENT, pellicle_host_create(&setup, &none));
  setup.network = 0, setup.permissions = text("{");
  GIVES(INVALID_ARGUMENT, pellicle_host_create(&setup, &none));
  setup.permissions = (PellicleText){"\xff\xfe", 2};
  GIVES(INVALID_ARGUMENT, pellicle_host_create(&setup, &none));
  HOLDS(none == NULL);

  /* A struct of a later version: what it does not know has to be zero. */
  LaterOptions later = {.known = {.struct_size = sizeof later}};
  OK(pellicle_host_create(&later.known, &none));
  OK(pellicle_host_destroy(none));
  later.later[40] = 1;
  GIVES(STRUCT_SIZE, pellicle_host_create(&later.known, &none));

  PellicleProgram *program = NULL;
  PellicleProgramOptions how = options(folder, NULL);
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, NULL, &program));
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, NULL));
  GIVES(INVALID_HANDLE, pellicle_program_open(NULL, &how, &program));
  GIVES(INVALID_HANDLE, pellicle_program_open((PellicleHost *)(uintptr_t)0xdead, &how, &program));
  how.folder = text(NULL);
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  how.folder = text("/nowhere/at/all");
  GIVES(NOT_FOUND, pellicle_program_open(host, &how, &program));
  how.folder = text(folder), how.trust = 5;
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  how.trust = TRUST, how.engine = 5;
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  how.engine = 0, how.update = 5;
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  how.update = 0, how.width = 0;
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  how.width = NAN;
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  how.width = 300, how.scale = 100;
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  how.scale = 0;
  PellicleCallbacks calls = {.struct_size = 8};
  how.callbacks = &calls;
  GIVES(STRUCT_SIZE, pellicle_program_open(host, &how, &program));
  HOLDS(program == NULL);

  GIVES(INVALID_ARGUMENT, pellicle_host_register_api(host, text("no JSON")));
  GIVES(INVALID_ARGUMENT, pellicle_host_register_event(host, text("not a name")));
  GIVES(INVALID_HANDLE, pellicle_reply_ok(NULL, text(NULL)));
  GIVES(INVALID_HANDLE, pellicle_program_destroy(NULL));
  GIVES(INVALID_HANDLE, pellicle_host_trim((PellicleHost *)&setup));
}

static void wrong_calls(Ear *ear) {
  PellicleProgram *program = ear->program;
  PellicleTick result = {.struct_size = 1};
  GIVES(STRUCT_SIZE, pellicle_program_tick(program, now_ms(), &result));
  GIVES(INVALID_ARGUMENT, pellicle_program_tick(program, now_ms(), NULL));
  result.struct_size = sizeof result;
  GIVES(INVALID_ARGUMENT, pellicle_program_tick(program, NAN, &result));
  /* A host is no mini-program. */
  GIVES(INVALID_HANDLE, pellicle_program_tick((PellicleProgram *)host, now_ms(), &result));

  PellicleInput input = {.struct_size = sizeof input, .kind = 99};
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));
  input.kind = PELLICLE_INPUT_KIND_POINTER_MOVE, input.x = INFINITY;
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));
  input.kind = PELLICLE_INPUT_KIND_KEY, input.x = 0, input.key = 50;
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));
  input.key = PELLICLE_KEY_CHARACTER, input.character = 0xd800;
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));
  input.key = 0, input.modifiers = 8;
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));
  input.modifiers = 0, input.kind = PELLICLE_INPUT_KIND_TEXT, input.text = (PellicleText){"\xc3", 1};
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));
  input.text = (PellicleText){NULL, 5};
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));
  input.kind = PELLICLE_INPUT_KIND_COMPOSITION, input.text = text("\xc3\xa9"), input.selection_start = 1, input.selection_end = 2;
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));

  input.kind = PELLICLE_INPUT_KIND_EDIT;
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));
  input.selection_start = 0, input.composition_end = 9;
  GIVES(INVALID_ARGUMENT, pellicle_program_handle(program, &input, now_ms(), NULL));
  GIVES(INVALID_ARGUMENT, pellicle_program_set_safe_area(program, (PellicleInsets){.top = -1}, now_ms()));
  GIVES(INVALID_ARGUMENT, pellicle_program_set_safe_area(program, (PellicleInsets){.left = NAN}, now_ms()));

  uint8_t pixels[64];
  memset(pixels, 0, sizeof pixels);
  GIVES(INVALID_ARGUMENT, pellicle_program_render_cpu(program, now_ms(), pixels, sizeof pixels, 1200, NULL, 0, NULL));
  GIVES(INVALID_ARGUMENT, pellicle_program_render_cpu(program, now_ms(), NULL, 480000, 1200, NULL, 0, NULL));
  GIVES(INVALID_ARGUMENT, pellicle_program_render_cpu(program, now_ms(), pixels, sizeof pixels, SIZE_MAX, NULL, 0, NULL));
  GIVES(INVALID_ARGUMENT, pellicle_program_resize(program, -1, 10, 1, now_ms()));
  GIVES(INVALID_ARGUMENT, pellicle_program_tell(program, text("CartChange"), text("{")));
  GIVES(INVALID_ARGUMENT, pellicle_program_state(program, NULL));
  GIVES(INVALID_ARGUMENT, pellicle_program_draw(program, now_ms(), NULL));
  PellicleWindow window = {.struct_size = sizeof window, .kind = 42};
  GIVES(INVALID_ARGUMENT, pellicle_program_attach_window(program, &window));
  window.kind = PELLICLE_WINDOW_KIND_XLIB;
  GIVES(INVALID_ARGUMENT, pellicle_program_attach_window(program, &window));
  OK(pellicle_program_detach_window(program));
}

static void *elsewhere(void *of) {
  Ear *ear = of;
  PellicleTick result = {.struct_size = sizeof result};
  HOLDS(pellicle_last_error().length == 0); /* that of this thread */
  GIVES(WRONG_THREAD, pellicle_program_tick(ear->program, now_ms(), &result));
  GIVES(WRONG_THREAD, pellicle_program_destroy(ear->program));
  GIVES(WRONG_THREAD, pellicle_host_destroy(host));
  return NULL;
}

static void other_threads(Ear *ear) {
  pthread_t thread;
  HOLDS(pthread_create(&thread, NULL, elsewhere, ear) == 0);
  HOLDS(pthread_join(thread, NULL) == 0);
}

/* --- What is right ----------------------------------------------------------------------------------------------------------- */

static uint64_t sum(const uint8_t *bytes, size_t length) {
  uint64_t sum = 14695981039346656037u;
  for (size_t at = 0; at < length; at++) sum = (sum ^ bytes[at]) * 1099511628211u;
  return sum;
}

enum { STRIDE = 300 * 4 + 16, LENGTH = STRIDE * 400 };

/* Goes on until the picture stands still, and draws it, into memory that need not hold the last one. */
static uint64_t settled(Ear *ear, uint8_t *pixels) {
  OK(pellicle_program_invalidate(ear->program));
  OK(pellicle_program_render_cpu(ear->program, now_ms(), pixels, LENGTH, STRIDE, NULL, 0, NULL));
  double start = now_ms(), changed = start;
  do {
    if (tick(ear).needs_frame) {
      size_t count = 99;
      OK(pellicle_program_render_cpu(ear->program, now_ms(), pixels, LENGTH, STRIDE, NULL, 0, &count));
      HOLDS(count <= 1);
      if (count) changed = now_ms();
    }
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
  } while (now_ms() - changed < 400 && now_ms() - start < 30000);
  return sum(pixels, LENGTH);
}

static void pictures(Ear *ear) {
  uint32_t width = 0, height = 0;
  OK(pellicle_program_picture_size(ear->program, &width, &height));
  HOLDS(width == 300 && height == 400);
  uint8_t *pixels = calloc(LENGTH, 1);
  HOLDS(pixels != NULL);
  uint64_t before = settled(ear, pixels);
  for (size_t row = 0; row < 400; row++) HOLDS(pixels[row * STRIDE + 3] == 255 && pixels[row * STRIDE + 300 * 4] == 0);

  /* Nothing has changed: nothing is written. */
  size_t count = 99;
  PellicleRect rects[8];
  OK(pellicle_program_render_cpu(ear->program, now_ms(), pixels, LENGTH, STRIDE, rects, 8, &count));
  HOLDS(count == 0);
  /* The square changes its colour: nothing but its rows is written. */
  tap_row(ear, 0);
  HEARS(ear, "[console tapped]");
  double start = now_ms();
  do {
    tick(ear);
    OK(pellicle_program_render_cpu(ear->program, now_ms(), pixels, LENGTH, STRIDE, rects, 8, &count));
  } while (count == 0 && now_ms() - start < 30000);
  HOLDS(count > 0 && count <= 8);
  for (size_t at = 0; at < count; at++) HOLDS((float)rects[at].y >= top - 1 && (float)(rects[at].y + rects[at].height) <= top + 42);
  uint64_t after = settled(ear, pixels);
  HOLDS(after != before);
  /* All of it, into other memory. */
  uint8_t *whole = calloc(LENGTH, 1);
  HOLDS(whole != NULL);
  OK(pellicle_program_invalidate(ear->program));
  OK(pellicle_program_render_cpu(ear->program, now_ms(), whole, LENGTH, STRIDE, rects, 8, &count));
  HOLDS(count == 1 && rects[0].width == 300 && rects[0].height == 400);
  HOLDS(memcmp(whole, pixels, LENGTH) == 0);
  free(whole);

  PellicleFrameStats stats = {.struct_size = sizeof stats};
  OK(pellicle_program_frame_stats(ear->program, &stats));
  HOLDS(stats.frames > 0 && stats.kept > 0 && stats.work.max >= stats.work.p50 && stats.work.p50 > 0);
  HOLDS(stats.cache_bytes > 0 && stats.input_latency.max > 0);

  OK(pellicle_program_resize(ear->program, 250, 350, 2, now_ms()));
  HEARS(ear, "[console width 250]");
  OK(pellicle_program_picture_size(ear->program, &width, &height));
  HOLDS(width == 500 && height == 700);
  OK(pellicle_program_resize(ear->program, 300, 400, 1, now_ms()));
  HEARS(ear, "[console width 300]");
  free(pixels);
}

static void safe_areas(Ear *ear) {
  OK(pellicle_program_set_safe_area(ear->program, (PellicleInsets){.top = 44, .bottom = 34}, now_ms()));
  HEARS_BOTH(ear, "[console safe 44 44 366]", "[console width 300]");
  OK(pellicle_program_set_safe_area(ear->program, (PellicleInsets){.top = 20}, now_ms()));
  HEARS(ear, "[console safe 20 20 400]");
}

static PellicleTextField field(Ear *ear) {
  PellicleTextField field = {.struct_size = sizeof field};
  OK(pellicle_program_text_field(ear->program, &field));
  return field;
}

static void typing(Ear *ear) {
  HOLDS(!field(ear).focused);
  tap_row(ear, 1);
  HEARS(ear, "[edit ");
  HOLDS(ear->field.width > 0 && ear->field.y >= top);
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_KEYBOARD_HEIGHT, .height = 100});
  HEARS(ear, "[console keyboard 100]");
  PellicleTextField now = field(ear);
  HOLDS(now.focused && now.mode == PELLICLE_TEXT_MODE_DIGIT && !now.multiline && now.max_length == 6 && now.value.length == 0);
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_TEXT, .text = text("123\xc3\xa9")});
  HEARS(ear, "[console typed 123]"); /* it takes digits */
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_KEY, .key = PELLICLE_KEY_BACKSPACE});
  HEARS(ear, "[console typed 12]");
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_KEY, .key = PELLICLE_KEY_LEFT});
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_COMPOSITION, .text = text("34"), .selection_start = 0, .selection_end = 2});
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_COMPOSITION});
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_TEXT, .text = text("5")});
  HEARS(ear, "[console typed 152]");
  now = field(ear);
  HOLDS(now.value.length == 3 && memcmp(now.value.data, "152", 3) == 0);
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_KEY, .key = PELLICLE_KEY_CHARACTER, .character = 'a',
                            .modifiers = PELLICLE_MODIFIER_SHORTCUT});
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_KEY, .key = PELLICLE_KEY_DELETE});
  HEARS(ear, "[console typed ]");
  /* An input method with a copy of the text: it composes, commits, and asks for what the field does not take. */
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_EDIT, .text = text("12"), .selection_start = 2, .selection_end = 2,
                            .composition_start = 1, .composition_end = 2});
  HEARS(ear, "[console typed 12]");
  now = field(ear);
  HOLDS(now.composition_start == 1 && now.composition_end == 2 && now.selection_start == 2 && now.selection_end == 2);
  HOLDS(now.confirm == PELLICLE_CONFIRM_DONE);
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_EDIT, .text = text("172"), .selection_start = 1, .selection_end = 2});
  HEARS(ear, "[console typed 172]");
  now = field(ear);
  HOLDS(now.composition_start == now.composition_end && now.selection_start == 1 && now.selection_end == 2);
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_EDIT, .text = text("1x7\xc3\xa9" "2"), .selection_start = 6, .selection_end = 6});
  now = field(ear);
  HOLDS(now.value.length == 3 && memcmp(now.value.data, "172", 3) == 0);
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_EDIT});
  HEARS(ear, "[console typed ]");
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_KEYBOARD_HEIGHT});
  tap_row(ear, 6);
  HEARS(ear, "[end of edit ]");
  HOLDS(!field(ear).focused);
}

static void pages(Ear *ear) {
  /* What nobody wants is the host's. */
  HOLDS(give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_POINTER_LEAVE}) <= 1);
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_POINTER_DOWN, .pointer = 3, .x = 20, .y = top + 20});
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_POINTER_CANCEL, .pointer = 3});
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_FOCUS, .focused = 1});
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_POINTER_MOVE, .mouse = 1, .x = 20, .y = top + 20});
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_WHEEL, .x = 50, .y = 200, .delta_y = 120});
  HEARS(ear, "[console scrolled 120]");
  give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_WHEEL, .x = 50, .y = 200, .delta_y = -120});
  HEARS(ear, "[console scrolled 0]");
  double start = now_ms();
  while (now_ms() - start < 300) tick(ear); /* it comes to rest: a finger on what moves taps nothing */
  tap_row(ear, 2);
  HEARS_BOTH(ear, "[page pages/b/b]", "[title Second]");
  start = now_ms();
  while (now_ms() - start < 600) tick(ear); /* the page slides in */
  HOLDS(give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_BACK}) == 1);
  HEARS(ear, "[title First]");
  start = now_ms();
  while (now_ms() - start < 600) tick(ear);
}

static void *answers_later(void *reply) {
  nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL);
  OK(pellicle_reply_ok(reply, text("{\"receipt\": \"r1\"}")));
  GIVES(INVALID_HANDLE, pellicle_reply_ok(reply, text(NULL)));
  return NULL;
}

static void apis(Ear *ear) {
  tap_row(ear, 3);
  HEARS(ear, "[with {\"amount\":3}]");
  GIVES(INVALID_ARGUMENT, pellicle_reply_decide(ear->reply, PELLICLE_DECISION_GRANT)); /* another kind of question */
  GIVES(INVALID_ARGUMENT, pellicle_reply_ok(ear->reply, text("[]")));
  pthread_t thread;
  HOLDS(pthread_create(&thread, NULL, answers_later, ear->reply) == 0);
  HEARS(ear, "[console paid r1]");
  HOLDS(pthread_join(thread, NULL) == 0);

  tap_row(ear, 3);
  HEARS(ear, "[call pay]");
  OK(pellicle_reply_fail(ear->reply, 402, text("no money")));
  HEARS(ear, "[console not paid 402 pay:fail no money]");
  HOLDS(ear->waking == PELLICLE_STATUS_BUSY); /* what a wake callback gets that calls the library */

  OK(pellicle_program_tell(ear->program, text("CartChange"), text("{\"count\": 2}")));
  HEARS(ear, "[console cart {\"count\":2}]");
  OK(pellicle_program_tell(ear->program, text("CartChange"), text(NULL)));
  HEARS(ear, "[console cart null]");
}

static void permissions(Ear *ear) {
  static const struct { uint32_t decision; const char *heard; } cases[] = {
    {PELLICLE_DECISION_DISMISS, "[console refused]"},
    {PELLICLE_DECISION_GRANT_ONCE, "[console may]"},
    {PELLICLE_DECISION_DENY, "[console refused]"},
  };
  for (size_t at = 0; at < 3; at++) {
    tap_row(ear, 4);
    HEARS(ear, "[for Rows][ask scope.record][because for a test]");
    GIVES(INVALID_ARGUMENT, pellicle_reply_decide(ear->reply, 9));
    GIVES(INVALID_ARGUMENT, pellicle_reply_ok(ear->reply, text(NULL)));
    OK(pellicle_reply_decide(ear->reply, cases[at].decision));
    HEARS(ear, cases[at].heard);
  }
  /* It is denied for good. */
  tap_row(ear, 4);
  HEARS(ear, "[console refused]");
  /* Switches are shown by the library, until the user goes back. */
  uint8_t *pixels = calloc(LENGTH, 1);
  HOLDS(pixels != NULL);
  uint64_t page = settled(ear, pixels);
  tap_row(ear, 5);
  HOLDS(settled(ear, pixels) != page);
  HOLDS(give(ear, (PellicleInput){.kind = PELLICLE_INPUT_KIND_BACK}) == 1);
  HEARS(ear, "[console settings {\"scope.record\":false}]");
  HOLDS(settled(ear, pixels) == page);
  free(pixels);
}

static PellicleState state(Ear *ear) {
  uint32_t state = 99;
  OK(pellicle_program_state(ear->program, &state));
  return (PellicleState)state;
}

/* A newer version, as a host that brings it tells of it. */
static void update(Ear *ear) {
  GIVES(INVALID_ARGUMENT, pellicle_program_set_update_state(ear->program, 5));
  OK(pellicle_program_set_update_state(ear->program, PELLICLE_UPDATE_STATE_CHECKING));
  OK(pellicle_program_set_update_state(ear->program, PELLICLE_UPDATE_STATE_DOWNLOADING));
  HEARS(ear, "[console update true]");
  OK(pellicle_program_set_update_state(ear->program, PELLICLE_UPDATE_STATE_FAILED));
  HEARS(ear, "[console update failed]");
  OK(pellicle_program_set_update_state(ear->program, PELLICLE_UPDATE_STATE_READY));
  HEARS_BOTH(ear, "[console update ready]", "[apply update ]");
  OK(pellicle_program_set_update_state(ear->program, PELLICLE_UPDATE_STATE_CURRENT));
  HEARS(ear, "[console update false]");
}

static void life(Ear *ear) {
  HOLDS(state(ear) == PELLICLE_STATE_RUNNING);
  OK(pellicle_program_set_dark(ear->program, 1));
  HEARS(ear, "[console theme dark]");
  OK(pellicle_program_set_dark(ear->program, 0));
  HEARS(ear, "[console theme light]");
  OK(pellicle_program_memory_pressure(ear->program, 10, now_ms()));
  HEARS(ear, "[console memory 10]");
  OK(pellicle_program_hide(ear->program, now_ms()));
  HOLDS(state(ear) == PELLICLE_STATE_BACKGROUND);
  HEARS(ear, "[console hidden]");
  skipped += 6000;
  HEARS(ear, "[suspended ]");
  HOLDS(state(ear) == PELLICLE_STATE_SUSPENDED);
  OK(pellicle_program_show(ear->program, text(NULL), now_ms()));
  HEARS(ear, "[console shown]");
  OK(pellicle_program_hide(ear->program, now_ms()));
  HEARS(ear, "[console hidden]");
  skipped += 6000;
  HEARS(ear, "[suspended ]");
  skipped += 31 * 60 * 1000.0;
  HEARS(ear, "[frozen ]");
  HOLDS(state(ear) == PELLICLE_STATE_FROZEN);
  GIVES(NO_PICTURE, pellicle_program_invalidate(ear->program));
  GIVES(NO_PICTURE, pellicle_program_tell(ear->program, text("CartChange"), text(NULL)));
  OK(pellicle_program_show(ear->program, text(NULL), now_ms()));
  HEARS(ear, "[thawed ]");
  HOLDS(state(ear) == PELLICLE_STATE_RUNNING);
  OK(pellicle_program_show(ear->program, text("pages/b/b?x=1"), now_ms()));
  HEARS(ear, "[console second 1]");
}

static void stops(Ear *ear, const char *folder) {
  /* An exception is told, and it goes on. */
  start(ear, folder, PELLICLE_ENGINE_BOA);
  OK(pellicle_program_tell(ear->program, text("CartChange"), text("\"throw\"")));
  HEARS(ear, "[exception ");
  /* It may be destroyed by what it says. */
  ear->destroys = 1;
  OK(pellicle_program_tell(ear->program, text("CartChange"), text("1")));
  double start = now_ms();
  while (ear->destroys && now_ms() - start < 30000) tick(ear);
  HOLDS(!ear->destroys);
  GIVES(INVALID_HANDLE, pellicle_program_destroy(ear->program));
  /* What was asked and not answered goes with it. */
  memset(ear, 0, sizeof *ear);
}

static PellicleBytes bytes_of(const char *path) {
  FILE *file = fopen(path, "rb");
  HOLDS(file && fseek(file, 0, SEEK_END) == 0);
  size_t length = (size_t)ftell(file);
  uint8_t *data = malloc(length);
  rewind(file);
  HOLDS(data && fread(data, 1, length, file) == length && fclose(file) == 0);
  return (PellicleBytes){data, length};
}

static void packages(Ear *ear, const char *path, const char *key, const char *other, uint64_t picture) {
  PellicleBytes bytes = bytes_of(path);
  PellicleProgram *program = NULL;
  memset(ear, 0, sizeof *ear);
  PellicleCallbacks calls = callbacks(ear);
  PellicleProgramOptions how = options(NULL, &calls);
  PellicleText keys[2] = {text(other), text(key)};
  how.package = bytes, how.id = text("packed");
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program)); /* nobody is trusted */
  how.trusted_keys = keys, how.trusted_key_count = 1;
  GIVES(UNTRUSTED, pellicle_program_open(host, &how, &program));
  how.trusted_key_count = 2;
  keys[0] = text("no key");
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  keys[0] = text(other);
  how.id = text(NULL);
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  how.id = text("packed"), how.folder = text("/tmp");
  GIVES(INVALID_ARGUMENT, pellicle_program_open(host, &how, &program));
  how.folder = text(NULL), how.package.length = bytes.length / 2;
  GIVES(UNTRUSTED, pellicle_program_open(host, &how, &program));
  how.package = bytes;
  OK(pellicle_program_open(host, &how, &ear->program));
  /* It has its own copy. */
  memset((void *)(uintptr_t)bytes.data, 0, bytes.length);
  free((void *)(uintptr_t)bytes.data);
  HEARS(ear, "[console ready]");
  uint8_t *pixels = calloc(LENGTH, 1);
  HOLDS(pixels && settled(ear, pixels) == picture);
  free(pixels);
  finish(ear);
}

/* Measures as a screen of an app does, and gives what `pellicle bench --json` writes. */
static void bench(const char *folder) {
  PellicleProgramOptions how = options(folder, NULL);
  PellicleBenchOptions what = {.struct_size = sizeof what, .scenarios = text("warm,tap"), .painter = PELLICLE_PAINTER_CPU,
                               .runs = 2, .without_warmup = 1, .frames = 4};
  PellicleBench *bench = NULL;
  GIVES(INVALID_ARGUMENT, pellicle_bench_open(NULL, &what, &bench));
  what.painter = 9;
  GIVES(INVALID_ARGUMENT, pellicle_bench_open(&how, &what, &bench));
  what.painter = PELLICLE_PAINTER_CPU, what.scenarios = text("nothing");
  GIVES(START, pellicle_bench_open(&how, &what, &bench));
  what.scenarios = text("warm,tap");
  OK(pellicle_bench_open(&how, &what, &bench));
  PellicleBenchProgress progress = {.struct_size = sizeof progress};
  OK(pellicle_bench_step(bench, 0, &progress));
  HOLDS(progress.done == 0 && progress.parts == 4 && progress.next.length == 4 && memcmp(progress.next.data, "warm", 4) == 0);
  while (progress.done < progress.parts) OK(pellicle_bench_step(bench, 1, &progress));
  HOLDS(progress.next.length == 0);
  PellicleText json = {NULL, 0};
  OK(pellicle_bench_report(bench, &json));
  HOLDS(json.length < 1 << 20);
  char *report = calloc(json.length + 1, 1);
  HOLDS(report != NULL);
  memcpy(report, json.data, json.length);
  HOLDS(strstr(report, "\"schema\":\"pellicle-bench\"") && strstr(report, "\"scenario\":\"warm\""));
  HOLDS(strstr(report, "\"scenario\":\"tap\"") && strstr(report, "\"page\":\"pages/a/a\""));
  free(report);
  OK(pellicle_bench_destroy(bench));
  GIVES(INVALID_HANDLE, pellicle_bench_destroy(bench));
}

int main(int count, char **arguments) {
  pellicle_run_script_if_asked();
  HOLDS(count == 6);
  HOLDS(pellicle_abi_version() == PELLICLE_ABI_VERSION && pellicle_version().length > 0);
  HOLDS(pellicle_last_error().length == 0);
  const char *folder = arguments[1];
  pellicle_install_handlers();

  PellicleHostOptions setup = {.struct_size = sizeof setup, .data_folder = text(arguments[5]), .picture_bytes = 8 << 20,
                               .permissions = text("{\"default\": \"ask\"}")};
  OK(pellicle_host_create(&setup, &host));
  wrong_arguments(folder);
  OK(pellicle_host_register_api(host, text("{\"name\": \"pay\", \"description\": \"Pays.\", \"arguments\": {\"type\": \"object\","
                                           " \"properties\": {\"amount\": {\"type\": \"integer\", \"minimum\": 1}},"
                                           " \"required\": [\"amount\"]}}")));
  GIVES(INVALID_ARGUMENT, pellicle_host_register_api(host, text("{\"name\": \"pay\"}"))); /* twice */
  OK(pellicle_host_register_event(host, text("CartChange")));

  static Ear ear, other;
  uint8_t *pixels = calloc(LENGTH, 1);
  HOLDS(pixels != NULL);
  top = 64;
  start(&ear, folder, PELLICLE_ENGINE_BOA);
  uint64_t picture = settled(&ear, pixels);
  free(pixels);
  /* One at a time may have what an id has stored. */
  PellicleProgramOptions how = options(folder, NULL);
  PellicleProgram *again = NULL;
  GIVES(SYSTEM, pellicle_program_open(host, &how, &again));
  wrong_calls(&ear);
  other_threads(&ear);
  pictures(&ear);
  safe_areas(&ear);
  typing(&ear);
  pages(&ear);
  apis(&ear);
  permissions(&ear);
  update(&ear);
  life(&ear);
  /* One that waits for an answer may go; nobody is told of the answer. */
  OK(pellicle_program_show(ear.program, text("pages/a/a"), now_ms()));
  HEARS(&ear, "[console ready]");
  tap_row(&ear, 3);
  HEARS(&ear, "[call pay]");
  finish(&ear);
  GIVES(INVALID_HANDLE, pellicle_reply_ok(ear.reply, text(NULL)));
  OK(pellicle_host_trim(host));

  stops(&ear, folder);
  packages(&other, arguments[2], arguments[3], arguments[4], picture);
#ifdef QUICKJS
  start(&ear, folder, PELLICLE_ENGINE_QUICK_JS);
  tap_row(&ear, 0);
  HEARS(&ear, "[console tapped]");
  finish(&ear);
#endif
  bench(folder);
  /* Mini-programs outlive their host. */
  start(&ear, folder, PELLICLE_ENGINE_BOA);
  OK(pellicle_host_destroy(host));
  GIVES(INVALID_HANDLE, pellicle_host_destroy(host));
  tap_row(&ear, 0);
  HEARS(&ear, "[console tapped]");
  finish(&ear);
  return 0;
}
