/* A host with a window on X11: it shows the folder of a mini-program or a package, by the CPU or (--gpu) by the GPU,
 * and has an API of its own, `wx.tellHost({ text })`.
 *
 *   cargo build --release -p pellicle-capi
 *   cc -Iengine/capi/include examples/c/window.c -Ltarget/release -lpellicle_capi -lX11 -Wl,-rpath,target/release -o window
 *   ./window examples/shop
 */
#include <pellicle.h>

#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/keysym.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Whose mini-programs are. A process of script has no room for what sanitizers need: they want PELLICLE_TRUST_OWN. */
#ifndef TRUST
#define TRUST PELLICLE_TRUST_FOREIGN
#endif

typedef struct {
  Display *display;
  Window window;
  GC gc;
  XIC input;                 /* turns keys into text; null where the system has no such thing */
  XImage *image;             /* what is on the screen, in its own order of colours */
  uint8_t *pixels;           /* the picture as the library draws it */
  uint32_t width, height;
  int gpu;                   /* not 0: the library draws in the window */
  int woken[2];              /* a pipe: the wake callback writes, the loop reads */
  int ended;
  PellicleProgram *program;
} Host;

/* What script calls of this host. */
#define TELL_HOST                                                                   \
  "{\"name\": \"tellHost\", \"description\": \"Says something to the host.\","        \
  " \"arguments\": {\"type\": \"object\", \"required\": [\"text\"],"                  \
  " \"properties\": {\"text\": {\"type\": \"string\"}}}}"

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void check(PellicleStatus status, const char *what) {
  if (status == PELLICLE_STATUS_OK) return;
  PellicleText why = pellicle_last_error();
  fprintf(stderr, "%s: %.*s\n", what, (int)why.length, why.data);
  exit(1);
}

/* --- What the mini-program calls ------------------------------------------------------------------------------------------- */

/* On any thread: a byte in the pipe ends the loop's wait. A full pipe has woken it already. */
static void wake(void *user) {
  ssize_t written = write(((Host *)user)->woken[1], "", 1);
  (void)written;
}

static void said(void *user, const PellicleLine *line) {
  (void)user;
  FILE *to = line->level >= PELLICLE_LEVEL_WARNING ? stderr : stdout;
  fprintf(to, "%.*s\n", (int)line->text.length, line->text.data);
  if (line->stack.length) fprintf(to, "%.*s\n", (int)line->stack.length, line->stack.data);
  fflush(to);
}

static void told(void *user, const PellicleNotice *notice) {
  Host *host = user;
  char title[256];
  switch (notice->kind) {
    case PELLICLE_NOTICE_KIND_TITLE:
      snprintf(title, sizeof title, "%.*s", (int)notice->text.length, notice->text.data);
      Xutf8SetWMProperties(host->display, host->window, title, title, NULL, 0, NULL, NULL, NULL);
      break;
    case PELLICLE_NOTICE_KIND_EXIT:
      host->ended = 1;
      break;
    case PELLICLE_NOTICE_KIND_RESTART_WANTED:
      check(pellicle_program_show(host->program, pellicle_text(NULL), now_ms()), "start");
      break;
    case PELLICLE_NOTICE_KIND_STOPPED:
      fprintf(stderr, "stopped: %.*s\n", (int)notice->text.length, notice->text.data);
      break;
    default:
      break;
  }
}

/* `wx.tellHost({ text })`. The library has checked that the arguments are what the description says. */
static void called(void *user, PellicleText api, PellicleText arguments, PellicleReply *reply) {
  (void)user;
  printf("%.*s %.*s\n", (int)api.length, api.data, (int)arguments.length, arguments.data);
  fflush(stdout);
  check(pellicle_reply_ok(reply, pellicle_text("{\"heard\": true}")), "answer");
}

/* --- Pictures -------------------------------------------------------------------------------------------------------------- */

static void resize(Host *host, uint32_t width, uint32_t height) {
  host->width = width, host->height = height;
  if (host->gpu) return;
  if (host->image) XDestroyImage(host->image); /* frees its data, too */
  free(host->pixels);
  size_t length = (size_t)width * height * 4;
  host->pixels = calloc(length, 1);
  char *data = calloc(length, 1);
  if (!host->pixels || !data) exit(1);
  int screen = DefaultScreen(host->display);
  host->image = XCreateImage(host->display, DefaultVisual(host->display, screen),
                             (unsigned)DefaultDepth(host->display, screen), ZPixmap, 0, data, width, height, 32, 0);
  if (!host->image) exit(1);
}

