/* Opens the folder of a mini-program, drives it for a moment and writes a picture, without a window.
 *
 *   cargo build --release -p pellicle-capi
 *   cc -Iengine/capi/include examples/c/picture.c -Ltarget/release -lpellicle_capi -Wl,-rpath,target/release -o picture
 *   ./picture examples/shop shop.ppm
 */
#include <pellicle.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Whose the mini-program is. A process of script has no room for what sanitizers need: they want PELLICLE_TRUST_OWN. */
#ifndef TRUST
#define TRUST PELLICLE_TRUST_FOREIGN
#endif

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

static void told(void *user, const PellicleNotice *notice) {
  if (notice->kind != PELLICLE_NOTICE_KIND_STOPPED) return;
  fprintf(stderr, "%.*s\n", (int)notice->text.length, notice->text.data);
  *(int *)user = 1;
}

int main(int count, char **arguments) {
  /* Script of others runs in processes of its own, which are this program started again. */
  pellicle_run_script_if_asked();
  if (count != 3) return fprintf(stderr, "usage: picture FOLDER OUT.ppm\n"), 2;

  PellicleHost *host = NULL;
  check(pellicle_host_create(NULL, &host), "host");
  PellicleProgramOptions options = {.struct_size = sizeof options, .trust = TRUST, .width = 375, .height = 667};
  int stopped = 0;
  PellicleCallbacks callbacks = {.struct_size = sizeof callbacks, .user = &stopped, .notice = told};
  options.folder = pellicle_text(arguments[1]);
  options.callbacks = &callbacks;
  PellicleProgram *program = NULL;
  check(pellicle_program_open(host, &options, &program), arguments[1]);

  uint32_t width, height;
  check(pellicle_program_picture_size(program, &width, &height), "size");
  size_t stride = (size_t)width * 4, length = stride * height;
  uint8_t *pixels = calloc(length, 1);
  if (!pixels) return 1;
  double start = now_ms(), now;
  while ((now = now_ms()) - start < 1500) {
    PellicleTick tick = {.struct_size = sizeof tick};
    check(pellicle_program_tick(program, now, &tick), "tick");
    if (tick.needs_frame)
      check(pellicle_program_render_cpu(program, now, pixels, length, stride, NULL, 0, NULL), "picture");
    nanosleep(&(struct timespec){.tv_nsec = 8000000}, NULL);
  }

  FILE *out = fopen(arguments[2], "wb");
  if (!out) return perror(arguments[2]), 1;
  fprintf(out, "P6\n%u %u\n255\n", width, height);
  for (size_t at = 0; at < length; at += 4) fwrite(pixels + at, 3, 1, out);
  int failed = fclose(out);
  free(pixels);
  check(pellicle_program_destroy(program), "end");
  check(pellicle_host_destroy(host), "end");
  return failed || stopped;
}