/* Draws what has changed, and puts it on the screen. */
static void draw(Host *host, double now) {
  if (host->gpu) {
    uint32_t shown;
    PellicleStatus drawn = pellicle_program_draw(host->program, now, &shown);
    if (drawn != PELLICLE_STATUS_NO_GPU) return check(drawn, "picture");
    fprintf(stderr, "the GPU is lost; the CPU draws from now on\n");
    host->gpu = 0;
    resize(host, host->width, host->height);
  }
  PellicleRect changed[16];
  size_t count = 0, stride = (size_t)host->width * 4;
  check(pellicle_program_render_cpu(host->program, now, host->pixels, stride * host->height, stride, changed, 16, &count),
        "picture");
  for (size_t at = 0; at < count; at++) {
    PellicleRect rect = changed[at];
    for (uint32_t y = rect.y; y < rect.y + rect.height; y++) {
      const uint8_t *from = host->pixels + y * stride + (size_t)rect.x * 4;
      for (uint32_t x = rect.x; x < rect.x + rect.width; x++, from += 4)
        XPutPixel(host->image, (int)x, (int)y, (unsigned long)from[0] << 16 | (unsigned long)from[1] << 8 | from[2]);
    }
    XPutImage(host->display, host->window, host->gc, host->image, (int)rect.x, (int)rect.y, (int)rect.x, (int)rect.y,
              rect.width, rect.height);
  }
}

/* --- Input ----------------------------------------------------------------------------------------------------------------- */

static void hand_in(Host *host, PellicleInput input, double now) {
  input.struct_size = sizeof input;
  input.time = now;
  check(pellicle_program_handle(host->program, &input, now, NULL), "input");
}

static void key(Host *host, XKeyEvent *event, double now) {
  static const struct { KeySym symbol; PellicleKey key; } keys[] = {
    {XK_BackSpace, PELLICLE_KEY_BACKSPACE}, {XK_Delete, PELLICLE_KEY_DELETE}, {XK_Return, PELLICLE_KEY_ENTER},
    {XK_Tab, PELLICLE_KEY_TAB},             {XK_Escape, PELLICLE_KEY_ESCAPE}, {XK_Left, PELLICLE_KEY_LEFT},
    {XK_Right, PELLICLE_KEY_RIGHT},         {XK_Up, PELLICLE_KEY_UP},         {XK_Down, PELLICLE_KEY_DOWN},
    {XK_Home, PELLICLE_KEY_HOME},           {XK_End, PELLICLE_KEY_END},       {XK_Prior, PELLICLE_KEY_PAGE_UP},
    {XK_Next, PELLICLE_KEY_PAGE_DOWN},
  };
  PellicleInput input = {.kind = PELLICLE_INPUT_KIND_KEY};
  if (event->state & ShiftMask) input.modifiers |= PELLICLE_MODIFIER_SHIFT;
  if (event->state & ControlMask) input.modifiers |= PELLICLE_MODIFIER_SHORTCUT | PELLICLE_MODIFIER_WORD;
  char text[64];
  KeySym symbol = NoSymbol;
  int length = host->input ? Xutf8LookupString(host->input, event, text, sizeof text, &symbol, NULL)
                           : XLookupString(event, text, sizeof text, &symbol, NULL);
  for (size_t at = 0; at < sizeof keys / sizeof *keys; at++)
    if (keys[at].symbol == symbol) return input.key = (uint32_t)keys[at].key, hand_in(host, input, now);
  if (event->state & ControlMask) {
    /* Latin letters have their own codes as symbols. */
    if (symbol > 0x20 && symbol < 0x7f)
      input.key = PELLICLE_KEY_CHARACTER, input.character = (uint32_t)symbol, hand_in(host, input, now);
  } else if (length > 0 && (unsigned char)text[0] >= 0x20) {
    input.kind = PELLICLE_INPUT_KIND_TEXT;
    input.text = (PellicleText){text, (size_t)length};
    hand_in(host, input, now);
  }
}

static void event(Host *host, XEvent *event, Atom closing, double now) {
  PellicleInput input = {.mouse = 1};
  /* Other events have no place. */
  if (event->type == ButtonPress || event->type == ButtonRelease || event->type == MotionNotify)
    input.x = (float)event->xbutton.x, input.y = (float)event->xbutton.y;
  switch (event->type) {
    case ConfigureNotify:
      if ((uint32_t)event->xconfigure.width == host->width && (uint32_t)event->xconfigure.height == host->height) break;
      resize(host, (uint32_t)event->xconfigure.width, (uint32_t)event->xconfigure.height);
      check(pellicle_program_resize(host->program, (float)host->width, (float)host->height, 1, now), "size");
      break;
    case Expose:
      if (host->gpu) draw(host, now);
      else XPutImage(host->display, host->window, host->gc, host->image, event->xexpose.x, event->xexpose.y,
                     event->xexpose.x, event->xexpose.y, (unsigned)event->xexpose.width, (unsigned)event->xexpose.height);
      break;
    case ButtonPress:
      if (event->xbutton.button == Button1) input.kind = PELLICLE_INPUT_KIND_POINTER_DOWN, hand_in(host, input, now);
      if (event->xbutton.button == Button4 || event->xbutton.button == Button5) {
        input.kind = PELLICLE_INPUT_KIND_WHEEL, input.delta_y = event->xbutton.button == Button4 ? -53 : 53;
        hand_in(host, input, now);
      }
      break;
    case ButtonRelease:
      if (event->xbutton.button == Button1) input.kind = PELLICLE_INPUT_KIND_POINTER_UP, hand_in(host, input, now);
      break;
    case MotionNotify:
      input.kind = PELLICLE_INPUT_KIND_POINTER_MOVE, hand_in(host, input, now);
      break;
    case LeaveNotify:
      input.kind = PELLICLE_INPUT_KIND_POINTER_LEAVE, hand_in(host, input, now);
      break;
    case KeyPress:
      key(host, &event->xkey, now);
      break;
    case FocusIn:
    case FocusOut:
      input.kind = PELLICLE_INPUT_KIND_FOCUS, input.focused = event->type == FocusIn;
      hand_in(host, input, now);
      break;
    case UnmapNotify:
      check(pellicle_program_hide(host->program, now), "hide");
      break;
    case MapNotify:
      check(pellicle_program_show(host->program, pellicle_text(NULL), now), "show");
      break;
    case DestroyNotify: /* somebody else has closed it */
      host->window = None;
      host->ended = 1;
      break;
    case ClientMessage:
      if ((Atom)event->xclient.data.l[0] == closing) host->ended = 1;
      break;
    default:
      break;
  }
}

/* --- The window, and the loop ---------------------------------------------------------------------------------------------- */

static void open_window(Host *host) {
  if (pipe(host->woken) != 0 || fcntl(host->woken[0], F_SETFL, O_NONBLOCK) || fcntl(host->woken[1], F_SETFL, O_NONBLOCK))
    perror("pipe"), exit(1);
  XInitThreads();
  host->display = XOpenDisplay(NULL);
  if (!host->display) fprintf(stderr, "there is no display\n"), exit(1);
  int screen = DefaultScreen(host->display);
  Visual *visual = DefaultVisual(host->display, screen);
  if (visual->red_mask != 0xff0000 || visual->green_mask != 0xff00 || visual->blue_mask != 0xff)
    fprintf(stderr, "the display has other colours than this program knows\n"), exit(1);
  host->window = XCreateSimpleWindow(host->display, RootWindow(host->display, screen), 0, 0, host->width, host->height, 0, 0, 0);
  XSelectInput(host->display, host->window,
               ExposureMask | StructureNotifyMask | ButtonPressMask | ButtonReleaseMask | PointerMotionMask |
                   LeaveWindowMask | KeyPressMask | FocusChangeMask);
  host->gc = XCreateGC(host->display, host->window, 0, NULL);
  XIM method = XOpenIM(host->display, NULL, NULL, NULL);
  if (method)
    host->input = XCreateIC(method, XNInputStyle, XIMPreeditNothing | XIMStatusNothing, XNClientWindow, host->window, NULL);
}

static PellicleBytes read_file(const char *path) {
  PellicleBytes bytes = {NULL, 0};
  struct stat about;
  FILE *file = stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 ? fopen(path, "rb") : NULL;
  if (!file) return bytes;
  size_t length = (size_t)about.st_size;
  uint8_t *data = malloc(length);
  if (data && fread(data, 1, length, file) == length) bytes = (PellicleBytes){data, length};
  fclose(file);
  return bytes;
}

int main(int count, char **arguments) {
  /* Script of others runs in processes of its own, which are this program started again. */
  pellicle_run_script_if_asked();
  if (pellicle_abi_version() != PELLICLE_ABI_VERSION) return fprintf(stderr, "this library is another version\n"), 1;
  const char *what = count > 1 ? arguments[1] : NULL;
  int wants_gpu = count > 2 && strcmp(arguments[2], "--gpu") == 0;
  if (!what || count > 2 + wants_gpu) return fprintf(stderr, "usage: window FOLDER|PACKAGE.ma [--gpu]\n"), 2;

  Host host = {.width = 375, .height = 667};
  open_window(&host);

  PellicleHostOptions setup = {.struct_size = sizeof setup, .network = PELLICLE_NETWORK_PUBLIC};
  PellicleHost *library = NULL;
  check(pellicle_host_create(&setup, &library), "host");
  check(pellicle_host_register_api(library, pellicle_text(TELL_HOST)), "API");
  PellicleCallbacks callbacks = {
    .struct_size = sizeof callbacks, .user = &host, .wake = wake, .line = said, .notice = told, .call = called};
  PellicleProgramOptions options = {.struct_size = sizeof options, .trust = TRUST, .callbacks = &callbacks,
                                    .width = (float)host.width, .height = (float)host.height};
  options.package = read_file(what);
  if (options.package.length) options.id = pellicle_text(what), options.allow_unsigned = 1;
  else options.folder = pellicle_text(what);
  check(pellicle_program_open(library, &options, &host.program), what);
  free((void *)(uintptr_t)options.package.data);

  if (wants_gpu) {
    PellicleWindow window = {.struct_size = sizeof window, .kind = PELLICLE_WINDOW_KIND_XLIB, .software = 1,
                             .display = host.display, .id = host.window, .screen = DefaultScreen(host.display)};
    check(pellicle_program_attach_window(host.program, &window), "GPU");
    host.gpu = 1;
  }
  resize(&host, host.width, host.height);
  Atom closing = XInternAtom(host.display, "WM_DELETE_WINDOW", False);
  XSetWMProtocols(host.display, host.window, &closing, 1);
  XMapWindow(host.display, host.window);

  while (!host.ended) {
    while (XPending(host.display)) {
      XEvent next;
      XNextEvent(host.display, &next);
      if (!XFilterEvent(&next, None)) event(&host, &next, closing, now_ms());
    }
    PellicleTick tick = {.struct_size = sizeof tick};
    double now = now_ms();
    check(pellicle_program_tick(host.program, now, &tick), "tick");
    if (host.ended) break;
    if (tick.needs_frame) draw(&host, now);
    XFlush(host.display);
    /* Until the system, the mini-program or its next frame wants something. Callbacks may have asked for more at once. */
    double rest = tick.calls ? 0 : tick.next_wakeup - now_ms();
    int timeout = isinf(rest) ? -1 : rest <= 0 ? 0 : (int)ceil(rest);
    struct pollfd sources[2] = {{ConnectionNumber(host.display), POLLIN, 0}, {host.woken[0], POLLIN, 0}};
    if (!XPending(host.display)) poll(sources, 2, timeout);
    char bytes[64];
    while (read(host.woken[0], bytes, sizeof bytes) > 0) {}
  }

  /* Before the window goes: the library may be drawing in it. */
  check(pellicle_program_destroy(host.program), "end");
  check(pellicle_host_destroy(library), "end");
  if (host.image) XDestroyImage(host.image);
  free(host.pixels);
  if (host.input) {
    XIM method = XIMOfIC(host.input);
    XDestroyIC(host.input);
    XCloseIM(method);
  }
  XFreeGC(host.display, host.gc);
  if (host.window) XDestroyWindow(host.display, host.window);
  XCloseDisplay(host.display);
  return 0;
}
